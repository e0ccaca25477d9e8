"""Frames of water depth into the polygons of the greatest extent, for the map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.features
from rasterio.errors import RasterioError
from rasterio.warp import transform_geom
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.ops import unary_union

from stratum_core.briefing.facts import FloodExtent
from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

WET_M = 0.01  # shallower water is not drawn
_SMALLEST_CELLS = 12  # puddles and islands below so many cells are left out


def greatest_extent(frames: Sequence[tuple[float, Path]], crs: str, *, provenance: str = "assumed") -> FloodExtent | None:
    """The frame (hour, raster of depth in metres) with most water, as polygons in ``crs``; None without frames.

    Raises InputError for a raster that cannot be read.
    """
    if not frames:
        return None
    at_h, path = max(frames, key=lambda frame: _wet_cells(frame[1]))
    polygons, deepest = flood_polygons(path, crs)
    return FloodExtent(polygons, deepest, at_h, provenance)


def flood_polygons(path: Path, crs: str) -> tuple[tuple[tuple[Floats, ...], ...], float]:
    """Polygons of water deeper than 1 cm in ``crs``, simplified by a fifth of a cell, and the greatest depth (m)."""
    depth, transform, own_crs = _read(path)
    wet = depth > WET_M
    if not wet.any():
        return (), 0.0
    cell = abs(float(transform.a))
    found = [shape(_in_crs(geometry, own_crs, crs)) for geometry, _ in
             rasterio.features.shapes(wet.astype(np.uint8), mask=wet, transform=transform)]
    scale = cell if own_crs is None or own_crs.is_projected else 30.0
    return tuple(_smooth(unary_union(found), scale)), float(depth.max())


def _read(path: Path) -> tuple[Floats, Any, Any]:
    try:
        with rasterio.open(path) as source:
            return source.read(1, masked=True).filled(0.0).astype(float), source.transform, source.crs
    except RasterioError as error:
        raise InputError(f"the depth raster cannot be read: {error}", where=str(path),
                         repair="name a GeoTIFF of depths in metres") from error


def _wet_cells(path: Path) -> int:
    return int((_read(path)[0] > WET_M).sum())


def _in_crs(geometry: Any, own: Any, crs: str) -> Any:
    return geometry if own is None or crs == "none" or own.to_string() == crs else transform_geom(own, crs, geometry)


def _smooth(area: Any, cell: float) -> list[tuple[Floats, ...]]:
    """Rings without the steps of the raster: rounded, simplified, and without the smallest ones."""
    rounded = area.buffer(1.5 * cell).buffer(-3 * cell).buffer(1.5 * cell).simplify(0.2 * cell)
    parts = rounded.geoms if isinstance(rounded, MultiPolygon) else [rounded]
    smallest = _SMALLEST_CELLS * cell * cell
    return [_rings(part, smallest) for part in parts if isinstance(part, Polygon) and part.area > smallest]


def _rings(part: Polygon, smallest: float) -> tuple[Floats, ...]:
    holes = [np.asarray(ring.coords) for ring in part.interiors if Polygon(ring).area > smallest]
    return (np.asarray(part.exterior.coords), *holes)

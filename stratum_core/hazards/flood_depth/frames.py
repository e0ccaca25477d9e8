"""Depth rasters over time, read at points; any CRS, any nodata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

#: deeper than any flood on record at an asset; more means that the raster holds something else
DEEPEST_M = 40.0


def depths_at(path: Path, points: Floats, crs: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(depth in m at each point, True where the point lies outside the raster).

    points: (n, 2) in ``crs`` ("EPSG:n", or "none": the raster's own plane). No data and
    negative values are dry. Raises InputError for an unreadable raster or one that holds no depths.
    """
    import rasterio

    try:
        with rasterio.open(path) as raster:
            band = raster.read(1, masked=True)
            xy = _into(points, crs, raster.crs, path)
            rows, cols = rasterio.transform.rowcol(raster.transform, xy[:, 0], xy[:, 1], op=np.floor)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            "the raster cannot be read",
            where=str(path),
            repair="check that the file exists and is a GeoTIFF or another raster that GDAL reads",
        ) from error
    return _sampled(band, np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64), path)


def _sampled(
    band: Any, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64], path: Path
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    values = np.asarray(band.filled(np.nan) if band.dtype.kind == "f" else band.astype(float).filled(np.nan), dtype=float)
    values[~np.isfinite(values) | (values > 1e30)] = np.nan
    if np.nanmax(values, initial=0.0) > DEEPEST_M:
        raise InputError(
            f"the raster holds values up to {np.nanmax(values):g}, more than {DEEPEST_M:g} m of water",
            where=str(path),
            repair="give a raster of water depth in metres, not of duration, level or centimetres",
        )
    outside = (rows < 0) | (cols < 0) | (rows >= values.shape[0]) | (cols >= values.shape[1])
    depth = np.zeros(len(rows))
    depth[~outside] = np.nan_to_num(values[rows[~outside], cols[~outside]])
    return np.maximum(depth, 0.0), outside


def _into(points: Floats, crs: str, raster_crs: Any, path: Path) -> Floats:
    if crs == "none" or not len(points):
        return points
    if raster_crs is None:
        raise InputError(
            "the raster has no coordinate system", where=str(path), repair="write one into it, for example with gdal_edit"
        )
    from pyproj import CRS, Transformer

    target = CRS.from_user_input(raster_crs)
    if CRS.from_user_input(crs) == target:
        return points
    x, y = Transformer.from_crs(crs, target, always_xy=True).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])

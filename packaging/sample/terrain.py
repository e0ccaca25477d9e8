"""Ground heights from the gas junctions: a plane, then residuals smoothed at three widths.

Each pass averages what the pass before left over (Gaussian weights), so the
surface follows the junctions near them and runs out flat beyond. Knows no
bank, ditch or road embankment.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin
from scipy.spatial import cKDTree

CELL_M = 10.0
WIDTHS_M = (300.0, 90.0, 30.0)
DAMPING = 0.5
LOWEST_M, HIGHEST_M = 147.0, 152.3


@dataclass(frozen=True)
class Terrain:
    """Heights (m) by row from the north; ``west`` and ``north`` are the outer edges (m)."""

    heights: np.ndarray
    west: float
    north: float

    def cell(self, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of each position, held to the edge outside."""
        rows = ((self.north - xy[:, 1]) // CELL_M).astype(int).clip(0, self.heights.shape[0] - 1)
        columns = ((xy[:, 0] - self.west) // CELL_M).astype(int).clip(0, self.heights.shape[1] - 1)
        return rows, columns

    def inside(self, xy: np.ndarray) -> np.ndarray:
        """True where the raster covers the position."""
        rows, columns = (self.north - xy[:, 1]) / CELL_M, (xy[:, 0] - self.west) / CELL_M
        return (rows >= 0) & (rows < self.heights.shape[0]) & (columns >= 0) & (columns < self.heights.shape[1])

    def sample(self, xy: np.ndarray) -> np.ndarray:
        """Heights (m) at positions."""
        return self.heights[self.cell(xy)]


def build_terrain(xy: np.ndarray, heights: np.ndarray, bounds: tuple[float, float, float, float]) -> Terrain:
    """The ground within ``bounds`` (west, south, east, north; m), to the centimetre."""
    west, south, east, north = bounds
    columns, rows = np.meshgrid(np.arange(west + CELL_M / 2, east, CELL_M), np.arange(north - CELL_M / 2, south, -CELL_M))
    cells = np.column_stack([columns.ravel(), rows.ravel()])
    centre = xy.mean(axis=0)
    plane, *_ = np.linalg.lstsq(_plane_terms(xy - centre), heights, rcond=None)
    ground, left = _plane_terms(cells - centre) @ plane, heights - _plane_terms(xy - centre) @ plane
    for i, width in enumerate(WIDTHS_M):
        damping = DAMPING if i else 0.0
        ground += _smoothed(cells, xy, left, width, damping)
        left = left - _smoothed(xy, xy, left, width, damping)
    return Terrain(ground.clip(LOWEST_M, HIGHEST_M).round(2).reshape(columns.shape), west, north)


def write_raster(path: Path, terrain: Terrain, values: np.ndarray, unit: str) -> None:
    """One band on the terrain's grid as GeoTIFF float32, tiled, deflated, EPSG:25832."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1, dtype="float32",
                       crs="EPSG:25832", transform=from_origin(terrain.west, terrain.north, CELL_M, CELL_M), tiled=True,
                       blockxsize=256, blockysize=256, compress="deflate", zlevel=9, predictor=3) as raster:
        raster.write(values.astype("float32"), 1)
        raster.set_band_unit(1, unit)


def _plane_terms(offsets: np.ndarray) -> np.ndarray:
    return np.column_stack([offsets, np.ones(len(offsets))])


def _smoothed(at: np.ndarray, xy: np.ndarray, values: np.ndarray, width: float, damping: float) -> np.ndarray:
    """Gaussian-weighted mean of the values near; ``damping`` pulls it to zero far from any.

    Without damping every sixth value counts however far, so that the surface runs out smoothly.
    """
    if damping == 0.0:
        xy, values = xy[::6], values[::6]
    near, index = cKDTree(xy).query(at, k=len(xy) if damping == 0.0 else 60)
    offset = near[:, :1] ** 2 if damping == 0.0 else 0.0
    weight = np.exp(-(near**2 - offset) / (2 * width**2))
    return (weight * values[index]).sum(axis=1) / (weight.sum(axis=1) + damping)

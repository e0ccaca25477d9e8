"""The ground's contours and the flood's sheet, outline and hatch, from rasters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyvista.core.pointset import PolyData
from vtkmodules.vtkFiltersCore import vtkClipPolyData, vtkContourFilter

from ui.scene3d.frame import Frame, Points, Terrain

WET = 0.05
HATCH = 62.0
CONTOUR_STEP = 0.5
STRIDE = 2


@dataclass(frozen=True)
class Flood:
    """Frames of depth over the terrain: hours and (frames, rows, columns) metres, on every STRIDE-th cell."""

    hours: Points
    depths: npt.NDArray[np.float32]
    x: Points
    y: Points
    ground: Points

    def depth_at(self, hour: float | None) -> Points:
        """Depth at an hour, by straight lines between frames; None: the greatest of all."""
        if hour is None:
            return np.asarray(self.depths.max(axis=0), dtype=float)
        after = int(np.clip(np.searchsorted(self.hours, hour), 1, len(self.hours) - 1)) if len(self.hours) > 1 else 0
        if after == 0:
            return np.asarray(self.depths[0], dtype=float)
        share = float(np.clip((hour - self.hours[after - 1]) / (self.hours[after] - self.hours[after - 1]), 0, 1))
        return np.asarray(self.depths[after - 1] * (1 - share) + self.depths[after] * share, dtype=float)


def read_flood(frames: list[tuple[float, Path]], terrain: Terrain | None, crs: str) -> Flood | None:
    """The depth rasters of a scenario; None where there is none that can be drawn in this project's system."""
    import rasterio

    depths, hours = [], []
    for hour, path in frames:
        with rasterio.open(path) as raster:
            if raster.crs is not None and crs != "none" and str(raster.crs).upper() != crs.upper():
                return None
            band = raster.read(1, masked=True)
            transform = raster.transform
        depths.append(np.asarray(band.filled(0), dtype=np.float32)[::STRIDE, ::STRIDE])
        hours.append(hour)
    if not depths:
        return None
    rows, columns = depths[0].shape
    x = transform.c + transform.a / 2 + np.arange(columns) * transform.a * STRIDE
    y = transform.f + transform.e / 2 + np.arange(rows) * transform.e * STRIDE
    grid_x, grid_y = np.meshgrid(x, y)
    flat = np.column_stack([grid_x.ravel(), grid_y.ravel()])
    ground = terrain.at(flat).reshape(rows, columns) if terrain is not None else np.zeros((rows, columns))
    return Flood(np.array(hours, dtype=float), np.stack(depths), grid_x, grid_y, ground)


def contours(terrain: Terrain, frame: Frame, near: Points) -> PolyData:
    """Contours of the ground every CONTOUR_STEP, where data is near."""
    x, y, heights = terrain.grid(STRIDE)
    sheet = _sheet(x, y, heights, frame)
    sheet.point_data["level"] = heights.ravel()
    sheet.GetPointData().SetActiveScalars("level")
    first = np.ceil(heights.min() / CONTOUR_STEP) * CONTOUR_STEP
    levels = np.arange(first + CONTOUR_STEP / 2, heights.max(), CONTOUR_STEP)
    lines = _contour(sheet, levels)
    return _near(lines, near, 260.0)


def flood_sheet(flood: Flood, frame: Frame, hour: float | None) -> tuple[PolyData, PolyData, PolyData]:
    """(sheet, outline, hatch) of the water at an hour; empty where it is dry."""
    depth = flood.depth_at(hour)
    surface = _sheet(flood.x, flood.y, flood.ground + np.maximum(depth, 0), frame, flood.ground.shape)
    surface.point_data["depth"] = depth.ravel()
    surface.GetPointData().SetActiveScalars("depth")
    clip = vtkClipPolyData()
    clip.SetInputData(surface)
    clip.SetValue(WET)
    clip.Update()
    return PolyData(clip.GetOutput()), _contour(surface, [WET]), _hatch(flood, depth, frame)


def _sheet(x: Points, y: Points, z: Points, frame: Frame, shape: tuple[int, ...] | None = None) -> PolyData:
    rows, columns = shape or z.shape
    points = np.column_stack(
        [x.ravel() - frame.origin[0], y.ravel() - frame.origin[1], (z.ravel() - frame.base) * frame.relief + 0.3]
    )
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    quads = np.column_stack([np.full(len(corner), 4), corner, corner + 1, corner + columns + 1, corner + columns])
    return PolyData(points, quads.ravel())


def _contour(sheet: PolyData, levels: npt.ArrayLike) -> PolyData:
    contour = vtkContourFilter()
    contour.SetInputData(sheet)
    for number, level in enumerate(np.asarray(levels, dtype=float)):
        contour.SetValue(number, float(level))
    contour.Update()
    return PolyData(contour.GetOutput())


def _near(lines: PolyData, near: Points, reach: float) -> PolyData:
    """The lines within ``reach`` metres of any point of ``near`` (scene points)."""
    if not lines.n_points or not len(near):
        return lines
    points = np.asarray(lines.points)
    cell = reach / 3
    low = np.minimum(points[:, :2].min(axis=0), near[:, :2].min(axis=0)) - reach
    high = np.maximum(points[:, :2].max(axis=0), near[:, :2].max(axis=0)) + reach
    close = np.zeros(np.ceil((high - low) / cell).astype(int) + 1, dtype=bool)
    i, j = ((near[:, :2] - low) / cell).astype(int).T
    steps = [(a, b) for a in range(-3, 4) for b in range(-3, 4) if a * a + b * b <= 9]
    for a, b in steps:
        close[i + a, j + b] = True
    inside = close[tuple(((points[:, :2] - low) / cell).astype(int).T)]
    pairs = np.asarray(lines.lines).reshape(-1, 3)[:, 1:]
    kept = pairs[inside[pairs].all(axis=1)]
    flat = np.column_stack([np.full(len(kept), 2), kept]).ravel()
    return PolyData(np.asarray(lines.points), lines=flat) if len(kept) else PolyData()


def _hatch(flood: Flood, depth: Points, frame: Frame) -> PolyData:
    """Diagonal lines over the wet cells: the level is assumed."""
    step = float(flood.x[0, 1] - flood.x[0, 0])
    rows, columns = depth.shape
    every = max(round(HATCH / step), 2)
    i, j = np.nonzero(depth[:-1, :-1] > WET)
    chosen = ((i + j) % every == 0) & (i > 0) & (i < rows - 1) & (j < columns - 1)
    i, j = i[chosen], j[chosen]
    wet = depth[i + 1, j - 1] > WET
    i, j = i[wet & (j > 0)], j[wet & (j > 0)]
    level = flood.ground + depth
    start = np.column_stack([flood.x[i, j], flood.y[i, j], level[i, j]])
    end = np.column_stack([flood.x[i + 1, j - 1], flood.y[i + 1, j - 1], level[i + 1, j - 1]])
    if not len(start):
        return PolyData()
    points = np.stack([start, end], axis=1).reshape(-1, 3)
    points[:, 0] -= frame.origin[0]
    points[:, 1] -= frame.origin[1]
    points[:, 2] = (points[:, 2] - frame.base) * frame.relief + 0.6
    lines = np.column_stack([np.full(len(start), 2), np.arange(2 * len(start)).reshape(-1, 2)])
    return PolyData(points, lines=lines.ravel())

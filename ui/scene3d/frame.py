"""Where things stand in the scene: a local origin, the ground below, relief drawn larger than it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stratum_core.model.city import City
from ui.scene3d.camera import Camera

Points = npt.NDArray[np.float64]
RELIEF = 7.0
#: metres across, of the town that symbol sizes were drawn for
_DRAWN_FOR = 4000.0
#: enlargement of symbols for each metre between neighbours: they stay apart
_ROOM = 0.016


@dataclass(frozen=True)
class Terrain:
    """Ground heights on a regular grid; row 0 is the north edge, x0 and y0 the centre of the north-west cell."""

    heights: npt.NDArray[np.float32]
    x0: float
    y0: float
    step: float

    def at(self, xy: Points) -> Points:
        """Ground height at each point, by straight lines between cells; the nearest edge outside."""
        rows, columns = self.heights.shape
        u = np.clip(np.nan_to_num((xy[:, 0] - self.x0) / self.step), 0, columns - 1.001)
        v = np.clip(np.nan_to_num((self.y0 - xy[:, 1]) / self.step), 0, rows - 1.001)
        i, j = v.astype(int), u.astype(int)
        a, b = u - j, v - i
        h = self.heights
        upper = h[i, j] * (1 - a) + h[i, j + 1] * a
        lower = h[i + 1, j] * (1 - a) + h[i + 1, j + 1] * a
        return np.asarray(upper * (1 - b) + lower * b, dtype=float)

    def grid(self, stride: int) -> tuple[Points, Points, Points]:
        """(x, y, height) of every ``stride``-th cell, as matrices."""
        heights = self.heights[::stride, ::stride].astype(float)
        rows, columns = heights.shape
        x = self.x0 + np.arange(columns) * self.step * stride
        y = self.y0 - np.arange(rows) * self.step * stride
        return *np.meshgrid(x, y), heights


def read_terrain(path: Path) -> Terrain | None:
    """The terrain of a project, or None where there is none."""
    if not path.is_file():
        return None
    import rasterio

    with rasterio.open(path) as raster:
        band = raster.read(1, masked=True).astype(np.float32)
        heights = np.asarray(band.filled(float(band.min())))
        transform = raster.transform
    return Terrain(heights, transform.c + transform.a / 2, transform.f + transform.e / 2, float(transform.a))


@dataclass(frozen=True)
class Frame:
    """World to scene: metres from ``origin``, height above ``base`` times ``relief``; ``scale`` enlarges symbols."""

    origin: tuple[float, float]
    base: float
    scale: float
    extent: float
    terrain: Terrain | None
    relief: float = RELIEF

    def ground(self, xy: Points) -> Points:
        """Scene height of the ground at world points."""
        if self.terrain is None:
            return np.zeros(len(xy))
        return (self.terrain.at(xy) - self.base) * self.relief

    def place(self, xy: Points, lift: float = 0.0) -> Points:
        """(n, 3) scene points on the ground, lifted by ``lift`` metres."""
        return np.column_stack([xy[:, 0] - self.origin[0], xy[:, 1] - self.origin[1], self.ground(xy) + lift])

    def under(self, camera: Camera, x: float, y: float, width: float, height: float) -> tuple[float, float] | None:
        """The world point of the ground at a pixel; None above the horizon."""
        eye, way, z = camera.position, camera.ray(x, y, width, height), 0.0
        if way[2] >= -1e-6:
            return None
        xy = np.zeros(2)
        for _ in range(8):  # the ground is not level: meet its height where the ray last met it
            xy = (eye + way * ((z - eye[2]) / way[2]))[:2] + np.asarray(self.origin)
            z = float(self.ground(xy[None])[0])
        return float(xy[0]), float(xy[1])


def frame_of(city: City, terrain: Terrain | None) -> Frame | None:
    """The frame around a city's homes, else around its assets; None where nothing has a position."""
    xy = np.column_stack([city.blocks.x, city.blocks.y])
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) < 2:
        xy = city.positions()
        xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    low, high = np.quantile(xy, [0.01, 0.99], axis=0)
    extent = max(float((high - low).max()), 1e-6)
    middle = (low + high) / 2
    base = float(terrain.heights.min()) if terrain is not None else 0.0
    spacing = extent / np.sqrt(max(len(xy), 1))
    roomy = float(spacing) * _ROOM
    scale = roomy if city.crs == "none" else max(1.0, min(extent / _DRAWN_FOR, roomy))
    return Frame((float(middle[0]), float(middle[1])), base, scale, extent, terrain)

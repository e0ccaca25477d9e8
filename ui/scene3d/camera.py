"""A camera that looks at a point of the ground: pure numbers, so that picks, labels and VTK agree exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
VIEW_ANGLE = 30.0


@dataclass(frozen=True)
class Camera:
    """azimuth: degrees that the view is turned from north, clockwise; elevation: above the ground, degrees."""

    focus: tuple[float, float, float] = (0.0, 0.0, 0.0)
    azimuth: float = 0.0
    elevation: float = 42.0
    distance: float = 3000.0

    @property
    def forward(self) -> Points:
        """Unit vector of the view."""
        a, e = np.radians(self.azimuth), np.radians(self.elevation)
        return np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), -np.sin(e)])

    @property
    def position(self) -> Points:
        """Where the camera stands."""
        return np.asarray(self.focus) - self.forward * self.distance

    @property
    def axes(self) -> tuple[Points, Points, Points]:
        """Right, up and forward unit vectors."""
        a = np.radians(self.azimuth)
        right = np.array([np.cos(a), -np.sin(a), 0.0])
        return right, np.cross(right, self.forward), self.forward

    def project(self, points: Points, width: float, height: float) -> Points:
        """(n, 3): pixels from the left and the top, and depth; depth is not positive behind the camera."""
        right, up, forward = self.axes
        relative = points - self.position
        depth = relative @ forward
        focal = height / 2 / np.tan(np.radians(VIEW_ANGLE) / 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = width / 2 + focal * (relative @ right) / depth
            y = height / 2 - focal * (relative @ up) / depth
        return np.column_stack([x, y, depth])

    def ray(self, x: float, y: float, width: float, height: float) -> Points:
        """Unit direction of the ray through a pixel."""
        right, up, forward = self.axes
        focal = height / 2 / np.tan(np.radians(VIEW_ANGLE) / 2)
        direction = forward * focal + right * (x - width / 2) + up * (height / 2 - y)
        return np.asarray(direction / np.linalg.norm(direction))

    def metres_per_pixel(self, height: float) -> float:
        """Metres that one pixel covers at the centre."""
        return float(2 * self.distance * np.tan(np.radians(VIEW_ANGLE) / 2) / height)

    def orbited(self, right: float, down: float) -> Camera:
        """Turned by degrees; never below the ground."""
        return replace(self, azimuth=(self.azimuth + right) % 360, elevation=float(np.clip(self.elevation + down, 8, 89.9)))

    def panned(self, right: float, up: float, height: float) -> Camera:
        """Moved along the ground by pixels."""
        scale = self.metres_per_pixel(height)
        a = np.radians(self.azimuth)
        rise = up / max(np.sin(np.radians(self.elevation)), 0.2)
        x = self.focus[0] + scale * (right * np.cos(a) + rise * np.sin(a))
        y = self.focus[1] + scale * (-right * np.sin(a) + rise * np.cos(a))
        return replace(self, focus=(float(x), float(y), self.focus[2]))

    def zoomed(self, factor: float) -> Camera:
        """Nearer (factor below 1) or further."""
        return replace(self, distance=float(np.clip(self.distance * factor, 1e-3, 1e7)))

    def fitted(self, points: Points, width: float, height: float, margin: float = 0.035) -> Camera:
        """Looking the same way, so near that all points stand inside the margins."""
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        size = max(float(np.ptp(points, axis=0).max()), 1e-3)
        camera = replace(self, focus=(float(middle[0]), float(middle[1]), float(middle[2])))
        for _ in range(3):
            camera = _nearest(camera, points, size, width, height, margin)
            camera = _centred(camera, points, width, height)
        return camera


def _nearest(camera: Camera, points: Points, size: float, width: float, height: float, margin: float) -> Camera:
    low, high = size * 0.2, size * 12
    for _ in range(24):
        middle = (low + high) / 2
        seen = replace(camera, distance=middle).project(points, width, height)
        inside = (
            (seen[:, 2] > 0).all()
            and (np.abs(seen[:, 0] - width / 2) <= width * (0.5 - margin)).all()
            and (np.abs(seen[:, 1] - height / 2) <= height * (0.5 - margin)).all()
        )
        low, high = (low, middle) if inside else (middle, high)
    return replace(camera, distance=high)


def _centred(camera: Camera, points: Points, width: float, height: float) -> Camera:
    seen = camera.project(points, width, height)
    x = (seen[:, 0].min() + seen[:, 0].max()) / 2 - width / 2
    y = (seen[:, 1].min() + seen[:, 1].max()) / 2 - height / 2
    return camera.panned(float(x), float(-y), height)

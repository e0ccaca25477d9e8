"""What lies below a pixel: a ray against all boxes at once, and the line nearest to it on the screen."""

from __future__ import annotations

import numpy as np

from ui.scene3d.camera import Camera
from ui.scene3d.frame import Points


def first_box(origin: Points, direction: Points, low: Points, high: Points) -> tuple[int, float]:
    """(row of the nearest box that the ray meets, its distance); (-1, inf) where it meets none.

    Slab test: a ray is inside a box where it is between all three pairs of planes.
    """
    if not len(low):
        return -1, float("inf")
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1.0 / direction
        near, far = (low - origin) * inverse, (high - origin) * inverse
    enter = np.fmax.reduce(np.fmin(near, far), axis=1)
    leave = np.fmin.reduce(np.fmax(near, far), axis=1)
    met = (leave >= enter) & (leave > 0)
    if not met.any():
        return -1, float("inf")
    distance = np.where(met, enter, np.inf)
    row = int(distance.argmin())
    return row, float(distance[row])


def nearest_piece(
    camera: Camera, ends: Points, x: float, y: float, width: float, height: float, reach: float = 6.0
) -> tuple[int, float]:
    """(row of the piece nearest to a pixel, pixels to it); (-1, inf) beyond ``reach``. ends: (2 n, 3) scene points."""
    if not len(ends):
        return -1, float("inf")
    seen = camera.project(ends, width, height)
    a, b = seen[0::2], seen[1::2]
    along = b[:, :2] - a[:, :2]
    to = np.array([x, y]) - a[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(np.nan_to_num((to * along).sum(axis=1) / (along**2).sum(axis=1)), 0, 1)
    away = np.hypot(*(to - along * share[:, None]).T)
    away[(a[:, 2] <= 0) | (b[:, 2] <= 0)] = np.inf
    row = int(np.nanargmin(away))
    return (row, float(away[row])) if away[row] <= reach else (-1, float("inf"))

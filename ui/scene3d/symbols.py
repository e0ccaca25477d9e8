"""Which solid stands for which kind, and how large it is drawn. Sizes are drawn, not data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ui.scene3d.frame import Frame, Points
from ui.scene3d.solids import (
    Rows,
    Solids,
    Template,
    box_footprint,
    copies,
    cross_footprint,
    gabled,
    joined,
    prism,
    round_footprint,
)

_HEXAGON = prism(round_footprint(6))
_CYLINDER = prism(round_footprint(20))
_BOX = prism(box_footprint())
_LONG = prism(box_footprint(1.0, 0.5))
_CROSS = prism(cross_footprint())
_PYRAMID = prism(round_footprint(4, 45), top=0.04)
#: kind: solid, width and height in metres
_FORMS: dict[str, tuple[Template, float, float]] = {
    "substation": (_HEXAGON, 26, 38),
    "external_grid": (_HEXAGON, 40, 52),
    "generator": (_HEXAGON, 32, 44),
    "tank": (_CYLINDER, 40, 34),
    "reservoir": (_CYLINDER, 40, 34),
    "well": (_BOX, 26, 16),
    "pump_station": (_BOX, 34, 18),
    "treatment": (_BOX, 48, 22),
    "lift_station": (_BOX, 24, 14),
    "sewage_works": (_LONG, 70, 20),
    "gas_station": (_BOX, 26, 22),
    "heat_plant": (_BOX, 44, 34),
    "exchange": (_BOX, 34, 30),
    "mast": (_PYRAMID, 26, 110),
    "cabinet": (_BOX, 12, 16),
    "clinic": (_CROSS, 74, 40),
    "hospital": (_CROSS, 110, 56),
    "care_home": (_LONG, 66, 30),
    "school": (_LONG, 80, 30),
    "shelter": (_LONG, 66, 28),
    "fire_station": (_LONG, 54, 28),
}
_OTHER = (_BOX, 22.0, 18.0)
HOME_WIDTH, HOME_HEIGHT = 14.5, 15.0
_MOST_PAIRS = 20_000_000


def symbols(kinds: npt.NDArray[np.object_], xy: Points, frame: Frame) -> Solids:
    """The symbols of assets at their places."""
    at = frame.place(xy)
    parts, rows = [], []
    for kind in sorted(set(kinds)):
        chosen = np.flatnonzero(kinds == kind)
        template, width, height = _FORMS.get(kind, _OTHER)
        size = np.full(len(chosen), frame.scale)
        parts.append(copies(template, at[chosen], width * size, height * size))
        rows.append(chosen)
    return joined(parts, rows)


def homes(xy: Points, households: Points, streets: Points, frame: Frame) -> Solids:
    """Gabled boxes turned to their street; more households, a larger box."""
    at = frame.place(xy)
    angle = street_angle(xy, streets)
    draw = np.random.Generator(np.random.Philox(7))
    many = np.clip(np.nan_to_num(households, nan=1.0), 1, 40) ** 0.35
    width = HOME_WIDTH * many * draw.uniform(0.85, 1.2, len(xy)) * frame.scale
    height = HOME_HEIGHT * many * draw.uniform(0.85, 1.15, len(xy)) * frame.scale
    return copies(gabled(), at, width, height, angle)


def street_angle(xy: Points, streets: Points) -> Points:
    """The direction of the street nearest to each place; streets: (n, 4) segments x1 y1 x2 y2."""
    if not len(streets) or not len(xy):
        return np.zeros(len(xy))
    a, b = streets[:, :2], streets[:, 2:]
    length = np.hypot(*(b - a).T)
    pieces = np.maximum(np.ceil(length / 12).astype(int), 1)
    owner = np.repeat(np.arange(len(streets)), pieces)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = ((step + 0.5) / pieces[owner])[:, None]
    nearest = _nearest(xy, a[owner] * (1 - share) + b[owner] * share)
    along = (b - a)[owner[nearest]]
    return np.arctan2(along[:, 1], along[:, 0])




def _nearest(xy: Points, others: Points) -> Rows:
    """The row of the nearest of ``others`` to each place; few pairs are compared directly, which saves loading scipy."""
    if len(xy) * len(others) > _MOST_PAIRS:
        from scipy.spatial import cKDTree

        return np.asarray(cKDTree(others).query(xy)[1], dtype=np.int64)
    near = np.zeros(len(xy), dtype=np.int64)
    places, candidates = xy.astype(np.float64) - others[0], others - others[0]
    for start in range(0, len(xy), 256):
        part = places[start : start + 256]
        away = (part[:, :1] - candidates[:, 0]) ** 2 + (part[:, 1:] - candidates[:, 1]) ** 2
        near[start : start + 256] = away.argmin(axis=1)
    return near

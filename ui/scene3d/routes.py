"""Links as lines and ribbons on the ground; generated ones are dashed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.city import City
from ui.scene3d.frame import Frame, Points
from ui.scene3d.solids import Rows

DASH, GAP = 26.0, 14.0
STREET = 7.5


@dataclass(frozen=True)
class Segments:
    """Straight pieces of links: ends (n, 4) as x1 y1 x2 y2 in world metres, and the link row of each."""

    ends: Points
    owner: Rows


def segments_of(city: City, rows: Rows) -> Segments:
    """The pieces of the chosen links; links without a position are left out."""
    links = city.links
    bent = [row for row in rows if links.path[row] is not None and len(links.path[row]) > 1]
    paths = [np.asarray(links.path[row], dtype=float) for row in bent]
    straight = np.setdiff1d(rows, np.array(bent, dtype=np.int64))
    ends = [_straight(city, straight), *(np.hstack([path[:-1], path[1:]]) for path in paths)]
    owner = [straight, *(np.full(len(path) - 1, row) for row, path in zip(bent, paths, strict=True))]
    stacked, rows_of = np.vstack(ends), np.concatenate(owner)
    placed = np.isfinite(stacked).all(axis=1)
    return Segments(stacked[placed], rows_of[placed])


def _straight(city: City, rows: Rows) -> Points:
    """Ends of links without a path: those of their assets; NaN where an end has no place."""
    at, assets = city.index, city.assets
    first = np.array([at.get(name, -1) for name in city.links.start[rows]], dtype=np.int64)
    last = np.array([at.get(name, -1) for name in city.links.end[rows]], dtype=np.int64)
    xy = np.vstack([np.column_stack([assets.x, assets.y]), [[np.nan, np.nan]]])
    nowhere = len(assets)
    first = np.where((first < 0) | (first >= nowhere), nowhere, first)
    last = np.where((last < 0) | (last >= nowhere), nowhere, last)
    return np.hstack([xy[first], xy[last]])


def dashed(segments: Segments, scale: float) -> Segments:
    """Pieces of DASH metres with gaps; the phase runs on along a straight street."""
    a, b = segments.ends[:, :2], segments.ends[:, 2:]
    along = b - a
    length = np.hypot(*along.T)
    direction = along / np.maximum(length, 1e-9)[:, None]
    direction[direction[:, 0] < 0] *= -1
    middle = a.mean(axis=0) if len(a) else np.zeros(2)
    period = (DASH + GAP) * scale
    first, last = ((a - middle) * direction).sum(axis=1), ((b - middle) * direction).sum(axis=1)
    low, high = np.minimum(first, last), np.maximum(first, last)
    start = np.floor(low / period).astype(int)
    count = np.floor(high / period).astype(int) - start + 1
    owner = np.repeat(np.arange(len(a)), count)
    number = start[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    begin = np.maximum(number * period, low[owner])
    end = np.minimum(number * period + DASH * scale, high[owner])
    keep = end > begin
    owner, begin, end = owner[keep], begin[keep], end[keep]
    with np.errstate(divide="ignore", invalid="ignore"):
        span = np.where(last - first == 0, 1.0, last - first)[owner]
    t0, t1 = ((begin - first[owner]) / span)[:, None], ((end - first[owner]) / span)[:, None]
    pieces = np.hstack([a[owner] + along[owner] * t0, a[owner] + along[owner] * t1])
    return Segments(pieces, segments.owner[owner])


def on_ground(segments: Segments, frame: Frame, lift: float) -> Points:
    """(2 n, 3) scene points, two for each piece."""
    flat = segments.ends.reshape(-1, 2)
    return frame.place(flat, lift)


def ribbons(segments: Segments, frame: Frame) -> tuple[Points, Rows]:
    """(points, faces in VTK's form) of ribbons of street width, square at their ends."""
    a, b = segments.ends[:, :2], segments.ends[:, 2:]
    along = (b - a) / np.maximum(np.hypot(*(b - a).T), 1e-9)[:, None]
    half = STREET * frame.scale / 2
    side = np.column_stack([-along[:, 1], along[:, 0]]) * half
    ahead = along * half * 0.8
    corners = np.stack([a - ahead - side, b + ahead - side, b + ahead + side, a - ahead + side], axis=1).reshape(-1, 2)
    middle = np.stack([a, b, b, a], axis=1).reshape(-1, 2)
    points = np.column_stack([corners - np.array(frame.origin), frame.ground(middle) + 0.6])
    faces = np.hstack([np.full((len(a), 1), 4), np.arange(4 * len(a)).reshape(-1, 4)])
    return points, faces.reshape(-1).astype(np.int64)

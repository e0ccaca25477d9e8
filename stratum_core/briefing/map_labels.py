"""Tags beside their places, none on another: chain first, hidden where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.briefing.map_frame import Frame
from stratum_core.model.fields import Floats

FONT = 7.4  # points
MOST = 12
_HEIGHT = 12.5
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%—")


@dataclass(frozen=True)
class Box:
    """A rectangle on paper, in points, y down."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 1.5) -> bool:
        """True when the two lie closer than ``gap``."""
        return (self.left < other.right + gap and other.left < self.right + gap
                and self.top < other.bottom + gap and other.top < self.bottom + gap)

    def covered(self, points: Floats) -> int:
        """How many points lie inside."""
        return int(((points[:, 0] > self.left) & (points[:, 0] < self.right) & (points[:, 1] > self.top)
                    & (points[:, 1] < self.bottom)).sum())


@dataclass(frozen=True)
class Place:
    """Something to be labelled: where on paper, its text, the radius of its mark, and whether it is in the chain."""

    x: float
    y: float
    text: str
    radius: float
    in_chain: bool = False


@dataclass(frozen=True)
class Tag:
    """A label that found its room; far: it needs a leader line to its place."""

    box: Box
    place: Place
    far: bool


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of ``text`` in Inter, estimated by classes of letters (em: 0.30, 0.58, 0.88)."""
    ems = sum(0.31 if c in _NARROW else 0.88 if c in _WIDE else 0.66 if c.isupper() or c.isdigit() else 0.565 for c in text)
    return ems * size * (1.05 if bold else 1.0)


def placed(places: Sequence[Place], taken: Sequence[Box], crowd: Floats, frame: Frame) -> list[Tag]:
    """Tags for the first places that find room, at most ``MOST``; ``taken`` is never covered, ``crowd`` rarely."""
    blocked = [*taken, *(Box(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in places)]
    tags: list[Tag] = []
    for place in places:
        tag = _best(place, blocked, crowd, frame) if len(tags) < MOST else None
        if tag is not None:
            tags.append(tag)
            blocked.append(tag.box)
    return tags


def _best(place: Place, blocked: list[Box], crowd: Floats, frame: Frame) -> Tag | None:
    free: list[tuple[float, Tag]] = []
    for ring, gap in enumerate((4.0, 14.0, 26.0, 40.0) if place.in_chain else (4.0, 14.0, 26.0)):
        for rank, (dx, dy) in enumerate(_DIRECTIONS):
            box = _box(place, dx, dy, place.radius + gap)
            if _inside(box, frame) and not any(box.meets(other) for other in blocked):
                free.append((box.covered(crowd) + 6.0 * ring + 0.3 * rank, Tag(box, place, ring > 0)))
    return min(free, key=lambda candidate: candidate[0])[1] if free else None


def _box(place: Place, dx: int, dy: int, gap: float) -> Box:
    width = text_width(place.text, FONT, bold=place.in_chain) + 8
    x = place.x + dx * (gap + width / 2) if dx else place.x
    y = place.y + dy * (gap + _HEIGHT / 2 if not dx else max(gap * 0.7, _HEIGHT * 0.7))
    return Box(x - width / 2, y - _HEIGHT / 2, x + width / 2, y + _HEIGHT / 2)


def _inside(box: Box, frame: Frame) -> bool:
    return box.left > 3 and box.top > 3 and box.right < frame.width - 3 and box.bottom < frame.height - 3


def crowd_of(*groups: Floats) -> Floats:
    """Points that tags had better not cover, as one array."""
    return np.vstack([np.zeros((0, 2)), *groups])

"""From metres to the paper: the part of the city that the map shows, and its scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Bools, Floats

WIDTH = 516.0  # points: A4 less two margins of 14 mm
_MARGIN = 0.05
_NICE = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Frame:
    """A window of the plane on paper: its south-west corner in metres, points per metre, size in points."""

    west: float
    south: float
    scale: float
    width: float
    height: float

    def to_paper(self, points: Floats) -> Floats:
        """(n, 2) metres as (n, 2) points, y down from the top."""
        xy = np.asarray(points, dtype=float)
        return np.column_stack([(xy[:, 0] - self.west) * self.scale, self.height - (xy[:, 1] - self.south) * self.scale])

    def shows(self, paper: Floats, margin: float = 0.0) -> Bools:
        """Which points on paper lie inside the frame, less a margin in points."""
        inside: Bools = ((paper[:, 0] >= margin) & (paper[:, 0] <= self.width - margin)
                         & (paper[:, 1] >= margin) & (paper[:, 1] <= self.height - margin))
        return inside

    def scale_bar(self) -> tuple[float, float]:
        """(metres, points) of a bar of a round length, about an eighth of the width."""
        target = self.width / 8 / self.scale
        power = 10.0 ** np.floor(np.log10(target))
        metres = max((n * power for n in _NICE if n * power <= target * 1.001), default=power)
        return float(metres), float(metres * self.scale)


def frame_around(crowd: Floats, wanted: Floats, height: float) -> Frame | None:
    """The frame that holds ``crowd`` but for strays, and ``wanted`` where they lie near it; None without any point."""
    crowd = crowd[np.isfinite(crowd).all(axis=1)]
    wanted = wanted[np.isfinite(wanted).all(axis=1)]
    if not len(crowd):
        crowd = wanted
    if not len(crowd):
        return None
    low, high = np.quantile(crowd, [0.002, 0.998], axis=0)
    reach = 0.8 * max(*(high - low), 50.0)
    near = wanted[((wanted > low - reach) & (wanted < high + reach)).all(axis=1)]
    points = np.vstack([low, high, near])
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum(high - low, 1e-6 + 0.02 * max(high - low)) * (1 + 2 * _MARGIN)
    scale = float(min(WIDTH / max(size[0], 1.0), height / max(size[1], 1.0)))
    centre = (low + high) / 2
    return Frame(float(centre[0] - WIDTH / scale / 2), float(centre[1] - height / scale / 2), scale, WIDTH, height)

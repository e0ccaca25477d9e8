"""The plan of a synthetic metro: city blocks on a lattice, cut into square districts.

Positions are metres in a plane without a coordinate system. A metro here has no
river, hill or old town; only its networks and sizes are like those of a real one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats, Ints

BLOCK_M = 120.0
DISTRICT = 12  # blocks along a side
STATIONS = (9, 250)  # fewest and most substations of 110 kV
STATION_BLOCKS = 100


@dataclass(frozen=True)
class Lattice:
    """``count`` blocks in rows of ``width``; block i stands in row i // width, column i % width."""

    count: int
    width: int

    @property
    def row(self) -> Ints:
        """Row of each block."""
        return np.arange(self.count) // self.width

    @property
    def column(self) -> Ints:
        """Column of each block."""
        return np.arange(self.count) % self.width

    @property
    def xy(self) -> Floats:
        """(blocks, 2) positions in metres."""
        return np.column_stack([self.column, self.row]).astype(np.float64) * BLOCK_M

    def edges(self) -> Ints:
        """(edges, 2) blocks side by side, eastward then northward."""
        i = np.arange(self.count)
        east = i[(self.column < self.width - 1) & (i + 1 < self.count)]
        north = i[i + self.width < self.count]
        return np.vstack([np.column_stack([east, east + 1]), np.column_stack([north, north + self.width])])

    def districts(self, side: int) -> Ints:
        """District number of each block, 0 to n - 1, for squares of ``side`` blocks."""
        across = -(-self.width // side)
        _, number = np.unique(self.row // side * across + self.column // side, return_inverse=True)
        return np.asarray(number.reshape(-1), dtype=np.int64)

    def power_side(self) -> int:
        """Blocks along a power district: about a hundred blocks each, within the bounds on substations."""
        stations = min(max(self.count / STATION_BLOCKS, STATIONS[0]), STATIONS[1])
        return int(np.ceil(np.sqrt(self.count / stations)))


def lattice(count: int) -> Lattice:
    """A nearly square lattice of ``count`` blocks."""
    return Lattice(count, max(int(np.ceil(np.sqrt(count))), 1))


def middles(plan: Lattice, district: Ints) -> Ints:
    """The block nearest to the centre of each district."""
    count = np.bincount(district)
    centre = np.column_stack([np.bincount(district, plan.xy[:, k]) / count for k in (0, 1)])
    distance = np.hypot(*(plan.xy - centre[district]).T)
    order: Ints = np.lexsort((np.arange(plan.count), distance, district))
    first: Ints = order[np.searchsorted(district[order], np.arange(len(count)))]
    return first


def spread(plan: Lattice, every: int) -> Ints:
    """Blocks evenly over the plan, one of ``every``, at least one."""
    number = max(round(plan.count / every), 1)
    return ((np.arange(number) + 0.5) * plan.count / number).astype(np.int64)


def lengths(xy: Floats, ends: Ints) -> Floats:
    """Straight lengths (m) between pairs of rows of ``xy``."""
    distance: npt.NDArray[np.float64] = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    return np.round(distance, 1)

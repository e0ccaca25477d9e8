"""Which components are hit first in each replicate: given, or drawn by counter so that any thread draws the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stratum_core.cascade.propagation.kernels import draw_hits
from stratum_core.cascade.propagation.structure import Indices
from stratum_core.model.fields import Floats, Ints


class Hits(Protocol):
    """Initial failures of replicates."""

    @property
    def replicates(self) -> int:
        """How many replicates there are."""

    def take(self, first: int, count: int) -> tuple[Ints, Indices]:
        """(offset, component) of replicates ``first`` to ``first + count``; row i is offset[i]:offset[i + 1]."""


@dataclass(frozen=True)
class GivenHits:
    """Lists that somebody hands in: replicate i is component[offset[i]:offset[i + 1]]."""

    offset: Ints
    component: Indices

    @property
    def replicates(self) -> int:
        """See ``Hits``."""
        return len(self.offset) - 1

    def take(self, first: int, count: int) -> tuple[Ints, Indices]:
        """See ``Hits``."""
        offset = self.offset[first : first + count + 1]
        return offset - offset[0], self.component[offset[0] : offset[-1]]


@dataclass(frozen=True)
class DrawnHits:
    """Each component is hit independently with its own ``probability``."""

    probability: Floats
    replicates: int
    seed: int

    def take(self, first: int, count: int) -> tuple[Ints, Indices]:
        """See ``Hits``."""
        offset = np.zeros(count + 1, dtype=np.int64)
        rows = [draw_hits(self.probability, self.seed, first + row) for row in range(count)]
        offset[1:] = np.cumsum([len(row) for row in rows])
        return offset, np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)

"""One file per hazard: what it needs, its equation, units, source and range of validity.

A hazard module registers a frozen spec class; ``prepare`` reads its files and samples the
city, and the prepared hazard draws damage for any span of replicates.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.registry import Registry


class Batch(NamedTuple):
    """Damage of some replicates: rows offset[i] to offset[i + 1] belong to the i-th.

    time: hours at which the component stops; clear: hours from which repair can start (infinite:
    not within the hazard); value and threshold explain it, in the hazard's unit; rule: code of the rule.
    """

    offset: Ints
    component: Ints
    time: Floats
    clear: Floats
    value: Floats
    threshold: Floats
    rule: npt.NDArray[np.int8]


class Intensity(NamedTuple):
    """The hazard at each exposed component: its index, the greatest intensity, and the threshold's range."""

    component: Ints
    greatest: Floats
    low: Floats
    high: Floats


class Prepared(Protocol):
    """A hazard that has read its files and knows where the city is exposed."""

    unit: str
    rule: str
    source: str
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...]

    def sample(self, seed: int, first: int, count: int) -> tuple[Batch, Floats]:
        """Damage of replicates ``first`` to ``first + count``, and money lost in each (NaN without prices)."""

    def intensity(self) -> Intensity:
        """What the hazard does where, without sampling."""

    def sentence(self, value: float, threshold: float) -> str:
        """A verb phrase for the causal chain, such as 'floods'."""


class HazardSpec(Protocol):
    """A frozen spec of one hazard, as a scenario gives it."""

    def prepare(self, city: City, folder: Path) -> Prepared:
        """Read the hazard's files (relative to ``folder``) and sample them at the city's components."""


HAZARDS: Registry[type] = Registry("hazard", "stratum_core.hazards")


def joined(batches: list[Batch]) -> Batch:
    """Several hazards' damage of the same replicates, as one batch."""
    if len(batches) == 1:
        return batches[0]
    counts = [np.diff(b.offset) for b in batches]
    owner = np.concatenate([np.repeat(np.arange(len(c)), c) for c in counts])
    order = np.argsort(owner, kind="stable")
    offset = np.concatenate([[0], np.cumsum(np.sum(counts, axis=0))]).astype(np.int64)
    columns = {name: np.concatenate([getattr(b, name) for b in batches])[order] for name in Batch._fields if name != "offset"}
    return Batch(offset=offset, **columns)

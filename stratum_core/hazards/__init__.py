"""One file per hazard: what it needs, its equation, units, source and range of validity.

A hazard module registers a frozen spec class; ``prepare`` reads its files and samples the
city, and the prepared hazard draws damage for any span of replicates.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.registry import Registry


class Batch(NamedTuple):
    """Damage of some replicates: rows offset[i] to offset[i + 1] belong to the i-th.

    time: hours at which the component stops; clear: hours from which repair can start (infinite:
    not within the hazard); work: hours of repair, NaN as its kind takes; value and threshold explain it, in
    the hazard's unit; state: damage state 1 to 4, 0 for hazards without; origin: number of the hazard in the scenario.
    """

    offset: Ints
    component: Ints
    time: Floats
    clear: Floats
    work: Floats
    value: Floats
    threshold: Floats
    state: npt.NDArray[np.int8]
    origin: npt.NDArray[np.int8]


def batch(offset: Ints, component: Ints, time: Floats, clear: Floats, value: Floats, threshold: Floats, *,
          work: Floats | None = None, state: npt.NDArray[np.int8] | None = None) -> Batch:
    """Damage of one hazard; without ``work`` the kind of each component says how long its repair takes."""
    size = len(component)
    no_state, no_work = np.zeros(size, dtype=np.int8), np.full(size, np.nan)
    return Batch(offset, component, time, clear, no_work if work is None else work, value, threshold,
                 no_state if state is None else state, np.zeros(size, dtype=np.int8))


class Strain(NamedTuple):
    """What weather does to the power grid of some replicates: rows offset[i] to offset[i + 1], in order of time.

    From ``time`` (h) on, ratings of lines and cables, ratings of transformers, and demand are multiplied by the factors.
    """

    offset: Ints
    time: Floats
    lines: Floats
    transformers: Floats
    demand: Floats


def no_strain(count: int) -> Strain:
    """Nothing, for ``count`` replicates."""
    none = np.zeros(0)
    return Strain(np.zeros(count + 1, dtype=np.int64), none, none, none, none)


class Drawn(NamedTuple):
    """What a hazard does in some replicates; money: direct damage of each (NaN without prices)."""

    damage: Batch
    money: Floats
    strain: Strain


class Reason(NamedTuple):
    """Why a component stopped, for a causal chain: a verb phrase such as 'floods', and what its numbers are."""

    phrase: str
    unit: str = ""
    source: str = ""
    low: float | None = None
    high: float | None = None


class Intensity(NamedTuple):
    """The hazard at each exposed component, before anything is sampled.

    greatest: intensity (a median where it is uncertain); low, high: range of the threshold; probability: of being
    damaged; states: (n, 5) chances of damage states 0 to 4, None for hazards without states; measure, unit: of each
    row, such as PGA and g, None where all are the hazard's own.
    """

    component: Ints
    greatest: Floats
    low: Floats
    high: Floats
    probability: Floats
    states: Floats | None = None
    measure: Strings | None = None
    unit: Strings | None = None


class Prepared(Protocol):
    """A hazard that has read its files and knows where the city is exposed."""

    @property
    def unit(self) -> str:
        """Unit of its intensity; empty where it has none."""

    @property
    def rule(self) -> str:
        """Its rule, as a causal chain names it."""

    @property
    def source(self) -> str:
        """Where its numbers come from."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was noticed while reading it."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted, for print."""

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """What the hazard does in replicates ``first`` to ``first + count``."""

    def intensity(self) -> Intensity:
        """What the hazard does where, without sampling."""

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """Why ``component`` stopped, from the value and threshold of its damage."""


@dataclass(frozen=True)
class Passing:
    """A prepared hazard that passes on another one as it is; what wraps a hazard says only what it changes."""

    hazard: Prepared

    @property
    def unit(self) -> str:
        """See ``Prepared``."""
        return self.hazard.unit

    @property
    def rule(self) -> str:
        """See ``Prepared``."""
        return self.hazard.rule

    @property
    def source(self) -> str:
        """See ``Prepared``."""
        return self.hazard.source

    @property
    def warnings(self) -> tuple[str, ...]:
        """See ``Prepared``."""
        return self.hazard.warnings

    @property
    def assumptions(self) -> tuple[str, ...]:
        """See ``Prepared``."""
        return self.hazard.assumptions

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        return self.hazard.sample(seed, first, count)

    def intensity(self) -> Intensity:
        """See ``Prepared``."""
        return self.hazard.intensity()

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``."""
        return self.hazard.reason(component, value, threshold)


class HazardSpec(Protocol):
    """A frozen spec of one hazard, as a scenario gives it."""

    def prepare(self, city: City, folder: Path) -> Prepared:
        """Read the hazard's files (relative to ``folder``) and sample them at the city's components."""


@runtime_checkable
class Later(Protocol):
    """A spec that can move its own hours, so that whoever reads it finds them where they happen."""

    def later(self, at_h: float) -> HazardSpec:
        """The same hazard ``at_h`` hours later."""


T = TypeVar("T", Batch, Strain)

HAZARDS: Registry[type] = Registry("hazard", "stratum_core.hazards")


def together(drawn: list[Drawn]) -> Drawn:
    """Several hazards of the same replicates as one; ``origin`` tells them apart, and strains of the grid multiply."""
    batches = [d.damage._replace(origin=np.full(len(d.damage.component), i, dtype=np.int8)) for i, d in enumerate(drawn)]
    return Drawn(_stacked(batches), np.sum([d.money for d in drawn], axis=0), _strains([d.strain for d in drawn]))


def _strains(strains: list[Strain]) -> Strain:
    """Several strains as one: at every time of any of them the product of the factors then in force."""
    some = [strain for strain in strains if len(strain.time)]
    if len(some) < 2:
        return some[0] if some else strains[0]
    alone = [[_some(s, np.array([i])) for s in some] for i in range(len(some[0].offset) - 1)]
    times = [np.unique(np.concatenate([s.time for s in each])) for each in alone]
    offset = np.concatenate([[0], np.cumsum([len(t) for t in times])]).astype(np.int64)
    factors = {
        name: np.concatenate([_product(each, name, at) for each, at in zip(alone, times, strict=True)])
        for name in ("lines", "transformers", "demand")
    }
    return Strain(offset, np.concatenate(times), **factors)


def _product(strains: list[Strain], name: str, times: Floats) -> Floats:
    """The product of one factor of several strains of one replicate."""
    found: Floats = np.prod([_in_force(strain, name, times) for strain in strains], axis=0)
    return found


def _in_force(strain: Strain, name: str, times: Floats) -> Floats:
    """A factor of one replicate at ``times``; 1 before its first."""
    found: Floats = np.append(1.0, getattr(strain, name))[np.searchsorted(strain.time, times, side="right")]
    return found


def _stacked(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    counts = [np.diff(b.offset) for b in batches]
    owner = np.concatenate([np.repeat(np.arange(len(c)), c) for c in counts])
    order = np.argsort(owner, kind="stable")
    offset = np.concatenate([[0], np.cumsum(np.sum(counts, axis=0))]).astype(np.int64)
    columns = {name: np.concatenate([getattr(b, name) for b in batches])[order] for name in Batch._fields if name != "offset"}
    return Batch(offset=offset, **columns)


def taken(drawn: Drawn, rows: Ints) -> Drawn:
    """Some of the replicates, by their place in ``drawn``."""
    damage, strain = _some(drawn.damage, rows), _some(drawn.strain, rows)
    return Drawn(damage, drawn.money[rows], strain)


def _some(table: T, rows: Ints) -> T:
    counts = np.diff(table.offset)[rows]
    offset = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    picked = np.repeat(table.offset[rows] - offset[:-1], counts) + np.arange(offset[-1])
    return table._replace(offset=offset, **{name: getattr(table, name)[picked] for name in table._fields if name != "offset"})

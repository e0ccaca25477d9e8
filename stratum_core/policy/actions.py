"""What can be changed about a city before an event, and the job that has the change in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.crews.compiled import compile_crews
from stratum_core.cascade.run import CascadeJob
from stratum_core.errors import unknown
from stratum_core.hazards import Batch, Drawn, Passing
from stratum_core.hazards.outage import OutageSpec, PreparedOutage
from stratum_core.model.fields import Ints
from stratum_core.model.spec import CrewSpec
from stratum_core.sectors.network import Needs

_FOR_GOOD_H = 1e4


@dataclass(frozen=True)
class Break:
    """The component is out from the start and stays out."""

    component: int


@dataclass(frozen=True)
class Protect:
    """The hazard does not damage the component: hardened, raised, guarded or mended in time."""

    component: int


@dataclass(frozen=True)
class Reserve:
    """The component gets ``hours`` of its own reserve against every loss of input."""

    component: int
    hours: float


@dataclass(frozen=True)
class CrewCount:
    """``number`` repair crews in one sector; 0: as many as there is damage. InputError for a sector without crews."""

    sector: str
    number: int

    def __post_init__(self) -> None:
        known = [f.name for f in fields(CrewSpec)]
        if self.sector not in known:
            raise unknown("crew", self.sector, known, where="crews")


Action = Break | Protect | Reserve | CrewCount


def altered(job: CascadeJob, actions: Sequence[Action]) -> CascadeJob:
    """The job with ``actions`` in it; base case and random numbers stay as they are."""
    compiled = job.compiled
    reserves = {a.component: a.hours for a in actions if isinstance(a, Reserve)}
    if reserves:
        compiled = replace(compiled, needs=_with_reserves(compiled.needs, reserves))
    numbers = {a.sector: a.number for a in actions if isinstance(a, CrewCount)}
    if numbers:
        compiled = _with_crews(compiled, numbers)
    protected = np.array(sorted({a.component for a in actions if isinstance(a, Protect)}), dtype=np.int64)
    broken = np.array(sorted({a.component for a in actions if isinstance(a, Break)}), dtype=np.int64)
    hazards = tuple(Shielded(h, protected) for h in job.hazards) if len(protected) else job.hazards
    if len(broken):
        ids = tuple(str(compiled.city.component_ids[c]) for c in broken)
        hazards = (*hazards, PreparedOutage(OutageSpec(ids, lasts_h=_FOR_GOOD_H), broken))
    return CascadeJob(compiled, hazards)


def _with_reserves(needs: Needs, hours: dict[int, float]) -> Needs:
    low, mode, high = needs.buffer_low.copy(), needs.buffer.copy(), needs.buffer_high.copy()
    for component, reserve in hours.items():
        for column in (low, mode, high):
            column[needs.dependent == component] = reserve
    return needs._replace(buffer_low=low, buffer=mode, buffer_high=high)


def _with_crews(compiled: Compiled, numbers: dict[str, int]) -> Compiled:
    repair = replace(compiled.spec.repair, crews=replace(compiled.spec.repair.crews, **numbers))
    crews, _ = compile_crews(compiled.city, compiled.network, compiled.base, compiled.people, compiled.needs, repair)
    return replace(compiled, crews=crews, spec=replace(compiled.spec, repair=repair))


@dataclass(frozen=True)
class Shielded(Passing):
    """A hazard that spares some components. Its money stays: what protection saves of it is not known by component."""

    spared: Ints

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``; the damage of the spared is left out."""
        drawn = self.hazard.sample(seed, first, count)
        return drawn._replace(damage=_without(drawn.damage, self.spared))


def _without(batch: Batch, spared: Ints) -> Batch:
    kept = ~np.isin(batch.component, spared)
    before = np.concatenate([[0], np.cumsum(kept)])
    columns = {name: getattr(batch, name)[kept] for name in Batch._fields if name != "offset"}
    return Batch(offset=before[batch.offset].astype(np.int64), **columns)

"""N-1 and N-2 by consequence: each outage is run through the cascade, for a stated time and without repair.

People-hours are summed over services: somebody without power and water for an hour counts twice, and
says so in ``people_hours`` by service. All reserves have their most likely size; nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.run import CascadeJob
from stratum_core.ensemble import run_in_order
from stratum_core.errors import InputError
from stratum_core.hazards import Drawn, batch, no_strain
from stratum_core.model.fields import Floats, Ints
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.network import SINK

SCHEMA = "stratum.consequence/1"
CHUNK = 100
#: pairs are looked for among this many components
PAIRED = 90
#: bounds of the distribution, as shares of all that could be lost
BOUNDS = (0.0, 0.001, 0.01, 0.05, 0.2, 1.0)


@dataclass(frozen=True)
class Outage:
    """One outage of one or two components. people_hours: over all services; alone: what each loses by itself.

    lost: components that go down, the outaged ones included.
    """

    rank: int
    assets: tuple[str, ...]
    names: tuple[str, ...]
    people_hours: float
    by_service: dict[str, float]
    alone: tuple[float, ...]
    lost: int


@dataclass(frozen=True)
class Band:
    """How many outages lose between ``low`` (excluded; 0 is: nothing at all) and ``high`` of what could be lost."""

    low: float
    high: float
    outages: int
    share: float


@dataclass(frozen=True)
class Consequences:
    """All single outages and the worst pairs.

    measure: people-hours, or components down where the project has no people. most: what would
    be lost if everything were. distribution: of all single outages.
    """

    schema: str
    hours: float
    evaluated: int
    measure: str
    most: float
    singles: tuple[Outage, ...]
    pairs: tuple[Outage, ...]
    pairs_evaluated: int
    distribution: tuple[Band, ...]


def consequences(
    compiled: Compiled,
    *,
    top: int = 20,
    threads: int = 1,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Consequences:
    """Run every single outage, and pairs among the worst and among alternatives of one need. ``top`` of each are kept.

    ``compiled`` has the horizon; customers' own connections are not taken out one by one. Raises
    InputError for a city without components, Cancelled, EngineError.
    """
    calm, chosen, token = _calm(compiled), candidates(compiled), cancel or CancelToken()
    singles = _run(calm, [(int(c),) for c in chosen], threads, progress, token)
    weight = _weight(compiled, singles)
    pairs = _pairs(compiled, chosen, weight)
    doubles = _run(calm, pairs, threads, progress, token)
    alone = dict(zip(chosen.tolist(), weight.tolist(), strict=True))
    return Consequences(
        schema=SCHEMA,
        hours=float(compiled.timing.steps * compiled.timing.step),
        evaluated=len(chosen),
        measure="people-hours over all services" if _has_people(compiled) else "components down",
        most=_most(compiled),
        singles=_ranked(compiled, [(int(c),) for c in chosen], singles, weight, alone, top),
        pairs=_ranked(compiled, pairs, doubles, _extra(compiled, pairs, doubles, alone), alone, top),
        pairs_evaluated=len(pairs),
        distribution=_distribution(weight / _most(compiled)),
    )


def candidates(compiled: Compiled) -> Ints:
    """Components that work and are no customer's own connection; raises InputError where there is none."""
    chosen = np.flatnonzero((compiled.network.role != SINK) & compiled.base.up)
    if not len(chosen):
        raise InputError("there is nothing that works in this project", repair="import a network first")
    return chosen


def shares_lost(
    compiled: Compiled, chosen: Ints, *, threads: int = 1, progress: Progress = silent, cancel: CancelToken | None = None
) -> Floats:
    """(chosen,) what each single outage loses, as share of all that could be lost; a component itself does not count.

    Raises Cancelled, EngineError.
    """
    found = _run(_calm(compiled), [(int(c),) for c in chosen], threads, progress, cancel or CancelToken())
    itself = 0.0 if _has_people(compiled) else 1.0
    return (_weight(compiled, found) - itself) / _most(compiled)


def outage_of(compiled: Compiled, component: int) -> Outage:
    """What one outage loses, whether it loses anything or not; rank 0."""
    found = _run(_calm(compiled), [(component,)], 1, silent, CancelToken())
    return _outage(compiled, 0, (component,), found, 0, {component: float(_weight(compiled, found)[0])})


def _calm(compiled: Compiled) -> Compiled:
    """Without repairs and without chance: every reserve has its most likely size."""
    needs = compiled.needs._replace(buffer_low=compiled.needs.buffer, buffer_high=compiled.needs.buffer)
    timing = compiled.timing._replace(repairs=False)
    return replace(compiled, needs=needs, timing=timing, watched=np.zeros(0, dtype=np.int64))


@dataclass
class _Outages:
    """Sets of components that are out from the start, one set after the other, in chunks for an executor."""

    job: CascadeJob
    sets: Sequence[tuple[int, ...]]
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Chunks in all."""
        return -(-len(self.sets) // CHUNK)

    def run_chunk(self, number: int) -> tuple[Floats, Ints]:
        """(outages, services) people-hours and (outages,) components down."""
        sets = self.sets[number * CHUNK : (number + 1) * CHUNK]
        sums = self.job.run_drawn(_drawn(sets), np.zeros(len(sets), dtype=np.int64), self.stop)
        return sums.people_hours, sums.size


def _drawn(sets: Sequence[tuple[int, ...]]) -> Drawn:
    components = np.array([c for chosen in sets for c in chosen], dtype=np.int64)
    offset = np.concatenate([[0], np.cumsum([len(chosen) for chosen in sets])]).astype(np.int64)
    nothing, never = np.zeros(len(components)), np.full(len(components), np.inf)
    return Drawn(batch(offset, components, nothing, never, nothing, nothing), np.zeros(len(sets)), no_strain(len(sets)))


def _run(
    compiled: Compiled, sets: Sequence[tuple[int, ...]], threads: int, progress: Progress, cancel: CancelToken
) -> tuple[Floats, Ints]:
    """(outages, services) people-hours beyond those of the undamaged city, and (outages,) components down."""
    job = _Outages(CascadeJob(compiled, ()), sets)
    parts = list(run_in_order(job, threads=threads, progress=progress, cancel=cancel))
    services = compiled.people.services
    hours = np.concatenate([np.zeros((0, services)), *(h for h, _ in parts)])
    size = np.concatenate([np.zeros(0, dtype=np.int64), *(s for _, s in parts)])
    undamaged = np.round(compiled.base.without, 6) * compiled.timing.steps * compiled.timing.step
    return np.maximum(hours - undamaged, 0.0), size


def _has_people(compiled: Compiled) -> bool:
    return bool(compiled.people.total.sum() > 0)


def _most(compiled: Compiled) -> float:
    """What would be lost if everything were out for the whole time."""
    hours = compiled.timing.steps * compiled.timing.step
    return float(compiled.people.people.sum() * hours) if _has_people(compiled) else float(compiled.base.up.sum())


def _weight(compiled: Compiled, found: tuple[Floats, Ints]) -> Floats:
    hours, size = found
    return hours.sum(axis=1) if _has_people(compiled) else size.astype(float)


def _extra(compiled: Compiled, pairs: Sequence[tuple[int, ...]], found: tuple[Floats, Ints], alone: dict[int, float]) -> Floats:
    """What a pair loses beyond what its two lose one by one: joint failures that no single outage shows."""
    single = np.array([alone[a] + alone[b] for a, b in pairs]) if len(pairs) else np.zeros(0)
    return np.maximum(_weight(compiled, found) - single, 0.0)


def _pairs(compiled: Compiled, chosen: Ints, weight: Floats) -> list[tuple[int, ...]]:
    """Pairs among the worst single outages and the alternatives of needs, sources first."""
    needs = compiled.needs
    several = np.flatnonzero(np.diff(needs.member_ptr) > 1)
    rivals = [m for g in several for m in needs.member_list[needs.member_ptr[g] : needs.member_ptr[g + 1]]]
    ties = [n for tie in compiled.network.tie_list for n in (compiled.network.start[tie], compiled.network.end[tie])]
    known = set(chosen.tolist())
    ranked = chosen[np.argsort(-weight, kind="stable")]
    members = list(
        dict.fromkeys(
            [
                *(int(m) for m in rivals if m in known),
                *ranked[: PAIRED // 2].tolist(),
                *(int(t) for t in ties if t in known),
                *ranked.tolist(),
            ]
        )
    )[:PAIRED]
    return list(combinations(sorted(members), 2))


def _ranked(
    compiled: Compiled,
    sets: Sequence[tuple[int, ...]],
    found: tuple[Floats, Ints],
    by: Floats,
    alone: dict[int, float],
    top: int,
) -> tuple[Outage, ...]:
    weight = _weight(compiled, found)
    order = np.lexsort((np.arange(len(by)), -weight, -by))[:top]
    return tuple(_outage(compiled, rank, sets[i], found, i, alone) for rank, i in enumerate(order, start=1) if by[i] > 0)


def _outage(
    compiled: Compiled, rank: int, chosen: tuple[int, ...], found: tuple[Floats, Ints], row: int, alone: dict[int, float]
) -> Outage:
    ids, names, hours = compiled.city.component_ids, compiled.city.component_names, found[0][row]
    return Outage(
        rank=rank,
        assets=tuple(str(ids[c]) for c in chosen),
        names=tuple(str(names[c]) for c in chosen),
        people_hours=float(hours.sum()),
        by_service=dict(zip(compiled.services, hours.tolist(), strict=True)),
        alone=tuple(alone[c] for c in chosen),
        lost=int(found[1][row]),
    )


def _distribution(shares: Floats) -> tuple[Band, ...]:
    bands = [Band(0.0, 0.0, int((shares <= 0).sum()), float((shares <= 0).mean()))]
    for low, high in pairwise(BOUNDS):
        inside = (shares > low) & (shares <= high * (1 + 1e-9))
        bands.append(Band(low, high, int(inside.sum()), float(inside.mean())))
    return tuple(bands)

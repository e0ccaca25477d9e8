"""Who waits for which jobs: damage passed down the usual way of supply and along needs, to the people at its end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.model.fields import Bools, Ints
from stratum_core.pipeline.restoring.damage import Damage
from stratum_core.sectors.network import SOURCE

#: people who wait for the same jobs and get service at different hours for other reasons are so many groups
BINS = 4


@dataclass(frozen=True)
class Waiting:
    """People who wait for the same jobs. earliest: hour before which they are not served for other reasons; services: by code."""

    people: float
    jobs: tuple[int, ...]
    earliest: float
    services: dict[int, float]


@dataclass(frozen=True)
class Supply:
    """The usual way of supply of a compiled city. above: what each component is supplied through, -1 for none."""

    compiled: Compiled

    @cached_property
    def above(self) -> Ints:
        """Source, node, link, node and so on, and what hangs on a node below it."""
        network, base = self.compiled.network, self.compiled.base
        above = np.full(len(network.sector), -1, dtype=np.int64)
        fed = np.flatnonzero(base.parent >= 0)
        above[base.parent_link[fed]] = base.parent[fed]
        above[fed] = base.parent_link[fed]
        hanging, source = network.attach >= 0, network.role == SOURCE
        above[hanging & ~source] = network.attach[hanging & ~source]
        single = np.flatnonzero(hanging & source)
        node, at, count = np.unique(network.attach[single], return_index=True, return_counts=True)
        alone = (count == 1) & (above[node] < 0)
        above[node[alone]] = single[at[alone]]
        return above

    @cached_property
    def below(self) -> dict[int, list[int]]:
        """The other way round."""
        found: dict[int, list[int]] = defaultdict(list)
        for component in np.flatnonzero(self.above >= 0).tolist():
            found[int(self.above[component])].append(component)
        return found

    def waiting(self, damage: Damage, down: Bools) -> list[Waiting]:
        """Groups of people behind the jobs of ``damage``, of the suppliers that go ``down``."""
        blocked, until = self._passed_down(damage)
        people, rows = self.compiled.people, defaultdict(list)
        for supplier in people.suppliers.tolist():
            mask = blocked.get(supplier, 0)
            if mask and down[supplier]:
                rows[mask].append((until.get(supplier, 0.0), supplier))
        found = []
        for mask in sorted(rows):
            jobs = tuple(i for i in range(len(damage.component)) if mask >> i & 1)
            soonest = float((damage.ready[list(jobs)] + damage.hours[list(jobs)]).max())
            found += [_group(self.compiled, jobs, part) for part in _parts(sorted(rows[mask]), soonest)]
        return [group for group in found if group.people > 0]

    def _passed_down(self, damage: Damage) -> tuple[dict[int, int], dict[int, float]]:
        """By component: the jobs that it waits for, as bits, and the hour before which it is not back for other reasons."""
        needs, below = self.compiled.needs, self.below
        own = {int(c): 1 << i for i, c in enumerate(damage.component)}
        blocked: dict[int, int] = dict(own)
        until = {int(c): float(damage.mended[c]) for c in np.flatnonzero(damage.mended > 0)}
        queue = [*blocked, *until]
        while queue:
            component = queue.pop()
            jobs, hour = blocked.get(component, 0), until.get(component, 0.0)
            told = [(other, jobs, hour) for other in below.get(component, ())]
            for group in needs.use_list[needs.use_ptr[component] : needs.use_ptr[component + 1]].tolist():
                told.append((int(needs.dependent[group]), *self._lost(group, blocked, until, damage)))
            for other, more, later in told:
                before = blocked.get(other, 0), until.get(other, 0.0)
                after = before[0] | more, max(before[1], later)
                if after != before:
                    blocked[other], until[other] = after
                    queue.append(other)
        return blocked, until

    def _lost(self, group: int, blocked: dict[int, int], until: dict[int, float], damage: Damage) -> tuple[int, float]:
        """What a need waits for: the jobs of as many suppliers as it takes, those of least work first."""
        needs = self.compiled.needs
        members = needs.member_list[needs.member_ptr[group] : needs.member_ptr[group + 1]].tolist()
        ways = sorted((_work(blocked.get(m, 0), damage), until.get(m, 0.0), blocked.get(m, 0)) for m in members)
        jobs, hour = 0, 0.0
        for _, later, mask in ways[: int(needs.needed[group])]:
            jobs, hour = jobs | mask, max(hour, later)
        return jobs, hour


def _work(mask: int, damage: Damage) -> float:
    return float(sum(damage.hours[i] for i in range(len(damage.component)) if mask >> i & 1))


def _parts(rows: list[tuple[float, int]], soonest: float) -> list[list[tuple[float, int]]]:
    """Suppliers with the same jobs, in at most BINS parts by hour; what is before the jobs can end makes no difference."""
    early = [row for row in rows if row[0] <= soonest]
    late = rows[len(early) :]
    size = max(-(-len(late) // (BINS - 1)), 1)
    return [part for part in (early, *(late[i : i + size] for i in range(0, len(late), size))) if part]


def _group(compiled: Compiled, jobs: tuple[int, ...], rows: list[tuple[float, int]]) -> Waiting:
    people, services = compiled.people, defaultdict[int, float](float)
    weighted = 0.0
    for hour, supplier in rows:
        for row in range(people.ptr[supplier], people.ptr[supplier + 1]):
            services[int(people.service[row])] += float(people.people[row])
            weighted += float(people.people[row]) * hour
    total = sum(services.values())
    return Waiting(total, jobs, weighted / total if total else 0.0, dict(services))

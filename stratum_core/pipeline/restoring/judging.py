"""Every method's order of a replicate, run through the cascade by ``Crews.rank`` with the replicate's own random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import Sums
from stratum_core.model.fields import Ints
from stratum_core.pipeline.restoring.damage import damage_of
from stratum_core.pipeline.restoring.planning import Task, task
from stratum_core.pipeline.restoring.waiting import Supply
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.learned.shipped import shipped
from stratum_core.policy.restoration.orders import (
    EXACT_MOST,
    Order,
    budget,
    carried_out,
    exact,
    first_come,
    greedy,
    local_search,
    smith,
)

#: the cascade's own order, and what happens where no crew goes out
OWN, NONE, EXACT = "people downstream", "no crews", "exact"
#: share of those without service at the worst hour who are still without, when nine in ten have it back
LEFT = 0.1

METHODS: dict[str, tuple[str, Callable[[Instance], Order | None]]] = {
    "first come": ("as damage can be reached, nobody weighs anything", first_come),
    "smith": ("most people per hour of repair first (Smith 1956)", smith),
    "greedy": ("most people per hour of repair and drive, looking ahead to who needs several jobs", greedy),
    "learned": ("the trained net, best of 33 orders tried on the model", lambda given: shipped().best_of(given)),
    "local search": (
        "the lowest of up to 20,000 orders tried on the model",
        lambda given: local_search(given, budget=budget(given.jobs)),
    ),
    EXACT: ("the least of all orders of the model", lambda given: exact(given) if given.jobs <= EXACT_MOST else None),
}
MEANINGS = {
    NONE: "what waits for a crew stays damaged",
    OWN: "the cascade's own order: most people downstream first",
    **{name: meaning for name, (meaning, _) in METHODS.items()},
}


@dataclass(frozen=True)
class Judged:
    """People-hours of one order in one replicate; told: by the plan's model; hours_to_90 NaN where it does not come to it."""

    people_hours: float
    told: float
    hours_to_90: float


@dataclass
class JudgingJob:
    """Every method on each of ``numbers``, a replicate a chunk."""

    job: CascadeJob
    numbers: Ints
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    def __post_init__(self) -> None:
        self.supply = Supply(self.job.compiled)
        _ = self.supply.above, self.supply.below  # before threads share it

    @property
    def chunks(self) -> int:
        """Replicates."""
        return len(self.numbers)

    def run_chunk(self, number: int) -> tuple[int, dict[str, Judged]]:
        """Jobs to be put in order, and what each method comes to; a method without an answer here is left out."""
        replicate = int(self.numbers[number])
        own, plan = self.planned(replicate)
        idle = _judged(self._without_crews(replicate), np.nan)
        standing = _judged(own, own_order(self.job, plan).people_hours)
        found, seen = {NONE: idle, OWN: standing}, {b"": standing}
        if plan.given.jobs < 2 or not plan.groups:
            return 0, found | dict.fromkeys(METHODS, standing)
        for name, (_, find) in METHODS.items():
            order = find(plan.given)
            if order is None:
                continue
            key = order.jobs.tobytes()
            if key not in seen:
                seen[key] = _judged(
                    self._ranked(plan, order).run_replicates(np.array([replicate]), self.stop).sums, order.people_hours
                )
            found[name] = seen[key]
        return plan.given.jobs, found

    def planned(self, replicate: int) -> tuple[Sums, Task]:
        """The replicate in the cascade's own order, and its damage as a task."""
        own = self.job.run_replicates(np.array([replicate]), self.stop).sums
        down = np.unpackbits(own.down[0], count=len(self.job.compiled.kinds), bitorder="little").astype(bool)
        return own, task(self.supply, damage_of(self.job, replicate), down)

    def _ranked(self, plan: Task, order: Order) -> CascadeJob:
        compiled = self.job.compiled
        rank = compiled.crews.rank.copy()
        rank[plan.component[order.jobs]] = len(rank) + np.arange(len(order.jobs), 0, -1)
        return CascadeJob(replace(compiled, crews=compiled.crews._replace(rank=rank)), self.job.hazards)

    def _without_crews(self, replicate: int) -> Sums:
        drawn, skilled = self.job.drawn(replicate, 1), self.job.compiled.crews.skilled
        clear = np.where(skilled[drawn.damage.component] >= 0, np.inf, drawn.damage.clear)
        return self.job.run_drawn(drawn._replace(damage=drawn.damage._replace(clear=clear)), np.array([replicate]), self.stop)


def own_order(job: CascadeJob, plan: Task) -> Order:
    """The cascade's own order as the plan's model carries it out."""
    return carried_out(plan.given, np.argsort(-job.compiled.crews.rank[plan.component], kind="stable"))


def _judged(sums: Sums, told: float) -> Judged:
    without = sums.series[0].sum(axis=0)
    over = np.flatnonzero(without > LEFT * without.max())
    back = int(over[-1]) + 1 if len(over) else 0
    return Judged(float(sums.people_hours.sum()), told, float(back) if back < len(without) else np.nan)

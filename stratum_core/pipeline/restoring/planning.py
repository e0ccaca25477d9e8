"""The damage of one replicate as an instance of ``policy.restoration``, and orders of it by every method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Bools, Ints
from stratum_core.pipeline.restoring.damage import Damage
from stratum_core.pipeline.restoring.waiting import Supply, Waiting
from stratum_core.pipeline.restoring.ways import ways
from stratum_core.policy.restoration.instance import Instance, instance


@dataclass(frozen=True)
class Task:
    """An instance, the component of each job and who waits in each group; cut_off: damage that no road leads to."""

    given: Instance
    component: Ints
    groups: tuple[Waiting, ...]
    cut_off: Ints


def task(supply: Supply, damage: Damage, down: Bools) -> Task:
    """What crews have to do; jobs that no road leads to are left out, with the people who wait for them."""
    compiled = supply.compiled
    crews = compiled.crews
    drive, from_h = ways(compiled, damage.component, damage.mended)
    drive, from_h = drive[crews.depot], from_h[crews.depot]
    able = crews.skill[:, None] == crews.skilled[damage.component]
    reached = (np.isfinite(from_h) & able).any(axis=0)
    number = np.cumsum(reached) - 1
    groups = [group for group in supply.waiting(damage, down) if all(reached[job] for job in group.jobs)]
    groups = [Waiting(g.people, tuple(int(number[job]) for job in g.jobs), g.earliest, g.services) for g in groups]
    travel = drive[:, reached]
    given = instance(
        damage.hours[reached],
        [(group.people, group.jobs) for group in groups],
        ready=np.maximum(damage.ready, from_h)[:, reached],
        skill=crews.skilled[damage.component[reached]],
        crew_skill=crews.skill,
        travel=np.where(np.isfinite(travel), travel, 0.0),  # where no road leads there the crew never sets out
        earliest=[group.earliest for group in groups],
        step=compiled.timing.step,
    )
    return Task(given, damage.component[reached], tuple(groups), damage.component[~reached])

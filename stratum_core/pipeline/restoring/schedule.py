"""An order as a schedule: which crew leaves when for what, and who gets service back at its end."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.model.restoration_results import RepairStep
from stratum_core.pipeline.restoring.planning import Task
from stratum_core.policy.restoration.orders import Order
from stratum_core.sectors import sectors_in_order


def steps(job: CascadeJob, plan: Task, order: Order) -> tuple[RepairStep, ...]:
    """Jobs as they begin; people are told of at the last of the jobs that they wait for."""
    city, given, sectors = job.compiled.city, plan.given, [sector.name for sector in sectors_in_order()]
    served: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for group in plan.groups:
        last = max(group.jobs, key=lambda at: (order.finish[at], at))
        for code, people in group.services.items():
            served[last][job.compiled.services[code]] += people
    found = []
    for at, component in enumerate(plan.component.tolist()):
        crew = int(order.crew[at])
        skill, drive, work = int(given.crew_skill[crew]), float(given.travel[crew, at]), float(given.hours[at])
        found.append(
            RepairStep(
                asset=str(city.component_ids[component]),
                name=str(city.component_names[component]),
                kind=job.compiled.kinds[component].name,
                sector=sectors[skill],
                crew=int((given.crew_skill[: crew + 1] == skill).sum()),
                # jobs begin on the cascade's steps; the end was rounded up to one
                leaves_h=float(np.floor((order.finish[at] - drive - work) / given.step + 1e-9) * given.step),
                drive_h=drive,
                work_h=work,
                done_h=float(order.finish[at]),
                served=dict(served[at]),
            )
        )
    return tuple(sorted(found, key=lambda step: (step.leaves_h, step.asset)))

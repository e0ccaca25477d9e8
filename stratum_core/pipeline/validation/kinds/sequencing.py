"""Case kind: in which order jobs are repaired, by every method, the least, and over all orders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.policy.restoration.instance import Instance, instance
from stratum_core.policy.restoration.learned.shipped import shipped
from stratum_core.policy.restoration.orders import (
    BUDGET,
    EVERY_MOST,
    EXACT_MOST,
    SEED,
    exact,
    first_come,
    greedy,
    local_search,
    of_all_orders,
    smith,
)


@KINDS.register("sequencing")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """People-hours by each method; those that try everything where there are few jobs."""
    given = _instance(inputs)
    searched = local_search(given, budget=int(inputs.get("budget", BUDGET)), seed=int(inputs.get("seed", SEED)))
    best = exact(given, start=searched) if given.jobs <= EXACT_MOST else None
    least, mean, worst = of_all_orders(given) if given.jobs <= EVERY_MOST else (None, None, None)
    return {
        "optimum": None if best is None else best.people_hours,
        "order": None if best is None else best.jobs.tolist(),
        "least_order": least,
        "mean_order": mean,
        "worst": worst,
        "smith": smith(given).people_hours,
        "greedy": greedy(given).people_hours,
        "local_search": searched.people_hours,
        "learned": shipped().order(given).people_hours,
        "first_come": first_come(given).people_hours,
    }


def _instance(inputs: Mapping[str, Any]) -> Instance:
    jobs = len(inputs["hours"])
    alone, crews = inputs.get("weights", []), inputs.get("crews", 1)
    if alone and len(alone) != jobs:
        raise InputError(f"{len(alone)} weights are given for {jobs} jobs", where="inputs.weights", repair="give one for each")
    crew_skill = [0] * crews if isinstance(crews, int) else crews
    travel = inputs.get("travel")
    if travel and not isinstance(travel[0], list):
        travel = np.tile(travel, (len(crew_skill), 1))
    groups = [(people, [job]) for job, people in enumerate(alone)]
    return instance(
        inputs["hours"],
        [*groups, *((group["people"], group["jobs"]) for group in inputs.get("groups", []))],
        ready=inputs.get("ready"),
        skill=inputs.get("skills"),
        crew_skill=crew_skill,
        travel=travel,
        between=inputs.get("between"),
        step=float(inputs.get("step", 0.0)),
    )

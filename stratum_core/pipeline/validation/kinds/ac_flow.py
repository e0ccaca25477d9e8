"""Case kind: AC power flow of a MATPOWER case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import unknown
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.matpower_case import read_ac
from stratum_core.sectors.power.ac import AcProblem, ac_flow


@KINDS.register("ac_flow")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Losses, voltages and flows; buses and branches go by the file's own numbers."""
    grid, problem = read_ac(inputs, folder)
    branches, buses = ([name.rsplit("/", 1)[-1] for name in names] for names in (grid.branches, grid.buses))
    problem = without(problem, branches, inputs.get("outage", ()))
    found = ac_flow(problem)
    if not found.converged:
        return {"converged": False, "iterations": found.steps, "losses_mw": None, "slack_mw": None, "voltage_pu": {},
                "angle_deg": {}, "flow_mw": {}, "flow_mvar": {}}
    served = {bus: i for i, bus in enumerate(buses) if not np.isnan(found.voltage[i])}
    at_reference = found.injection[problem.reference] - problem.injection[problem.reference]
    return {
        "converged": True,
        "iterations": found.steps,
        "losses_mw": found.losses,
        "slack_mw": float((grid.generation[problem.reference] + at_reference.real).sum()),
        "voltage_pu": {bus: float(found.magnitude[i]) for bus, i in served.items()},
        "angle_deg": {bus: float(np.angle(found.voltage[i], deg=True)) for bus, i in served.items()},
        "flow_mw": dict(zip(branches, found.sent.real.tolist(), strict=True)),
        "flow_mvar": dict(zip(branches, found.sent.imag.tolist(), strict=True)),
    }


def without(problem: AcProblem, branches: list[str], numbers: Any) -> AcProblem:
    """``problem`` with some branches out; raises InputError for an unknown number."""
    usable = problem.usable.copy()
    for number in numbers:
        if str(number) not in branches:
            raise unknown("branch", str(number), branches, where="inputs.outage")
        usable[branches.index(str(number))] = False
    return AcProblem(**{**vars(problem), "usable": usable})

"""Case kind: single branch outages by distribution factors, against a fresh solve of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.kinds.dc_flow import bridges
from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.dc_flow import dc_flow
from stratum_core.sectors.power.screening import screened_flow


@KINDS.register("dc_screening")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The greatest difference over all non-bridge branches in service, and the flows after each outage if asked for."""
    problem = read_grid(inputs, folder)
    numbers = [name.rsplit("/", 1)[-1] for name in problem.branches]
    base, split = dc_flow(problem).flow, set(bridges(problem))
    worst, after = 0.0, {}
    candidates = [int(i) for i in np.flatnonzero(problem.usable) if int(i) not in split]
    for branch in candidates:
        out = np.zeros(len(numbers), dtype=np.bool_)
        out[branch] = True
        flows = screened_flow(problem, base, branch)
        worst = max(worst, float(np.abs(flows - dc_flow(problem, out).flow).max()))
        if int(numbers[branch]) in inputs.get("show", ()):
            after[numbers[branch]] = dict(zip(numbers, flows.tolist(), strict=True))
    return {"max_difference_mw": worst, "outages": len(candidates), "bridge_count": len(split), "flows_mw": after}

"""Case kind: DC power flow of a MATPOWER case, whole or with branches out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import unknown
from stratum_core.graph.cuts import articulation_and_bridges
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.dc_flow import Grid, dc_flow


@KINDS.register("dc_flow")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Flows, angles, what the reference buses give, and bridges; buses and branches go by the file's own numbers."""
    problem = read_grid(inputs, folder)
    branches, buses = ([name.rsplit("/", 1)[-1] for name in names] for names in (problem.branches, problem.buses))
    out = np.zeros(len(branches), dtype=np.bool_)
    for number in inputs.get("outage", ()):
        if str(number) not in branches:
            raise unknown("branch", str(number), branches, where="inputs.outage")
        out[branches.index(str(number))] = True
    found = dc_flow(problem, out)
    return {
        "flows_mw": dict(zip(branches, found.flow.tolist(), strict=True)),
        "angles_deg": {bus: None if math.isnan(angle) else angle for bus, angle in zip(buses, found.angle.tolist(), strict=True)},
        "slack_mw": float(found.output.sum()),
        "slack_bus": [buses[bus] for bus in found.reference],
        "black_buses": [bus for bus, angle in zip(buses, found.angle, strict=True) if math.isnan(angle)],
        "bridges": [int(branches[i]) for i in bridges(problem, out)],
        "bridge_count": len(bridges(problem, out)),
    }


def bridges(problem: Grid, out: np.ndarray | None = None) -> list[int]:
    """Positions of the branches whose outage splits the grid; parallel circuits are no bridges."""
    usable = np.flatnonzero(problem.usable if out is None else problem.usable & ~out)
    _, bridge = articulation_and_bridges(len(problem.buses), problem.dc.branch_from[usable], problem.dc.branch_to[usable])
    return [int(i) for i in usable[bridge]]

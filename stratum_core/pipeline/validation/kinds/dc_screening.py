"""Case kind: single branch outages by distribution factors, against a fresh solve of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.model.fields import Floats, Ints
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.dc_flow import dc_flow
from stratum_core.sectors.power.screening import Prepared, flow_after_pair, prepare, screen, screen_pairs, screened_flow


@KINDS.register("dc_screening")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The greatest difference over all non-bridge branches in service, the flows asked for, and what the screening finds."""
    ready = prepare(read_grid(inputs, folder))
    if "alpha" in inputs:
        limits = ratings_from_flows(ready.flow, inputs["alpha"], inputs.get("floor_share", 0.05))
        ready = replace(ready, problem=replace(ready.problem, rating=limits))
    problem = ready.problem
    numbers = [name.rsplit("/", 1)[-1] for name in problem.branches]
    alive = np.zeros(len(numbers), dtype=np.bool_)
    alive[ready.factors.live] = True
    candidates = np.flatnonzero(alive & ~ready.bridge)
    flows = screened_flow(ready, candidates)
    worst, after = 0.0, {}
    for column, branch in enumerate(candidates):
        out = np.zeros(len(numbers), dtype=np.bool_)
        out[branch] = True
        worst = max(worst, float(np.abs(flows[:, column] - dc_flow(problem, out).flow).max()))
        if int(numbers[branch]) in inputs.get("show", ()):
            after[numbers[branch]] = dict(zip(numbers, flows[:, column].tolist(), strict=True))
    found, cut = screen(ready), np.flatnonzero(ready.bridge)
    outputs = {
        "max_difference_mw": worst,
        "outages": len(candidates),
        "bridge_count": len(cut),
        "flows_mw": after,
        "worst_loading": {numbers[k]: _known(found.loading[k]) for k in candidates},
        "overloads": {numbers[k]: int(found.overloads[k]) for k in candidates},
        "cut_demand_mw": {numbers[k]: float(ready.cut_demand[k]) for k in cut},
        "cut_generation_mw": {numbers[k]: float(ready.cut_generation[k]) for k in cut},
    }
    return {**outputs, **(_pairs(ready) if inputs.get("pairs") else {})}


def _pairs(ready: Prepared) -> dict[str, Any]:
    found = screen_pairs(ready)
    return {"pairs": found.screened, "pairs_splitting": found.splitting, "pairs_overloading": found.overloading,
            "pairs_hidden": found.hidden, "max_pair_difference_mw": _pair_difference(ready, found.pairs[:20])}


def _pair_difference(ready: Prepared, pairs: Ints) -> float | None:
    """Greatest difference between flows after both outages by factors, and of a fresh solution, over the worst pairs."""
    if not len(pairs):
        return None
    worst = 0.0
    for pair in pairs:
        out = np.zeros(len(ready.flow), dtype=np.bool_)
        out[pair] = True
        worst = max(worst, float(np.abs(flow_after_pair(ready, pair) - dc_flow(ready.problem, out).flow).max()))
    return worst


def ratings_from_flows(flow: Floats, alpha: float, floor_share: float) -> Floats:
    """Ratings (MW) where a file has none: alpha times the flow of the whole grid, at least a share of the greatest flow."""
    size = np.abs(flow)
    limits: Floats = np.maximum(alpha * size, floor_share * size.max())
    return limits


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

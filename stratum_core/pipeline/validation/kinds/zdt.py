"""Case kind: how much of the exact hypervolume the search covers on a test problem of real variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.policy.search.nsga2 import minimise_real
from stratum_core.policy.search.pareto import hypervolume


@KINDS.register("zdt")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Hypervolume of the front, the mean and the least over seeds."""
    found = []
    for seed in inputs.get("seeds", [1]):
        points = minimise_real(inputs["problem"], population=inputs.get("population", 100),
                               generations=inputs.get("generations", 250), seed=seed, variables=inputs.get("variables"))
        found.append(hypervolume(points, np.full(points.shape[1], inputs.get("reference", 1.1))))
    outputs = {"hypervolume": float(np.mean(found)), "least": min(found)}
    if "exact" in inputs:
        outputs["share"] = min(found) / inputs["exact"]
    return outputs

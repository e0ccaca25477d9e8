"""Case kind: the best choice under a capacity, and all choices that trade weight for value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.policy.search.knapsack import best_choice, tradeoffs


@KINDS.register("knapsack")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Value, weight and items of the best choice."""
    weights, values = np.array(inputs["weights"], float), np.array(inputs["values"], float)
    best = best_choice(weights, values, inputs["capacity"])
    return {"value": best.value, "weight": best.weight, "items": list(best.items),
            "pareto_points": len(tradeoffs(weights, values))}

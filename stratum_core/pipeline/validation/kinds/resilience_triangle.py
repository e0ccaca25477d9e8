"""Case kind: the resilience triangle of a drop that heals, or of a course of quality."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.resilience import exponential_loss, linear_loss, triangle
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("resilience_triangle")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Share times time that is lost; in per cent too."""
    shape = inputs["shape"]
    if shape == "linear":
        found = linear_loss(inputs["drop"], inputs["recovery"])
    elif shape == "exponential":
        found = exponential_loss(inputs["drop"], inputs["recovery"])
    else:
        found = triangle(np.array(inputs["times"], float), np.array(inputs["quality"], float))
    return {"lost": found, "lost_percent": 100.0 * found}

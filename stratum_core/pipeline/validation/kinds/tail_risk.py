"""Case kind: value at risk and conditional value at risk of a sample or a law, and a layer of insurance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.tail import Tail, exceedance, layer, lognormal_tail, normal_tail, tail
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("tail_risk")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Tail at the level."""
    found = _tail(inputs)
    outputs: dict[str, Any] = {"var": found.var, "cvar": found.cvar}
    if "sample" in inputs and "amounts" in inputs:
        outputs["exceedance"] = exceedance(np.array(inputs["sample"], float), np.array(inputs["amounts"], float)).tolist()
    return outputs


def _tail(inputs: Mapping[str, Any]) -> Tail:
    level = inputs["level"]
    if inputs.get("law") == "normal":
        return normal_tail(inputs.get("mean", 0.0), inputs.get("sd", 1.0), level)
    if inputs.get("law") == "lognormal":
        return lognormal_tail(inputs.get("mu", 0.0), inputs.get("sigma", 1.0), level)
    losses = np.array(inputs["sample"], float)
    if "limit" in inputs or "deductible" in inputs:
        losses = layer(losses, inputs.get("deductible", 0.0), inputs.get("limit", np.inf))
    return tail(losses, level, np.array(inputs["weights"], float) if "weights" in inputs else None)

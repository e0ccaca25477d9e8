"""Case kind: damage-state probabilities of a class, or of given curves, with an intensity that may be uncertain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards.fragility import curves, exceedance, four, state_probabilities
from stratum_core.model.fields import Floats
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("fragility")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Exceedance of each state, and the chance of each state, at every intensity."""
    median, beta, unit = given_curves(inputs)
    beyond = exceedance(inputs["intensity"], median, beta, np.float64(inputs.get("intensity_sd_ln", 0.0)))
    states = state_probabilities(beyond)
    kept = int(np.isfinite(median).sum())
    return {"exceedance": beyond[:, :kept].tolist(), "states": states[:, : kept + 1].tolist(),
            "sums": states.sum(axis=1).tolist(), "least": float(states.min()), "unit": unit}


def given_curves(inputs: Mapping[str, Any]) -> tuple[Floats, Floats, str]:
    """Medians and betas (4,) of the class that a case names, or those that it gives; and their unit."""
    if "class" in inputs:
        known = curves(inputs["class"], where="inputs.class")
        return np.array(known.median), np.array(known.beta), known.unit
    if len(inputs["medians"]) != len(inputs["betas"]):
        raise InputError("medians and betas differ in number", where="inputs.betas", repair="give one beta for each median")
    return np.array(four(inputs["medians"], math.inf)), np.array(four(inputs["betas"], 1.0)), inputs.get("unit", "")

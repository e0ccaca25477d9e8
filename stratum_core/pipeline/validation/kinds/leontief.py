"""Case kind: an input-output table, its coefficients and multipliers, and the output that a final demand calls for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.input_output import InputOutput, location_quotients
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("leontief")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Coefficients, inverse, multipliers; with another final demand the output that it calls for and the change."""
    names = tuple(f"industry {at}" for at in range(1, len(inputs["flows"]) + 1))
    table = InputOutput.of(names, inputs["flows"], inputs["final_demand"], inputs.get("output"), inputs.get("value_added"))
    if "regional_jobs" in inputs:
        quotients = location_quotients(np.array(inputs["regional_jobs"], float), np.array(inputs["national_jobs"], float))
        table = table.regional(quotients)
    found: dict[str, Any] = {
        "technical": table.technical.tolist(), "leontief": table.leontief.tolist(), "multipliers": table.multipliers.tolist(),
        "interdependency": table.interdependency.tolist(),
    }
    if "new_final_demand" in inputs:
        output = table.output_for(np.array(inputs["new_final_demand"], float))
        change = output - table.output_for(table.final)
        found |= {"output": output.tolist(), "output_change": change.tolist(),
                  "value_added_change": (change * table.value_added_share).tolist()}
    return found

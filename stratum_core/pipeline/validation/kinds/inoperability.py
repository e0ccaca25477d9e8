"""Case kind: inoperability that spreads between industries, at once or over time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.inoperability import dynamic, resilience, static
from stratum_core.economics.input_output import InputOutput
from stratum_core.model.fields import Floats
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("inoperability")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The static answer; with ``steps`` also the course; with flows the money that is lost for as long as it lasts."""
    needs, table = _needs(inputs)
    c = np.array(inputs["perturbation"], float)
    last = c[-1] if c.ndim == 2 else c
    q = static(needs, last)
    found: dict[str, Any] = {"inoperability": q.tolist()}
    if table is not None:
        found["loss"] = (q * table.output).tolist()
    if "steps" in inputs:
        steps = np.array(inputs["steps"], float)
        rates = np.array(inputs["rates"], float) if "rates" in inputs else _rates(inputs["recovery"], needs)
        course = dynamic(needs, rates, np.array(inputs.get("start", np.zeros(len(needs))), float), steps,
                         np.broadcast_to(c, (len(steps), len(needs))), inputs.get("inventory"))
        found |= {"rates": rates.tolist(), "course": course.q.tolist(), "at_end": course.q[-1].tolist(),
                  "lost": course.lost.tolist()}
        if table is not None:
            found["lost_output"] = (course.lost * table.output).tolist()
    return found


def _needs(inputs: Mapping[str, Any]) -> tuple[Floats, InputOutput | None]:
    """Interdependency as given, or of a table."""
    if "interdependency" in inputs:
        return np.array(inputs["interdependency"], float), None
    names = tuple(f"industry {at}" for at in range(1, len(inputs["flows"]) + 1))
    table = InputOutput.of(names, inputs["flows"], inputs["final_demand"])
    return table.interdependency, table


def _rates(recovery: Mapping[str, Any], needs: Floats) -> Floats:
    start, end, time = (np.broadcast_to(np.array(recovery[name], float), len(needs)) for name in ("from", "to", "time"))
    return resilience(start, end, time, np.diag(needs))

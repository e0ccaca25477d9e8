"""Case kind: whether a measure pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.cashflow import cashflow
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("cashflow")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Present value, ratios, internal rate and payback."""
    found = asdict(cashflow(np.array(inputs["flows"], float), inputs["rate"]))
    return {name: value for name, value in found.items() if name != "rate"}

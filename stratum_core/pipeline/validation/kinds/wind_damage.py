"""Case kind: share of a property's value lost to gusts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.hazards.wind_damage import HALF_MS, THRESHOLD_MS, wind_damage_share
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("wind_damage")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Shares by Emanuel 2011, with its two speeds or others."""
    shares = wind_damage_share(inputs["gust_ms"], inputs.get("threshold_ms", THRESHOLD_MS), inputs.get("half_ms", HALF_MS))
    return {"share": shares.tolist()}

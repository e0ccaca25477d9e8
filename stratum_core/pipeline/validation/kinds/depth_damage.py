"""Case kind: share of the maximum damage at depths of water."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.hazards.depth_damage import damage_share
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("depth_damage")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Shares of one damage class of one region."""
    shares = damage_share(inputs["damage_class"], inputs["depth_m"], inputs.get("region", "Europe"))
    return {"share": shares.tolist()}

"""Case kind: flow by density of vehicles and of walkers, capacity, speed of waves and shocks, delay by flow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.population.assignment.delay import bpr
from stratum_core.population.traffic.diagram import capacity, greenshields, shock_speed, wave_speed
from stratum_core.population.traffic.walking import FREE_SPEED_MS, walking_flow

_FINE = np.linspace(1e-3, 5.4, 54_000)


@KINDS.register("fundamental_diagram")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What the model of ``inputs.model`` gives."""
    return {"greenshields": _greenshields, "triangular": _triangular, "weidmann": _weidmann, "bpr": _bpr}[inputs["model"]](inputs)


def _greenshields(inputs: Mapping[str, Any]) -> dict[str, Any]:
    speed, jam = inputs["speed_kmh"], inputs["jam_veh_km"]
    pair = inputs.get("between_veh_km", [0.0, jam])
    flow = greenshields(pair, speed, jam).tolist()
    return {"capacity": float(greenshields(jam / 2, speed, jam)), "best_density": jam / 2,
            "shock_kmh": shock_speed((flow[0], flow[1]), (pair[0], pair[1]))}


def _triangular(inputs: Mapping[str, Any]) -> dict[str, Any]:
    speed, jam = inputs["speed_kmh"] / 3.6, inputs["jam_veh_km"] / 1000.0
    most = float(capacity(speed, jam, inputs["reaction_s"]))
    wave = float(wave_speed(speed, jam, most)) * 3.6
    return {"capacity": most * 3600.0, "best_density": most / speed * 1000.0, "wave_kmh": wave}


def _weidmann(inputs: Mapping[str, Any]) -> dict[str, Any]:
    flow = walking_flow(_FINE, inputs.get("speed_kmh", FREE_SPEED_MS * 3.6) / 3.6)
    return {"capacity": float(flow.max()), "best_density": float(_FINE[flow.argmax()])}


def _bpr(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"time_ratio": bpr(inputs["load"]).tolist()}

"""Case kind: vehicles that arrive evenly at one bottleneck, through the movement kernel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.population.traffic import Movement, Travellers
from stratum_core.population.traffic.network import network_from

_SPEED_MS = 20.0


@KINDS.register("point_queue")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A wide road that takes the free time, and a point behind it that passes the capacity."""
    count, loading = int(inputs["vehicles"]), inputs["loading_h"] * 3600.0
    free, capacity = inputs["free_time_h"] * 3600.0, inputs["capacity_veh_h"] / 3600.0
    wide = 2.0 * max(capacity, count / loading)
    room = 2.0 * (wide / _SPEED_MS + count / max(free * _SPEED_MS, 1.0))
    network = network_from([0, 1], [1, 2], [free * _SPEED_MS, 0.0], speed=_SPEED_MS, capacity=[wide, capacity], jam_density=room)
    movement = Movement(network, Travellers.on_paths(np.zeros(count), [[0, 1]] * count))
    movement.depart(np.arange(count), np.arange(count) / count * loading)
    movement.advance(free + loading)
    peak = count - int(movement.counts().arrived) - int(movement.counts().at_home)
    movement.advance(np.inf)
    agents = movement.agents
    return {
        "clearance_h": float(agents.arrived.max()) / 3600.0, "peak_queue": peak,
        "delay_veh_h": float((agents.arrived - agents.departed - free).sum()) / 3600.0,
    }

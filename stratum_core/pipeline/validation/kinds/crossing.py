"""Case kind: one crossing of n roads into n roads, each always full, whose drivers each want any way out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.population.traffic import Movement, Travellers
from stratum_core.population.traffic.network import network_from

_CAPACITY, _LENGTH_M, _SPEED_MS = 0.8, 600.0, 20.0


@KINDS.register("crossing")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Vehicles that leave in the second half of the time, over the capacity of the roads."""
    roads, each = inputs["roads"], inputs["vehicles"]
    node, begins = roads, np.arange(roads)
    network = network_from([*begins, *[node] * roads], [*[node] * roads, *begins + node + 1], _LENGTH_M, speed=_SPEED_MS,
                           capacity=_CAPACITY)
    wanted = np.random.default_rng(inputs.get("seed", 1)).integers(roads, 2 * roads, roads * each)
    origin, number = np.divmod(np.arange(roads * each), each)
    movement = Movement(network, Travellers.on_paths(origin, [[a, b] for a, b in zip(origin, wanted, strict=True)]))
    movement.depart(np.arange(roads * each), number / _CAPACITY)
    loading = each / _CAPACITY
    movement.advance(loading / 2)
    before = movement.counts().arrived
    movement.advance(loading)
    return {"throughput": (movement.counts().arrived - before) / (loading / 2 * roads * _CAPACITY)}

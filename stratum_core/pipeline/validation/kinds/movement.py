"""Case kind: vehicles or walkers on given paths over given roads, through the movement kernel."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.network import network_from


@KINDS.register("movement")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Arrivals; vehicles that passed each road by a time, and where the run stands at its end."""
    network = _network(inputs["roads"])
    groups = inputs["groups"]
    who = np.repeat(np.arange(len(groups)), [group["count"] for group in groups])
    number = np.concatenate([np.arange(group["count"]) for group in groups])
    paths = [_path(network, groups[g]["path"], g) for g in range(len(groups))]
    times = np.array([groups[g].get("start_s", 0.0) + number[i] / groups[g]["per_s"] for i, g in enumerate(who)])
    travellers = Travellers.on_paths(
        [int(network.tail[paths[g][0]]) for g in who], [paths[g] for g in who],
        walks=np.array([groups[g].get("walking_ms", 0.0) > 0 for g in who]),
        speed=np.array([groups[g].get("walking_ms") or 1.0 for g in who]),
    )
    movement = Movement(network, travellers)
    movement.depart(np.arange(len(who)), times)
    movement.advance(inputs.get("until_s", np.inf))
    agents, counts = movement.agents, movement.counts()
    arrived = np.isfinite(agents.arrived)
    trips = (agents.arrived - agents.departed)[arrived]
    return {
        "arrived": counts.arrived, "waiting": counts.waiting, "on_roads": counts.driving + counts.walking,
        "last_s": float(agents.arrived[arrived].max()) if arrived.any() else None,
        "mean_trip_s": float(trips.mean()) if arrived.any() else None,
        "left": movement.state.left.tolist(), "there": movement.on_links().tolist(), "gridlock": movement.gridlock().tolist(),
        "wave_ms": network.wave_speed.tolist(),
    }


def _network(roads: list[Mapping[str, Any]]) -> RoadNetwork:
    def column(name: str, default: float) -> list[float]:
        return [road.get(name, default) for road in roads]

    return network_from(
        column("from", 0), column("to", 0), column("length_m", 0), speed=column("speed_ms", 13.889), lanes=column("lanes", 1),
        capacity=column("capacity_veh_s", 0.5), jam_density=column("jam_veh_m", 1 / 7), walk_width=column("walk_m", 0),
    )


def _path(network: RoadNetwork, path: list[int], group: int) -> list[int]:
    """The links of a path, each of which begins where the last one ended."""
    if max(path) >= network.links or any(network.head[a] != network.tail[b] for a, b in pairwise(path)):
        raise InputError("the path does not run along the roads", where=f"inputs.groups[{group}]",
                         repair="name roads by their position from 0, each going on where the last one ends")
    return [int(link) for link in path]

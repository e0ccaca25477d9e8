"""Traffic that has nothing to do with the evacuation: the trips of a usual hour, until people have other things to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.hazards.draws import uniforms
from stratum_core.model.fields import Floats, Ints
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.world import NIGHT, World
from stratum_core.random_numbers import USUAL_TRAFFIC


@dataclass(frozen=True)
class UsualTraffic:
    """Vehicles: origin (node), goal (row of goals), leaves (s, in no order); goals: nodes where they end."""

    origin: Ints
    goal: Ints
    leaves: Floats
    goals: Ints

    def __len__(self) -> int:
        return len(self.origin)


def usual_traffic(world: World, behaviour: BehaviourSpec, replicate: int) -> UsualTraffic:
    """Of one replicate: whole vehicles of each pair, drawn by their fractions, at even times of the hours by day or night."""
    trips, index, spec = world.city.trips, world.network.node_index, world.spec
    begin, end = (np.array([index.get(str(id), -1) for id in ids], dtype=np.int64) for ids in (trips.origin, trips.destination))
    rate = np.nan_to_num(trips.vehicles) * spec.usual_traffic * min(world.share, 1.0)
    rows = np.flatnonzero((begin >= 0) & (end >= 0) & (begin != end) & (rate > 0))
    until = min(float(world.order_h.min()) + spec.usual_traffic_h, spec.horizon_h)
    edges = np.unique(np.append(np.arange(np.ceil(until)), until))
    hour = (world.start_hour + edges[:-1]) % 24
    level = np.where((hour >= NIGHT[0]) | (hour < NIGHT[1]), behaviour.night_traffic, 1.0)
    so_far = np.concatenate([[0.0], np.cumsum(np.diff(edges) * level)])
    mean = rate[rows] * so_far[-1]
    luck = uniforms(world.seed, replicate, 1, rows, USUAL_TRAFFIC)[0]
    count = np.floor(mean + luck).astype(np.int64)
    pair = np.repeat(rows, count)
    when = uniforms(world.seed, replicate, 1, np.arange(len(pair)) + len(trips), USUAL_TRAFFIC)[0] * so_far[-1]
    goals, goal = np.unique(end[pair], return_inverse=True)
    return UsualTraffic(begin[pair], goal.reshape(-1), np.interp(when, so_far, edges) * 3600.0, goals)

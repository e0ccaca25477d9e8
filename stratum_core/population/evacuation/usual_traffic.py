"""Traffic that has nothing to do with the evacuation: the trips of a usual hour, until people have other things to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.hazards.draws import uniforms
from stratum_core.model.fields import Floats, Ints
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.world import NIGHT, World, is_night
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
    edges, level = _levels(world, behaviour)
    so_far = np.concatenate([[0.0], np.cumsum(np.diff(edges) * level)])
    mean = rate[rows] * so_far[-1]
    luck = uniforms(world.seed, replicate, 1, rows, USUAL_TRAFFIC)[0]
    count = np.floor(mean + luck).astype(np.int64)
    pair = np.repeat(rows, count)
    when = uniforms(world.seed, replicate, 1, np.arange(len(pair)) + len(trips), USUAL_TRAFFIC)[0] * so_far[-1]
    leaves = np.interp(when, so_far, edges)
    seen = leaves < spec.horizon_h  # drawn for all hours, so that the first of them are the same however long a run goes on
    goals, goal = np.unique(end[pair[seen]], return_inverse=True)
    return UsualTraffic(begin[pair[seen]], goal.reshape(-1), leaves[seen] * 3600.0, goals)


def _levels(world: World, behaviour: BehaviourSpec) -> tuple[Floats, Floats]:
    """Hours between which the traffic stays as it is, from the start until it ends, and its level between each two."""
    until = world.first_order_h + world.spec.usual_traffic_h
    turns = np.add.outer(24.0 * np.arange(np.ceil(until / 24.0) + 2), NIGHT).reshape(-1) - world.start_hour
    edges = np.concatenate([[0.0], np.sort(turns[(turns > 0) & (turns < until)]), [until]])
    night = is_night(world.start_hour + (edges[:-1] + edges[1:]) / 2)
    return edges, np.where(night, behaviour.night_traffic, 1.0)

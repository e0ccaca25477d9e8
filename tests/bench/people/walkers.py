"""Cost of an agent on foot, from ten thousand to a million, on the same streets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.network import network_from
from stratum_core.population.traffic.routing import shortest_path_trees

from .. import Row, paired, within

SIDE, STREET_M, WIDTH_M = 30, 80.0, 60.0
#: how much more an event may cost among a million than among ten thousand, which fit into the cache
MOST = 3.0


def rows() -> Iterator[Row]:
    """Nanoseconds of an event, and how they grow."""
    costs = {count: nanoseconds(count) for count in (10_000, 100_000, 1_000_000)}
    for count, cost in costs.items():
        size = f"{count:,} agents on {4 * SIDE * (SIDE - 1):,} streets"
        yield within("walkers", "one agent reaches the next corner", size, cost, 1000.0, "ns")
    yield within("walkers", "cost of an event among a million over that among ten thousand", "1,000,000 to 10,000 agents",
                 costs[1_000_000] / costs[10_000], MOST, "1")


def nanoseconds(count: int) -> float:
    """Median cost of an event."""
    events = 0

    def once() -> None:
        nonlocal events
        events = walk(count)

    seconds, _ = paired(once, runs=3)
    return seconds / events * 1e9


def walk(count: int) -> int:
    """Everybody to one of nine places within two hours; how many events it took."""
    network, tables, walkers, departs = crowd(count, 7200.0)
    movement = Movement(network, walkers, tables)
    movement.depart(np.arange(count), departs)
    return movement.advance(np.inf)


def crowd(count: int, within_s: float) -> tuple[RoadNetwork, npt.NDArray[np.int32], Travellers, npt.NDArray[np.float64]]:
    """Streets, routes to nine places, walkers from anywhere, and when each sets out."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.vstack([np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
                       np.column_stack([node[:-1].ravel(), node[1:].ravel()])])
    tail, head = np.vstack([pairs, pairs[:, ::-1]]).T
    network = network_from(tail, head, STREET_M, walk_width=WIDTH_M)
    tables = shortest_path_trees(network, list(range(0, SIDE * SIDE, 100)), network.length).next_link
    random = np.random.default_rng(1)
    walkers = Travellers(random.integers(0, SIDE * SIDE, count), random.integers(0, len(tables), count),
                         walks=np.ones(count, bool), speed=random.uniform(0.8, 1.8, count))
    return network, tables, walkers, random.uniform(0, within_s, count)

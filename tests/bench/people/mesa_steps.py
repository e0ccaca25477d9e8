"""Cars on the same roads by the same rules: the kernel, from event to event, against plain Mesa, a second at a time."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.network import network_from
from stratum_core.population.traffic.routing import shortest_path_trees

from .. import Row, paired, version

SIDE, STREET_M, SECONDS, CARS = 8, 150.0, 900, 1_500
LEAST = 50.0
_ORACLE = Path(__file__).resolve().parents[2] / "core" / "population" / "mesa_oracle.py"


def rows() -> Iterator[Row]:
    """Steps of an agent in a second of one core."""
    network, ways, departs = town()
    oracle = _oracle()

    def ours() -> None:
        movement = Movement(network, Travellers.on_paths([network.tail[way[0]] for way in ways], ways))
        movement.depart(np.arange(CARS), departs)
        movement.advance(float(SECONDS))

    def mesa() -> None:
        model = oracle.Roads(network, ways, departs)
        for _ in range(SECONDS):
            model.step()

    mine, theirs = paired(ours, mesa, runs=3)
    assert theirs is not None
    steps = CARS * SECONDS
    ratio, peer = theirs / mine, f"mesa {version('mesa')}"
    yield Row("agent-steps", "cars with queues and spillback, the same rules", f"{CARS:,} cars, {SECONDS} s", steps / mine,
              steps / theirs, peer, "1/s", ratio, f"at least {LEAST:g} times", ratio >= LEAST)


def town() -> tuple[RoadNetwork, list[list[int]], np.ndarray]:
    """A grid of one-lane streets, cars from anywhere to one of four corners within five minutes."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.vstack([np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
                       np.column_stack([node[:-1].ravel(), node[1:].ravel()])])
    tail, head = np.vstack([pairs, pairs[:, ::-1]]).T
    network = network_from(tail, head, STREET_M, speed=10.0, capacity=0.5, jam_density=0.15)
    corners = [int(node[0, 0]), int(node[0, -1]), int(node[-1, 0]), int(node[-1, -1])]
    trees = shortest_path_trees(network, corners, network.free_time).next_link
    random = np.random.default_rng(3)
    goal = random.integers(0, 4, CARS)
    starts = [int(random.choice(np.setdiff1d(node.ravel(), corners))) for _ in range(CARS)]
    ways = [_way(network, trees[g], start) for g, start in zip(goal, starts, strict=True)]
    return network, ways, np.sort(random.integers(0, 300, CARS)).astype(float)


def _way(network: RoadNetwork, tree: np.ndarray, at: int) -> list[int]:
    found = []
    while tree[at] >= 0:
        found.append(int(tree[at]))
        at = int(network.head[tree[at]])
    return found


def _oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mesa_oracle", _ORACLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""Walkers, after the elements of NIST TN 1822 that apply to movement on a network."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.conditions import closed, normal
from stratum_core.population.traffic.network import network_from
from stratum_core.population.traffic.routing import shortest_path_trees
from stratum_core.population.traffic.walking import BEST_DENSITY, CAPACITY, walking_flow, walking_speed

END = np.inf


def walkers(network: RoadNetwork, paths: list[list[int]], times: np.ndarray, speed: float | np.ndarray = 1.0) -> Movement:
    count = len(paths)
    travellers = Travellers.on_paths([int(network.tail[path[0]]) for path in paths], paths, walks=np.ones(count, dtype=bool),
                                     speed=np.broadcast_to(speed, count))
    movement = Movement(network, travellers)
    movement.depart(np.arange(count), times)
    return movement


def test_weidmann_carries_most_at_the_published_density() -> None:
    density = np.linspace(0.01, 5.4, 20_000)
    flow = walking_flow(density)
    assert flow.max() == pytest.approx(CAPACITY, abs=5e-5)
    assert density[flow.argmax()] == pytest.approx(1.751, abs=1e-3)
    assert pytest.approx(1.751, abs=1e-3) == BEST_DENSITY
    assert walking_speed([0.0, 5.4]).tolist() == [1.34, 0.0]


def test_one_person_walks_a_corridor_at_their_own_speed() -> None:
    """NIST TN 1822, Verif. 2.1: 40 m at 1 m/s take 40 s."""
    movement = walkers(network_from([0], [1], [40], walk_width=2), [[0]], np.array([5.0]))
    movement.advance(END)
    assert movement.agents.arrived[0] == 45.0


def test_the_fast_overtake_the_slow() -> None:
    movement = walkers(network_from([0], [1], [100], walk_width=50), [[0], [0]], np.array([0.0, 1.0]), np.array([0.8, 1.6]))
    movement.advance(END)
    assert movement.agents.arrived[1] < movement.agents.arrived[0]


@pytest.mark.parametrize("width", [1.0, 2.5])
def test_a_door_passes_its_capacity(width: float) -> None:
    """NIST TN 1822, Verif. 5.2 in kind: what passes a narrow place is its width times 1.2249 persons per second."""
    network = network_from([0, 1], [1, 2], [10, 1], walk_width=[50, width])
    movement = walkers(network, [[0, 1]] * 500, np.zeros(500))
    movement.advance(END)
    arrived = np.sort(movement.agents.arrived)[100:]
    assert (len(arrived) - 1) / (arrived[-1] - arrived[0]) == pytest.approx(CAPACITY * width, rel=0.01)


def test_a_full_walkway_is_walked_at_the_speed_of_its_density_and_never_denser_than_at_capacity() -> None:
    network = network_from([0], [1], [200], walk_width=2)
    movement = walkers(network, [[0]] * 3000, np.zeros(3000), 1.34)
    for minute in range(1, 20):
        movement.advance(60.0 * minute)
        assert movement.state.walkers[0] / 400 <= BEST_DENSITY + 1 / 400
    steady = movement.state.walkers[0] / 400
    assert CAPACITY / steady == pytest.approx(float(walking_speed(steady)[0]), rel=0.05)  # it still fills, ever more slowly


def test_walkers_take_another_way_once_their_table_says_so() -> None:
    """NIST TN 1822, Verif. 3.1 in kind: exits that are closed are not used; who stands before one turns round."""
    network = network_from([0, 1, 1, 3], [1, 2, 3, 2], [50, 50, 80, 80], walk_width=2)
    tables = shortest_path_trees(network, [2], network.length)
    movement = Movement(network, Travellers(np.zeros(20, int), np.zeros(20, int), walks=np.ones(20, bool)), tables.next_link)
    movement.depart(np.arange(20), np.zeros(20))
    shut = closed(normal(network), np.array([1]))
    movement.change(shut)
    movement.advance(END)
    assert movement.counts().held == movement.counts().walking == 20
    assert movement.now == movement.agents.due.max() > 50 / 1.34
    movement.change(shut, shortest_path_trees(network, [2], network.length, shut.walk_open).next_link)
    movement.advance(END)
    assert movement.counts().arrived == 20
    assert movement.state.walk_count.tolist() == [20, 0, 20, 20]


def test_a_road_without_walkway_takes_no_walker() -> None:
    movement = walkers(network_from([0], [1], [40], walk_width=0), [[0]], np.array([0.0]))
    movement.advance(END)
    assert movement.counts().held == movement.counts().waiting == 1

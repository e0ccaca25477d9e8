"""The movement kernel against the same rules in plain Mesa, a second at a time."""

from __future__ import annotations

import numpy as np
import pytest
from mesa_oracle import Roads

from stratum_core.population.traffic import Movement, Travellers
from stratum_core.population.traffic.network import network_from


def _both(network, origins, ways, departs, seconds):
    movement = Movement(network, Travellers.on_paths(origins, ways))
    movement.depart(np.arange(len(ways)), departs)
    movement.advance(float(seconds))
    model = Roads(network, ways, departs)
    for _ in range(seconds):
        model.step()
    return np.array(movement.agents.arrived), np.array([car.arrived for car in model.cars])


def test_a_line_of_roads_with_a_narrow_one_spills_back_alike():
    """Capacities of whole seconds, so that both move at the same moments."""
    network = network_from([0, 1, 2], [1, 2, 3], [200.0, 100.0, 300.0], speed=10.0, capacity=[0.5, 0.25, 0.5],
                           jam_density=[0.2, 0.2, 0.2])
    departs = np.arange(120) * 2.0
    ours, theirs = _both(network, [0] * 120, [[0, 1, 2]] * 120, departs, 1200)
    assert np.isfinite(ours).all()
    # each whole second of the oracle may come a second late at each of three roads
    assert np.abs(ours - theirs).max() <= 3.0


@pytest.mark.parametrize("seed", range(4))
def test_networks_with_merges_give_the_same_arrivals_within_a_minute(seed):
    """Who goes first where two roads meet differs between the two, so single cars are compared by rank, not by name."""
    random = np.random.default_rng(seed)
    tail, head = [0, 1, 2, 3, 3], [2, 2, 3, 4, 5]
    network = network_from(tail, head, random.choice([100.0, 200.0, 300.0], 5), speed=10.0,
                           capacity=random.choice([0.25, 0.5], 5), jam_density=0.15)
    count = 150
    begin, end = random.integers(0, 2, count), random.integers(3, 5, count)
    ways = [[int(b), 2, int(e)] for b, e in zip(begin, end, strict=True)]
    departs = np.sort(random.integers(0, 400, count)).astype(float)
    ours, theirs = _both(network, begin.tolist(), ways, departs, 3600)
    assert np.isfinite(ours).all()
    assert np.isfinite(theirs).all()
    assert np.sort(ours)[-1] == pytest.approx(np.sort(theirs)[-1], rel=0.02)
    assert np.abs(np.sort(ours) - np.sort(theirs)).max() <= 60.0
    assert ours.mean() == pytest.approx(theirs.mean(), rel=0.05)

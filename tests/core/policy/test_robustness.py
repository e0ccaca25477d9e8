"""Boxes in which plans fail, regret and ties: planted, and found again."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.policy.robustness.comparing import by_luck, by_thirds, regret, satisfied, tied
from stratum_core.policy.robustness.prim import failing_box

RANDOM = np.random.default_rng(7)


def test_a_planted_box_is_found_and_the_other_parameters_are_left_out() -> None:
    parameters = RANDOM.random((400, 5))
    fails = (parameters[:, 1] > 0.6) & (parameters[:, 3] < 0.5)
    found = failing_box(parameters, fails)
    assert found is not None
    assert set(found.ranges) == {1, 3}
    assert found.ranges[1][0] == pytest.approx(0.6, abs=0.05)
    assert found.ranges[3][1] == pytest.approx(0.5, abs=0.05)
    assert (found.density, found.coverage) == (pytest.approx(1.0, abs=0.05), pytest.approx(1.0, abs=0.1))


def test_failing_by_chance_has_no_box_and_neither_has_always_or_never() -> None:
    parameters = RANDOM.random((300, 4))
    boxes = [failing_box(parameters, RANDOM.random(300) < 0.3) for _ in range(20)]
    assert sum(box is not None and box.density > 0.8 for box in boxes) == 0
    assert failing_box(parameters, np.zeros(300, dtype=bool)) is None
    assert failing_box(parameters, np.ones(300, dtype=bool)) is None


def test_regret_is_against_the_best_of_each_future() -> None:
    values = np.array([[[1.0], [5.0]], [[2.0], [3.0]]])  # two plans, two futures
    assert regret(values)[:, :, 0].tolist() == [[0.0, 2.0], [1.0, 0.0]]
    assert satisfied(values, np.array([2.5])).mean(axis=1).tolist() == [0.5, 0.5]


def test_plans_that_no_interval_tells_apart_tie() -> None:
    first = RANDOM.normal(10.0, 5.0, (100, 2))
    noise = RANDOM.normal(0.0, 1.0, (100, 2))
    noise -= noise.mean(axis=0)
    assert tied(first, first + noise)
    assert not tied(first, first + noise + [1.0, 0.0])  # paired, so a small shift shows through a wide spread


def test_thirds_say_which_end_of_a_parameter_hurts() -> None:
    parameters = np.column_stack([np.arange(9.0), np.zeros(9)])
    low, high = by_thirds(parameters, np.arange(9.0) * 2)
    assert (low[0], high[0]) == (2.0, 14.0)


def test_an_assumption_that_follows_by_luck_is_no_driver() -> None:
    parameters = np.column_stack([np.arange(12.0), RANDOM.random(12), np.ones(12)])
    chance = by_luck(parameters, np.arange(12.0) ** 2)
    assert chance[0] < 1e-6
    assert chance[1] > 0.01
    assert chance[2] == 1.0
    assert by_luck(parameters, np.ones(12)).tolist() == [1.0, 1.0, 1.0]


def test_one_parameter_that_matters_is_found_among_many_that_do_not_and_its_other_end_stays_open() -> None:
    random, found = np.random.default_rng(3), 0
    for _ in range(20):
        parameters = random.random((40, 16))
        fails = (parameters[:, 5] > 0.5) ^ (random.random(40) < 0.1)
        box = failing_box(parameters, fails)
        found += box is not None and set(box.ranges) == {5} and box.ranges[5][1] == np.inf
    assert found >= 16

"""Tanks by balance: marks and demand exactly, paths against the balance done by hand, and levels that no gauge tells."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.estimation.models import local_level
from stratum_core.estimation.tank_balance import (
    STEP_H,
    Marks,
    Pumps,
    Store,
    crps,
    drawn_by_hour,
    marks_of,
    passage_of,
    paths,
    unseen_level,
)

NONE = Marks(np.nan, np.nan, 0.0, 0.0)


def store(marks: Marks, flow: float = 0.02) -> Store:
    return Store(100.0, 0.0, 4.0, Pumps(np.array([flow]), (marks,)), local_level(0.0, 0.0), 1.0)


def run(one: Store, level: float, on: bool, demand: float, hours: float) -> np.ndarray:
    n = 3
    return paths(one, np.full(n, level), np.full((n, 1), on), np.full((n, 1), demand), np.zeros((n, 1, 1)), hours,
                 np.random.default_rng(1))


def test_marks_are_the_levels_at_which_the_pump_was_seen_to_switch() -> None:
    level = np.tile([3.0, 2.0, 1.0, 2.0, 3.0, 4.0], 4)
    on = np.tile([False, False, True, True, True, False], 4)
    assert marks_of(level, on) == Marks(1.0, 4.0, 0.0, 0.0)
    assert np.isnan(marks_of(level, np.ones(24, dtype=bool)).on)
    assert np.isnan(marks_of(np.full(24, 2.0), on).on), "switches that no level explains give no mark"


def test_what_is_drawn_is_what_came_in_less_the_rise() -> None:
    hours = np.arange(0.0, 6.0, 0.25)
    inflow = np.full(len(hours), 0.03)
    level = 1.0 + (0.03 - 0.01) * 3600 * hours / 100.0
    ends, drawn = drawn_by_hour(hours, level, inflow, 100.0)
    assert ends.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert drawn == pytest.approx(0.01)
    level[8:14] = np.nan
    assert np.isnan(drawn_by_hour(hours, level, inflow, 100.0)[1]).tolist() == [False, True, True, True, False]


def test_a_pump_without_marks_stays_as_it_is_and_the_tank_empties_when_the_balance_says() -> None:
    found = run(store(NONE), 2.0, False, 0.01, 8.0)
    assert found[:, 0] == pytest.approx(np.maximum(2.0 - 0.36 * STEP_H * np.arange(49), 0.0))
    passage = passage_of(found, 0.5, below=True, horizon_h=8.0)
    assert passage.p50 == pytest.approx(1.5 / 0.36)
    assert passage.probability == 1.0
    assert passage_of(found, 3.0, below=False, horizon_h=8.0).p50 is None


def test_a_pump_keeps_the_level_between_its_marks() -> None:
    found = run(store(Marks(1.0, 3.0, 0.0, 0.0)), 2.0, False, 0.01, 60.0)
    step = 0.36 * STEP_H
    assert found.min() == pytest.approx(1.0, abs=step)
    assert found.max() == pytest.approx(3.0, abs=step)


def test_the_score_of_draws_is_that_of_the_distribution() -> None:
    drawn = np.array([[0.0, 1.0, 2.0]])
    by_hand = np.abs(drawn - 0.5).mean() - 0.5 * np.abs(drawn[0][:, None] - drawn[0][None, :]).mean()
    assert crps(drawn, np.array([0.5]))[0] == pytest.approx(by_hand)


def test_a_level_without_a_gauge_lies_where_the_flows_leave_it_in_the_tank() -> None:
    hours = np.arange(0.0, 24.5, 0.5)
    inflow, drawn = np.full(len(hours), 0.01), np.full(len(hours), 0.01) + 0.01 * np.sin(2 * np.pi * hours / 24)
    swing = 2 * 0.01 * 3600 * 24 / (2 * np.pi) / 100.0  # m between highest and lowest level of the day
    found = unseen_level(hours, inflow, drawn, area=100.0, empty=0.0, full=4.0, gain_sd=0.0)
    assert found is not None
    assert found.drawn.min() == pytest.approx(swing, abs=0.1)  # the level fell by all of it at noon, and had to have it
    assert found.drawn.max() == pytest.approx(4.0, abs=0.1)
    assert unseen_level(hours, inflow, drawn * 9, area=100.0, empty=0.0, full=4.0, gain_sd=0.0) is None

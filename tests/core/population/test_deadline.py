"""By when an order has to be out, against ranks that can be counted by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from stratum_core.model.people_results import Deadline
from stratum_core.model.statistics import low_quantile_ranks, replicates_for_low_quantile
from stratum_core.number_format import NARROW
from stratum_core.population.evacuation.deadline import deadline, interval_words


def test_of_twenty_replicates_the_early_end_is_not_known() -> None:
    """The longest of 20 clearances is shorter than the true p95 with 0.95^20 = 36 %; the 17th is so with all but 1.6 %."""
    found = deadline(np.full(20, 12.0), np.arange(1.0, 21.0) / 10)
    assert (found.arrival_h, found.order_by_h, found.replicates) == (12.0, 10.0, 20)
    assert found.ci95 == (None, pytest.approx(12.0 - 1.7))
    assert interval_words(found) == (" (at least by T+10:18; the early end is not known from 20 replicates; it takes 59)")


@pytest.mark.parametrize("draws", [59, 60, 100, 300])
def test_ranks_hold_what_they_promise_and_no_closer_pair_does(draws) -> None:
    def chance(low: int, high: int) -> float:
        return sum(comb(draws, k) * 0.05**k * 0.95 ** (draws - k) for k in range(low, high))

    low, high = low_quantile_ranks(draws, 0.05)
    assert low >= 1
    assert chance(low, high) >= 0.95
    width = high - low
    assert all(chance(first, first + width - 1) < 0.95 for first in range(1, draws - width))


def test_the_interval_is_closed_from_59_replicates_on() -> None:
    assert replicates_for_low_quantile(0.05) == 59
    assert low_quantile_ranks(58, 0.05)[0] == 0
    found = deadline(np.full(59, 12.0), np.arange(59) / 10.0)
    assert found.order_by_h == pytest.approx(12.0 - 5.6)  # of 59 the third longest
    assert found.ci95 is not None
    assert found.ci95[0] == pytest.approx(12.0 - 5.8)
    assert found.ci95[0] < found.order_by_h < found.ci95[1]
    assert f"95{NARROW}% interval: T+06:12 to T+" in interval_words(found)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    truth, hits = -np.log(0.05), 0  # p95 of an exponential law
    for _ in range(400):
        found = deadline(np.full(80, 12.0), rng.exponential(size=80))
        assert found.ci95 is not None
        assert found.ci95[0] is not None
        hits += found.ci95[0] <= 12.0 - truth <= found.ci95[1]
    assert hits >= 0.93 * 400


def test_arrival_and_clearance_are_of_the_same_replicate() -> None:
    """It arrives early exactly where people are quick: 3 h before the arrival are enough in all, however it arrives."""
    arrival = np.linspace(4.0, 10.0, 60)
    assert deadline(arrival, arrival - 3.0).order_by_h == pytest.approx(3.0)
    assert deadline(arrival, np.full(60, 2.0)).order_by_h == pytest.approx(deadline(arrival, np.full(60, 2.0)).arrival_h - 2.0)
    some = np.where(np.arange(60) < 30, arrival, np.nan)  # in half of them it never arrives
    assert deadline(some, np.full(60, 2.0)).replicates == 30


def test_no_hour_is_named_that_nobody_knows() -> None:
    never = deadline(np.full(20, np.nan), np.ones(20))
    assert never == Deadline(None, None, None, 0)
    assert deadline(np.full(20, 9.0), np.where(np.arange(20) < 1, np.nan, 1.0)) == Deadline(9.0, None, None, 20)
    assert deadline(np.array([9.0]), np.array([2.0])) == Deadline(9.0, 7.0, None, 1)
    some = deadline(np.full(100, 9.0), np.where(np.arange(100) < 4, np.nan, 1.0))  # four of 100 do not clear
    assert some.order_by_h == 8.0
    assert some.ci95 == (None, 8.0)
    assert "not all have arrived" in interval_words(some)

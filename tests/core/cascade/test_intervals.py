"""Intervals of shares and means: none of one replicate, exact at none and all, quantiles by name."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.model.statistics import share, spread, wilson


def test_one_replicate_has_no_interval() -> None:
    assert share(1, 1).ci95 is None
    assert spread(np.array([3.0]), "people").ci95 is None
    assert np.isnan(wilson(np.array([0.0, 1.0]), 1)).all()


@pytest.mark.parametrize("trials", [2, 60, 200, 1000, 12345])
def test_the_interval_of_none_begins_at_zero_and_of_all_ends_at_one(trials: int) -> None:
    bounds = wilson(np.array([0.0, float(trials)]), trials)
    assert (bounds[0, 0], bounds[1, 1]) == (0.0, 1.0)
    assert 0 < bounds[0, 1] < 1
    assert 0 < bounds[1, 0] < 1


def test_quantiles_stand_by_name() -> None:
    found = spread(np.arange(101.0), "people")
    assert found.quantiles == {"p05": 5.0, "p50": 50.0, "p95": 95.0} == {"p05": found.p05, "p50": found.p50, "p95": found.p95}

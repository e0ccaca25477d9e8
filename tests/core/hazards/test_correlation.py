"""Correlated draws: the mean stays, the spread is that of the closed form, a replicate is the same in any span."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from stratum_core.errors import InputError
from stratum_core.hazards.correlation import (
    MOST_PLACES,
    Copula,
    copula,
    count_variance,
    distance_law,
    joint_probability,
    places,
    places_of,
)
from stratum_core.random_numbers import PLACE


@pytest.mark.parametrize(("p", "q", "rho"), [(0.1, 0.3, 0.95), (0.5, 0.5, 0.5), (0.01, 0.2, -0.7), (0.9, 0.8, 0.3)])
def test_the_joint_chance_is_that_of_the_bivariate_normal(p: float, q: float, rho: float) -> None:
    from scipy.special import ndtri

    exact = multivariate_normal.cdf(ndtri([p, q]), cov=[[1, rho], [rho, 1]])
    assert joint_probability(p, q, rho) == pytest.approx(exact, abs=1e-7)
    assert joint_probability(p, q, 1.0) == pytest.approx(min(p, q), abs=1e-9)
    assert joint_probability(p, q, 0.0) == pytest.approx(p * q)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_the_mean_does_not_move_and_the_spread_grows(rho: float) -> None:
    chance = np.linspace(0.05, 0.4, 30)
    failed = ndtr(Copula(rho).draw(11, 0, 60_000, np.arange(30))) < chance
    assert failed.mean(axis=0) == pytest.approx(chance, abs=0.011)
    count = failed.sum(axis=1)
    assert count.var() == pytest.approx(count_variance(chance, np.full((30, 30), rho)), rel=0.04)


def test_distance_lowers_correlation_as_the_law_says() -> None:
    points = np.array([[0, 0], [1000, 0], [0, 5000], [20_000, 0]], dtype=float)
    z = copula(points, 0.8, 8.5).draw(5, 0, 60_000, np.arange(4))
    expected = 0.8 * distance_law(points, 8.5)
    np.fill_diagonal(expected, 1.0)
    assert np.corrcoef(z.T) == pytest.approx(expected, abs=0.02)


def test_many_places_share_cells_and_stay_near_the_law() -> None:
    points = np.random.default_rng(1).uniform(0, 30_000, size=(3 * MOST_PLACES, 2))
    found = places(points, 8.5)
    assert len(found.columns) <= MOST_PLACES
    assert found.cell_km >= 8.5 / 20
    z = found.draw(5, 0, 3000, PLACE)
    near = np.argsort(np.hypot(*(points - points[0]).T))[[5, 400, 2500]]
    law = np.exp(-3 * np.hypot(*(points[near] - points[0]).T) / 8500)
    assert [np.corrcoef(z[:, 0], z[:, i])[0, 1] for i in near] == pytest.approx(law, abs=0.16)
    assert z.std() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("length", [0.0, 8.5])
def test_a_replicate_draws_the_same_in_any_span(length: float) -> None:
    points = np.random.default_rng(2).uniform(0, 9000, size=(60, 2))
    drawn = copula(points, 0.5, length)
    whole = drawn.draw(9, 0, 25, np.arange(60))
    for first, count in ((3, 1), (7, 5), (24, 1)):
        assert np.array_equal(drawn.draw(9, first, count, np.arange(60)), whole[first:first + count])


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 1]], [[1, 0.5], [0.4, 1]], [[2, 0], [0, 1]],
                                    [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]])
def test_what_is_no_correlation_matrix_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(InputError, match="correlation"):
        places_of(np.array(matrix, dtype=float))

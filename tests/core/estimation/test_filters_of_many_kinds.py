"""Particle and ensemble filters against the exact one; condition by conjugate arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.estimation.condition import grades, health
from stratum_core.estimation.ensemble import EnsembleSpec, ensemble_filter, gaspari_cohn
from stratum_core.estimation.models import matrices
from stratum_core.estimation.particle import against_kalman, resample
from stratum_core.estimation.series import filter_series
from stratum_core.estimation.trials import simulate


def test_systematic_resampling_draws_each_particle_within_one_of_its_share() -> None:
    weights = np.random.default_rng(1).random(1000)
    chosen = np.bincount(resample(weights, 5000, 0.3), minlength=1000)
    assert np.abs(chosen - 5000 * weights / weights.sum()).max() < 1
    with pytest.raises(InputError, match="positive sum"):
        resample(np.zeros(3), 3, 0.1)


def test_particles_come_near_the_exact_filter_as_their_number_grows() -> None:
    model = matrices([[1, 1], [0, 0.9]], [[0.2, 0], [0, 0.1]], [[1, 0]], 1.0, [0, 0], [[1, 0], [0, 1]])
    z = simulate(model, 60, np.random.default_rng(3))[1]
    z[20:25] = np.nan
    few, many = (against_kalman(model, np.arange(60.0), z, particles=n, seed=1, runs=4).squared for n in (200, 3200))
    assert many < few / 8
    again = against_kalman(model, np.arange(60.0), z, particles=200, seed=1, runs=4).squared
    assert again == few


def chain(size: int) -> tuple[np.ndarray, np.ndarray]:
    """A chain of coupled states, and every second of them read."""
    f = 0.5 * np.eye(size) + 0.24 * (np.eye(size, k=1) + np.eye(size, k=-1))
    return f, np.eye(size)[::2]


def test_an_ensemble_without_rules_is_the_kalman_filter() -> None:
    f, h = chain(4)
    model = matrices(f, 0.3 * np.eye(4), h, 0.5 * np.eye(2), np.zeros(4), np.eye(4))
    times, z = np.arange(30.0), simulate(model, 30, np.random.default_rng(2))[1]
    exact = filter_series(model, times, z)
    random = np.random.default_rng(9)
    found = ensemble_filter(random.standard_normal((20000, 4)), lambda x, d, r: x @ f.T + r.normal(0, 0.3**0.5, x.shape), h,
                            np.full(2, 0.5), times, z, EnsembleSpec(20000), 1)
    assert found.mean == pytest.approx(exact.mean, abs=0.03)
    assert found.spread == pytest.approx(np.sqrt(exact.covariance.diagonal(axis1=1, axis2=2)), abs=0.02)


def test_localisation_mends_a_small_ensemble() -> None:
    f, h = chain(60)
    model = matrices(f, 0.3 * np.eye(60), h, 0.5 * np.eye(30), np.zeros(60), np.eye(60))
    truth, z = simulate(model, 60, np.random.default_rng(2))
    places = np.arange(60.0)
    taper = gaspari_cohn(places[:, None] - places[None, ::2], 4.0)
    start = np.random.default_rng(9).standard_normal((12, 60))
    errors = []
    for spec in (EnsembleSpec(12), EnsembleSpec(12, 1.05, taper)):
        found = ensemble_filter(start, lambda x, d, r: x @ f.T + r.normal(0, 0.3**0.5, x.shape), h, np.full(30, 0.5),
                                np.arange(60.0), z, spec, 1)
        errors.append(float(np.mean((found.mean - truth) ** 2)))
    exact = float(np.mean((filter_series(model, np.arange(60.0), z).mean - truth) ** 2))
    assert errors[1] < 0.75 * errors[0]
    assert exact < errors[1] < 1.5 * exact


def test_gaspari_cohn_is_1_at_0_and_0_from_twice_its_half_on() -> None:
    assert gaspari_cohn(np.array([0.0, 1.0, 2.0, 3.0]), 1.0) == pytest.approx([1.0, 5 / 24, 0.0, 0.0], abs=1e-12)


def test_condition_is_counting() -> None:
    found = health(8, 2)
    assert found.mean == pytest.approx(9 / 12)
    assert found.ci95[0] < 0.75 < found.ci95[1]
    old = health(8, 2, age_y=2, kept_per_y=0.5)
    assert old.mean == pytest.approx(3 / 4.5)
    assert old.ci95[1] - old.ci95[0] > found.ci95[1] - found.ci95[0]
    graded = grades([3, 1, 0], [1, 1, 1])
    assert graded.mean == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    with pytest.raises(InputError, match="below 0"):
        health(-1, 0)

"""Filter and smoother against a joint Gaussian solved at once, against filterpy, and against published figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.estimation import filter_series, fit, forecast, monitor, smooth, structure
from stratum_core.estimation.batch import filter_batch, start
from stratum_core.estimation.forecasts import first_passages
from stratum_core.estimation.models import StateSpace, local_level, local_trend, matrices, seasonal

NILE = json.loads((Path(__file__).parents[2] / "cases" / "estimation" / "kalman_nile.json").read_text())["inputs"]["z"]


def walk(steps: int, seed: int = 1) -> np.ndarray:
    """A random walk with gaps."""
    z = np.cumsum(np.random.default_rng(seed).normal(size=steps))
    z[[3, 4, steps // 2]] = np.nan
    return z


def solved_at_once(model: StateSpace, times: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of all states together, from the precision matrix; diffuse start values have none."""
    n, steps = len(model.mean), len(z)
    precision, right = np.zeros((n * steps, n * steps)), np.zeros(n * steps)
    for t in range(1, steps):
        f, q = model.step(float(times[t] - times[t - 1]))
        row = np.zeros((n, n * steps))
        row[:, n * t:n * t + n], row[:, n * t - n:n * t] = np.eye(n), -f
        precision += row.T @ np.linalg.inv(q) @ row
    for t in range(steps):
        on = np.isfinite(z[t])
        h, r = model.observation[on], np.linalg.inv(model.noise[np.ix_(on, on)])
        at = slice(n * t, n * t + n)
        precision[at, at] += h.T @ r @ h
        right[at] += h.T @ r @ z[t, on]
    if not model.diffuse.any():
        first = np.linalg.inv(model.covariance)
        precision[:n, :n] += first
        right[:n] += first @ model.mean
    cov = np.linalg.inv(precision)
    blocks = np.array([cov[n * t:n * t + n, n * t:n * t + n] for t in range(steps)])
    return (cov @ right).reshape(steps, n), blocks


@pytest.mark.parametrize("model", [
    local_level(0.4, 2.0), local_trend(0.3, 0.05, 2.0), seasonal(0.3, 0.02, 1.0, 7.0, 2), seasonal(0.3, 0.02, 1.0, 4.0, 2)])
def test_the_smoother_is_the_joint_gaussian_also_where_the_start_is_diffuse(model: StateSpace) -> None:
    z = walk(40)[:, None]
    times = np.cumsum(np.random.default_rng(2).choice([0.5, 1.0, 2.25], 40))
    found = smooth(filter_series(model, times, z))
    mean, cov = solved_at_once(model, times, z)
    assert found.mean == pytest.approx(mean, abs=1e-8)
    assert found.covariance == pytest.approx(cov, abs=1e-8)


def test_several_correlated_readings_with_gaps() -> None:
    random = np.random.default_rng(5)
    model = matrices([[1, 1], [0, 1]], [[0.3, 0.1], [0.1, 0.2]], [[1, 0], [1, 1], [0, 1]],
                     [[1, 0.5, 0], [0.5, 2, 0.3], [0, 0.3, 1]], [1, 0], [[2, 0.1], [0.1, 1]])
    z = random.normal(size=(30, 3))
    z[random.random((30, 3)) < 0.3] = np.nan
    found = smooth(filter_series(model, np.arange(30), z))
    mean, cov = solved_at_once(model, np.arange(30.0), z)
    assert found.mean == pytest.approx(mean, abs=1e-9)
    assert found.covariance == pytest.approx(cov, abs=1e-9)


def test_filterpy_agrees() -> None:
    kalman = pytest.importorskip("filterpy.kalman")
    f, q, p = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[0.3, 0.1], [0.1, 0.2]]), np.diag([2.0, 1.0])
    z = np.cumsum(np.random.default_rng(8).normal(size=50))
    peer = kalman.KalmanFilter(2, 1)
    peer.x, peer.P, peer.F, peer.Q, peer.H, peer.R = np.zeros(2), p, f, q, np.array([[1.0, 0.0]]), np.array([[1.5]])
    means, covs = [], []
    for t, value in enumerate(z):
        if t:
            peer.predict()
        peer.update(value)
        means.append(peer.x.copy())
        covs.append(peer.P.copy())
    theirs = peer.rts_smoother(np.array(means), np.array(covs))
    ours = filter_series(matrices(f, q, [[1, 0]], 1.5, [0, 0], p), np.arange(50), z)
    assert ours.mean == pytest.approx(np.array(means), abs=1e-9)
    assert ours.covariance == pytest.approx(np.array(covs), abs=1e-9)
    smoothed = smooth(ours)
    assert smoothed.mean == pytest.approx(theirs[0], abs=1e-9)
    assert smoothed.covariance == pytest.approx(theirs[1], abs=1e-9)


def test_a_gap_in_time_is_as_many_missing_readings() -> None:
    z = walk(20)
    kept = np.isfinite(z)
    model = local_trend(0.3, 0.05, 2.0)
    dense, sparse = filter_series(model, np.arange(20), z), filter_series(model, np.arange(20)[kept], z[kept])
    assert sparse.mean[-1] == pytest.approx(dense.mean[-1], abs=1e-10)
    assert sparse.log_likelihood == pytest.approx(dense.log_likelihood, abs=1e-9)


def test_parameters_of_the_nile() -> None:
    found = fit(structure("local_level", {}), np.arange(100.0), np.array(NILE, dtype=float), {})
    assert found.parameters["q"] == pytest.approx(1469.1, abs=1)
    assert found.parameters["r"] == pytest.approx(15099, abs=1)


@pytest.mark.parametrize(("factor", "words"), [(0.1, "too small"), (10.0, "too large")])
def test_the_monitor_names_a_wrong_process(factor: float, words: str) -> None:
    found = monitor(filter_series(local_level(1469.1 * factor, 15099), np.arange(100), NILE))
    assert found.consistent is False
    assert words in found.text


def test_a_series_without_readings_or_backwards_is_refused() -> None:
    with pytest.raises(InputError, match="no reading"):
        filter_series(local_level(1, 1), [0, 1], [np.nan, np.nan])
    with pytest.raises(InputError, match="goes back at row 3"):
        filter_series(local_level(1, 1), [0, 2, 1], [1, 2, 3])
    with pytest.raises(InputError, match="no covariance"):
        matrices(1, -1, 1, 1, 0, 1)


def test_forecast_variance_grows_by_the_process() -> None:
    filtered = filter_series(local_level(2.0, 1.0), np.arange(30), walk(30))
    coming = forecast(filtered, np.array([1.0, 5.0]))
    assert coming.variance == pytest.approx(filtered.covariance[-1, 0, 0] + np.array([2.0, 10.0]))


def test_first_passage_is_inverse_gaussian() -> None:
    """Brownian motion with drift from 10 down at 1 a step, variance 0.5 a step: Chhikara & Folks 1989."""
    from scipy.stats import invgauss

    model = local_trend(0.5, 0.0, 1.0)
    found = first_passages(model, np.array([10.0, -1.0]), np.zeros((2, 2)), 0.0, below=True, horizon=40.0, seed=1, paths=20000)
    mean, shape = 10.0, 100.0 / 0.5
    exact = invgauss(mean / shape, scale=shape)
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(found, share) == pytest.approx(exact.ppf(share), rel=0.015)


def test_the_batch_is_the_series_of_each_sensor() -> None:
    random = np.random.default_rng(4)
    z = np.cumsum(random.normal(size=(30, 7)), axis=0)
    z[random.random(z.shape) < 0.2] = np.nan
    q, s, r = random.uniform(0.1, 1, (3, 7))
    times = np.arange(30.0)
    found = filter_batch(start(np.zeros(7), np.full(7, 9.0), np.full(7, 4.0)), times, z, q, s, r)
    for i in range(7):
        model = matrices([[1, 1], [0, 1]], np.diag([q[i], s[i]]), [[1, 0]], r[i], [0, 0], np.diag([9.0, 4.0]))
        alone = filter_series(model, times, z[:, i])
        assert found.mean[:, i] == pytest.approx(alone.mean[-1], abs=1e-9)
        assert found.variance[i] == pytest.approx(alone.covariance[-1, 0, 0], abs=1e-9)
        assert found.nis[i] == pytest.approx(alone.nis, abs=1e-8)

"""Filter, smoother, forecast of one series: Kalman (1960) and Rauch, Tung & Striebel (1965), exact where the start is diffuse.

The smoother is computed backwards without inverses (de Jong 1989; Durbin & Koopman 2012, 4.4 and 5.3), which equals the
recursion of Rauch, Tung and Striebel and also holds where a predicted covariance is singular.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_discrete_are, solve_discrete_lyapunov, solve_triangular

from stratum_core.errors import InputError
from stratum_core.estimation import kernels
from stratum_core.estimation.models import StateSpace
from stratum_core.model.fields import Bools, Floats, Ints


@dataclass(frozen=True)
class Filtered:
    """What the filter knows after each reading; steps t, states n, observations m. NaN while a start value is not determined.

    mean (t, n), covariance (t, n, n): given readings up to then; predicted, predicted_covariance: up to the one before.
    log_likelihood leaves out the first ``left_out`` readings, which determine diffuse start values. nis: sum of squared
    standardised innovations over ``counted`` readings.
    """

    model: StateSpace
    times: Floats
    values: Floats
    mean: Floats
    covariance: Floats
    predicted: Floats
    predicted_covariance: Floats
    log_likelihood: float
    left_out: int
    nis: float
    counted: int
    plan: Plan
    diffuse: Floats

    @cached_property
    def innovations(self) -> Floats:
        """(t, m) reading less its prediction; NaN where it is missing or its prediction is not determined."""
        found: Floats = np.where(np.isnan(self.innovation_covariance.diagonal(axis1=1, axis2=2)), np.nan,
                                 self.values - self.predicted @ self.model.observation.T)
        return found

    @cached_property
    def innovation_covariance(self) -> Floats:
        """(t, m, m) of the predictions of readings; NaN while not determined."""
        h = self.model.observation
        found: Floats = h @ self.predicted_covariance @ h.T + self.model.noise
        if len(self.diffuse):
            found[(np.abs(h @ self.diffuse @ h.T) > kernels.DETERMINED).any(axis=(1, 2))] = np.nan
        return found

    @cached_property
    def standardised(self) -> Floats:
        """(readings,) innovations of a scalar series in standard deviations, in order, start values and gaps left out."""
        scaled = self.innovations[:, 0] / np.sqrt(self.innovation_covariance[:, 0, 0])
        return scaled[np.isfinite(scaled)]


@dataclass(frozen=True)
class Smoothed:
    """mean (t, n) and covariance (t, n, n) of the state given all readings."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Plan:
    """A series made ready for the kernels: transitions by kind, and rows of uncorrelated observations."""

    transition: Floats
    process: Floats
    which: Ints
    rows: Floats
    variance: Floats
    values: Floats


def plan(model: StateSpace, times: Floats, values: Floats) -> Plan:
    """Raises InputError for times that go back or values that do not fit the model."""
    times, values = checked(times, values, len(model.observation))
    if len(times) > 1 and not (np.diff(times) >= 0).all():
        raise InputError(f"time goes back at row {int(np.flatnonzero(np.diff(times) < 0)[0]) + 2}", where="time",
                         repair="sort the rows by time")
    kinds, which = np.unique(np.round(np.diff(times), 12), return_inverse=True)
    n = len(model.mean)
    pairs = [model.step(float(d)) for d in kinds]
    f = np.array([pair[0] for pair in pairs]).reshape(-1, n, n)
    q = np.array([pair[1] for pair in pairs]).reshape(-1, n, n)
    rows, variance, turned = _uncorrelated(model.observation, model.noise, values)
    return Plan(f, q, np.concatenate([[-1], which]).astype(np.int64)[: len(times)], rows, variance, turned)


def checked(times: npt.ArrayLike, values: npt.ArrayLike, width: int) -> tuple[Floats, Floats]:
    """times (t,) and values (t, width) as arrays; raises InputError where they do not fit or nothing was read."""
    time, z = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    z = z.reshape(len(z), -1)
    if z.shape != (len(time), width):
        raise InputError(f"{len(time)} times with values of {z.shape[0]} x {z.shape[1]}", where="values",
                         repair=f"give {width} value{'s' if width > 1 else ''} for each time")
    if not np.isfinite(z).any() or np.isinf(z).any() or not np.isfinite(time).all():
        raise InputError("the series has no reading, or one that is no number", where="values",
                         repair="give finite numbers, empty where a reading is missing")
    return time, z


def _uncorrelated(h: Floats, r: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """H, Var v and z by time, turned so that errors are uncorrelated; with gaps, those that are there are turned alone."""
    steps, m = z.shape
    rows, variance = np.broadcast_to(h, (steps, *h.shape)).copy(), np.broadcast_to(np.diag(r), (steps, m)).copy()
    if not (r - np.diag(np.diag(r))).any():
        return rows, variance, z
    turned = z.copy()
    seen: Bools = ~np.isnan(z)
    for pattern in np.unique(seen, axis=0):
        at, on = np.flatnonzero((seen == pattern).all(axis=1)), np.flatnonzero(pattern)
        if not len(on):
            continue
        size, base = np.linalg.eigh(r[np.ix_(on, on)])
        rows[np.ix_(at, on)] = base.T @ h[on]
        variance[np.ix_(at, on)] = np.maximum(size, 0.0)
        turned[np.ix_(at, on)] = z[np.ix_(at, on)] @ base
    return rows, variance, turned


def filter_series(model: StateSpace, times: npt.ArrayLike, values: npt.ArrayLike) -> Filtered:
    """The Kalman filter over readings ``values`` (t,) or (t, m), NaN where missing, at ``times`` in steps."""
    time, z = checked(times, values, len(model.observation))
    ready, n = plan(model, time, z), len(model.mean)
    diffuse = model.diffuse.any()
    out = (np.empty((len(z), n)), np.empty((len(z), n, n)), np.zeros((len(z) if diffuse else 0, n, n)), np.empty((len(z), n)),
           np.empty((len(z), n, n)))
    log_likelihood, left_out, nis, counted = _run(model, ready, out)
    predicted, predicted_cov, start, mean, cov = out
    return Filtered(model, time, z, mean, cov, predicted, predicted_cov, log_likelihood, left_out, nis, counted, ready, start)


def _run(model: StateSpace, ready: Plan, out: tuple[Floats, ...]) -> tuple[float, int, float, int]:
    found: tuple[float, int, float, int] = kernels.filter_series(
        ready.transition, ready.process, ready.which, ready.rows, ready.variance, ready.values, model.mean.copy(),
        model.covariance.copy(), np.diag(model.diffuse.astype(np.float64)), out)
    return found


def log_likelihood(model: StateSpace, times: Floats, values: Floats) -> float:
    """Of all readings but those that determine diffuse start values."""
    return _likelihood(model, plan(model, times, values))


def _likelihood(model: StateSpace, ready: Plan) -> float:
    n = len(model.mean)
    nothing = (np.empty((0, n)), np.empty((0, n, n)), np.empty((0, n, n)), np.empty((0, n)), np.empty((0, n, n)))
    return _run(model, ready, nothing)[0]


def likelihood_of(build: Callable[[Floats], StateSpace], size: int, times: Floats, values: Floats) -> Callable[[Floats], float]:
    """The log-likelihood of a scalar series as a function of ``size`` variances, in which the model's covariances are linear.

    All else of the model stays as it is, so that the series is made ready once.
    """
    zero = build(np.zeros(size))
    nothing = plan(zero, times, values)
    one = [plan(build(unit), times, values) for unit in np.eye(size)]
    process = np.array([ready.process - nothing.process for ready in one])
    variance = np.array([ready.variance - nothing.variance for ready in one])

    def found(variances: Floats) -> float:
        ready = replace(nothing, process=nothing.process + np.tensordot(variances, process, 1),
                        variance=nothing.variance + np.tensordot(variances, variance, 1))
        return _likelihood(zero, ready)

    return found


def smooth(filtered: Filtered) -> Smoothed:
    """The state at each time given all readings."""
    ready = filtered.plan
    mean, cov = np.empty_like(filtered.mean), np.empty_like(filtered.covariance)
    kernels.smooth_series(ready.transition, ready.which, ready.rows, ready.variance, ready.values, filtered.predicted,
                          filtered.predicted_covariance, filtered.diffuse, mean, cov)
    return Smoothed(mean, cov)


@dataclass(frozen=True)
class Steady:
    """What the filter settles to: gain (n, m), predicted, filtered and smoothed covariance (n, n)."""

    gain: Floats
    predicted: Floats
    filtered: Floats
    smoothed: Floats


def steady_state(model: StateSpace) -> Steady:
    """The steady state of ``model`` at one reading a step, by the discrete Riccati equation; raises InputError without one."""
    (f, q), h, r = model.step(1.0), model.observation, model.noise
    try:
        predicted = solve_discrete_are(f.T, h.T, q, r)
        root = cholesky(h @ predicted @ h.T + r, lower=True)
    except np.linalg.LinAlgError as error:
        raise InputError("the model has no steady state", where="model", repair="give one that is observed and driven") from error
    half = solve_triangular(root, h @ predicted, lower=True)
    gain = solve_triangular(root.T, half, lower=False).T
    closed = f @ (np.eye(len(f)) - gain @ h)
    seen = solve_triangular(root, h, lower=True)
    information = solve_discrete_lyapunov(closed.T, seen.T @ seen)
    return Steady(gain, predicted, predicted - half.T @ half, predicted - predicted @ information @ predicted)

"""Particle filter for models that are not linear or not Gaussian: bootstrap filter (Gordon, Salmond & Smith 1993).

Particles move by the model's own dynamics and are weighted by the likelihood of each reading; systematic resampling (Kitagawa
1996). Its error falls with the root of the number of particles and grows with the number of states: a handful of states, no more.
Means are taken before resampling, which would only add noise. Drawn numbers come from one generator, so a seed gives one result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from stratum_core.errors import InputError
from stratum_core.estimation import kernels
from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.series import checked, filter_series
from stratum_core.model.fields import Floats, Ints

Random = np.random.Generator


@dataclass(frozen=True)
class Dynamics:
    """A model by what it does to particles (k, n): how they start, move over so many steps, and how likely each makes a reading
    (m,).

    A reading may hold NaN where a part is missing; readings that are missing altogether are never asked about.
    """

    start: Callable[[int, Random], Floats]
    move: Callable[[Floats, float, Random], Floats]
    log_likelihood: Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Particles:
    """mean (t, n), covariance (t, n, n), effective (t,): of how many equal particles the weights are worth;
    log_likelihood of all readings.
    """

    mean: Floats
    covariance: Floats
    effective: Floats
    log_likelihood: float


def resample(weights: Floats, count: int, offset: float) -> Ints:
    """(count,) particles drawn by systematic resampling with one ``offset`` in [0, 1);
    raises InputError for weights that are none.
    """
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise InputError("the weights are not all from 0 on with a positive sum", where="weights", repair="give such weights")
    chosen = np.empty(count, dtype=np.int64)
    kernels.systematic(weights, offset, chosen)
    return chosen


def particle_filter(
    dynamics: Dynamics, times: Floats, values: Floats, *, particles: int, seed: int, resample_below: float = 1.0
) -> Particles:
    """Filter ``values`` (t, m), NaN where missing; resamples where less than that share of particles is effective (1: always)."""
    random = np.random.default_rng(seed)
    state, log_weight, total = dynamics.start(particles, random), np.full(particles, -np.log(particles)), 0.0
    n = state.shape[1]
    mean, cov, effective = np.empty((len(values), n)), np.empty((len(values), n, n)), np.empty(len(values))
    for t, reading in enumerate(values):
        if t:
            state = dynamics.move(state, float(times[t] - times[t - 1]), random)
        if not np.isnan(reading).all():
            log_weight = log_weight + dynamics.log_likelihood(state, reading)
            most = log_weight.max()
            if not np.isfinite(most):
                raise InputError(f"no particle makes reading {t + 1} possible", where="particles",
                                 repair="give more particles, or a model with a wider error")
            summed = most + np.log(np.exp(log_weight - most).sum())
            total, log_weight = total + summed, log_weight - summed
        weight = np.exp(log_weight)
        mean[t] = weight @ state
        apart = state - mean[t]
        cov[t] = (weight[:, None] * apart).T @ apart
        effective[t] = 1.0 / float(weight @ weight)
        if effective[t] < resample_below * particles * (1 - 1e-12):
            state = state[resample(weight, particles, float(random.random()))]
            log_weight = np.full(particles, -np.log(particles))
    return Particles(mean, cov, effective, float(total))


def linear_gaussian(model: StateSpace) -> Dynamics:
    """A linear Gaussian model as particle dynamics, to hold the filter against the exact answer;
    raises InputError for a diffuse start.
    """
    if model.diffuse.any():
        raise InputError("particles need a start", where="P0", repair="give P0, the covariance before the first reading")
    if np.linalg.eigvalsh(model.noise).min() <= 0:
        raise InputError("particles need readings with an error", where="R", repair="give R with positive eigenvalues")

    def move(state: Floats, steps: float, random: Random) -> Floats:
        f, q = model.step(steps)
        return state @ f.T + random.standard_normal(state.shape) @ _root(q).T

    def likely(state: Floats, reading: Floats) -> Floats:
        on = np.isfinite(reading)
        factor = np.linalg.cholesky(model.noise[np.ix_(on, on)])
        scaled = solve_triangular(factor, (reading[on] - state @ model.observation[on].T).T, lower=True)
        found: Floats = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(factor)).sum() - 0.5 * on.sum() * np.log(2 * np.pi)
        return found

    def start(count: int, random: Random) -> Floats:
        return model.mean + random.standard_normal((count, len(model.mean))) @ _root(model.covariance).T

    return Dynamics(start, move, likely)


def _root(covariance: Floats) -> Floats:
    size, base = np.linalg.eigh(covariance)
    return np.asarray(base * np.sqrt(np.maximum(size, 0.0)))


@dataclass(frozen=True)
class Agreement:
    """Of a particle filter with the exact one on a linear Gaussian model: E[(difference)^2] / P over runs, times and states.

    particles: of the last run; mean, variance: the exact filter's.
    """

    squared: float
    particles: Particles
    mean: Floats
    variance: Floats


def against_kalman(
    model: StateSpace, times: Floats, values: Floats, *, particles: int, seed: int, runs: int, resample_below: float = 1.0
) -> Agreement:
    """``runs`` particle filters on the same readings, from seeds that follow each other."""
    times, values = checked(times, values, len(model.observation))
    exact, dynamics = filter_series(model, times, values), linear_gaussian(model)
    variance = exact.covariance.diagonal(axis1=1, axis2=2)
    squared = []
    for run in range(runs):
        found = particle_filter(dynamics, times, values, particles=particles, seed=seed + run, resample_below=resample_below)
        squared.append(np.mean((found.mean - exact.mean) ** 2 / variance))
    return Agreement(float(np.mean(squared)), found, exact.mean, variance)

"""What comes next: forecasts with intervals, and when a threshold is first passed.

The first passage is drawn: paths of the state from its present distribution, in steps of the model, with the chance that a
path touched the threshold between two grid times by the Brownian bridge of the level's own noise (Glasserman 2004, 6.4). A share
of paths that never pass within the horizon is reported, never hidden. The model's parameters are taken as known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stratum_core.errors import InputError
from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.series import Filtered
from stratum_core.model.fields import Bools, Floats

PATHS = 4000
GRID = 200


@dataclass(frozen=True)
class Forecast:
    """times (k,), mean (k,) of coming readings; variance of the signal, reading_variance with the reading's own error."""

    times: Floats
    mean: Floats
    variance: Floats
    reading_variance: Floats

    def interval(self, share: float) -> tuple[Floats, Floats]:
        """The interval that holds ``share`` of coming readings."""
        half = float(ndtri(0.5 + share / 2)) * np.sqrt(self.reading_variance)
        return self.mean - half, self.mean + half


@dataclass(frozen=True)
class Passage:
    """When a threshold is first passed, in steps from the last reading; None: in less than that share of paths by the horizon.

    probability: of passing within ``horizon``; p10, p50, p90: times by which so many of all paths have passed it.
    """

    threshold: float
    below: bool
    horizon: float
    probability: float
    p10: float | None
    p50: float | None
    p90: float | None


def forecast(filtered: Filtered, ahead: Floats) -> Forecast:
    """The first observed quantity at ``ahead`` steps after the last time, increasing."""
    mean, cov = last_state(filtered)
    model, h = filtered.model, filtered.model.observation[0]
    level, variance, before = [], [], 0.0
    for distance in np.asarray(ahead, dtype=np.float64):
        f, q = model.step(float(distance - before))
        mean, cov, before = f @ mean, f @ cov @ f.T + q, float(distance)
        level.append(float(h @ mean))
        variance.append(float(h @ cov @ h))
    of_state = np.array(variance)
    return Forecast(filtered.times[-1] + np.asarray(ahead), np.array(level), of_state, of_state + float(model.noise[0, 0]))


def last_state(filtered: Filtered) -> tuple[Floats, Floats]:
    """Mean and covariance after the last time; raises InputError while they are not determined."""
    mean, cov = filtered.mean[-1], filtered.covariance[-1]
    if not (np.isfinite(mean).all() and np.isfinite(cov).all()):
        raise InputError(f"{filtered.left_out} readings do not determine the {len(mean)} start values of {filtered.model.name}",
                         where="series", repair="give more readings or a smaller model")
    return mean, cov


def time_to_threshold(
    filtered: Filtered, threshold: float, *, below: bool, horizon: float, seed: int = 42, paths: int = PATHS
) -> Passage:
    """First passage of the signal (not of its noisy reading) below or above ``threshold`` within ``horizon`` steps."""
    mean, cov = last_state(filtered)
    found = first_passages(filtered.model, mean, cov, threshold, below=below, horizon=horizon, seed=seed, paths=paths)
    ordered = np.sort(found)
    p10, p50, p90 = (_finite(ordered[min(int(np.ceil(share * paths)) - 1, paths - 1)]) for share in (0.1, 0.5, 0.9))
    return Passage(threshold, below, horizon, float(np.isfinite(found).mean()), p10, p50, p90)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def first_passages(
    model: StateSpace, mean: Floats, cov: Floats, threshold: float, *, below: bool, horizon: float, seed: int, paths: int = PATHS
) -> Floats:
    """(paths,) times of first passage, infinite where there is none by the horizon."""
    random, sign, d = np.random.default_rng(seed), -1.0 if below else 1.0, horizon / GRID
    f, q = model.step(d)
    h = sign * model.observation[0]
    noise, spread = _root(q), float(h @ q @ h)
    state = mean + random.standard_normal((paths, len(mean))) @ _root(cov).T
    found = np.where(state @ h >= sign * threshold, 0.0, np.inf)
    before = sign * threshold - state @ h
    for step in range(1, GRID + 1):
        state = state @ f.T + random.standard_normal((paths, len(mean))) @ noise.T
        gap = sign * threshold - state @ h
        new = _touched(before, gap, spread, random.random(paths)) & np.isinf(found)
        part = np.where(gap[new] <= 0, before[new] / np.maximum(before[new] - gap[new], 1e-300), 0.5)
        found[new] = (step - 1 + np.clip(part, 0.0, 1.0)) * d
        before = gap
    return found


def _touched(before: Floats, after: Floats, spread: float, drawn: Floats) -> Bools:
    """Whether each path passed 0 between two gaps above it; spread: variance of the bridge over the step."""
    crossed: Bools = after <= 0
    if spread > 0:
        crossed = crossed | (drawn < np.exp(-2.0 * np.maximum(before, 0.0) * np.maximum(after, 0.0) / spread))
    return crossed


def _root(covariance: Floats) -> Floats:
    size, base = np.linalg.eigh(covariance)
    root: Floats = base * np.sqrt(np.maximum(size, 0.0))
    return root

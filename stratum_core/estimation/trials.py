"""A filter tried on simulated truth: whether its stated uncertainty covers its errors, also when its model is wrong.

NEES and NIS per step are means over runs, to be held against ``mean_bounds`` (Bar-Shalom, Li & Kirubarajan 2001, 5.4.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stratum_core.estimation.consistency import LEAST, mean_bounds, monitor, nees
from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.series import filter_series
from stratum_core.model.fields import Floats


@dataclass(frozen=True)
class Trial:
    """nees, nis: (steps,) means over runs; interval: where a right model has 95 % of them, and ``inside`` the share that are
    there.

    coverage95: share of true states within the filter's 95 % intervals; of steps without a reading by ``coverage95_missing``.
    flagged: share of runs of which the monitor says that the model is wrong; None where runs are too short for it.
    """

    nees: Floats
    nis: Floats
    nees_interval: tuple[float, float]
    nis_interval: tuple[float, float]
    nees_inside: float
    nis_inside: float
    coverage95: float
    coverage95_missing: float
    flagged: float | None


def simulate(model: StateSpace, steps: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """States (steps, n) and readings (steps, m) drawn from ``model``, from its start."""
    f, q = model.step(1.0)
    drawn = random.multivariate_normal
    state = drawn(model.mean, model.covariance)
    noise = drawn(np.zeros(len(q)), q, steps)
    errors = drawn(np.zeros(len(model.noise)), model.noise, steps)
    states = np.empty((steps, len(f)))
    for t in range(steps):
        state = f @ state + noise[t] if t else state
        states[t] = state
    return states, states @ model.observation.T + errors


def trial(truth: StateSpace, assumed: StateSpace, *, runs: int, steps: int, seed: int, missing: float = 0.0) -> Trial:
    """``assumed`` filters ``runs`` draws of ``truth``; a share ``missing`` of readings drops out at random."""
    random, times = np.random.default_rng(seed), np.arange(steps, dtype=np.float64)
    n, m = len(assumed.mean), len(assumed.observation)
    squared, standardised = np.full((runs, steps), np.nan), np.full((runs, steps), np.nan)
    covered, gaps, flagged = np.zeros((runs, steps)), np.zeros((runs, steps), dtype=np.bool_), []
    for run in range(runs):
        states, readings = simulate(truth, steps, random)
        gaps[run] = random.random(steps) < missing
        readings[gaps[run]] = np.nan
        found = filter_series(assumed, times, readings)
        known = np.isfinite(found.covariance).all(axis=(1, 2))
        error = found.mean - states
        squared[run, known] = nees(error[known], found.covariance[known])
        seen = np.isfinite(found.innovations).all(axis=1)
        standardised[run, seen] = nees(found.innovations[seen], found.innovation_covariance[seen])
        spread = np.sqrt(found.covariance.diagonal(axis1=1, axis2=2))
        covered[run] = np.where(known, (np.abs(error) < ndtri(0.975) * spread).mean(axis=1), np.nan)
        if found.counted >= LEAST:
            flagged.append(monitor(found).consistent is False)
    return Trial(_means(squared), _means(standardised), mean_bounds(n, runs), mean_bounds(m, runs), _inside(squared, n),
                 _inside(standardised, m),
                 float(np.nanmean(covered)), float(np.nanmean(covered[gaps])) if gaps.any() else float("nan"),
                 float(np.mean(flagged)) if flagged else None)


def _means(values: Floats) -> Floats:
    """Over the runs that have a value, NaN where none has."""
    some = np.isfinite(values)
    count = some.sum(axis=0)
    return np.where(count > 0, np.where(some, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _inside(values: Floats, size: int) -> float:
    """Share of steps whose mean lies within the bounds of as many runs as have a value there."""
    found = [low <= mean <= high for mean, count in zip(_means(values), np.isfinite(values).sum(axis=0), strict=True) if count
             for low, high in (mean_bounds(size, int(count)),)]
    return float(np.mean(found)) if found else float("nan")

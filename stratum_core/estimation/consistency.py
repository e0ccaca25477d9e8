"""Whether a filter's own uncertainty is true: NIS, NEES, whiteness and coverage (Bar-Shalom, Li & Kirubarajan 2001, 5.4).

A right model gives standardised innovations that are white with variance 1. The monitor says which of three is broken: they
are too wide (the model is too sure), too narrow (too unsure), or follow each other (the process is wrong); and it runs the same
model with a tenth and with ten times its process noise beside it: the log-likelihood tells which is right sooner than the
errors do.
Each of the four is tested at ``LEVEL``, so a right model is blamed in at most four times that share of cases. It sees readings
only: what no sensor watches it cannot judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtri, ndtri

from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.series import Filtered, log_likelihood
from stratum_core.model.fields import Floats

LEVEL = 0.01
LAGS = 5
LEAST = 20


@dataclass(frozen=True)
class Consistency:
    """nis: mean squared standardised innovation, with the interval in which a right model has it; coverage95: share within 95 %.

    lag_statistic: Ljung-Box over ``LAGS`` lags with its limit; gain_of_less, gain_of_more: log-likelihood that a tenth of the
    process noise, or ten times it, would add, with the limit. consistent and what it rests on are None of too few readings.
    """

    readings: int
    nis: float
    nis_interval: tuple[float, float] | None = None
    lag_statistic: float | None = None
    lag_limit: float | None = None
    gain_of_less: float | None = None
    gain_of_more: float | None = None
    gain_limit: float | None = None
    coverage95: float | None = None
    consistent: bool | None = None
    text: str = ""


def mean_bounds(size: int, runs: int, share: float = 0.95) -> tuple[float, float]:
    """Between which the mean of ``runs`` squared errors of ``size`` dimensions lies with probability ``share``."""
    low, high = chdtri(size * runs, [(1 + share) / 2, (1 - share) / 2]) / runs
    return float(low), float(high)


def gate(size: int, share: float) -> float:
    """The squared standardised innovation below which ``share`` of right readings lie."""
    return float(chdtri(size, 1 - share))


def nees(error: Floats, covariance: Floats) -> Floats:
    """(t,) squared errors (t, n) in terms of their covariance (t, n, n)."""
    found: Floats = np.einsum("ti,ti->t", error, np.linalg.solve(covariance, error[..., None])[..., 0])
    return found


def monitor(filtered: Filtered) -> Consistency:
    """The verdict over the readings of ``filtered``; whiteness and coverage by its first observed quantity."""
    errors, count = filtered.standardised, filtered.counted
    if len(errors) < LEAST:
        told = f"{count} readings are too few to judge the model; it takes {LEAST}."
        return Consistency(count, filtered.nis / max(count, 1), text=told)
    nis, bounds = filtered.nis / count, mean_bounds(1, count, 1 - LEVEL)
    follow = _correlation(errors)
    left = len(errors) - np.arange(1, LAGS + 1)
    statistic, limit = float(len(errors) * (len(errors) + 2) * np.sum(follow**2 / left)), float(chdtri(LAGS, LEVEL))
    less, more = (_with_noise(filtered, factor) - filtered.log_likelihood for factor in (0.1, 10.0))
    most = float(chdtri(1, LEVEL)) / 2
    covered = float(np.mean(np.abs(errors) < ndtri(0.975)))
    faults = [text for bad, text in (
        (nis > bounds[1], f"errors are {nis:.2g} times the variance that the model states: it is too sure"),
        (nis < bounds[0], f"errors are {nis:.2g} of the variance that the model states: it is too unsure"),
        (statistic > limit, "its errors follow each other: the state moves otherwise than the model states"),
        (more > most, f"ten times its process noise fits better, by {more:.1f} in log-likelihood: Q is too small"),
        (less > most, f"a tenth of its process noise fits better, by {less:.1f} in log-likelihood: Q is too large"),
    ) if bad]
    text = f"The model is wrong: {'; '.join(faults)}." if faults else "Nothing speaks against the model."
    return Consistency(count, nis, bounds, statistic, limit, less, more, most, covered, not faults, text)


def _correlation(errors: Floats) -> Floats:
    """Of errors with those 1 to LAGS readings before."""
    centred = errors - errors.mean()
    power = float(centred @ centred) or 1.0
    return np.array([float(centred[lag:] @ centred[:-lag]) for lag in range(1, LAGS + 1)]) / power


def _with_noise(filtered: Filtered, factor: float) -> float:
    """The log-likelihood of the same readings with the process noise multiplied."""
    model = filtered.model

    def step(steps: float) -> tuple[Floats, Floats]:
        f, q = model.step(steps)
        return f, factor * q

    other: StateSpace = replace(model, step=step)
    return log_likelihood(other, filtered.times, filtered.values)

"""One sensor: a model tuned to its readings, its state at any moment, its forecast, and when it passes a threshold.

Variances are found by maximum likelihood, the error of a reading is the sensor's stated noise where there is one. Of a local
level, a local trend and a local level with a daily season the one is taken that foretold the past readings best, 1 to 12 hours
ahead (mean logarithmic score, Gneiting & Raftery 2007; on the readings that its variances were found from). Both are then known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import truncnorm

from stratum_core.errors import EngineError, InputError
from stratum_core.estimation import Filtered, filter_series, fit, monitor, structure
from stratum_core.estimation.consistency import Consistency
from stratum_core.estimation.forecasts import Forecast, Passage, first_passages, forecast
from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.signals import two_levels
from stratum_core.model.fields import Floats, Ints

HOUR_US = 3_600_000_000
#: readings below which nothing is estimated, and those of the past that are looked at at most
LEAST, MOST = 20, 1_500
#: days of readings that a daily season takes
_SEASON_DAYS = 2.5
_HARMONICS = 3.0
NAMES = ("local_level", "local_trend", "seasonal")
TITLES = {"local_level": "random walk", "local_trend": "random walk with a trend", "seasonal": "random walk with a daily season",
          "tank_balance": "storage balance of its zone, with pumps that switch at marks of its level"}
_PATHS = 2000
#: readings that a model is tuned on at most, and hours ahead at which it is judged
_TUNED_ON, _AHEAD_H = 400, (1.0, 3.0, 6.0, 12.0)
#: an error of more standard deviations counts as this many, so that one spike does not choose the model
_WORST = 6.0


@dataclass(frozen=True)
class Tuned:
    """The model of one sensor; one step of it is ``step_h`` hours. verdict: whether its own readings speak against it."""

    name: str
    model: StateSpace
    step_h: float
    verdict: Consistency


@dataclass(frozen=True)
class Track:
    """A sensor up to some moment: microseconds UTC of its readings, and what the filter made of them."""

    tuned: Tuned
    time: Ints
    value: Floats
    filtered: Filtered

    @property
    def last(self) -> int:
        """The moment of the newest reading."""
        return int(self.time[-1])

    def steps(self, at: int) -> float:
        """Steps of the model from the newest reading to ``at``; not below 0."""
        return max(at - self.last, 0) / HOUR_US / self.tuned.step_h

    def at(self, moment: int) -> tuple[float, float]:
        """Mean and standard deviation of what is measured, at ``moment``, given all readings of the track."""
        mean, cov = self._state(moment)
        h = self.tuned.model.observation[0]
        return float(h @ mean), float(np.sqrt(max(h @ cov @ h, 0.0)))

    def course(self) -> tuple[Floats, Floats]:
        """(t,) mean and standard deviation after each reading."""
        h = self.tuned.model.observation[0]
        return self.filtered.mean @ h, np.sqrt(np.maximum(np.einsum("i,tij,j->t", h, self.filtered.covariance, h), 0.0))

    def forecast(self, moment: int, hours: Floats) -> Forecast:
        """Coming readings so many hours after ``moment``; times of the answer are in steps."""
        return forecast(self.filtered, self.steps(moment) + np.asarray(hours) / self.tuned.step_h)

    def coming(self, moment: int, hours: Floats, least: float, most: float) -> tuple[Floats, Floats, Floats]:
        """Mean and 80 % interval of readings so many hours after ``moment``, within the range of the sensor (NaN: none).

        A signal that is on or off has no walk: what it was in the past counts, whenever that was (its levels and their shares).
        """
        if two_levels(self.value) is not None:
            known = self.value[np.isfinite(self.value)]
            low, high = np.quantile(known, [0.1, 0.9])
            return tuple(np.full(len(hours), v) for v in (known.mean(), low, high))  # type: ignore[return-value]
        found = self.forecast(moment, hours)
        mean, low, high = (np.fmin(np.fmax(line, least), most) for line in (found.mean, *found.interval(0.8)))
        return mean, low, high

    def passage(self, moment: int, threshold: float, *, below: bool, horizon_h: float, seed: int = 42) -> Passage:
        """When it first passes ``threshold``, in hours from ``moment``; drawn from the state at that moment."""
        mean, cov = self._state(moment)
        found = np.sort(first_passages(self.tuned.model, mean, cov, threshold, below=below, horizon=horizon_h / self.tuned.step_h,
                                       seed=seed, paths=_PATHS)) * self.tuned.step_h
        quantiles = [found[int(np.ceil(share * _PATHS)) - 1] for share in (0.1, 0.5, 0.9)]
        p10, p50, p90 = (float(q) if np.isfinite(q) else None for q in quantiles)
        return Passage(threshold, below, horizon_h, float(np.isfinite(found).mean()), p10, p50, p90)

    def chance_past(self, moment: int, threshold: float, *, below: bool) -> float:
        """Chance that what is measured lies past ``threshold`` at ``moment``."""
        mean, sd = self.at(moment)
        gap = (threshold - mean) if below else (mean - threshold)
        return float(ndtr(gap / sd)) if sd > 0 else float(gap > 0)

    def _state(self, moment: int) -> tuple[Floats, Floats]:
        mean, cov = self.filtered.mean[-1], self.filtered.covariance[-1]
        steps = self.steps(moment)
        if steps <= 0:
            return mean, cov
        f, q = self.tuned.model.step(steps)
        return f @ mean, f @ cov @ f.T + q


def within(mean: float, sd: float, low: float, high: float) -> tuple[float, float]:
    """Mean and standard deviation of a normal state of which it is known that it lies from ``low`` to ``high`` (NaN: no bound).

    Johnson, Kotz & Balakrishnan 1994, Continuous Univariate Distributions 1, section 13.10.1.
    """
    if not sd > 0 or not (np.isfinite(low) or np.isfinite(high)):
        return float(np.fmin(np.fmax(mean, low), high)), sd
    a, b = (np.nan_to_num(low, nan=-np.inf) - mean) / sd, (np.nan_to_num(high, nan=np.inf) - mean) / sd
    found = truncnorm(a, b, loc=mean, scale=sd)
    return float(np.fmin(np.fmax(found.mean(), low), high)), float(found.std())


def says_nothing(track: Track, moment: int, low: float, high: float) -> bool:
    """Whether the last reading is so long ago that the state may lie anywhere in the range of the sensor.

    That is where its standard deviation is that of a uniform law; the range is three times what was read where none is stated.
    """
    width = high - low if np.isfinite(high - low) else 3.0 * float(np.ptp(track.value[np.isfinite(track.value)]))
    return bool(moment > track.last and 0 < width < np.sqrt(12.0) * track.at(moment)[1])


def tune(time: Ints, value: Floats, *, noise: float, names: Sequence[str] = NAMES) -> Tuned | None:
    """The best of the models ``names`` on readings at microseconds UTC, increasing; None where they are too few or all alike.

    noise: standard deviation of a reading, NaN or 0 where it is not known; then it is found with the rest.
    """
    every = max(len(time[-MOST:]) // _TUNED_ON, 1)
    time, value = time[-MOST:][::every], value[-MOST:][::every]
    known = value[np.isfinite(value)]
    if len(known) < LEAST or known.min() == known.max():
        return None
    step_h = float(np.median(np.diff(time))) / HOUR_US or 1 / 60
    steps, given = (time - time[0]) / HOUR_US / step_h, {"r": noise**2} if noise > 0 else {}
    best: tuple[float, Tuned] | None = None
    for name in names:
        settings = _settings(name, step_h, float(time[-1] - time[0]) / HOUR_US)
        if settings is None:
            continue
        try:
            found = fit(structure(name, settings), steps, value, given)
        except (InputError, EngineError):  # too few readings for this one, or a likelihood that is finite nowhere
            continue
        filtered = filter_series(found.model, steps, value)
        score = _foretold(filtered, step_h)
        if best is None or score > best[0]:
            best = score, Tuned(name, found.model, step_h, monitor(filtered))
    return best[1] if best is not None else None


def _foretold(filtered: Filtered, step_h: float) -> float:
    """Mean logarithmic score of forecasts from every reading of the later two thirds; the log-likelihood where none reaches."""
    times, values, h = filtered.times, filtered.values[:, 0], filtered.model.observation[0]
    first, scores = len(times) // 3, []
    for ahead in _AHEAD_H:
        steps = max(round(ahead / step_h), 1)
        f, q = filtered.model.step(float(steps))
        row = h @ f
        mean = filtered.mean[first:] @ row
        variance = np.einsum("i,tij,j->t", row, filtered.covariance[first:], row) + h @ q @ h + filtered.model.noise[0, 0]
        at = np.searchsorted(times, times[first:] + steps - 0.5)
        there = at < len(times)
        error = values[at[there]] - mean[there]
        scaled = np.minimum(np.abs(error) / np.sqrt(variance[there]), _WORST)
        scores.append(-0.5 * (np.log(2 * np.pi * variance[there]) + scaled**2))
    found = np.concatenate(scores)
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else filtered.log_likelihood


def _settings(name: str, step_h: float, span_h: float) -> dict[str, float] | None:
    """Settings of a model; None where the readings do not span what it needs."""
    if name != "seasonal":
        return {}
    period = 24.0 / step_h
    fits = span_h >= 24 * _SEASON_DAYS and period >= 2 * _HARMONICS
    return {"period": period, "harmonics": _HARMONICS} if fits else None


def track(tuned: Tuned, time: Ints, value: Floats) -> Track | None:
    """The filter over readings (the last MOST of them); None while they do not determine the model's start."""
    time, value = time[-MOST:], value[-MOST:]
    if not np.isfinite(value).any():
        return None
    filtered = filter_series(tuned.model, (time - time[0]) / HOUR_US / tuned.step_h, value)
    if not np.isfinite(filtered.covariance[-1]).all():
        return None
    return Track(tuned, time, value, filtered)

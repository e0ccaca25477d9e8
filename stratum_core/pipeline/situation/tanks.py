"""Tanks by balance: the level of each from its gauge and what its pumps bring, or from flows alone where it has no gauge.

The level less what has come in falls as the zone draws: a local trend, whatever the pumps do. Which model foretells a level,
the balance or the one of the sensor alone, is decided on the newest third of the readings, by the mean score of forecasts 1 to
12 h ahead (CRPS, Gneiting & Raftery 2007); both stand in the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stratum_core.estimation.forecasts import Forecast, Passage
from stratum_core.estimation.series import Filtered
from stratum_core.estimation.tank_balance import (
    PATHS,
    STEP_H,
    Drawn,
    Pumps,
    Store,
    crps,
    drawn_by_hour,
    marks_of,
    passage_of,
    paths,
    poured,
)
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.pipeline.situation.tank_plans import TankPlan, in_m3_s
from stratum_core.pipeline.situation.tracking import HOUR_US, Track, Tuned, track, tune

NAME = "tank_balance"
#: how far paths reach; those of a gauge that has been silent for REACH_H still reach 48 h ahead
HORIZON_H, REACH_H = 60.0, 12.0
#: a reading so many usual deviations from the median of its neighbours is left out of the balance
_ODD, _NEIGHBOURS = 8.0, 5
#: flow (share of the most seen) above which a pump counts as running
_RUNS = 0.5
#: origins of the comparison, its paths, and hours ahead
_ORIGINS, _TRIED, AHEAD_H = 40, 100, (1.0, 3.0, 6.0, 12.0)
#: data of a feed older than so many of the level's steps end the balance
_OLD = 8.0


@dataclass(frozen=True)
class Scores:
    """Of forecasts 1 to 12 h ahead on the newest third of the readings: CRPS and mean absolute error in the unit of the level,
    and the share within 80 % intervals.
    """

    crps: float
    error: float
    coverage80: float


@dataclass(frozen=True)
class Balance:
    """A tank's balance made ready: its store, the model of the level less what came in, that of the draw, and how both foretell.

    own: of the model of the level sensor alone; chosen: whether the balance foretells better.
    """

    store: Store
    corrected: Tuned
    draw: Tuned
    scores: Scores
    own: Scores

    @property
    def chosen(self) -> bool:
        """Whether the balance foretells better than the sensor alone."""
        return self.scores.crps < self.own.crps


@dataclass(frozen=True)
class BalanceTrack(Track):
    """The level of a tank as a track; ``filtered`` is that of the level less what came in, ``offset`` (t,) what
    came in, as level.

    on: pumps that ran at the newest reading; state of the draw with its covariance then.
    """

    store: Store
    offset: Floats
    on: Bools
    draw_mean: Floats
    draw_cov: Floats

    @cached_property
    def _paths(self) -> Floats:
        random = np.random.default_rng(42)
        mean, sd = super().at(self.last)
        start = np.clip(mean + self.offset[-1] + sd * random.standard_normal(PATHS), self.store.empty, self.store.full)
        n = (PATHS, *self.draw_mean.shape)
        return paths(self.store, start, np.broadcast_to(self.on, (PATHS, len(self.on))),
                     np.broadcast_to(self.draw_mean, n), np.broadcast_to(self.draw_cov, (*n, n[1])), HORIZON_H, random)

    def _at(self, hours: Floats) -> Floats:
        """(k, paths) levels so many hours after the newest reading."""
        place = np.clip(np.asarray(hours) / STEP_H, 0.0, len(self._paths) - 1.001)
        low, part = place.astype(np.int64), place % 1
        found: Floats = self._paths[low] * (1 - part)[:, None] + self._paths[low + 1] * part[:, None]
        return found

    def _since(self, moment: int) -> float:
        return max(moment - self.last, 0) / HOUR_US

    def at(self, moment: int) -> tuple[float, float]:
        """Mean and standard deviation of the level, at ``moment``, given all readings of the track."""
        if self._since(moment) <= 0:
            mean, sd = super().at(moment)
            return mean + float(self.offset[-1]), sd
        level = self._at(np.array([self._since(moment)]))[0]
        return float(level.mean()), float(level.std())

    def course(self) -> tuple[Floats, Floats]:
        """(t,) mean and standard deviation after each reading."""
        mean, sd = super().course()
        return mean + self.offset, sd

    def forecast(self, moment: int, hours: Floats) -> Forecast:
        """Coming readings so many hours after ``moment``; times of the answer are in hours from the newest reading."""
        ahead = self._since(moment) + np.asarray(hours, dtype=np.float64)
        level, noise = self._at(ahead), float(self.tuned.model.noise[0, 0])
        read = level + np.sqrt(noise) * np.random.default_rng(43).standard_normal(level.shape[1])
        return Drawn(ahead, level.mean(axis=1), level.var(axis=1), read.var(axis=1), read)

    def passage(self, moment: int, threshold: float, *, below: bool, horizon_h: float, seed: int = 42) -> Passage:
        """When it first passes ``threshold``, in hours from ``moment``."""
        return passage_of(self._paths[round(self._since(moment) / STEP_H):], threshold, below=below, horizon_h=horizon_h)


def balance_of(city: City, plan: TankPlan, times: Sequence[Ints], values: Sequence[Floats], own: Track | None) -> Balance | str:
    """The balance of a tank with a gauge, tuned to its readings, or why there is none. own: the track of the gauge alone.

    times, values: readings of all sensors of the city up to the moment, microseconds UTC.
    """
    if own is None:
        return "its level has no model yet"
    time, level = own.time, _without_odd(own.value)
    flows = _flows(city, plan, time, times, values)
    if flows is None:
        return "what feeds its zone is not heard of, or not any more"
    inflow, running, rates = flows
    offset = poured((time - time[0]) / HOUR_US, inflow) / plan.area
    corrected = tune(time, level - offset, noise=plan.noise, names=("local_level", "local_trend"))
    smooth = track(corrected, time, level - offset) if corrected is not None else None
    if corrected is None or smooth is None:
        return "its readings are too few for a balance"
    course = smooth.course()[0] + offset
    hours, drawn = _drawn(time, course, inflow, plan.area)
    draw = tune(hours, drawn, noise=np.nan)
    followed = track(draw, hours, drawn) if draw is not None else None
    if draw is None or followed is None:
        return "what its zone draws has too few hours of readings"
    marks = tuple(marks_of(course, running[:, k]) for k in range(running.shape[1]))
    if not any(np.isfinite(one.on) for one in marks):
        return "no pump is seen to switch by its level"
    store = Store(plan.area, plan.empty, plan.full, Pumps(rates, marks), draw.model, draw.step_h)
    return Balance(store, corrected, draw, *_compared(store, own, course, smooth, followed, running))


def balance_track(
    city: City, plan: TankPlan, balance: Balance, times: Sequence[Ints], values: Sequence[Floats]
) -> BalanceTrack | None:
    """The level by its balance, from readings up to the moment; None where flows are missing or old."""
    time, value = times[plan.level], values[plan.level]
    level = _without_odd(value)
    flows = _flows(city, plan, time, times, values)
    if flows is None:
        return None
    inflow, running, _ = flows
    offset = poured((time - time[0]) / HOUR_US, inflow) / plan.area
    found = track(balance.corrected, time, level - offset)
    if found is None:
        return None
    hours, drawn = _drawn(time, found.course()[0] + offset, inflow, plan.area)
    followed = track(balance.draw, hours, drawn)
    if followed is None:
        return None
    judged = _with_all(found.filtered, value - offset)
    return BalanceTrack(replace(balance.corrected, name=NAME), time, value, judged, balance.store, offset, running[-1],
                        followed.filtered.mean[-1], followed.filtered.covariance[-1])


def _with_all(filtered: Filtered, values: Floats) -> Filtered:
    """The same with the readings that were left out, so that faults of the signal are seen in its innovations."""
    return replace(filtered, values=values.reshape(-1, 1))


def _without_odd(value: Floats) -> Floats:
    """Readings far from the median of those around them as missing."""
    padded = np.pad(value, _NEIGHBOURS // 2, mode="edge")
    apart = value - np.median(np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS), axis=1)
    usual = 1.4826 * float(np.nanmedian(np.abs(apart)))
    return np.where(np.abs(apart) > _ODD * max(usual, 1e-12), np.nan, value) if usual > 0 else value


def _drawn(time: Ints, level: Floats, inflow: Floats, area: float) -> tuple[Ints, Floats]:
    """What was drawn in whole hours: microseconds UTC of their middles, m3/s."""
    zero = time[0] // HOUR_US * HOUR_US
    ends, drawn = drawn_by_hour((time - zero) / HOUR_US, level, inflow, area)
    return (zero + (ends - 0.5) * HOUR_US).astype(np.int64), drawn


def _flows(
    city: City, plan: TankPlan, time: Ints, times: Sequence[Ints], values: Sequence[Floats]
) -> tuple[Floats, Bools, Floats] | None:
    """Inflow (t,) m3/s at ``time``, whether each feed ran then (t, feeds), and what each
    brings while it runs; None: not known."""
    step = float(np.median(np.diff(time))) if len(time) > 1 else HOUR_US
    inflow, rates = np.zeros(len(time)), np.zeros(len(plan.feeds))
    running = np.zeros((len(time), len(plan.feeds)), dtype=np.bool_)
    for k, feed in enumerate(plan.feeds):
        sensor = feed.flow if feed.flow >= 0 else feed.status
        heard, said = times[sensor], values[sensor]
        if not len(heard) or time[-1] - heard[-1] > _OLD * step:
            return None
        flow = said * (in_m3_s(city, sensor) if feed.flow >= 0 else feed.capacity)
        most = float(np.quantile(flow, 0.99))
        before = np.clip(np.searchsorted(heard, time, side="right") - 1, 0, None)
        now = np.where(time - heard[before] <= _OLD * step, flow[before], np.nan)
        now[time < heard[0]] = np.nan
        on = flow > _RUNS * most
        inflow += now
        running[:, k] = np.nan_to_num(now) > _RUNS * most if most > 0 else False
        rates[k] = float(np.median(flow[on])) if on.any() and most > 0 else 0.0
    return inflow, running, rates


def _compared(store: Store, own: Track, course: Floats, smooth: Track, followed: Track, running: Bools) -> tuple[Scores, Scores]:
    """(balance, own): scores from the same origins."""
    random, time = np.random.default_rng(7), own.time
    first = int(np.searchsorted(time, time[0] + (time[-1] - time[0]) * 2 // 3))
    last = int(np.searchsorted(time, time[-1] - HOUR_US))
    origins = np.unique(np.linspace(first, max(last, first), _ORIGINS).astype(np.int64))
    hour = np.clip(np.searchsorted(followed.time + HOUR_US // 2, time[origins], side="right") - 1, 0, None)
    n, s = len(origins) * _TRIED, followed.filtered.mean.shape[1]
    each = np.repeat(np.arange(len(origins)), _TRIED)
    sd = smooth.course()[1][origins]
    start = np.clip(course[origins][each] + sd[each] * random.standard_normal(n), store.empty, store.full)
    found = paths(store, start, running[origins][each], followed.filtered.mean[hour][each].reshape(n, s),
                  followed.filtered.covariance[hour][each], AHEAD_H[-1], random)
    noise, h = np.sqrt(own.tuned.model.noise[0, 0]), own.tuned.model.observation[0]
    both: list[list[Floats]] = [[], []]
    truths = []
    for ahead in AHEAD_H:
        at = np.searchsorted(time, time[origins] + round(ahead * HOUR_US) - 1)
        there = at < len(time)
        at = np.minimum(at, len(time) - 1)
        truths.append(np.where(there, own.value[at], np.nan))
        shape = len(origins), _TRIED
        both[0].append(found[round(ahead / STEP_H)].reshape(shape) + noise * random.standard_normal(shape))
        f, q = own.tuned.model.step(ahead / own.tuned.step_h)
        mean, cov = own.filtered.mean[origins] @ f.T @ h, own.filtered.covariance[origins]
        variance = np.einsum("i,tij,j->t", f.T @ h, cov, f.T @ h) + h @ q @ h + noise**2
        both[1].append(mean[:, None] + np.sqrt(variance)[:, None] * random.standard_normal(shape))
    truth = np.concatenate(truths)
    known = np.isfinite(truth)
    balance, alone = (_scores(np.concatenate(some)[known], truth[known]) for some in both)
    return balance, alone


def _scores(drawn: Floats, truth: Floats) -> Scores:
    low, high = np.quantile(drawn, [0.1, 0.9], axis=1)
    return Scores(float(crps(drawn, truth).mean()), float(np.abs(np.median(drawn, axis=1) - truth).mean()),
                  float(np.mean((low <= truth) & (truth <= high))))

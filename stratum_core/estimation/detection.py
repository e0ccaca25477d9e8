"""Attacks, leaks and broken sensors in a table of readings, learned from normal operation alone.

Every column is predicted from all others, from the last rows and from the hour of the day and week, by ridge regression (one
inverse gives all of them: the coefficients of column i are -P_ji / P_ii of the inverse Gram matrix P). Absolute residuals in
standard deviations, cut off at ``clip``, run through an exponentially weighted chart each (Roberts 1959); how far a chart is
above its middle in terms of its normal range, at most ``cap``, is squared and averaged over columns. The limit is the quantile
of that average on normal rows that the regression had not seen, by turns. Readings are first rounded to the coarser resolution
of both tables, else the missing digits
themselves would look like an attack. Columns that never moved in normal operation count ``cap`` as soon as they move.

A second chart, of signed residuals with a long memory, sees small lasting changes where it is asked for (``slow``).

Left out: which attack it is; states of operation that the normal table never shows (they raise alarms); changes that leave
every relation between columns as it was; learning from attacks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats

FOLDS = 5
#: memory of the slow chart where it is asked for
SLOW = 0.02
_DAY, _WEEK = 24.0, 168.0
#: the normal range of a chart: its quantile, less its median
_RANGE = 0.999
#: residuals count at most so many deviations in the slow chart, so that one spike is no lasting change
_SLOW_CLIP = 3.0
#: fewer different readings do not tell to how many digits a column is rounded; whole numbers need more of them
_LEAST_DISTINCT = 3, 20


@dataclass(frozen=True)
class DetectorSpec:
    """lags: earlier rows used; memory: weight of the newest residual in the chart; false_alarms: share of normal rows above the
    limit.

    slow: memory of a second chart, of signed residuals, for small lasting changes; 0: none. It stands still during alarms of the
    first, yet holds its own for about 1 / slow rows. clip: residuals count at most so many deviations, cap: charts so many normal
    ranges; ridge: in units of a standardised reading.
    """

    lags: int = 2
    memory: float = 0.2
    slow: float = 0.0
    false_alarms: float = 0.01
    clip: float = 8.0
    cap: float = 2.0
    ridge: float = 3.0


@dataclass(frozen=True)
class Limits:
    """middle and span of a chart on normal rows, by column; limit: of the mean of what exceeds them."""

    middle: Floats
    span: Floats
    limit: float


@dataclass(frozen=True)
class Detector:
    """moving: columns in use; those that never moved have their value in ``centre``. inverse: of the Gram matrix."""

    spec: DetectorSpec
    moving: Bools
    centre: Floats
    spread: Floats
    inverse: Floats
    deviation: Floats
    fast: Limits
    slow: Limits | None
    resolution: Floats


@dataclass(frozen=True)
class Detection:
    """score (rows,) in terms of the limit; alarm where it is above 1; blame (rows, columns): the share of each column in it."""

    score: Floats
    alarm: Bools
    blame: Floats


def resolution(values: Floats) -> Floats:
    """(columns,) the decimal step to which each column is rounded; 0: finer than six digits after the point, or not known."""
    found = np.zeros(values.shape[1])
    for i, column in enumerate(values.T):
        known = np.unique(column[np.isfinite(column)])
        for digits in range(7 if len(known) >= _LEAST_DISTINCT[0] else 0):
            if digits == 0 and len(known) < _LEAST_DISTINCT[1]:
                continue
            if np.abs(np.round(known, digits) - known).max(initial=0.0) < 1e-9:
                found[i] = 10.0**-digits
                break
    return found


def train(values: Floats, hours: Floats | None, spec: DetectorSpec, coarser: Floats) -> Detector:
    """A detector from normal rows (rows, columns), NaN where missing; hours: of each row since a midnight, None: not known.

    coarser: (columns,) step to round to, 0: none. Raises InputError for too few rows.
    """
    rounded = _rounded(values, coarser)
    spread = np.nanstd(rounded, axis=0)
    centre = np.nanmean(rounded, axis=0)
    moving = spread > 1e-9 * np.maximum(np.abs(centre), 1e-9)
    unknowns = int(moving.sum()) * (spec.lags + 1) + 13
    if len(values) < FOLDS * (unknowns // 2 + spec.lags + 2) or not moving.any():
        raise InputError(f"{len(values)} normal rows are too few for {int(moving.sum())} columns that move", where="--train",
                         repair=f"give {FOLDS * (unknowns // 2 + spec.lags + 2)} rows or fewer columns")
    design = _design(rounded, moving, centre, spread, hours, spec.lags)
    if np.isnan(design).any():
        design = _completed(design, _inverse(_gram(_held(design)), spec.ridge))
    gram = _gram(design)
    count, edges = int(moving.sum()), np.linspace(0, len(values), FOLDS + 1).astype(int)
    residual = np.empty((len(values), count))
    for low, high in pairwise(edges):
        unseen = design[low:high]
        residual[low:high] = _residuals(unseen, _inverse(gram - _gram(unseen), spec.ridge), count)
    there = np.isfinite(rounded[:, moving])
    residual[~there] = 0.0
    deviation = np.maximum(np.sqrt((residual**2).sum(axis=0) / np.maximum(there.sum(axis=0), 1)), 1e-9)
    standardised = residual / deviation
    chart = _fast(standardised, spec)
    fast = _limits(chart, spec)
    alarmed = _exceeding(chart, fast, spec).mean(axis=1) > fast.limit
    slow = _limits(_slow(standardised, spec, alarmed), spec) if spec.slow else None
    return Detector(spec, moving, centre, spread, _inverse(gram, spec.ridge), deviation, fast, slow, coarser)


def detect(detector: Detector, values: Floats, hours: Floats | None) -> Detection:
    """Score the rows of another table with the same columns, in their order; each row from itself and earlier ones only."""
    spec, moving = detector.spec, detector.moving
    rounded = _rounded(values, detector.resolution)
    design = _design(rounded, moving, detector.centre, detector.spread, hours, spec.lags)
    residual = _residuals(_completed(design, detector.inverse), detector.inverse, int(moving.sum()))
    residual[~np.isfinite(rounded[:, moving])] = 0.0
    residual[:spec.lags] = 0.0  # nothing is known of the rows before
    standardised = residual / detector.deviation
    least = np.maximum(2 * detector.resolution, 1e-9 * np.maximum(np.abs(detector.centre), 1.0))
    parts = np.where(np.abs(rounded - detector.centre) > least, spec.cap**2, 0.0)
    parts[:, moving] = _exceeding(_fast(standardised, spec), detector.fast, spec)
    score = parts.sum(axis=1) / moving.sum() / detector.fast.limit
    if detector.slow is not None:
        over = _exceeding(_slow(standardised, spec, score > 1.0), detector.slow, spec)
        other = over.mean(axis=1) / detector.slow.limit
        parts[np.ix_(other > score, moving)] = over[other > score]
        score = np.maximum(score, other)
    return Detection(score, score > 1.0, parts / np.maximum(parts.sum(axis=1), 1e-300)[:, None])


def _rounded(values: Floats, step: Floats) -> Floats:
    on = step > 0
    found = values.copy()
    found[:, on] = np.round(values[:, on] / step[on]) * step[on]
    return found


def _design(
    values: Floats, moving: Bools, centre: Floats, spread: Floats, hours: Floats | None, lags: int
) -> Floats:
    """(rows, features): columns now, in earlier rows, hour of day and week, one; NaN where a reading is missing."""
    now = (values[:, moving] - centre[moving]) / spread[moving]
    parts = [now, *(now[np.maximum(np.arange(len(now)) - lag, 0)] for lag in range(1, lags + 1))]
    if hours is not None:
        turns = [2 * np.pi * k * hours / period for period in (_DAY, _WEEK) for k in (1, 2, 3)]
        parts.append(np.stack([wave(turn) for turn in turns for wave in (np.cos, np.sin)], axis=1))
    return np.hstack([*parts, np.ones((len(values), 1))])


def _held(design: Floats) -> Floats:
    """The last reading where one is missing, the mean before the first: good enough for a first Gram matrix."""
    seen = np.where(np.isfinite(design), np.arange(len(design))[:, None], 0)
    found: Floats = np.nan_to_num(design[np.maximum.accumulate(seen, axis=0), np.arange(design.shape[1])])
    return found


def _completed(design: Floats, inverse: Floats) -> Floats:
    """What is missing in a row as the rest of that row foretells it: -P_mm^-1 P_mo x_o of the precision matrix P."""
    found = design.copy()
    for i in np.flatnonzero(np.isnan(design).any(axis=1)):
        gone = np.isnan(design[i])
        there = ~gone
        found[i, gone] = -np.linalg.solve(inverse[np.ix_(gone, gone)], inverse[np.ix_(gone, there)] @ design[i, there])
    return found


def _gram(design: Floats) -> Floats:
    found: Floats = design.T @ design
    return found


def _inverse(gram: Floats, ridge: float) -> Floats:
    """P, the inverse of the Gram matrix."""
    return np.asarray(np.linalg.inv(gram + ridge * np.eye(len(gram))), dtype=np.float64)


def _residuals(design: Floats, inverse: Floats, count: int) -> Floats:
    """(rows, count) each of the first ``count`` features less what all others foretell."""
    found: Floats = design @ (inverse[:, :count] / np.diag(inverse)[:count])
    return found


def _fast(standardised: Floats, spec: DetectorSpec) -> Floats:
    """The chart of sizes, from the mean size of a normal one on."""
    nobody = np.zeros(len(standardised), dtype=np.bool_)
    return _chart(np.minimum(np.abs(standardised), spec.clip), spec.memory, float(np.sqrt(2 / np.pi)), nobody)


def _slow(standardised: Floats, spec: DetectorSpec, held: Bools) -> Floats:
    """The size of the chart of signed residuals, which stands still where ``held``."""
    return np.abs(_chart(np.clip(standardised, -_SLOW_CLIP, _SLOW_CLIP), spec.slow, 0.0, held))


def _chart(values: Floats, memory: float, start: float, held: Bools) -> Floats:
    level: Floats = np.full(values.shape[1], start)
    found = np.empty_like(values)
    for t, row in enumerate(values):
        if not held[t]:
            level = level + memory * (row - level)
        found[t] = level
    return found


def _limits(chart: Floats, spec: DetectorSpec) -> Limits:
    middle = np.median(chart, axis=0)
    bare = Limits(middle, np.maximum(np.quantile(chart, _RANGE, axis=0) - middle, 1e-9), 0.0)
    return replace(bare, limit=float(np.quantile(_exceeding(chart, bare, spec).mean(axis=1), 1.0 - spec.false_alarms)))


def _exceeding(chart: Floats, limits: Limits, spec: DetectorSpec) -> Floats:
    found: Floats = np.clip((chart - limits.middle) / limits.span, 0.0, spec.cap) ** 2
    return found

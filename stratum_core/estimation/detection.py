"""Attacks, leaks and broken sensors in a table of readings, learned from normal operation alone.

Every column is predicted from all others, from the last rows and from the hour of the day and week, by ridge regression (one
inverse gives all of them: the coefficients of column i are -P_ji / P_ii of the inverse Gram matrix P). Absolute residuals in
standard deviations, cut off at ``clip``, run through an exponentially weighted chart each (Roberts 1959); how far a chart is
above its middle in terms of its normal range, at most ``cap``, is squared and averaged over columns. The limit is the quantile
of that average on normal rows that the regression had not seen, by turns. Readings are first rounded to the coarser resolution
of both tables, else the missing digits
themselves would look like an attack. Columns that never moved in normal operation count ``cap`` as soon as they move.

Left out: which attack it is; states of operation that the normal table never shows (they raise alarms); changes that leave
every relation between columns as it was; learning from attacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats, Ints

FOLDS = 5
_DAY, _WEEK = 24.0, 168.0
#: the normal range of a chart: its quantile, less its median
_RANGE = 0.999
#: fewer different readings do not tell to how many digits a column is rounded; whole numbers need more of them
_LEAST_DISTINCT = 3, 20


@dataclass(frozen=True)
class DetectorSpec:
    """lags: earlier rows used; memory: weight of the newest residual in the chart; false_alarms: share of normal rows above the
    limit.

    clip: residuals count at most so many deviations, cap: charts so many normal ranges; ridge: in units of a standardised
    reading.
    """

    lags: int = 2
    memory: float = 0.2
    false_alarms: float = 0.01
    clip: float = 8.0
    cap: float = 2.0
    ridge: float = 3.0


@dataclass(frozen=True)
class Detector:
    """moving: columns in use; frozen: columns that never moved, with their value in ``centre``.
    chart: of normal rows by column.
    """

    spec: DetectorSpec
    moving: Bools
    centre: Floats
    spread: Floats
    inverse: Floats
    deviation: Floats
    chart_middle: Floats
    chart_range: Floats
    limit: float
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
    design = _completed(design, _inverse(_held(design), spec.ridge))
    count, edges = int(moving.sum()), np.linspace(0, len(values), FOLDS + 1).astype(int)
    residual = np.empty((len(values), count))
    for low, high in pairwise(edges):
        others = np.concatenate([design[:low], design[high:]])
        residual[low:high] = _residuals(design[low:high], _inverse(others, spec.ridge), count)
    there = np.isfinite(rounded[:, moving])
    residual[~there] = 0.0
    deviation = np.maximum(np.sqrt((residual**2).sum(axis=0) / np.maximum(there.sum(axis=0), 1)), 1e-9)
    chart = _chart(residual / deviation, spec)
    middle = np.median(chart, axis=0)
    span = np.maximum(np.quantile(chart, _RANGE, axis=0) - middle, 1e-9)
    total = _exceeding((chart - middle) / span, spec.cap).mean(axis=1)
    limit = float(np.quantile(total, 1.0 - spec.false_alarms))
    inverse = _inverse(design, spec.ridge)
    return Detector(spec, moving, np.nan_to_num(centre), spread, inverse, deviation, middle, span, limit, coarser)


def detect(detector: Detector, values: Floats, hours: Floats | None) -> Detection:
    """Score the rows of another table with the same columns, in their order; each row from itself and earlier ones only."""
    spec, moving = detector.spec, detector.moving
    rounded = _rounded(values, detector.resolution)
    design = _design(rounded, moving, detector.centre, detector.spread, hours, spec.lags)
    residual = _residuals(_completed(design, detector.inverse), detector.inverse, int(moving.sum()))
    residual[~np.isfinite(rounded[:, moving])] = 0.0
    residual[:spec.lags] = 0.0  # nothing is known of the rows before
    chart = _chart(residual / detector.deviation, spec)
    over = _exceeding((chart - detector.chart_middle) / detector.chart_range, spec.cap)
    parts = np.zeros(values.shape)
    parts[:, moving] = over
    least = np.maximum(2 * detector.resolution, 1e-9 * np.maximum(np.abs(detector.centre), 1.0))
    moved = np.abs(rounded - detector.centre) > least
    parts[:, ~moving] = np.where(moved[:, ~moving], spec.cap**2, 0.0)
    total = parts.sum(axis=1)
    score = total / moving.sum() / detector.limit
    return Detection(score, score > 1.0, parts / np.maximum(total, 1e-300)[:, None])


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


def _inverse(design: Floats, ridge: float) -> Floats:
    """P, the inverse of the Gram matrix."""
    found: Floats = np.asarray(np.linalg.inv(design.T @ design + ridge * np.eye(design.shape[1])), dtype=np.float64)
    return found


def _residuals(design: Floats, inverse: Floats, count: int) -> Floats:
    """(rows, count) each of the first ``count`` features less what all others foretell."""
    found: Floats = design @ (inverse[:, :count] / np.diag(inverse)[:count])
    return found


def _chart(standardised: Floats, spec: DetectorSpec) -> Floats:
    cut, found = np.minimum(np.abs(standardised), spec.clip), np.empty_like(standardised)
    level: Floats = np.full(cut.shape[1], float(np.sqrt(2 / np.pi)))
    for t, row in enumerate(cut):
        level = level + spec.memory * (row - level)
        found[t] = level
    return found


def _exceeding(values: Floats, cap: float) -> Floats:
    found: Floats = np.clip(values, 0.0, cap) ** 2
    return found


@dataclass(frozen=True)
class Scores:
    """Row by row and event by event. time_to_detection: rows until the first alarm of each event, None: never.

    s_ttd: 1 less the mean share of an event that passed before its first alarm; s_cm: mean of true positive and true negative
    rate; s: their mean (Taormina et al. 2018, eq. 1-4, equal weights).
    """

    precision: float
    recall: float
    true_negative_rate: float
    f1: float
    events: int
    detected: int
    time_to_detection: tuple[int | None, ...]
    false_events: int
    s_ttd: float
    s_cm: float
    s: float


def spans(on: Bools) -> Ints:
    """(events, 2) first row and the row after the last of each run of True."""
    edges = np.diff(np.concatenate([[0], on.astype(np.int64), [0]]))
    return np.column_stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)])


def scores(alarm: Bools, truth: Bools) -> Scores:
    """Raises InputError where the labels show no event or nothing else."""
    if truth.all() or not truth.any():
        raise InputError("the labels show no event, or nothing but one", where="--labels",
                         repair="name the column that is 1 in events")
    first: list[int | None] = []
    passed = []
    for low, high in spans(truth):
        hits = np.flatnonzero(alarm[low:high])
        first.append(int(hits[0]) if len(hits) else None)
        passed.append((hits[0] if len(hits) else high - low) / (high - low))
    hit = float((alarm & truth).sum())
    recall, calm = hit / float(truth.sum()), float((~alarm & ~truth).sum()) / float((~truth).sum())
    precision = hit / float(alarm.sum()) if alarm.any() else 0.0
    s_ttd, s_cm = 1.0 - float(np.mean(passed)), (recall + calm) / 2
    false = sum(not truth[low:high].any() for low, high in spans(alarm))
    return Scores(precision, recall, calm, 2 * precision * recall / max(precision + recall, 1e-300), len(first),
                  sum(f is not None for f in first), tuple(first), int(false), s_ttd, s_cm, (s_ttd + s_cm) / 2)

"""A plain series through a structural model: parameters, filter, smoother, forecast, verdict, as one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation import (
    Consistency,
    Filtered,
    filter_series,
    fit,
    forecast,
    monitor,
    smooth,
    structure,
    time_to_threshold,
)
from stratum_core.ledger.canonical import result_digest
from stratum_core.model.fields import Floats
from stratum_core.pipeline.beside import Beside, beside
from stratum_core.pipeline.series_file import Series, read_series

SCHEMA = "stratum.estimate/1"
_SHARES = (0.8, 0.95)
_MODEL_CLASS = ("linear Gaussian state space, {}; exact diffuse start; parameters taken as known in all intervals; "
                "no outliers, no change of regime")


@dataclass(frozen=True)
class Coming:
    """Readings to come: mean and the intervals that hold 80 % and 95 % of them; variance of what is measured, without its error.

    time: in the unit of the file's times, dates in hours after the last.
    """

    time: Floats
    mean: Floats
    variance: Floats
    low80: Floats
    high80: Floats
    low95: Floats
    high95: Floats


@dataclass(frozen=True)
class Threshold:
    """First passage of a threshold, in the unit of ``unit`` after the last reading; null: in less than that share of cases by
    then.

    probability: of passing within ``horizon``; 80 % of cases lie between p10 and p90.
    """

    value: float
    direction: str
    horizon: float
    unit: str
    probability: float
    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True)
class SeriesEstimate:
    """What a series tells. filtered, smoothed: of the measured quantity, with variances; null where not determined yet.

    variance, smoothed_variance: of the quantity without the error of a reading; innovations: reading less its prediction, null
    where
    either is missing. parameters: variances per step of ``step``; fitted: those found by maximum likelihood. log_likelihood
    leaves out the first ``left_out`` readings, which determine the start. states: (time, state) by ``state_names``.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    NULL_IF_EMPTY: ClassVar[tuple[str, ...]] = ()
    UNDIGESTED: ClassVar[tuple[str, ...]] = ("run", "digest")

    schema: str
    run: str
    digest: str
    seed: int
    model_class: str
    warnings: tuple[str, ...]
    model: str
    parameters: dict[str, float]
    fitted: tuple[str, ...]
    step: float
    unit: str
    time: tuple[str, ...]
    filtered: Floats
    variance: Floats
    smoothed: Floats
    smoothed_variance: Floats
    innovations: Floats
    innovation_variance: Floats
    log_likelihood: float
    left_out: int
    state_names: tuple[str, ...]
    states: Floats
    forecast: Coming
    threshold: Threshold | None
    consistency: Consistency
    beside: Beside | None


def estimate_file(
    path: Path, model: str, settings: Mapping[str, str], *, seed: int = 42, steps: int = 12, threshold: float | None = None,
    other: str = "",
) -> SeriesEstimate:
    """The estimate of a CSV series; other: a filter beside it. Raises InputError for a bad file, model or setting."""
    given = _numbers(settings)
    series = read_series(path, given.pop("step", None))
    return estimate_series(series, model, given, seed=seed, steps=steps, threshold=threshold, other=other)


def _numbers(settings: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for name, text in settings.items():
        try:
            found[name] = float(text)
        except ValueError as error:
            raise InputError(f"'{text}' is no number", where=f"--set {name}", repair=f"write --set {name}=0.5") from error
    if "step" in found and not (np.isfinite(found["step"]) and found["step"] > 0):
        raise InputError(f"a step of {found['step']:g} is not possible", where="--set step", repair="give a length above 0")
    return found


def estimate_series(
    series: Series, model: str, given: Mapping[str, float], *, seed: int = 42, steps: int = 12, threshold: float | None = None,
    other: str = "",
) -> SeriesEstimate:
    """The same of a series in memory."""
    chosen = structure(model, given)
    found = fit(chosen, series.times, series.values, given)
    filtered = filter_series(found.model, series.times, series.values)
    smoothed, verdict = smooth(filtered), monitor(filtered)
    h = found.model.observation[0]
    settings = {**found.parameters, **chosen.settings}
    result = SeriesEstimate(
        schema=SCHEMA, run="", digest="", seed=seed, model_class=_MODEL_CLASS.format(model.replace("_", " ")),
        warnings=() if verdict.consistent else (verdict.text,), model=model, parameters=settings, fitted=found.free,
        step=series.step, unit=series.unit, time=series.labels, filtered=filtered.mean @ h,
        variance=_spread(filtered.covariance, h), smoothed=smoothed.mean @ h, smoothed_variance=_spread(smoothed.covariance, h),
        innovations=filtered.innovations[:, 0], innovation_variance=filtered.innovation_covariance[:, 0, 0],
        log_likelihood=filtered.log_likelihood, left_out=filtered.left_out, state_names=found.model.states, states=filtered.mean,
        forecast=_coming(filtered, series, steps),
        threshold=None if threshold is None else _threshold(filtered, series, threshold, steps, seed), consistency=verdict,
        beside=beside(other, found.model, filtered, series.times, series.values, seed) if other else None,
    )
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])


def _spread(covariance: Floats, h: Floats) -> Floats:
    found: Floats = np.einsum("i,tij,j->t", h, covariance, h)
    return found


def _coming(filtered: Filtered, series: Series, steps: int) -> Coming:
    found = forecast(filtered, np.arange(1, steps + 1, dtype=np.float64))
    (low80, high80), (low95, high95) = (found.interval(share) for share in _SHARES)
    return Coming(found.times * series.step, found.mean, found.variance, low80, high80, low95, high95)


def _threshold(filtered: Filtered, series: Series, value: float, steps: int, seed: int) -> Threshold:
    below = bool(float(filtered.model.observation[0] @ filtered.mean[-1]) >= value)
    found = time_to_threshold(filtered, value, below=below, horizon=float(steps), seed=seed)
    p10, p50, p90 = (None if t is None else t * series.step for t in (found.p10, found.p50, found.p90))
    return Threshold(value, "below" if below else "above", steps * series.step, series.unit, found.probability, p10, p50, p90)


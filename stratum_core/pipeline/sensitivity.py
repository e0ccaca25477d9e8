"""Which assumption drives the answer: parameters with ranges (epistemic), each run on the same random numbers (aleatory).

The tornado moves one parameter at a time from low to high. The screening of Morris (Technometrics 33:161, 1991,
by SALib) moves all of them together in random trajectories: mu_star is how much a parameter matters,
sigma how much that depends on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.results import Difference, Spread
from stratum_core.model.spec import keys
from stratum_core.model.statistics import difference, spread
from stratum_core.pipeline.cascade import baseline, cascade_job, of_replicates
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.resource_files import table

SCHEMA = "stratum.sensitivity/1"


@dataclass(frozen=True)
class Assumption:
    """A parameter and the range that it may lie in."""

    key: str
    low: float
    high: float
    label: str
    source: str


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: the mean at the low and at the high end, each against the scenario as it is."""

    assumption: Assumption
    at_low: Difference
    at_high: Difference
    swing: float


@dataclass(frozen=True)
class Effect:
    """Elementary effects of one parameter over its whole range. ci95: half width of mu_star."""

    key: str
    label: str
    mu_star: float
    ci95: float
    sigma: float


@dataclass(frozen=True)
class Sensitivity:
    """measure: what is looked at; base: over replicates (aleatory); bars: widest first (epistemic); effects: by Morris."""

    schema: str
    scenario: str
    measure: str
    replicates: int
    seed: int
    base: Spread
    bars: tuple[Bar, ...]
    effects: tuple[Effect, ...]
    evaluations: int


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Those of ``resources/tables/sensitivity.csv`` that the scenario has."""
    known = {name for name, *_ in keys(type(scenario.spec))} | {f"hazard.{name}" for name, *_ in keys(type(scenario.hazards[0]))}
    rows = (Assumption(r["key"], float(r["low"]), float(r["high"]), r["label"], r["source"]) for r in table("sensitivity"))
    return tuple(row for row in rows if row.key in known)


def sensitivity(
    city: City,
    scenario: Scenario,
    *,
    replicates: int = 100,
    trajectories: int = 0,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Sensitivity:
    """The tornado of ``scenario`` and, with ``trajectories`` > 0, its Morris screening.

    The measure is people-hours over all services; components down where nobody is counted. Raises
    InputError, EngineError, Cancelled.
    """
    ranges = assumptions(scenario)
    runs = _Runs(city, of_replicates(scenario, replicates), threads, cancel or CancelToken())
    ends = [{a.key: value} for a in ranges for value in (a.low, a.high)]
    walks = _trajectories(ranges, trajectories, scenario.spec.run.seed)
    total = 1 + len(ends) + len(walks)
    base = runs.values({})
    found: list[Floats] = []
    for number, settings in enumerate([*ends, *_settings(ranges, walks)], start=1):
        progress(number, total)
        found.append(runs.values(settings))
    bars = [_bar(a, base, found[2 * i], found[2 * i + 1], runs.unit) for i, a in enumerate(ranges)]
    progress(total, total)
    return Sensitivity(
        schema=SCHEMA,
        scenario=scenario.name,
        measure=runs.measure,
        replicates=replicates,
        seed=scenario.spec.run.seed,
        base=spread(base, runs.unit),
        bars=tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.assumption.key))),
        effects=_effects(ranges, walks, [float(v.mean()) for v in found[len(ends) :]], scenario.spec.run.seed),
        evaluations=total,
    )


def sensitivity_lines(found: Sensitivity) -> list[str]:
    """The base with its spread by chance, then a bar a line, widest first."""
    base = found.base
    lines = [f"{found.scenario}: {base.mean:,.0f} {base.unit} in the mean; by chance 9 in 10 runs lie from {base.p05:,.0f} to "
             f"{base.p95:,.0f}. By assumption, on the same random numbers:"]
    for bar in found.bars:
        a = bar.assumption
        lines.append(f"  {a.label:<46} {a.low:g} to {a.high:g}: {bar.at_low.after:,.0f} to {bar.at_high.after:,.0f} {base.unit}")
    for effect in found.effects:
        lines.append(f"  Morris {effect.label:<39} mu* {effect.mu_star:,.0f} +- {effect.ci95:,.0f}, sigma {effect.sigma:,.0f}")
    return lines


class _Runs:
    """The measure by replicate under settings; the same random numbers for all."""

    def __init__(self, city: City, scenario: Scenario, threads: int, cancel: CancelToken) -> None:
        self._city, self._scenario, self._threads, self._cancel = city, scenario, threads, cancel
        counted = len(city.services) > 0
        self.measure = "people-hours over all services" if counted else "components down"
        self.unit = "people h" if counted else "components"

    def values(self, settings: Mapping[str, float]) -> Floats:
        """(replicates,) of the measure."""
        texts = {key: repr(value) for key, value in settings.items()}
        job = cascade_job(self._city, self._scenario.with_settings(texts))
        sums = baseline(job, threads=self._threads, cancel=self._cancel).rows.sums
        hours: Floats = sums.people_hours.sum(axis=1) if sums.people_hours.shape[1] else sums.size.astype(float)
        return hours


def _bar(assumption: Assumption, base: Floats, low: Floats, high: Floats, unit: str) -> Bar:
    return Bar(
        assumption, difference(base, low, unit), difference(base, high, unit), abs(float(high.mean()) - float(low.mean()))
    )


def _problem(ranges: Sequence[Assumption]) -> dict[str, object]:
    return {"num_vars": len(ranges), "names": [a.key for a in ranges], "bounds": [[a.low, a.high] for a in ranges]}


def _trajectories(ranges: Sequence[Assumption], count: int, seed: int) -> Floats:
    """(runs, parameters) of Morris' design."""
    if not count:
        return np.zeros((0, len(ranges)))
    if count < 2:
        raise InputError("one trajectory gives no interval", where="trajectories", repair="give at least 2")
    from SALib.sample import morris

    walks: Floats = morris.sample(_problem(ranges), count, num_levels=4, seed=seed % 2**32)
    return walks


def _settings(ranges: Sequence[Assumption], walks: Floats) -> list[dict[str, float]]:
    return [{a.key: float(value) for a, value in zip(ranges, row, strict=True)} for row in walks]


def _effects(ranges: Sequence[Assumption], walks: Floats, values: Sequence[float], seed: int) -> tuple[Effect, ...]:
    if not len(walks):
        return ()
    from SALib.analyze import morris

    found = morris.analyze(_problem(ranges), walks, np.array(values), num_levels=4, seed=seed % 2**32)
    columns = zip(ranges, found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
    effects = [Effect(a.key, a.label, float(mu), float(half), float(sigma)) for a, mu, half, sigma in columns]
    return tuple(sorted(effects, key=lambda e: (-e.mu_star, e.key)))

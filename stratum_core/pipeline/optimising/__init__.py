"""The composition of a search over options: city, scenario and a question in, plans with their reasons out."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from stratum_core.ledger.canonical import city_digest, digest_of, result_digest
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.optimise_results import Futures, ObjectiveRow, OptimiseResult, OptionRow, Plan, Range
from stratum_core.pipeline.optimising.futures import again, in_futures
from stratum_core.pipeline.optimising.plans import Shortlist, plan_of, unit_of
from stratum_core.pipeline.optimising.searching import Shown, search
from stratum_core.pipeline.optimising.study import Asked, Study
from stratum_core.pipeline.optimising.words import MUST, NOTHING, plan_words, recommendation
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.interventions import Intervention, Option
from stratum_core.policy.search.anytime import Baselines, Tried
from stratum_core.policy.search.pareto import hypervolume
from stratum_core.ports import CancelToken, Progress, silent

SCHEMA = "stratum.optimise/1"
MODEL_CLASS = ("every portfolio run by the cascade engine on the same random numbers; NSGA-II over allowed portfolios, beside "
               "doing nothing, the greedy rule and the knapsack of single effects")
#: plans of the front that are tried in futures; share of what the best of them takes off that is good enough unless asked, where
#: that best takes off more than a twentieth
SHORTLIST, GOOD_ENOUGH, NOTABLE = 6, 0.5, 0.05
#: how plans of the front are called, before their number
PLAN = "plan "


def optimise(
    city: City, scenario: Scenario, asked: Asked, known: Mapping[str, Intervention], *, threads: int = 0,
    progress: Progress = silent, cancel: CancelToken | None = None, enough: CancelToken | None = None,
    start: Sequence[Sequence[str]] = (), show: Shown | None = None,
) -> OptimiseResult:
    """Search, try the best in futures, and say what came of it.

    enough: ends the search, not the work: what was found is evaluated to the end. start: portfolios (ids of options) of an
    earlier search, to go on from. Raises InputError, Cancelled, EngineError.
    """
    began, threads = time.perf_counter(), threads or os.cpu_count() or 1
    study = Study(city, scenario, asked, known, threads=threads, progress=progress, cancel=cancel)
    searched = search(study, start, progress, enough, show)
    tried, base = searched.tried, searched.base
    picked = _picked(tried, base)
    shortlist = _shortlist(study, tried, picked, progress) if asked.futures else None
    plans = {name: plan_of(study, name, portfolio, shortlist) for name, portfolio in picked.items()}
    front = [plan for name, plan in plans.items() if name.startswith(PLAN)]
    result = OptimiseResult(
        schema=SCHEMA, scenario=scenario.name, seed=scenario.spec.run.seed, replicates=study.base.job.replicates,
        model_class=MODEL_CLASS, warnings=_warnings(study, tried), city_digest=city_digest(city),
        spec_digest=asked_digest(scenario, asked),
        currency=study.options[0].price.currency, price_year=study.options[0].price.price_year,
        budget=asked.budget, years=asked.years, must=asked.must, must_not=asked.must_not,
        objectives=tuple(ObjectiveRow(one.name, one.unit, one.meaning) for one in study.objectives),
        options=tuple(_row(study, option, base.worth[at]) for at, option in enumerate(study.options)),
        left_out=tuple(one.why for one in study.left_out),
        front=tuple(front), baselines={name: plan for name, plan in plans.items() if not name.startswith(PLAN)},
        hypervolume=searched.course[-1][1], reference=searched.reference, ideal=searched.ideal,
        course=tuple(searched.course), evaluations=len(tried),
        runs=study.courses.runs, stopped=searched.stopped, futures=_futures(study, shortlist), recommendation=())
    result = _worded(result)
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12], seconds=time.perf_counter() - began, threads=threads)


def asked_digest(scenario: Scenario, asked: Asked) -> str:
    """SHA-256 of the disaster and the question."""
    return digest_of({"scenario": scenario.digest(), "asked": {**asked.__dict__, "limits": dict(asked.limits),
                                                               "lead_d": min(asked.lead_d, 1e9), "crews": min(asked.crews, 1e9)}})


def _picked(tried: Tried, base: Baselines) -> dict[str, Bools]:
    """Portfolios by the name of the plan: the baselines, and the front numbered by cost."""
    least = tried.portfolios[base.least]
    rules = {NOTHING: np.zeros_like(least)} | ({MUST: least} if least.any() else {})
    rules |= {"greedy": tried.portfolios[base.greedy[-1]], "knapsack": tried.portfolios[base.knapsack]}
    return rules | {f"{PLAN}{number}": tried.portfolios[row] for number, row in enumerate(tried.front, start=1)}


def _shortlist(study: Study, tried: Tried, picked: Mapping[str, Bools], progress: Progress) -> Shortlist:
    """The plans of the front that cover most, and the baselines, in futures."""
    rows = tried.front
    scale = np.maximum(np.abs(study.evaluate(picked[NOTHING][None])[0]), 1e-9)
    scale[0] = max(study.asked.budget if np.isfinite(study.asked.budget) else 0.0, float(tried.objectives[rows, 0].max()), 1e-9)
    covering = _covering(tried.objectives[rows] / scale, SHORTLIST)
    chosen = {f"{PLAN}{at + 1}" for at in covering.tolist()}
    names = [name for name in picked if not name.startswith(PLAN) or name in chosen]
    portfolios = np.array([picked[name] for name in names])
    distinct, place = np.unique(portfolios, axis=0, return_inverse=True)
    tested = in_futures(study, distinct, progress=progress)
    values = tested.values[place.ravel()]
    means = values.mean(axis=1)
    nothing, best = means[names.index(NOTHING)], means.min(axis=0)
    usual = np.where(nothing - best > NOTABLE * np.abs(nothing), nothing - GOOD_ENOUGH * (nothing - best), np.inf)
    limits = np.array([study.asked.limits.get(one.name, usual[k]) for k, one in enumerate(study.objectives)], dtype=float)
    return Shortlist(tuple(names), portfolios, again(study, distinct)[place.ravel()], replace(tested, values=values), limits)


def _covering(points: Floats, most: int) -> Ints:
    """Rows of the points that together cover most, one added after the other."""
    corner, chosen = np.full(points.shape[1], 1.0 + 1e-9), list[int]()
    while len(chosen) < min(most, len(points)):
        rest = [at for at in range(len(points)) if at not in chosen]
        chosen.append(max(rest, key=lambda at: hypervolume(points[[*chosen, at]], corner)))
    return np.array(sorted(chosen), dtype=np.int64)


def _futures(study: Study, shortlist: Shortlist | None) -> Futures | None:
    if shortlist is None:
        return None
    tested, names = shortlist.tested, [one.name for one in study.objectives]
    return Futures(
        count=study.asked.futures, replicates=study.asked.future_replicates,
        ranges={a.key: Range(a.label, unit_of(study.scenario, a.key), a.low, a.high) for a in tested.ranges},
        parameters={a.key: tuple(tested.parameters[:, k].tolist()) for k, a in enumerate(tested.ranges)},
        values={plan: {name: tuple(tested.values[row, :, k].tolist()) for k, name in enumerate(names)}
                for row, plan in enumerate(shortlist.names)},
        limits={name: limit for name, limit in zip(names, shortlist.limits.tolist(), strict=True) if np.isfinite(limit)})


def _row(study: Study, option: Option, worth: float) -> OptionRow:
    place: Bools | Floats = study.city.positions()[option.component] if option.component >= 0 else np.full(2, np.nan)
    x, y = (float(value) if np.isfinite(value) else None for value in place)
    price = option.price
    return OptionRow(option.id, option.intervention, option.name, option.target, x, y, price.low, price.mode, price.high,
                     price.upkeep, option.lead_d, option.life_y, option.needs, option.excludes, option.source, option.limits,
                     float(worth))


def _warnings(study: Study, tried: Tried) -> tuple[str, ...]:
    found = [] if tried.portfolios[tried.front].any() else ["No measure fits the budget, the time and the rules."]
    years = sorted({option.price.price_year for option in study.options})
    if len(years) > 1:
        found.append(f"Costs in prices of {' and '.join(map(str, years))} are added as they stand; give all in one year's.")
    found += ["Costs and effects of interventions are assumed unless their source says otherwise; replace them by offers."]
    if any("damage" in one.column for one in study.objectives):
        found.append("Damage prevented is that of the protected things alone; houses keep theirs.")
    return tuple(found)


def _worded(result: OptimiseResult) -> OptimiseResult:
    """With the words of every plan, and the recommendation."""
    options = {row.id: row for row in result.options}

    def said(plan: Plan) -> Plan:
        return replace(plan, says=plan_words(plan, result.objectives, options, result.currency, result.price_year))

    result = replace(result, front=tuple(said(plan) for plan in result.front),
                     baselines={name: said(plan) for name, plan in result.baselines.items()})
    return replace(result, recommendation=recommendation(result))

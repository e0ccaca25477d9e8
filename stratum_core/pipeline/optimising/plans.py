"""What is said of one portfolio: objectives with intervals, schedule, who gains, whether it pays, when it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.economics.tail import tail
from stratum_core.model.fields import Bools, Floats
from stratum_core.model.optimise_results import Box, Driver, Estimate, GroupChange, Paying, Plan, Step
from stratum_core.model.spec import keys
from stratum_core.model.statistics import difference, spread
from stratum_core.number_format import percent, with_unit
from stratum_core.pipeline.optimising.futures import Tested
from stratum_core.pipeline.optimising.study import Study
from stratum_core.pipeline.quarters import quarters
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.evaluation.measures import LEVEL, Objective, Unequal
from stratum_core.policy.robustness.comparing import by_thirds, regret, satisfied, tied
from stratum_core.policy.robustness.prim import failing_box
from stratum_core.policy.search.greedy import greedy_path

_BOOTSTRAPS = 200


@dataclass(frozen=True)
class Shortlist:
    """Plans that were tried in futures: rows of flags, the same with other random numbers, and the futures."""

    names: tuple[str, ...]
    portfolios: Bools
    again: Floats
    tested: Tested
    limits: Floats


def plan_of(study: Study, name: str, portfolio: Bools, shortlist: Shortlist | None) -> Plan:
    """The plan with all that is known of it; what needs futures only where ``shortlist`` holds it."""
    options = [study.options[at] for at in np.flatnonzero(portfolio)]
    before, after = study.samples(np.vstack([np.zeros_like(portfolio), portfolio]))
    plan = Plan(
        name=name, decision=tuple(int(flag) for flag in portfolio), options=tuple(o.id for o in options),
        cost_low=sum(o.price.low for o in options), cost=sum(o.price.mode for o in options),
        cost_high=sum(o.price.high for o in options), upkeep=sum(o.price.upkeep for o in options),
        lead_d=max((o.lead_d for o in options), default=0.0),
        objectives_in={one.name: _estimate(one, after[one.name], study) for one in study.objectives},
        change={one.name: difference(before[one.name], after[one.name], one.unit) for one in study.objectives},
        schedule=_schedule(study, portfolio), groups=_groups(study, portfolio), paying=_paying(study, portfolio))
    if shortlist is None or name not in shortlist.names:
        return plan
    at = shortlist.names.index(name)
    return replace(
        plan, objectives_again=_again(study, shortlist, at), objectives_out=_out(study, shortlist, at),
        regret=_regret(study, shortlist, at), ties=_ties(shortlist, at), drivers=_drivers(shortlist, at),
        satisfies=float(satisfied(shortlist.tested.values, shortlist.limits)[at].mean()),
        fails_when=_fails(study, shortlist, at))


def _estimate(one: Objective, values: Floats, study: Study) -> Estimate:
    if one.statistic == "mean":
        found = spread(values, one.unit)
        return Estimate(found.mean, found.ci95)
    random = np.random.default_rng(study.scenario.spec.run.seed)
    drawn = [tail(values[random.integers(0, len(values), len(values))], LEVEL).cvar for _ in range(_BOOTSTRAPS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    enough = len(values) * (1 - LEVEL) >= 5
    return Estimate(float(one.of(values[None])[0]), (float(low), float(high)) if enough else None)


def _again(study: Study, shortlist: Shortlist, at: int) -> dict[str, Estimate]:
    return {one.name: Estimate(float(shortlist.again[at, k]), None) for k, one in enumerate(study.objectives)}


def _out(study: Study, shortlist: Shortlist, at: int) -> dict[str, Estimate]:
    found = [spread(shortlist.tested.values[at, :, k], one.unit) for k, one in enumerate(study.objectives)]
    return {one.name: Estimate(of.mean, of.ci95) for one, of in zip(study.objectives, found, strict=True)}


def _regret(study: Study, shortlist: Shortlist, at: int) -> dict[str, float]:
    mean = regret(shortlist.tested.values)[at].mean(axis=0)
    return {one.name: float(value) for one, value in zip(study.objectives, mean, strict=True)}


def _ties(shortlist: Shortlist, at: int) -> tuple[str, ...]:
    values = shortlist.tested.values
    return tuple(name for other, name in enumerate(shortlist.names) if other != at and tied(values[at], values[other]))


def _drivers(shortlist: Shortlist, at: int) -> tuple[Driver, ...]:
    tested = shortlist.tested
    low, high = by_thirds(tested.parameters, tested.values[at, :, 0])
    found = [Driver(a.key, a.label, float(one), float(two)) for a, one, two in zip(tested.ranges, low, high, strict=True)]
    return tuple(sorted(found, key=lambda d: (-abs(d.at_high - d.at_low), d.key)))


def _fails(study: Study, shortlist: Shortlist, at: int) -> tuple[Box, ...]:
    """One box for every objective whose limit is missed in some futures and kept in others."""
    tested, boxes = shortlist.tested, []
    for k, one in enumerate(study.objectives):
        found = failing_box(tested.parameters, tested.values[at, :, k] > shortlist.limits[k])
        if found is None:
            continue
        ranges = {}
        for column, (low, high) in found.ranges.items():
            a = tested.ranges[column]
            ranges[a.key] = (max(low, a.low), min(high, a.high))
        words = " and ".join(_side(tested.ranges[column].label, unit_of(study.scenario, tested.ranges[column].key), ends)
                             for column, ends in found.ranges.items())
        boxes.append(Box(f"{one.meaning} misses its limit in {percent(found.density)} of the futures in which {words}.", ranges,
                         found.density, found.coverage, found.share))
    return tuple(boxes)


def _side(label: str, unit: str, ends: tuple[float, float]) -> str:
    name, (low, high) = label[0].lower() + label[1:], (with_unit(end, unit) for end in ends)
    if np.isinf(ends[0]):
        return f"{name} is at most {high}"
    return f"{name} is at least {low}" if np.isinf(ends[1]) else f"{name} is from {low} to {high}"


def unit_of(scenario: Scenario, key: str) -> str:
    """The unit of an assumption; empty for shares and factors."""
    spec = {name: unit for name, unit, *_ in keys(type(scenario.spec))}
    hazard = {f"hazard.{name}": unit for name, unit, *_ in keys(type(scenario.hazards[0]))}
    unit = (spec | hazard).get(key, "")
    return "" if unit == "1" else unit


def _schedule(study: Study, portfolio: Bools) -> tuple[Step, ...]:
    """Options in the order that takes away most for its cost, each in the first year whose money, with what is left, pays it."""
    asked, cost = study.asked, study.rules.cost
    cascade = np.flatnonzero(portfolio)
    if not len(cascade):
        return ()

    def first(portfolios: Bools) -> Floats:
        return study.evaluate(portfolios)[:, 1]

    def inside(portfolios: Bools) -> Bools:
        return np.asarray(study.rules.ordered(portfolios) & ~(portfolios & ~portfolio).any(axis=1))

    path = greedy_path(cost, first, inside, np.zeros_like(portfolio), to_the_end=True)
    yearly, spent, steps = max(asked.budget, float(cost[cascade].sum())) / asked.years, 0.0, []
    values = first(path)
    for before, now, value in zip(path[:-1], path[1:], values[1:], strict=True):
        option = int(np.flatnonzero(now & ~before)[0])
        spent += float(cost[option])
        year = max(int(np.ceil(spent / yearly - 1e-9)), 1) if yearly else 1
        steps.append(Step(year, study.options[option].id, float(cost[option]), float(value)))
    return tuple(steps)


def _groups(study: Study, portfolio: Bools) -> tuple[GroupChange, ...]:
    """All, children, the old, those without a car, and quarters of the town by direction from where people live."""
    blocks, compiled = study.city.blocks, study.base.job.compiled
    if not len(study.city.services) or not len(blocks):
        return ()
    unequal = Unequal.of(compiled)
    after = unequal.without(study.courses.hours_down(study.every(portfolio[None])[0]))
    before = unequal.without(study.base.rows.sums.hours_down / study.base.job.replicates)
    found = []
    for name, people in _members(study).items():
        total = float(people.sum())
        if total > 0:
            found.append(GroupChange(name, total, float(people @ before / total), float(people @ after / total)))
    return tuple(found)


def _members(study: Study) -> dict[str, Floats]:
    """(blocks,) people of each group."""
    blocks = study.city.blocks
    people = np.nan_to_num(blocks.residents)
    with np.errstate(invalid="ignore", divide="ignore"):
        carless = np.nan_to_num(np.clip(1.0 - blocks.vehicles / blocks.households, 0.0, 1.0))
    carless[~(blocks.households > 0)] = 0.0
    groups = {"everybody": people, "children": np.nan_to_num(blocks.children), "75 and older": np.nan_to_num(blocks.elderly),
              "without a car": people * carless}
    for name, inside in quarters(blocks, blocks.x, blocks.y).items():
        groups[f"in the {name}"] = people * inside
    return groups


def _paying(study: Study, portfolio: Bools) -> Paying | None:
    """Costs spread over the life of each option by the capital recovery factor."""
    names = study.courses.measures.names
    both = study.courses.outcomes(study.every(np.vstack([np.zeros_like(portfolio), portfolio])))
    before, after = both[:, :, names.index("damage")]
    if not portfolio.any() or not before.any():
        return None
    saved, rate = spread(before - after, "money"), study.asked.rate
    options = [study.options[at] for at in np.flatnonzero(portfolio)]
    yearly = sum(o.price.mode * _recovery(rate, o.life_y) + o.price.upkeep for o in options)
    years = int(max(o.life_y for o in options))
    placing = study.scenario.placing[0] if study.scenario.placing else None
    often = 1.0 / placing.return_period_y if placing is not None and placing.return_period_y else None
    worth = None if often is None else saved.mean * often
    return Paying(
        saved=Estimate(saved.mean, saved.ci95), rate=rate, years=years,
        once_in_y=saved.mean / yearly if saved.mean > 0 and yearly > 0 else None,
        npv=None if worth is None else (worth - yearly) / max(_recovery(rate, years), 1e-12),
        bcr=None if worth is None or not yearly else worth / yearly)


def _recovery(rate: float, years: float) -> float:
    """Yearly share of a cost now that pays it back within ``years``."""
    if not rate:
        return 1.0 / max(years, 1.0)
    return float(rate / (1.0 - (1.0 + rate) ** -max(years, 1.0)))

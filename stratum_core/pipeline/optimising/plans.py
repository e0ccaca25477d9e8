"""What is said of one portfolio: objectives with intervals, schedule, who gains, whether it pays, when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from stratum_core.economics.tail import tail
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.optimise_results import Box, Driver, Estimate, GroupChange, Paying, Plan, Step
from stratum_core.model.results import Difference
from stratum_core.model.spec import keys
from stratum_core.model.statistics import difference, spread
from stratum_core.number_format import percent, with_unit
from stratum_core.pipeline.optimising.futures import Tested
from stratum_core.pipeline.optimising.study import Study
from stratum_core.pipeline.quarters import quarters
from stratum_core.pipeline.scenario import Scenario
from stratum_core.pipeline.sensitivity import Assumption
from stratum_core.policy.evaluation.measures import LEVEL, Objective, Unequal
from stratum_core.policy.robustness.comparing import by_luck, by_thirds, regret, satisfied, tied
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
        change_out=_change_out(study, shortlist, at),
        regret=_regret(study, shortlist, at), ties=_ties(shortlist, at), drivers=_drivers(shortlist, at),
        satisfies=float(satisfied(shortlist.tested.values, shortlist.limits)[at].mean())
        if np.isfinite(shortlist.limits).any() else None,
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


def _change_out(study: Study, shortlist: Shortlist, at: int) -> dict[str, Difference]:
    """Against doing nothing, the first of the plans."""
    values = shortlist.tested.values
    return {one.name: difference(values[0, :, k], values[at, :, k], one.unit) for k, one in enumerate(study.objectives)}


def _regret(study: Study, shortlist: Shortlist, at: int) -> dict[str, float]:
    mean = regret(shortlist.tested.values)[at].mean(axis=0)
    return {one.name: float(value) for one, value in zip(study.objectives, mean, strict=True)}


def _ties(shortlist: Shortlist, at: int) -> tuple[str, ...]:
    values, same = shortlist.tested.values, (shortlist.portfolios == shortlist.portfolios[at]).all(axis=1)
    return tuple(name for other, name in enumerate(shortlist.names) if not same[other] and tied(values[at], values[other]))


def _drivers(shortlist: Shortlist, at: int) -> tuple[Driver, ...]:
    tested = shortlist.tested
    values = tested.values[at, :, 0]
    columns = (*by_thirds(tested.parameters, values), by_luck(tested.parameters, values))
    found = [Driver(a.key, a.label, *map(float, row)) for a, row in zip(tested.ranges, np.column_stack(columns), strict=True)]
    return tuple(sorted(found, key=lambda d: (-abs(d.at_high - d.at_low), d.key)))


def _fails(study: Study, shortlist: Shortlist, at: int) -> tuple[Box, ...]:
    """One box for every objective whose limit is missed in some futures and kept in others."""
    tested, boxes = shortlist.tested, []
    for k, one in enumerate(study.objectives):
        fails = tested.values[:, :, k] > shortlist.limits[k]
        found = failing_box(tested.parameters, fails[at])
        if found is None:
            continue
        alike = " Every plan fails there alike." if (fails == fails[at]).all() else ""
        ranges = {}
        for column, (low, high) in found.ranges.items():
            a = tested.ranges[column]
            ranges[a.key] = (max(low, a.low), min(high, a.high))
        words = " and ".join(_side(study.scenario, tested.ranges[column], ends) for column, ends in found.ranges.items())
        told = f"{one.meaning} misses its limit in {percent(found.density)} of the futures in which {words}.{alike}"
        boxes.append(Box(told, ranges, found.density, found.coverage, found.share))
    return tuple(boxes)


def _side(scenario: Scenario, one: Assumption, ends: tuple[float, float]) -> str:
    name, (low, high) = one.label[0].lower() + one.label[1:], (_end(one.key, unit_of(scenario, one.key), end) for end in ends)
    if np.isinf(ends[0]):
        return f"{name} is at most {high}"
    return f"{name} is at least {low}" if np.isinf(ends[1]) else f"{name} is from {low} to {high}"


def _end(key: str, unit: str, value: float) -> str:
    """A value of an assumption; shifts and factors say of what they are."""
    if "shift" in key:
        return f"{with_unit(abs(value), unit)} {'above' if value >= 0 else 'below'} the scenario's"
    return f"{with_unit(value, '')} times the scenario's" if key.endswith("factor") else with_unit(value, unit)


def unit_of(scenario: Scenario, key: str) -> str:
    """The unit of an assumption; empty for shares and factors."""
    spec = {name: unit for name, unit, *_ in keys(type(scenario.spec))}
    hazard = {f"hazard.{name}": unit for name, unit, *_ in keys(type(scenario.hazards[0]))}
    unit = (spec | hazard).get(key, "")
    return "" if unit == "1" else unit


def _schedule(study: Study, portfolio: Bools) -> tuple[Step, ...]:
    """Options in the order that takes away most for its cost, each in the first year whose money, with what is left, pays it;
    a later one goes before where it makes no other wait."""
    asked, cost = study.asked, study.rules.cost
    cascade = np.flatnonzero(portfolio)
    if not len(cascade):
        return ()

    def first(portfolios: Bools) -> Floats:
        return study.evaluate(portfolios)[:, 1]

    def inside(portfolios: Bools) -> Bools:
        return np.asarray(study.rules.ordered(portfolios) & ~(portfolios & ~portfolio).any(axis=1))

    path = greedy_path(cost, first, inside, np.zeros_like(portfolio), to_the_end=True)
    yearly = max(asked.budget, float(cost[cascade].sum())) / asked.years
    order = [int(np.flatnonzero(now & ~before)[0]) for before, now in pairwise(path)]
    place = {study.options[option].id: at for at, option in enumerate(order)}
    needs = [[[place[id] for id in group if id in place] for group in study.options[option].needs] for option in order]
    years = _years(cost[order], yearly, asked.years, needs)
    sorted_ = np.argsort(years, kind="stable")
    standing = np.cumsum(np.eye(len(portfolio), dtype=np.int64)[np.array(order)[sorted_]], axis=0) > 0
    return tuple(Step(int(years[at]), study.options[order[at]].id, float(cost[order[at]]), float(value))
                 for at, value in zip(sorted_.tolist(), first(standing), strict=True))


def _years(cost: Floats, yearly: float, years: int, needs: Sequence[Sequence[Sequence[int]]]) -> Ints:
    """The first year in which each can be paid after all before it, then, where one can go earlier and no other waits, earlier.

    needs: groups of places, of each of which one has to stand before it.
    """
    if not 0 < yearly < np.inf:
        return np.ones(len(cost), dtype=np.int64)
    found = np.clip(np.ceil(np.cumsum(cost) / yearly - 1e-9), 1, years).astype(np.int64)
    paid = np.cumsum(np.bincount(found, weights=cost, minlength=years + 1))
    for at, price in enumerate(cost):
        first = max((min(found[one] for one in group) for group in needs[at]), default=1)
        left = yearly * np.arange(years + 1) * (1 + 1e-9) - paid - price  # in each year, were it begun before
        while found[at] > first and left[found[at] - 1] >= 0:
            found[at] -= 1
            paid[found[at]] += price
    return found


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

"""Marks, columns and table rows of a search, from its result. No Qt widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stratum_core.model.optimise_results import ObjectiveRow, OptimiseResult, Plan
from stratum_core.number_format import DASH, count, money, money_between, percent
from stratum_core.pipeline.optimising.words import amount
from ui.charts.parallel_chart import Column
from ui.charts.plans_chart import Mark
from ui.tables.plain_model import Heading, Line

MEASURES = (
    Heading("Measure"),
    Heading("Cost", True, "most likely; what follows is its range"),
    Heading("Range", True, "low to high, prices of the year in the line above"),
    Heading("A year", True, "upkeep"),
    Heading("Ready in, d", True, "days until it stands"),
    Heading("Alone", True, "what it takes off the first objective by itself, in the runs of the search"),
    Heading("In A", False, "whether the plan A holds it"),
    Heading("Rule", False, "must: in every plan of the next search; never: in none"),
    Heading("Source", False, "where its cost comes from; A: assumed by Stratum"),
)
#: span of an objective, as a share of doing nothing, below which it is drawn against that
_SMALL = 0.2
RULES = {"do nothing": "nothing", "what must be in": "must", "greedy": "greedy", "knapsack": "knapsack"}


def plans_of(result: OptimiseResult) -> dict[str, Plan]:
    """All plans by name, the rules beside the search first; a rule that is a plan of the front stands as the rule too."""
    return {**result.baselines, **{plan.name: plan for plan in result.front}}


def say(row: ObjectiveRow, currency: str) -> Callable[[float], str]:
    """How a value of an objective is said."""
    return lambda value: amount(value, row.unit, currency)


def level_of(result: OptimiseResult, row: ObjectiveRow) -> float:
    """What is taken off an objective where it is drawn: that of doing nothing, where plans hardly move it; else 0."""
    nothing = result.baselines["do nothing"].objectives_in[row.name].value
    values = [plan.objectives_in[row.name].value for plan in plans_of(result).values()]
    return nothing if max(values) - min(values) < _SMALL * abs(nothing) else 0.0


def title_of(result: OptimiseResult, row: ObjectiveRow) -> str:
    """Its name, and whether it is drawn against doing nothing."""
    name = row.meaning[0].upper() + row.meaning[1:]
    return f"{name}, against doing nothing" if level_of(result, row) else name


def marks_of(result: OptimiseResult, row: ObjectiveRow) -> list[Mark]:
    """One mark a plan for an objective; a plan of the front that is a rule too is left to the rule."""
    rules = {plan.decision for plan in result.baselines.values()}
    level, found = level_of(result, row), []
    outer = result.baselines["do nothing"].objectives_out.get(row.name)
    aside = outer.value if level and outer is not None else 0.0
    for name, plan in plans_of(result).items():
        if name not in RULES and plan.decision in rules:
            continue
        out = plan.objectives_out.get(row.name)
        low, high = out.ci95 if out is not None and out.ci95 is not None else (aside, aside)
        if level and out is not None:  # an interval of the level says nothing of the change
            low = high = out.value
        found.append(Mark(name, plan.cost, plan.objectives_in[row.name].value - level,
                          out.value - aside if out is not None else None, low - aside, high - aside, RULES.get(name, "")))
    return found


def columns_of(result: OptimiseResult) -> list[Column]:
    """Cost, each objective as found, and the share of futures in which a plan is good enough."""
    plans = plans_of(result)
    columns = [Column("Cost", lambda value: money(value, result.currency), {n: p.cost for n, p in plans.items()})]
    for row in result.objectives:
        level = level_of(result, row)
        columns.append(Column(title_of(result, row), say(row, result.currency),
                              {n: p.objectives_in[row.name].value - level for n, p in plans.items()}))
    shares = {n: p.satisfies for n, p in plans.items() if p.satisfies is not None}
    if shares:
        columns.append(Column("Good enough, share of futures", percent, shares, more_is_better=True))
    return columns


def measure_lines(result: OptimiseResult, chosen: Plan | None, rules: Mapping[str, str]) -> list[Line]:
    """One row an option. rules: must or never by option, for the next search."""
    first, found = result.objectives[0], []
    inside = set(chosen.options) if chosen is not None else set()
    for option in result.options:
        here = "yes" if option.id in inside else ""
        texts = (option.name, money(option.cost, result.currency),
                 money_between(option.cost_low, option.cost_high, result.currency),
                 money(option.upkeep, result.currency) if option.upkeep else DASH, count(option.lead_d),
                 amount(option.alone, first.unit, result.currency), here, rules.get(option.id, ""), option.source)
        found.append(Line(texts, (option.name, option.cost, option.cost_low, option.upkeep, option.lead_d, option.alone, here,
                                  rules.get(option.id, ""), option.source), option.id))
    return found


def satisfied_rows(result: OptimiseResult, objective: str, limit: float) -> list[tuple[str, float, bool]]:
    """(plan, share of futures in which one objective is within ``limit``, whether it is a rule), the best first."""
    if result.futures is None:
        return []
    rows = [(name, sum(v <= limit for v in values[objective]) / max(len(values[objective]), 1), name in RULES)
            for name, values in result.futures.values.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))

"""What can be done, in a few sentences and a table of plans: a search over options for the same disaster."""

from __future__ import annotations

from stratum_core import number_format as show
from stratum_core.briefing.tables import Rows
from stratum_core.model.optimise_results import ObjectiveRow, OptimiseResult, Plan

_MOST = 8
#: how the rules beside the search are called in print
_NAMES = {"greedy": "By the greedy rule", "knapsack": "As if effects added up"}


def lines(result: OptimiseResult | None) -> tuple[str, ...]:
    """The recommendation and where it comes from; none without a search."""
    if result is None:
        return ()
    tried = f" in {show.counted(result.futures.count, 'future')}" if result.futures is not None else ""
    return (*result.recommendation, f"{show.counted(result.evaluations, 'portfolio')} within "
            f"{show.money(result.budget, result.currency)}, {result.replicates} runs each, the plans below{tried}; prices of "
            f"{result.price_year}; search {show.grouped(result.digest[:16])}.", *result.warnings)


def headings(result: OptimiseResult | None) -> tuple[str, ...]:
    """Of the table of plans."""
    if result is None:
        return ()
    return ("Plan", "Cost", *(row.meaning[0].upper() + row.meaning[1:] for row in result.objectives), "Good enough")


def rows(result: OptimiseResult | None) -> Rows:
    """Doing nothing first, then what the plans tried in futures change of it, by cost; else in the runs of the search."""
    if result is None:
        return ()
    plans = [plan for plan in result.front if plan.objectives_out or result.futures is None]
    rules = [plan for name, plan in result.baselines.items() if name != "do nothing"]
    nothing = result.baselines["do nothing"]
    distinct = {plan.decision: plan for plan in (*rules, *plans) if plan.decision != nothing.decision}
    shown = [nothing, *sorted(distinct.values(), key=lambda plan: plan.cost)[:_MOST]]
    return tuple((_NAMES.get(plan.name, plan.name.capitalize()), show.money(plan.cost, result.currency),
                  *(_value(plan, row, result.currency) if plan is nothing else _change(plan, row, result.currency)
                    for row in result.objectives),
                  show.percent(plan.satisfies) if plan.satisfies is not None else show.DASH) for plan in shown)


def _value(plan: Plan, row: ObjectiveRow, currency: str) -> str:
    found = plan.objectives_out.get(row.name, plan.objectives_in[row.name])
    return _between(*(found.ci95 or (found.value, found.value)), row, currency)


def _change(plan: Plan, row: ObjectiveRow, currency: str) -> str:
    found = (plan.change_out or plan.change)[row.name]
    return show.more_or_less(*found.bounds, lambda low, high: _between(low, high, row, currency))


def _between(low: float, high: float, row: ObjectiveRow, currency: str) -> str:
    if row.unit == "money":
        return show.money_between(low, high, currency)
    return show.between(low, high, joined=show.DASH) + (f"{show.NARROW}h" if row.unit == "h" else "")

"""A search over options in sentences."""

from __future__ import annotations

from stratum_core.model.optimise_results import OptimiseResult, Plan
from stratum_core.number_format import count, counted, money, percent
from stratum_core.pipeline.optimising.words import NOTHING, change_said, span

_MOST = 12


def optimise_lines(result: OptimiseResult) -> list[str]:
    """The recommendation first, then every plan in a line, then what was left out."""
    lines = [*result.recommendation, ""]
    shown = (*result.baselines.items(), *((plan.name, plan) for plan in _spread(result.front)))
    lines += [_line(name, plan, result) for name, plan in shown]
    lines.append(f"{counted(result.evaluations, 'portfolio')} of {counted(len(result.options), 'option')} tried in "
                 f"{result.replicates} runs each, by {count(result.runs)} runs of the engine. The front covers "
                 f"{percent(result.hypervolume)} of the box from doing nothing to doing everything. Seed {result.seed}, "
                 f"search {result.run}.")
    lines += [f"Left out: {text}" for text in result.left_out]
    return lines + [f"Warning: {text}" for text in result.warnings]


def _spread(front: tuple[Plan, ...]) -> list[Plan]:
    """At most so many plans, evenly along the front."""
    step = max(len(front) / _MOST, 1.0)
    return [front[int(at * step)] for at in range(min(len(front), _MOST))]


def _line(name: str, plan: Plan, result: OptimiseResult) -> str:
    """In sample, as it was searched; over the futures where it was tried."""
    found = ", ".join(
        span((plan.objectives_out or plan.objectives_in)[row.name], row.unit, result.currency) if name == NOTHING
        else change_said((plan.change_out or plan.change)[row.name], row, result.currency) for row in result.objectives)
    where = "over the futures" if plan.objectives_out else "in the runs it was chosen by"
    return f"{name}: {money(plan.cost, result.currency)}; {found} {where}; {', '.join(plan.options) or 'nothing'}."

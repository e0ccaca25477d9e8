"""Plans in plain words: what, where, cost, effect, when they fail, who gains and who does not, what would change our mind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stratum_core.model.optimise_results import Estimate, ObjectiveRow, OptimiseResult, OptionRow, Plan
from stratum_core.model.results import Difference
from stratum_core.number_format import between, count, hours, money, money_between, more_or_less, percent

NOTHING, MUST = "do nothing", "what must be in"
_MOST = 4
#: hours a person that count as none
_NOTHING_H = 0.05
#: share of what the best plan gains over doing nothing that is not worth more money; chance below which an assumption matters
_AS_WELL, _SIGNIFICANT = 0.05, 0.05


def amount(value: float, unit: str, currency: str) -> str:
    """A value of an objective; people and people-hours stand without their unit, which their name says."""
    if unit == "money":
        return money(value, currency)
    return hours(value) if unit == "h" else count(value)


def span(found: Estimate, unit: str, currency: str) -> str:
    """A value with its interval, where there is one."""
    return amount(found.value, unit, currency) if found.ci95 is None else _between(*found.ci95, unit, currency)


def _between(low: float, high: float, unit: str, currency: str) -> str:
    if unit == "money":
        return money_between(low, high, currency, joined=" to ")
    return between(low, high, lambda value: amount(value, unit, currency))


def change_said(found: Difference, row: ObjectiveRow, currency: str) -> str:
    """What a plan changes of an objective, with the paired interval."""
    return f"{row.meaning}: {more_or_less(*found.bounds, lambda low, high: _between(low, high, row.unit, currency))}"


def plan_words(plan: Plan, objectives: tuple[ObjectiveRow, ...], options: Mapping[str, OptionRow], currency: str,
               year: int) -> tuple[str, ...]:
    """One page of a plan."""
    if not plan.options:
        return ("Do nothing. Costs nothing and changes nothing; every other plan is compared with it.",)
    lines = ["What: " + "; ".join(options[id].name for id in plan.options) + ".", _cost(plan, currency, year)]
    lines.append("Effect, " + "; ".join(change_said(plan.change[row.name], row, currency) for row in objectives) + " (95 %).")
    if plan.objectives_out:
        lines += [_curse(plan, row, currency) for row in objectives]
        lines.append(_fails(plan))
    lines.append(_who(plan))
    lines += _pays(plan, currency)
    most = next((one for one in plan.drivers if one.chance * len(plan.drivers) < _SIGNIFICANT), None)
    if most is not None:
        lines.append(f"What would change our mind: {most.label[0].lower() + most.label[1:]}. Between its low and its high end "
                     f"{objectives[0].meaning} go from {amount(most.at_low, objectives[0].unit, currency)} to "
                     f"{amount(most.at_high, objectives[0].unit, currency)}.")
    if plan.ties:
        lines.append(f"A tie with: {', '.join(plan.ties)}. No interval over the futures tells them apart.")
    return tuple(lines)


def _cost(plan: Plan, currency: str, year: int) -> str:
    upkeep = f", then {money(plan.upkeep, currency)} a year" if plan.upkeep else ""
    return (f"Cost: {money_between(plan.cost_low, plan.cost_high, currency, joined=' to ')} (most likely "
            f"{money(plan.cost, currency)}, prices of {year}){upkeep}. Ready in {count(plan.lead_d)} days.")


def _curse(plan: Plan, row: ObjectiveRow, currency: str) -> str:
    seen, again = plan.objectives_in[row.name], plan.objectives_again[row.name]
    return (f"{row.meaning[0].upper() + row.meaning[1:]}: {amount(seen.value, row.unit, currency)} in the runs it was chosen by, "
            f"{amount(again.value, row.unit, currency)} with other random numbers, "
            f"{span(plan.objectives_out[row.name], row.unit, currency)} over the futures.")


def _fails(plan: Plan) -> str:
    if plan.satisfies is None:
        return "No plan moves an objective enough to say by itself what is good enough; a limit can be given."
    good = f"Good enough in {percent(plan.satisfies)} of the futures. "
    if plan.satisfies == 1.0:
        return good.strip()
    if plan.fails_when:
        return good + " ".join(f"Fails when: {box.text}" for box in plan.fails_when)
    return good + "No single group of assumptions explains when it fails."


def _who(plan: Plan) -> str:
    """Who gains most and who least, by hours a person."""
    groups = [g for g in plan.groups if g.group != "everybody"]
    if not groups:
        return "Who gains: not known, no people are counted."
    gain = [g.before - g.after for g in groups]
    best, least = groups[int(np.argmax(gain))], groups[int(np.argmin(gain))]
    line = (f"Who gains, in hours without a service, all services added: most {best.group}, {hours(best.before - best.after)} of "
            f"{hours(best.before)} a person; least {least.group}")
    change = least.before - least.after
    if abs(change) < _NOTHING_H:
        return f"{line}, nothing."
    return f"{line}, {hours(change)} of {hours(least.before)}." if change > 0 else f"{line}, who lose {hours(-change)}."


def _pays(plan: Plan, currency: str) -> list[str]:
    paying = plan.paying
    if paying is None:
        return []
    if paying.once_in_y is None:
        return ["In money alone it does not pay: it prevents no direct damage. Hours without service are not money here."]
    if paying.once_in_y < 1.0:
        return ["In money alone it does not pay: the direct damage that it prevents is less than a year of it costs."]
    line = f"In money alone it pays where the event comes more often than once in {count(paying.once_in_y)} years"
    if paying.bcr is not None:
        line += f"; at the scenario's return period benefits are {paying.bcr:.2g} times costs"
    return [f"{line} (damage prevented, discounted at {percent(paying.rate)}; hours without service are not money here)."]


def recommendation(result: OptimiseResult) -> tuple[str, ...]:
    """What to look at first, and why the others are kept; raises nothing."""
    tried = [plan for plan in (*result.front, *result.baselines.values())
             if plan.regret and not (plan.name == NOTHING and MUST in result.baselines)]  # which is not allowed then
    if not tried:
        return ("No plan was tried in futures that the search did not see, so none is put before the others.",)
    nothing = result.baselines[NOTHING]
    scale = {name: max(abs(nothing.objectives_out[name].value), 1e-9) for name in nothing.objectives_out}

    def regretted(plan: Plan) -> float:
        return sum(plan.regret[name] / scale[name] for name in scale) / len(scale)

    order = sorted({plan.decision: plan for plan in tried}.values(), key=lambda plan: (round(regretted(plan), 6), plan.cost))
    first = order[0]
    as_well = regretted(first) + _AS_WELL * (regretted(nothing) - regretted(first))
    alike = [plan for plan in order if plan.name in first.ties or regretted(plan) <= as_well]
    chosen = min(alike, key=lambda plan: (plan.cost, regretted(plan)))
    why = f"least regret of the {len(order)} plans tried in futures" if chosen is first else (
        f"no interval tells it from {first.name}, and it costs less" if chosen.name in first.ties else
        f"it gains at least {percent(1 - _AS_WELL)} of what {first.name} gains over doing nothing, and costs less")
    lines = [f"Look first at {chosen.name}: {why}."]
    lines += list(chosen.says)
    for plan in order:
        if plan is not chosen and len(lines) < len(chosen.says) + 1 + _MOST:
            lines.append(_kept(plan, chosen, result))
    return tuple(lines)


def _kept(plan: Plan, chosen: Plan, result: OptimiseResult) -> str:
    row = result.objectives[0]
    here, there = plan.objectives_out[row.name].value, chosen.objectives_out[row.name].value
    much = amount(abs(here - there), row.unit, result.currency)
    cost = plan.cost - chosen.cost
    price = "costs the same" if abs(cost) < 0.5 else f"{money(abs(cost), result.currency)} {'more' if cost > 0 else 'less'}"
    effect = "no interval tells its effect apart" if plan.name in chosen.ties else (
        f"the same {row.meaning}" if much == amount(0.0, row.unit, result.currency) else
        f"{much} {'more' if here > there else 'fewer'} {row.meaning}" if row.unit != "money" else
        f"{much} {'more' if here > there else 'less'} {row.meaning}")
    return f"Kept beside it, {plan.name}: {price}; {effect} over the futures."

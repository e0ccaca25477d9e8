"""The economics in a few sentences, interval first."""

from __future__ import annotations

from stratum_core.model.economics_results import Borne, EconomicsResult, IndustryLoss, Money
from stratum_core.number_format import between, count, hours, money, money_between, percent

_MOST, _LONG_H = 5, 168.0


def economics_lines(result: EconomicsResult) -> list[str]:
    """Damage and its tail, output between its bounds, the industries that lose most, services."""
    lines = []
    if result.damage is not None:
        lines.append(f"Damage (stock): {_said(result.damage)} in the mean.")
        for var, cvar in zip(result.var, result.cvar, strict=True):
            worst = percent(1 - (var.level or 0.0))
            lines.append(f"In the worst {worst} of runs it is above {_said(var, 3)}, {_said(cvar, 3)} in the mean.")
    upper, lower, added = result.output_loss, result.output_loss_lower, result.value_added_loss
    if upper is not None and lower is not None and added is not None:
        span = hours(result.horizon_h) if result.horizon_h < _LONG_H else f"{count(result.horizon_h / 24.0)} days"
        lines.append(f"Output that is not made (flow) within {span}: from {_said(lower)} with substitution and overtime to "
                     f"{_said(upper)} without; value added of it up to {_said(added)}.")
        most = sorted(result.industries, key=lambda row: -row.output_loss)[:_MOST]
        lines += [_industry(row, result.currency) for row in most if row.output_loss > 0]
    for name, lost in result.resilience.items():
        if lost > 0:
            ends = result.resilience_ci95.get(name)
            span = f" (95\u202f% {between(*ends, hours)})" if ends else ""
            lines.append(f"Resilience triangle of {name}: as if everybody were without it for {hours(lost)}{span}.")
    lines += _bearing(result) + _insurance(result) + _yearly(result)
    lines.append(f"Prices of {result.price_year}. Damage and output are never added. Run {result.run}, seed {result.seed}.")
    lines.append(f"Model: {result.model_class}.")
    return lines + [f"Warning: {text}" for text in result.warnings]


def _bearing(result: EconomicsResult) -> list[str]:
    """One line for each way to part the damage, the largest first."""
    parts = dict.fromkeys(one.by for one in result.borne if one.damage.value >= 0.5)
    return [f"Damage by {by}: " + ", ".join(f"{one.group} {_said(one.damage)}" for one in dearest(result.borne, by)) + "."
            for by in parts]


def dearest(borne: tuple[Borne, ...], by: str) -> list[Borne]:
    """Groups of one way to part the damage that bear any, the most first."""
    return sorted((one for one in borne if one.by == by and one.damage.value >= 0.5), key=lambda one: -one.damage.value)


def _insurance(result: EconomicsResult) -> list[str]:
    layer = result.insurance
    if layer is None:
        return []
    limit = f", at most {money(layer.limit, result.currency)}" if layer.limit is not None else ""
    return [f"An insurer who pays what exceeds {money(layer.deductible, result.currency)}{limit}, pays {_said(layer.paid.mean)} "
            f"in the mean; {_said(layer.retained.mean)} is retained.",
            *(f"In the worst {percent(1 - (paid.level or 0.0))} of their own losses the insurer pays {_said(paid)} in the mean, "
              f"and {_said(kept)} is retained." for paid, kept in zip(layer.paid.cvar, layer.retained.cvar, strict=True))]


def _yearly(result: EconomicsResult) -> list[str]:
    """The annual expected damage, and what stands apart: hours without a service at the user's own prices."""
    lines = []
    if result.annual is not None:
        rows = result.annual.scenarios
        lines.append(f"Annual expected damage over {len(rows)} scenarios, once in {rows[0].return_period_y:g} to "
                     f"{rows[-1].return_period_y:g} years: {_said(result.annual.expected)}. The rarest stands for all "
                     "rarer ones; more frequent ones are left out. All else here is of the first run.")
    for row in result.valued:
        lines.append(f"Apart, never added: {count(row.amount)} {row.unit} of {row.what.replace('.', ' of ')} at "
                     f"{row.price:g} {row.value.currency} of {row.value.price_year} ({row.source}) are {_said(row.value)}.")
    return lines


def _industry(row: IndustryLoss, currency: str) -> str:
    work = f", {count(row.jobs)} years of work" if row.jobs is not None else ""
    ends = f" (95\u202f% {money_between(*row.output_loss_ci95, currency)})" if row.output_loss_ci95 else ""
    return f"{row.name}: {money(row.output_loss, currency)}{ends}, {percent(row.inoperability)} of its output{work}."


def _said(amount: Money, digits: int = 2) -> str:
    shown = money(amount.value, amount.currency, digits)
    return shown if amount.interval is None else f"{shown} (95\u202f% {money_between(*amount.interval, amount.currency)})"

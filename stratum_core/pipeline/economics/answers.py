"""The economics in a few sentences, interval first."""

from __future__ import annotations

from stratum_core.model.economics_results import EconomicsResult, IndustryLoss, Money
from stratum_core.number_format import count, hours, money, money_between, percent

_MOST, _LONG_H = 5, 168.0


def economics_lines(result: EconomicsResult) -> list[str]:
    """Damage and its tail, output between its bounds, the industries that lose most, services."""
    lines = []
    if result.damage is not None:
        lines.append(f"Damage (stock): {_said(result.damage)} in the mean.")
        for var, cvar in zip(result.var, result.cvar, strict=True):
            worst = percent(1 - (var.level or 0.0))
            lines.append(f"In the worst {worst} of runs it is above {_said(var)}, {_said(cvar)} in the mean.")
    upper, lower, added = result.output_loss, result.output_loss_lower, result.value_added_loss
    if upper is not None and lower is not None and added is not None:
        span = hours(result.horizon_h) if result.horizon_h < _LONG_H else f"{count(result.horizon_h / 24.0)} days"
        lines.append(f"Output that is not made (flow) within {span}: from {_said(lower)} with substitution and overtime to "
                     f"{_said(upper)} without; value added of it up to {_said(added)}.")
        most = sorted(result.industries, key=lambda row: -row.output_loss)[:_MOST]
        lines += [_industry(row, result.currency) for row in most if row.output_loss > 0]
    for name, lost in result.resilience.items():
        if lost > 0:
            lines.append(f"Resilience triangle of {name}, middle run: as if everybody were without it for {hours(lost)}.")
    lines.append(f"Prices of {result.price_year}. Damage and output are never added. Run {result.run}, seed {result.seed}.")
    lines.append(f"Model: {result.model_class}.")
    return lines + [f"Warning: {text}" for text in result.warnings]


def _industry(row: IndustryLoss, currency: str) -> str:
    work = f", {count(row.jobs)} years of work" if row.jobs is not None else ""
    return f"{row.name}: {money(row.output_loss, currency)}, {percent(row.inoperability)} of its output{work}."


def _said(amount: Money) -> str:
    shown = money(amount.value, amount.currency)
    return shown if amount.interval is None else f"{shown} (95\u202f% {money_between(*amount.interval, amount.currency)})"

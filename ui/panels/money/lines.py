"""Sentences, chart rows and table rows of the money page, from a result. No Qt widgets."""

from __future__ import annotations

from dataclasses import replace

from app.session import Session
from stratum_core.model.economics_results import EconomicsResult, Money
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import DASH, NARROW, money, money_between, percent
from stratum_core.pipeline.economics.answers import dearest
from stratum_core.pipeline.economics.shock import RECAPTURE
from stratum_core.pipeline.scenario_settings import Setting
from stratum_core.pipeline.sensitivity import assumptions
from ui.tables.plain_model import Heading, Line

LIMITS = "Only what has a value counts. Damage and output are never added. Lives and customers' losses have no price here."
BORNE = (
    Heading("Who bears it", meaning="quarters are directions from the middle of where people live, not districts"),
    Heading("Damage", True, "mean over runs"),
    Heading("95\u202f%", True, "interval of the mean, from the runs"),
    Heading("Share", True, "of the damage; sectors with buildings make up all of it, and so do quarters"),
)
#: what the losses take for granted and no scenario changes
FIXED = (
    Setting("recapture", f"{RECAPTURE:g}", f"{RECAPTURE:g}", "", 0.0, 0.9, "Share of lost output that is made up later",
            "A; used where the city has industries", fixed=True),
)
DAMAGE, OUTPUT = "damage", "output"
TITLES = {DAMAGE: "Mean damage by use of buildings and sector", OUTPUT: "Mean output not made by industry, upper bound"}


def headline(result: EconomicsResult, run: CascadeResult) -> str:
    """The damage in 9 of 10 runs; without values, what is not made."""
    if run.damage is not None:
        damage = run.damage
        return (f"In 9 of 10 runs the damage is {money_between(damage.p05, damage.p95, result.currency, joined=' to ')} "
                f"(middle run {money(damage.p50, result.currency)}).")
    return _output(result)


def told(result: EconomicsResult) -> str:
    """Its tail, who bears most, and the output that is not made."""
    parts = [f"In the worst {percent(1 - (var.level or 0.0))} of runs it is above {money(var.value, result.currency, 3)}, "
             f"{money(cvar.value, result.currency, 3)} in the mean."
             for var, cvar in zip(result.var[:1], result.cvar[:1], strict=True)]
    most = [dearest(result.borne, by)[:1] for by in ("use", "quarter")]
    if all(most):
        use, quarter = (money(one.damage.value, result.currency) for (one,) in most)
        parts.append(f"{most[0][0].group.capitalize()} buildings bear {use}, the {most[1][0].group} of the town {quarter}.")
    if result.damage is not None and result.output_loss is not None:
        parts.append(_output(result))
    return " ".join(parts)


def _output(result: EconomicsResult) -> str:
    lower, upper = result.output_loss_lower, result.output_loss
    if lower is None or upper is None:
        return ""
    span = money_between(lower.value, upper.value, result.currency, joined=" to ")
    return f"Output that is not made: {span}, with and without substitution and overtime."


def year(result: EconomicsResult) -> str:
    """€, prices of 2023."""
    return f"{result.currency}, prices of {result.price_year}"


def marks_of(result: EconomicsResult) -> list[tuple[str, float, str]]:
    """VaR and CVaR by level, for the curve; in three digits, so that they can be told apart."""
    return [(f"{name} {100 * (one.level or 0.0):g}{NARROW}%", one.value, money(one.value, result.currency, 3))
            for name, ones in (("VaR", result.var), ("CVaR", result.cvar)) for one in ones]


def parts_of(result: EconomicsResult, what: str) -> list[tuple[str, float]]:
    """Bars of the waterfall: sectors and uses of the damage, or industries of the output; the most first."""
    if what == OUTPUT:
        return [(row.name, row.output_loss) for row in sorted(result.industries, key=lambda row: -row.output_loss)
                if row.output_loss > 0]
    return [(_name(one.by, one.group), one.damage.value) for by in ("use", "sector") for one in dearest(result.borne, by)]


def borne_lines(result: EconomicsResult) -> list[Line]:
    """Quarters, then sectors and uses."""
    total = result.damage.value if result.damage is not None else 0.0
    found = []
    for by in ("quarter", "use", "sector"):
        for one in dearest(result.borne, by):
            share = one.damage.value / total if total else 0.0
            texts = (_name(by, one.group), money(one.damage.value, result.currency), _interval(one.damage), percent(share))
            found.append(Line(texts, (one.group, one.damage.value, one.damage.value, share)))
    return found


def assumption_rows(session: Session) -> list[Setting]:
    """Those of the tornado that the scenario has, with their ranges and sources, then what is fixed."""
    if session.scenario is None:
        return list(FIXED)
    known = {setting.key.replace("hazard.1.", "hazard."): setting for setting in session.question.all_settings()}
    hazard_first = sorted(assumptions(session.scenario), key=lambda one: not one.key.startswith("hazard."))
    return [*(replace(known[one.key], low=one.low, high=one.high, meaning=one.label, source=one.source)
              for one in hazard_first if one.key in known), *FIXED]


def _name(by: str, group: str) -> str:
    if by == "quarter":
        return group.capitalize() if group.startswith("without") else f"In the {group}"
    return f"{group.capitalize()} buildings" if by == "use" else group.capitalize()


def _interval(amount: Money) -> str:
    return DASH if amount.interval is None else money_between(*amount.interval, amount.currency)

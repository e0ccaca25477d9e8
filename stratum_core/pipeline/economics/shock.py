"""A shock to an input-output table, from a TOML file: demand that falls away, industries that cannot work.

    horizon_d = 90                  # how long losses are counted
    [demand]                        # change of a year's final demand, money or per cent
    Manufacturing = "-10 %"
    [[outage]]                      # an industry cannot make so much of its output
    industry = "Agriculture"
    share = 0.5
    from_d = 0
    lasts_d = 3
    [recovery]                      # days until 1 % of a loss is left, by industry; others: default
    default = 30
    [inventory]                     # days for which finished goods hide a loss from customers
    Agriculture = 2
    [recapture]                     # share of its own loss that an industry makes up later, or that others deliver
    default = 0.3
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.economics.inoperability import dynamic, resilience, static
from stratum_core.economics.input_output import InputOutput
from stratum_core.errors import InputError, unknown
from stratum_core.model.city import City
from stratum_core.model.economics_results import EconomicsResult, IndustryLoss, Money
from stratum_core.model.fields import Floats
from stratum_core.pipeline.economics import SCHEMA, with_digest
from stratum_core.pipeline.economics.tables import prices_of, table_of

_KEYS = ("horizon_d", "demand", "outage", "recovery", "inventory", "recapture")
_OUTAGE = ("industry", "share", "from_d", "lasts_d")
#: days until 1 % of a loss is left, and share that is made up; assumed: 7 to 90 d, 0 to 0.9
RECOVERY_D, RECAPTURE, _LEFT = 30.0, 0.3, 0.01
MODEL_CLASS = ("upper: Leontief's open model, prices and technology fixed, nobody substitutes; course: dynamic inoperability "
               "model; lower: own losses alone, less what is made up by overtime or by others")


@dataclass(frozen=True)
class Shock:
    """demand (n,): change of a year's final demand; outages: (industry, share, from, lasts) in days; recovery, inventory (n,):
    days; recapture (n,): share."""

    horizon_d: float
    demand: Floats
    outages: tuple[tuple[int, float, float, float], ...]
    recovery: Floats
    inventory: Floats
    recapture: Floats


def read_shock(path: Path, table: InputOutput, names: Mapping[str, int]) -> Shock:
    """The shock in a file; names: row of each industry by id and by name. Raises InputError that names the key."""
    try:
        page = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the shock cannot be read: {error}", where=str(path), repair="give a TOML file") from error
    for key in page:
        if key not in _KEYS:
            raise unknown("key", key, _KEYS, where=path.name)

    def by_industry(name: str, default: float, high: float) -> Floats:
        given = dict(page.get(name, {}))
        found = np.full(len(table), _number(given.pop("default", default), f"{path.name}, {name}", 0.0, high))
        for industry, value in given.items():
            found[_row(names, industry, path)] = _number(value, f"{path.name}, {name}.{industry}", 0.0, high)
        return found

    demand = np.zeros(len(table))
    for industry, value in dict(page.get("demand", {})).items():
        at = _row(names, industry, path)
        demand[at] = _change(value, float(table.final[at]), f"{path.name}, demand.{industry}")
    horizon = _number(page.get("horizon_d", 365.0), f"{path.name}, horizon_d", 1e-3, 36_500.0)
    outages = tuple(_outage(row, names, path, horizon) for row in page.get("outage", ()))
    if not outages and not demand.any():
        raise InputError("it changes nothing", where=path.name, repair="give a change of demand, or an outage")
    return Shock(horizon, demand, outages, by_industry("recovery", RECOVERY_D, 1e5), by_industry("inventory", 0.0, 1e5),
                 by_industry("recapture", RECAPTURE, 1.0))


def economics_of_shock(city: City, path: Path, seed: int = 42) -> EconomicsResult:
    """What the shock in a file costs the industries of a city. Raises InputError."""
    table = table_of(city)
    names = {str(name): at for at, name in enumerate(city.industries.name)} | {id: at for at, id in enumerate(table.names)}
    shock = read_shock(path, table, names)
    currency, year = prices_of(city)
    demand = np.where(table.output > 0, -shock.demand / np.where(table.output > 0, table.output, 1.0), 0.0)
    edges, own = _course(shock, demand)
    span = np.diff(edges)
    rates = resilience(np.ones(len(table)), np.full(len(table), _LEFT), np.maximum(shock.recovery, 1e-3),
                       np.diag(table.interdependency))
    begun = np.where(np.diff(own, axis=0, prepend=0.0) > 0, own, 0.0)  # an outage stops at once, whenever it begins
    course = dynamic(table.interdependency, rates, np.clip(own[0], 0, 1), span, np.clip(own, -1, 1), shock.inventory, begun)
    mean = (span @ own) / shock.horizon_d
    # after a short outage recovery takes longer than the outage itself, which the static answer does not know
    upper = np.maximum(static(table.interdependency, np.clip(mean, 0.0, 1.0)), course.lost / shock.horizon_d) if (
        mean >= 0).all() else table.leontief @ (mean * table.output) / np.where(table.output > 0, table.output, 1.0)
    years = shock.horizon_d / 365.0
    made, lower = table.output * years, mean * (1.0 - shock.recapture)
    rows = tuple(
        IndustryLoss(table.names[at], str(city.industries.name[at] or table.names[at]), float(upper[at] * made[at]),
                     float(lower[at] * made[at]), float(upper[at] * made[at] * table.value_added_share[at]), float(upper[at]),
                     float(table.jobs[at] * upper[at] * years) if np.isfinite(table.jobs[at]) else None)
        for at in range(len(table)))

    def money(value: float) -> Money:
        return Money(value, None, None, currency, year)

    return with_digest(EconomicsResult(
        schema=SCHEMA, cascade="", seed=seed, model_class=MODEL_CLASS, warnings=_warnings(shock), currency=currency,
        price_year=year, horizon_h=shock.horizon_d * 24.0, damage=None, var=(), cvar=(), exceedance=None,
        output_loss=money(sum(row.output_loss for row in rows)), output_loss_lower=money(sum(row.lower for row in rows)),
        value_added_loss=money(sum(row.value_added_loss for row in rows)), industries=rows,
        inoperability={row.industry: row.inoperability for row in rows}, resilience={}, times_h=course.times * 24.0,
        course=course.q.T.copy()))


def _course(shock: Shock, demand: Floats) -> tuple[Floats, Floats]:
    """Edges of days, at most a day apart, and the own loss (stretches, n) between them."""
    ends = [0.0, shock.horizon_d, *(day for _, _, begin, lasts in shock.outages for day in (begin, begin + lasts))]
    edges = np.unique(np.clip(np.concatenate([ends, np.arange(0.0, shock.horizon_d, 1.0)]), 0.0, shock.horizon_d))
    middle = (edges[:-1] + edges[1:]) / 2
    own = np.tile(demand, (len(middle), 1))
    for at, share, begin, lasts in shock.outages:
        on = (middle >= begin) & (middle < begin + lasts)
        own[on, at] = 1.0 - (1.0 - own[on, at]) * (1.0 - share)
    return edges, own


def _warnings(shock: Shock) -> tuple[str, ...]:
    return () if not (shock.demand > 0).any() else ("Demand that rises is taken as met: capacity is not looked at.",)


def _row(names: Mapping[str, int], industry: str, path: Path) -> int:
    if industry not in names:
        raise unknown("industry", industry, names, where=path.name)
    return names[industry]


def _outage(row: Mapping[str, Any], names: Mapping[str, int], path: Path, horizon: float) -> tuple[int, float, float, float]:
    for key in row:
        if key not in _OUTAGE:
            raise unknown("key", key, _OUTAGE, where=f"{path.name}, outage")
    if "industry" not in row or "share" not in row:
        raise InputError("an outage names no industry, or no share", where=path.name,
                         repair='write industry = "..." and share = 0.5')
    where = f"{path.name}, outage of {row['industry']}"
    return (_row(names, str(row["industry"]), path), _number(row["share"], where, 0.0, 1.0),
            _number(row.get("from_d", 0.0), where, 0.0, 36_500.0), _number(row.get("lasts_d", horizon), where, 0.0, 36_500.0))


def _change(value: Any, base: float, where: str) -> float:
    """Money, or per cent of the base; demand cannot fall below nothing."""
    text = str(value).strip()
    share = text.endswith("%")
    try:
        change = float(text.removesuffix("%")) * (base / 100.0 if share else 1.0)
    except ValueError as error:
        raise InputError(f"'{value}' is no change of demand", where=where, repair='write money, or "-10 %"') from error
    if not np.isfinite(change) or change < -base - 1e-9:
        raise InputError(f"'{value}' takes away more than the {base:g} that is asked for", where=where,
                         repair="give a smaller cut")
    return change


def _number(value: Any, where: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= float(value) <= high:
        raise InputError(f"'{value}' is not from {low:g} to {high:g}", where=where, repair="give such a number")
    return float(value)

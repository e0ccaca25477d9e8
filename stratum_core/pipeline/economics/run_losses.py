"""What a stored cascade costs: damage and its tail, output that industries lose while services are gone, resilience triangles."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.run import CascadeJob
from stratum_core.economics.input_output import InputOutput
from stratum_core.economics.tail import exceedance
from stratum_core.ensemble import run_in_order
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.economics_results import EconomicsResult, Exceeded, IndustryLoss, Insurance, Money
from stratum_core.model.fields import Floats
from stratum_core.model.results import CascadeResult
from stratum_core.model.statistics import spread
from stratum_core.pipeline.economics import SCHEMA, with_digest
from stratum_core.pipeline.economics.bearing import borne
from stratum_core.pipeline.economics.own_prices import Price, valued
from stratum_core.pipeline.economics.pricing import Priced, insured, side_of
from stratum_core.pipeline.economics.shock import RECAPTURE
from stratum_core.pipeline.economics.tables import YEAR_H, prices_of, table_of
from stratum_core.pipeline.economics.yearly import yearly
from stratum_core.pipeline.evacuation.disruption import lost_by_block
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress, silent

#: services by the column of the industries that says what is lost without them
SERVICES = ("power", "water", "gas", "telecom", "access")
MODEL_CLASS = ("damage: replacement value times the share lost in each run; output: share of an industry's workers without a "
               "service times what it loses without it, the worst service counting; upper: Leontief's open model on that, nobody "
               "substitutes; lower: own losses less what is made up ({made_up:.0f}\u202f%, assumed)")
_CURVE = 40


@dataclass(frozen=True)
class Wanted:
    """What is asked beside the losses: a layer of insurance (None: none of both), prices of people-hours, other runs."""

    deductible: float | None = None
    limit: float | None = None
    prices: tuple[Price, ...] = ()
    others: tuple[tuple[CascadeResult, Scenario], ...] = ()

    @property
    def insurance(self) -> bool:
        """True where a layer is given."""
        return self.deductible is not None or self.limit is not None


@dataclass
class InterruptionJob:
    """Hours of output that each industry loses, a replicate a chunk."""

    job: CascadeJob
    needs: Floats  # (industries, services)
    weight: Floats  # (industries, blocks) share of its workers
    horizon_h: float
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Replicates."""
        return self.job.replicates

    def run_chunk(self, number: int) -> Floats:
        """(industries,) hours, counted as if all of it stood still; each outage is one stretch from its first hour."""
        state, _ = self.job.replay(number)
        down = np.isfinite(state.first_down) & (state.hours_down > 0)
        since = np.where(down, state.first_down, np.inf)
        until = np.where(down, np.minimum(since + state.hours_down, self.horizon_h), np.inf)
        city = self.job.compiled.city
        hour = np.arange(self.horizon_h) + 0.5
        lost = np.zeros(len(self.needs))
        gone = np.zeros((len(SERVICES), len(city.blocks), len(hour)), dtype=bool)
        for at, service in enumerate(SERVICES):
            found = lost_by_block(city, service, since, until)
            gone[at, found.which] = (found.from_h[:, None] <= hour) & (hour < found.to_h[:, None])
        for industry, need in enumerate(self.needs):
            worst = (gone * need[:, None, None]).max(axis=0)
            lost[industry] = float((self.weight[industry] @ worst).sum())
        return lost


def economics_of_run(
    job: CascadeJob, scenario: Scenario, result: CascadeResult, wanted: Wanted = Wanted(), *, threads: int = 1,
    progress: Progress = silent, cancel: CancelToken | None = None,
) -> EconomicsResult:
    """The economics of a cascade of ``scenario``: damage where the city has values, output where it has industries.

    Raises InputError for a city that has neither, or both in different money.
    """
    city, warnings, cancel = job.compiled.city, list[str](), cancel or CancelToken()
    priced = result.damage is not None
    if not priced and not len(city.industries):
        raise InputError("nothing in the city has a price, and it has no industries", where=city.name,
                         repair="give assets or blocks a value, or import an input-output table")
    losses = result.damage_by_replicate
    currency, year = (result.currency, result.price_year) if priced else prices_of(city)

    def money(value: float, interval: tuple[float, float] | None, level: float | None = None) -> Money:
        return Money(value, interval, level, currency, year)

    damage = side_of(losses, money, result.seed) if priced else None
    amounts = np.linspace(0.0, float(losses.max()), _CURVE) if priced else np.empty(0)
    rows: tuple[IndustryLoss, ...] = ()
    output: tuple[Money | None, ...] = (None, None, None)
    if len(city.industries) and _placed(city):
        if priced and prices_of(city) != (currency, year):
            raise InputError(f"values are in {currency} of {year}, industries in {' of '.join(map(str, prices_of(city)))}",
                             where=city.name, repair="give both in one currency and price year")
        rows, output = _interruption(job, city, money, threads, progress, cancel)
    elif len(city.industries):
        warnings.append("No block says which industry works there: output that is lost is not known.")
    else:
        warnings.append("The city has no industries: output that is lost is not known. Import an input-output table.")
    return with_digest(EconomicsResult(
        schema=SCHEMA, cascade=result.run, seed=result.seed, model_class=MODEL_CLASS.format(made_up=100 * RECAPTURE),
        warnings=tuple(warnings), currency=currency, price_year=year, horizon_h=result.horizon_h,
        damage=money(result.damage.mean, result.damage.ci95) if result.damage is not None else None,
        var=damage.var if damage else (), cvar=damage.cvar if damage else (),
        exceedance=Exceeded(amounts, exceedance(losses, amounts)) if priced else None,
        output_loss=output[0], output_loss_lower=output[1], value_added_loss=output[2], industries=rows,
        inoperability={row.industry: row.inoperability for row in rows}, **_resilience(result),
        times_h=np.empty(0), course=np.empty((0, 0)), valued=valued(result, wanted.prices, currency),
        borne=borne(job, scenario, len(losses), money, progress, cancel) if priced else (),
        insurance=_insured(losses, wanted, money, result.seed) if wanted.insurance else None,
        annual=yearly([(result, scenario), *wanted.others]) if wanted.others else None))


def _insured(losses: Floats, wanted: Wanted, money: Priced, seed: int) -> Insurance:
    if not len(losses):
        raise InputError("nothing in the city has a price, so there is nothing to insure", where="--deductible",
                         repair="give assets or blocks a value")
    return insured(losses, wanted.deductible or 0.0, wanted.limit, money, seed)


def _placed(city: City) -> bool:
    return bool((np.nan_to_num(city.blocks.workers) > 0).any() and (city.blocks.industry.astype(str) != "").any())


def _interruption(
    job: CascadeJob, city: City, money: Priced, threads: int, progress: Progress, cancel: CancelToken
) -> tuple[tuple[IndustryLoss, ...], tuple[Money | None, ...]]:
    """Rows by industry, and (upper, lower, value added) with intervals over replicates."""
    table = table_of(city)
    needs = np.nan_to_num(np.column_stack([getattr(city.industries, f"needs_{name}") for name in SERVICES]))
    weight = _weights(city, table)
    work = InterruptionJob(job, needs, weight, float(job.compiled.spec.run.horizon_h))
    with closing(run_in_order(work, threads=threads, progress=progress, cancel=cancel)) as chunks:
        hours = np.array(list(chunks))  # (replicates, industries)
    own = hours * table.output / YEAR_H
    drawn = np.minimum(_drawn_after(table, hours) * table.output / YEAR_H, work.horizon_h * table.output / YEAR_H)
    added = drawn * table.value_added_share
    lower = own * (1.0 - RECAPTURE)
    rows = []
    for at, (upper, least, value) in enumerate(zip(drawn.T, lower.T, added.T, strict=True)):
        lost, own_lost, added_lost = (spread(values, "money") for values in (upper, least, value))
        rows.append(IndustryLoss(
            table.names[at], str(city.industries.name[at] or table.names[at]), lost.mean, own_lost.mean, added_lost.mean,
            lost.mean / max(table.output[at] * work.horizon_h / YEAR_H, 1e-300),
            float(table.jobs[at] * lost.mean / table.output[at]) if np.isfinite(table.jobs[at]) else None,
            lost.ci95, own_lost.ci95, added_lost.ci95))
    sums = [spread(values.sum(axis=1), "money") for values in (drawn, lower, added)]
    return tuple(rows), tuple(money(of.mean, of.ci95) for of in sums)


def _drawn_after(table: InputOutput, hours: Floats) -> Floats:
    """(replicates, industries) hours with all that hangs on them: (I - A*)^-1 times the own ones."""
    inverse = np.linalg.inv(np.eye(len(table)) - table.interdependency)
    found: Floats = hours @ inverse.T
    return found


def _weights(city: City, table: InputOutput) -> Floats:
    """(industries, blocks) share of an industry's workers who work in each block; 0 where it works in none."""
    place = {name: at for at, name in enumerate(table.names)}
    found = np.zeros((len(table), len(city.blocks)))
    for block, (industry, workers) in enumerate(zip(city.blocks.industry, np.nan_to_num(city.blocks.workers), strict=True)):
        if str(industry) in place:
            found[place[str(industry)], block] = workers
    total = found.sum(axis=1, keepdims=True)
    share: Floats = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
    return share


def _resilience(result: CascadeResult) -> dict[str, Any]:
    """The triangle of each service: people-hours without it over all people."""
    total, found = result.people_total, result.people_hours
    if not total:
        return {"resilience": {}, "resilience_ci95": {}}
    ends = {name: one.ci95 and (one.ci95[0] / total, one.ci95[1] / total) for name, one in found.items()}
    return {"resilience": {name: one.mean / total for name, one in found.items()}, "resilience_ci95": ends}

"""From folded sums to the published result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stratum_core.cascade.run import CascadeJob, ChunkResult
from stratum_core.cascade.state import Sums
from stratum_core.cascade.tallies import results as tally
from stratum_core.cascade.why import frequent_chains
from stratum_core.ledger.canonical import city_digest, result_digest
from stratum_core.model.fields import Floats
from stratum_core.model.lifelines import LIMITED
from stratum_core.model.results import Band, Bottleneck, CascadeResult, Round, Spread
from stratum_core.model.statistics import band, converged, share, spread, wilson
from stratum_core.sectors import sectors_in_order
from stratum_core.sectors.network import OVERLOAD

SCHEMA = "stratum.cascade/1"
_MOST_BOTTLENECKS = 20


def assemble(
    job: CascadeJob, folded: ChunkResult, *, scenario: str, spec_digest: str, threads: int, seconds: float
) -> CascadeResult:
    """The result of a cascade, with its digest."""
    compiled, sums = job.compiled, folded.sums
    city, replicates = compiled.city, job.replicates
    failures = sums.failures.astype(float)
    with np.errstate(invalid="ignore"):
        first_failure = np.where(failures > 0, sums.time_to_failure / failures, np.nan)
    bands, peaks, hours = _people(job, sums) if len(city.blocks) else ({}, {}, {})
    money, money_warning = _money(job, folded.money)
    indirect = sums.indirect > 0
    result = CascadeResult(
        schema=SCHEMA,
        scenario=scenario,
        seed=compiled.spec.run.seed,
        replicates=replicates,
        horizon_h=compiled.spec.run.horizon_h,
        model_class=model_class(job),
        warnings=_warnings(job, money_warning),
        city_digest=city_digest(city),
        spec_digest=spec_digest,
        assets=city.component_ids,
        failure_probability=failures / replicates,
        failure_ci95=wilson(failures, replicates),
        mean_hours_down=sums.hours_down / replicates,
        time_to_failure_h=first_failure,
        base_loading=compiled.base_loading,
        damage_probability=sums.damages / replicates,
        cascade_size=spread(sums.size.astype(float), "components"),
        cascade_probability=share(float(indirect.sum()), replicates),
        people_total=float(np.nansum(city.blocks.residents)) if len(city.blocks) else None,
        people_without_service=bands,
        people_peak={s: spread(p, "people") for s, p in peaks.items()},
        people_hours=hours,
        damage=money,
        currency=city.currency if money is not None else "",
        price_year=city.price_year if money is not None else 0,
        bottlenecks=_bottlenecks(job, sums),
        critical_paths=frequent_chains(job, sums.chain, sums.chain_rule, failures),
        rounds=_rounds(job),
        converged=converged(sums.size.astype(float)),
        down_share_by_hour=(sums.down_at / replicates).astype(np.float32),
        peak_by_replicate=peaks,
        hours_by_replicate=_hours_without(job, sums),
        damage_by_replicate=folded.money,
        health=tally.health(job, sums),
        travel=tally.travel(job, sums),
        sewage=tally.sewage(job, sums),
        fuel=tally.fuel(job, sums),
        seconds=seconds,
        threads=threads,
    )
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])


def model_class(job: CascadeJob) -> str:
    """What kind of model this is, in one line: the classes of the sectors that the city has."""
    present = {k.sector for k in job.compiled.kinds}
    return "; ".join(s.model for s in sectors_in_order() if s.name in present)


def limits(job: CascadeJob) -> tuple[str, ...]:
    """What the model leaves out, of the sectors that the city has."""
    present = {k.sector for k in job.compiled.kinds}
    return tuple(line for s in sectors_in_order() if s.name in present for line in s.leaves_out)


def _people(job: CascadeJob, sums: Sums) -> tuple[dict[str, Band], dict[str, Floats], dict[str, Spread]]:
    hours = np.arange(sums.series.shape[2], dtype=float)
    bands, peaks, totals = {}, {}, {}
    for code, service in enumerate(job.compiled.services):
        bands[service] = band(hours, sums.series[:, code])
        peaks[service] = sums.series[:, code].max(axis=1)
        totals[service] = spread(sums.people_hours[:, code], "people h")
    return bands, peaks, totals


def _hours_without(job: CascadeJob, sums: Sums) -> dict[str, Floats]:
    """Whole hours of each replicate in which so many people are without each service that its lifeline is not stable."""
    people = float(np.nansum(job.compiled.city.blocks.residents))
    notable = sums.series[:, :, 1:] >= max(LIMITED * people, 1e-9)
    return {service: notable[:, code].sum(axis=1).astype(float) for code, service in enumerate(job.compiled.services)}


def _money(job: CascadeJob, money: Floats) -> tuple[Spread | None, str]:
    city = job.compiled.city
    priced = np.nansum(city.assets.value) + np.nansum(city.links.value) + np.nansum(city.blocks.value) > 0
    if not priced:
        return None, "The project holds no replacement values, so no damage in money is given. Add a value to assets or blocks."
    return spread(money, city.currency or "money"), ""


def _warnings(job: CascadeJob, money: str) -> tuple[str, ...]:
    found = [*job.compiled.warnings, *(w for h in job.hazards for w in h.warnings)]
    if not len(job.compiled.city.blocks):
        found.append("The project holds no population, so no people are counted. Import population blocks and service areas.")
    elif not len(job.compiled.city.services):
        found.append("No service areas say who supplies whom, so nobody is counted as without a service. Import service areas.")
    if not money and not job.compiled.city.currency:
        found.append("The values carry no currency. Give the project a currency and a price year.")
    return tuple(found + ([money] if money else []))


def _bottlenecks(job: CascadeJob, sums: Sums) -> tuple[Bottleneck, ...]:
    total = float(sums.root_hours.sum())
    order = np.argsort(-sums.root_hours, kind="stable")[:_MOST_BOTTLENECKS]
    city = job.compiled.city
    return tuple(
        Bottleneck(
            str(city.component_ids[c]),
            str(city.component_names[c]),
            float(sums.root_hours[c]) / job.replicates,
            float(sums.root_hours[c]) / total,
        )
        for c in order
        if sums.root_hours[c] > 0
    )


def _rounds(job: CascadeJob) -> tuple[Round, ...]:
    """Rounds of overload trips, where one replicate was asked for."""
    if job.replicates != 1:
        return ()
    state, _ = job.replay(0)
    ids = job.compiled.city.component_ids
    rounds: list[Round] = []
    tripped: list[str] = []
    for i in range(int(state.log_count[0])):
        component = int(state.log_component[i])
        if component >= 0 and state.log_rule[i] == OVERLOAD:
            tripped.append(str(ids[component]))
        elif component == -1 and state.log_rule[i] == OVERLOAD:
            rounds.append(Round(len(rounds), float(state.log_time[i]), tuple(tripped), float(state.log_value[i])))
            tripped = []
    return tuple(rounds)

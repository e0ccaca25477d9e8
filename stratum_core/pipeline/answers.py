"""The answer of a run in a few sentences, interval first."""

from __future__ import annotations

from stratum_core.briefing.tallies import tally_lines
from stratum_core.briefing.wording import failing_verb, without
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import between, count, money_between, percent, percent_between


def answer_lines(result: CascadeResult, city: City) -> list[str]:
    """What a person wants to know, in order: people, money, what fails, how sure, from which model."""
    lines = [_people(result, service) for service in _by_people(result)]
    lines += tally_lines(result)
    if result.damage is not None and result.damage.p95 > 0:
        spread = result.damage
        lines.append(
            f"In 9 of 10 runs direct damage is {money_between(spread.p05, spread.p95, result.currency)}"
            f" at prices of {result.price_year}."
        )
    for chain in result.critical_paths[:3]:
        interval = f" (95 %: {percent_between(*chain.share.ci95)})" if chain.share.ci95 else ""
        lines.append(f"{chain.name} {failing_verb(city, chain.asset)} in {percent(chain.share.value)} of runs{interval}.")
    lines.append(f"Run {result.run}: {result.replicates} replicates, seed {result.seed}, {result.seconds:.1f} s.")
    lines.append(f"Model: {result.model_class}.")
    return lines + [f"Warning: {text}" for text in result.warnings]


def _by_people(result: CascadeResult) -> list[str]:
    affected = [s for s, peak in result.people_peak.items() if peak.p95 > 0]
    return sorted(affected, key=lambda s: -result.people_peak[s].p50)


def _people(result: CascadeResult, service: str) -> str:
    peak = result.people_peak[service]
    people = f"{between(peak.p05, peak.p95)} people are without {without(service)}"
    return f"In 9 of 10 runs {people} at the worst hour (middle run {count(peak.p50)})."

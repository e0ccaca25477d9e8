"""The answer of a run in a few sentences, interval first."""

from __future__ import annotations

from stratum_core.briefing.wording import failing_verb, without
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import between, count, money_between, percent, percent_between, whole


def answer_lines(result: CascadeResult, city: City) -> list[str]:
    """What a person wants to know, in order: people, money, what fails, how sure, from which model."""
    lines = [_people(result, service) for service in _by_people(result)]
    lines += [*_beds(result), *_travel(result), *_sewage(result), *_fuel(result)]
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


def _beds(result: CascadeResult) -> list[str]:
    found = result.health
    if found is None or found.least.p05 >= found.beds:
        return []
    least, without_bed = found.least, found.without_bed
    patients = f", and {between(without_bed.p05, without_bed.p95)} patients have none" if without_bed.p95 > 0 else ""
    return [f"In 9 of 10 runs {between(least.p05, least.p95)} of {whole(found.beds)} beds work at the worst hour{patients}."]


def _travel(result: CascadeResult) -> list[str]:
    """A line for each kind of help that people lose; looks are hours apart, so the worst hour can be worse."""
    lines = []
    for found in result.travel:
        worst = found.worst
        if worst.p95 > found.undamaged_beyond:
            lines.append(
                f"In 9 of 10 runs {between(worst.p05, worst.p95)} people are beyond {found.limit_min:g} min by open roads from "
                f"{_HELP[found.help]} ({count(found.undamaged_beyond)} undamaged)."
            )
    return lines


_HELP = {"care": "a working clinic or hospital", "ambulance": "an ambulance base", "fire": "a fire station"}


def _sewage(result: CascadeResult) -> list[str]:
    found = result.sewage
    if found is None or max(found.overflow.p95, found.untreated.p95) < 0.5:
        return []
    most = f", most at {found.top[0].name}" if found.top else ""
    return [f"In 9 of 10 runs {between(found.overflow.p05, found.overflow.p95)} m3 of sewage overflow and "
            f"{between(found.untreated.p05, found.untreated.p95)} m3 pass untreated{most}."]


def _fuel(result: CascadeResult) -> list[str]:
    found = result.fuel
    if found is None or found.deliveries.p95 == 0:
        return []
    made = between(found.deliveries.p05, found.deliveries.p95)
    return [f"In 9 of 10 runs {found.tankers} tankers make {made} deliveries of fuel to generators."]

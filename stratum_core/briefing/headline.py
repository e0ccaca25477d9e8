"""The top of page 1: one sentence with its interval, two plain sentences, three numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stratum_core import number_format as show
from stratum_core.briefing import people, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model.results import Chain, Spread

_KEPT = "\u00a0to\u00a0"  # an interval that no line break divides


@dataclass(frozen=True)
class KeyNumber:
    """One of the three numbers: what it is, the figure, what stands below it."""

    title: str
    figure: str
    note: str


def headline(facts: BriefingFacts) -> str:
    """If ..., so many of so many people lose the service in 9 of 10 runs, and the clinic closes in 62 %."""
    condition = facts.condition or wording.condition(facts.description, facts.scenario)
    return f"If {condition}, {_people_clause(facts)}{_facility_clause(facts)}."


def standfirst(facts: BriefingFacts) -> tuple[str, ...]:
    """Two plain sentences: how it comes about, and when it is worst and over."""
    return tuple(text for text in (_chain_sentence(facts), _time_sentence(facts)) if text)


def key_numbers(facts: BriefingFacts) -> tuple[KeyNumber, KeyNumber, KeyNumber]:
    """People, facility, money."""
    return _people_number(facts), _facility_number(facts), _money_number(facts)


def _people_clause(facts: BriefingFacts) -> str:
    result, service = facts.result, people.lead_service(facts)
    if not service or result.people_total is None:
        size = result.cascade_size
        if size.p95 <= 0:
            return "nothing fails in at least 9 of 10 runs"
        return f"{show.between(size.p05, size.p95)} of {show.whole(len(result.assets))} parts of the network fail in 9 of 10 runs"
    peak = result.people_peak[service]
    if peak.p95 < 0.5:
        return f"nobody loses {wording.losing(service)} in 9 of 10 runs"
    of = f" of {show.count(result.people_total)}" if result.people_total else ""
    return f"{show.between(peak.p05, peak.p95, joined=_KEPT)}{of} people lose {wording.losing(service)} in 9 of 10 runs"


def _facility_clause(facts: BriefingFacts) -> str:
    name = people.facility(facts)
    if not name:
        return ""
    share, _, _ = people.failure_share(facts.result, facts.city.index[name])
    who = wording.subject(facts.city, name)
    if share == 0:
        return f", and {who} stays {'open' if wording.failing_verb(facts.city, name) == 'closes' else 'up'}"
    return f", and {who} {wording.failing_verb(facts.city, name)} in {show.percent(share)} of runs"


def _chain_sentence(facts: BriefingFacts) -> str:
    chain = main_chain(facts)
    if chain is None or not chain.steps:
        return f"No part of the city fails in any of {show.whole(facts.result.replicates)} runs." \
            if facts.result.cascade_size.p95 <= 0 else ""
    first, last = chain.steps[0], chain.steps[-1]
    start = first.text.replace(first.name, wording.plain_name(facts.city, first.asset), 1).rstrip(".")
    if len(chain.steps) == 1:
        return f"In the most common case, {start} at {show.clock(first.t_h)} (time of run {chain.replicate})."
    end = f"{wording.subject(facts.city, chain.asset)} {wording.failing_verb(facts.city, chain.asset)}"
    return (f"In the most common chain, {start} at {show.clock(first.t_h)} and {end} at {show.clock(last.t_h)} "
            f"(times of run {chain.replicate}).")


def _time_sentence(facts: BriefingFacts) -> str:
    service, total = people.lead_service(facts), facts.result.people_total
    if not service or total is None:
        return "The project holds no population, so no people are counted."
    band = facts.result.people_without_service[service]
    worst, back = people.worst_hour(band), people.back_by(band, total)
    if worst is None:
        return ""
    lost, at = wording.without(service), int(np.flatnonzero(band.h == worst)[0])
    when = f"The worst hour is {show.hour_mark(worst)}"
    if back is None:
        few = f"in half of all runs fewer than 1{show.NARROW}%"
        return f"{when}: in 5 of 100 runs {_of(band.p95[at], total)} or more are then without {lost}, {few}."
    middle = f"{when}: in the middle run {_of(band.p50[at], total)} are then without {lost}"
    if math.isinf(back):
        return f"{middle}; it is not back by {show.hour_mark(facts.result.horizon_h)}."
    return f"{middle}, and fewer than 1{show.NARROW}% from {show.hour_mark(back)} on."


def _of(people_without: float, total: float) -> str:
    """1,700 of 3,700 people (46 %)."""
    share = f" ({show.percent(people_without / total)})" if total else ""
    return f"{show.count(people_without)} of {show.count(total)} people{share}"


def main_chain(facts: BriefingFacts) -> Chain | None:
    """The chain that the map draws: that of the most important facility, else the worst one."""
    chains = facts.result.critical_paths
    name = people.facility(facts)
    return next((chain for chain in chains if chain.asset == name), chains[0] if chains else None)


def step_text(facts: BriefingFacts, chain: Chain, number: int) -> str:
    """The sentence of one step, with a name for people and, of a depth, the value and its limit."""
    step = chain.steps[number]
    text = step.text.replace(step.name, wording.plain_name(facts.city, step.asset), 1)
    if step.unit == "m" and step.value is not None and step.threshold is not None:
        return f"{text.rstrip('.')}: {show.with_unit(step.value, 'm')}, limit {show.with_unit(step.threshold, 'm')}."
    return text


def _people_number(facts: BriefingFacts) -> KeyNumber:
    service = people.lead_service(facts)
    if not service or facts.result.people_total is None:
        return KeyNumber("People without a service", show.UNKNOWN, "the project holds no population")
    peak = facts.result.people_peak[service]
    return KeyNumber(f"People without {wording.without(service)}, worst hour",
                     show.between(peak.p05, peak.p95, joined=show.DASH), f"middle run {show.count(peak.p50)}; 9 in 10 runs")


def _facility_number(facts: BriefingFacts) -> KeyNumber:
    name, result = people.facility(facts), facts.result
    if name:
        title = f"Chance that {wording.subject(facts.city, name)} {wording.failing_verb(facts.city, name)}"
        share, low, high = people.failure_share(result, facts.city.index[name])
    else:
        title = "Chance that a loss spreads"
        share, (low, high) = result.cascade_probability.value, result.cascade_probability.bounds
    return KeyNumber(title, show.percent_between(low, high), f"best estimate {show.percent(share)}; 95{show.NARROW}% interval")


def _money_number(facts: BriefingFacts) -> KeyNumber:
    damage: Spread | None = facts.result.damage
    if damage is None:
        return KeyNumber("Direct damage", show.UNKNOWN, "the project holds no replacement values")
    prices = f", {facts.result.price_year} prices" if facts.result.price_year else ""
    return KeyNumber(f"Direct damage{prices}", show.money_between(damage.p05, damage.p95, facts.result.currency),
                     f"middle run {show.money(damage.p50, facts.result.currency)}; 9 in 10 runs")

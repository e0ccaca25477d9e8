"""The answer of an evacuation in a few sentences, interval first."""

from __future__ import annotations

from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import Spread
from stratum_core.number_format import between, clock, count, hours
from stratum_core.population.evacuation.deadline import clearance_words, interval_words


def evacuation_lines(result: EvacuationResult) -> list[str]:
    """Who goes, who does not, how long it takes, by when the order must be out, where it sticks."""
    told = f"Told to go: {count(result.in_zone)} people" if result.in_zone else "Nobody is told to go"
    lines = [f"{told} ({result.told}).", *_of_runs(result.arrived, "people reach a destination")]
    fates = {name: people for name, people in result.by_group[0].fates.items() if people >= 0.5}
    if fates:
        lines += _of_runs(result.stranded, "people of the zone are stranded")
        lines.append("In the mean: " + ", ".join(f"{count(people)} {name}" for name, people in fates.items()) + ".")
    lines += [clearance_words(result), *_deadline(result)]
    for group in result.by_group[1:]:
        if group.people >= 1:
            lines.append(f"Of {count(group.people)} people ({group.group}) {count(group.arrived)} arrive, "
                         f"{count(group.stranded.mean)} are stranded.")
    lines += _beside(result)
    for place in result.by_destination:
        if place.people.mean >= 0.5:
            of = f" of {count(place.beds)} beds" if place.beds is not None else ""
            lines.append(f"{place.destination}: {between(place.people.p05, place.people.p95)} people{of}.")
    for road in (road for road in result.bottlenecks[:3] if road.delay_h.mean >= 0.5):
        lines.append(f"Queue: {road.name or road.road}, {count(road.delay_h.mean)} vehicle-hours lost, most in hour "
                     f"{road.worst_hour:.0f}, capacity {count(road.capacity)} vehicles an hour.")
    lines.append(f"Run {result.run}: {count(result.agents)} people, {result.replicates} replicates, seed {result.seed}, "
                 f"{result.seconds:.1f} s.")
    lines.append(f"Model: {result.model_class}.")
    return lines + [f"Warning: {text}" for text in result.warnings]


def _beside(result: EvacuationResult) -> list[str]:
    """Who is told to stay, who cannot reach a hospital from home, and the traffic of others."""
    lines = []
    if result.in_place.mean >= 0.5:
        lines += _of_runs(result.in_place, "people who are told to stay do so")
    for name, people in result.cut_off.items():
        worst = int(people.p50.argmax())
        if people.p95[worst] >= 0.5:
            lines.append(f"At {clock(float(people.h[worst]))} {between(people.p05[worst], people.p95[worst])} people still at "
                         f"home cannot reach a {name} within half an hour.")
    if result.usual_traffic["vehicles"] >= 0.5:
        lines.append(f"Beside them {count(result.usual_traffic['vehicles'])} vehicles of usual traffic set out.")
    return lines


def headline(result: EvacuationResult) -> tuple[str, str]:
    """The answer in one sentence, and by when the order must be out with how long it takes."""
    stranded, told = result.stranded, result.in_zone
    many = f"{between(stranded.p05, stranded.p95)} are stranded in 9 of 10 runs (middle run {count(stranded.p50)})"
    if stranded.ci95 is None:
        many = f"{count(stranded.p50)} are stranded in one run"
    first = f"Of {count(told)} people told to go, {many}."
    if not told:
        first = " ".join(["Nobody is told to go.", *_of_runs(result.in_place, "people who are told to stay do so")])
    return first, " ".join([clearance_words(result), *_deadline(result)])


def limits_line(result: EvacuationResult) -> str:
    """What the figures rest on, in one line."""
    felt = f"outages of run {result.cascade[:4]}" if result.cascade else "no outages of power or phones"
    return (f"Told: {result.told}. {result.replicates} runs of {count(result.agents)} people made up from population blocks, "
            f"{felt}. Behaviour is drawn from ranges, most of them assumed. Run {result.run[:4]}, seed {result.seed}.")


def _of_runs(spread: Spread, what: str) -> list[str]:
    if spread.ci95 is None:
        return [f"In one run {count(spread.p50)} {what}."]
    return [f"In 9 of 10 runs {between(spread.p05, spread.p95)} {what} (middle run {count(spread.p50)})."]


def _deadline(result: EvacuationResult) -> list[str]:
    found = result.deadline
    if found.arrival_h is None:
        return []
    arrives = f"The hazard arrives from {clock(found.arrival_h)} on"
    if found.order_by_h is None:
        return [f"{arrives}; not enough runs clear to say by when the order must be out."]
    if found.order_by_h < 0:
        return [f"{arrives}: the order would have to be out {hours(-found.order_by_h)} before the scenario begins"
                f"{interval_words(found)}."]
    return [f"{arrives}: the order must be out by {clock(found.order_by_h)}{interval_words(found)}."]

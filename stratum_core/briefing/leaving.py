"""Who gets out, in a few sentences and a table by group: an evacuation of the same scenario."""

from __future__ import annotations

from stratum_core import number_format as show
from stratum_core.briefing.tables import Rows
from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import Spread
from stratum_core.population.evacuation.deadline import clearance_words, interval_words

_ROADS = 3


def lines(result: EvacuationResult | None) -> tuple[str, ...]:
    """Sentences; none without an evacuation."""
    if result is None:
        return ()
    felt = "with the outages of this run" if result.cascade else "with all power and phones working"
    found = [f"Told to go: {show.count(result.in_zone)} people ({result.told}), {felt}. {_many(result.stranded)} are "
             "stranded: on the way, held up by a closed road, turned back, or without any means to leave."]
    if not result.in_zone:
        found = [f"Nobody is told to go ({result.told}), {felt}. {_many(result.in_place)} people are told to stay and do so."]
    found.append(clearance_words(result))
    due = result.deadline
    if due.order_by_h is not None and due.arrival_h is not None:
        by = f"by {show.clock(due.order_by_h)}" if due.order_by_h >= 0 else f"{show.hours(-due.order_by_h)} before T+0"
        found.append(f"The hazard arrives from {show.clock(due.arrival_h)} on, so the order must be out {by}"
                     f"{interval_words(due)}.")
    for place in result.by_destination:
        if place.beds is not None and place.people.p95 > place.beds:
            found.append(f"{place.destination} has {show.count(place.beds)} beds for up to {show.count(place.people.p95)} "
                         "people.")
    for name, people in result.cut_off.items():
        worst = int(people.p50.argmax())
        if people.p95[worst] >= 0.5:
            found.append(f"Up to {show.count(float(people.p95[worst]))} people still at home cannot reach a {name} within half "
                         f"an hour at {show.clock(float(people.h[worst]))}.")
    roads = [road for road in result.bottlenecks[:_ROADS] if road.delay_h.mean >= 0.5]
    if roads:
        found.append("Longest queues: " + "; ".join(f"{road.name or road.road} ({show.count(road.delay_h.mean)} vehicle-hours)"
                                                    for road in roads) + ".")
    found.append(f"{result.replicates} runs, behaviour drawn from ranges that are mostly assumed; evacuation "
                 f"{show.grouped(result.digest[:16])}.")
    return tuple(found)


def group_rows(result: EvacuationResult | None) -> Rows:
    """Group, people, arrive, stranded (9 in 10 runs), without means, stay, not warned."""
    if result is None:
        return ()
    return tuple(
        (group.group.capitalize(), show.count(group.people), show.count(group.arrived),
         show.between(group.stranded.p05, group.stranded.p95, joined=show.DASH), show.count(group.fates["no means"]),
         show.count(group.stayed), show.count(group.not_warned))
        for group in result.by_group if group.people >= 0.5)


def _many(people: Spread) -> str:
    return f"{show.between(people.p05, people.p95)} (9 in 10 runs)"

"""Rows of the people page, from a result. No Qt widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import Band
from stratum_core.number_format import DASH, between, count, decimal, percent
from ui.names import name_of
from ui.tables.plain_model import Heading, Line

if TYPE_CHECKING:
    from stratum_core.population.evacuation.trace import Trace

GROUPS = (
    Heading("Who"),
    Heading("People", True, "of the zone that is told to go; a person may belong to several groups"),
    Heading("Arrive", True, "mean over runs"),
    Heading("Share", True),
    Heading("Stranded", True, "9 in 10 runs: on the way, held up by a closed road, or without any means to leave"),
    Heading("No means", True, "no car, nobody to ride with, too far to walk or not able to; mean"),
    Heading("Held up", True, "on a closed road, or with no open road ahead; mean"),
    Heading("Stay", True, "heard, and decided to stay; mean"),
    Heading("Not warned", True, "no channel reached them; mean"),
)
ROADS = (
    Heading("Road"),
    Heading("Lost, veh h", True, "vehicle-hours lost in queues, mean over runs"),
    Heading("Worst hour", True, "hour in which most is lost, counted from the start of the scenario"),
    Heading("Veh/h", True, "capacity of the road, vehicles an hour"),
)


def group_lines(result: EvacuationResult) -> list[Line]:
    """One row a group, all people first."""
    found = []
    for group in (group for group in result.by_group if group.people >= 0.5 or group.group == result.by_group[0].group):
        share = group.arrived / group.people if group.people else float("nan")
        fates = group.fates
        texts = (
            group.group.capitalize(), count(group.people), count(group.arrived), percent(share) if group.people else DASH,
            between(group.stranded.p05, group.stranded.p95, joined=DASH), count(fates["no means"]), count(fates["held up"]),
            count(fates["stayed"]), count(fates["not warned"]),
        )
        keys = (group.group, group.people, group.arrived, share, group.stranded.p95, fates["no means"], fates["held up"],
                fates["stayed"], fates["not warned"])
        found.append(Line(texts, keys))
    return found


def curves_of(trace: Trace, group: str) -> dict[str, Band]:
    """Curves of a group in one run: without a band."""
    hours = np.linspace(0.0, trace.horizon_h, round(trace.horizon_h * 12) + 1)
    found = trace.curve(hours, trace.groups.index(group))
    return {name: Band(hours, people, people, people) for name, people in found.items()}


def people_at(trace: Trace, hour: float) -> dict[str, float]:
    """People at each destination at an hour, friends together."""
    found: dict[str, float] = dict.fromkeys(trace.destinations, 0.0)
    for name, people in zip(trace.destinations, trace.there(hour).tolist(), strict=True):
        found[name] += people
    return found


def road_lines(city: City, result: EvacuationResult) -> list[Line]:
    """One row a road on which people wait."""
    found = []
    for road in result.bottlenecks:
        if road.delay_h.mean < 0.05:
            continue
        id = road.road.removesuffix("/back")
        texts = (name_of(city, id), decimal(road.delay_h.mean, 2), f"{road.worst_hour:.0f}", count(road.capacity))
        found.append(Line(texts, (id, road.delay_h.mean, road.worst_hour, road.capacity), id))
    return found

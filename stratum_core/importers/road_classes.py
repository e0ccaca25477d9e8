"""Roads by class, where a map does not say their lanes, speed or capacity: ``resources/tables/road_classes.csv``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from stratum_core.importers.draft import NAN, Draft
from stratum_core.number_format import counted
from stratum_core.resource_files import table

#: classes that do not end in a town: where one does, the map ends
_LONG_DISTANCE = {"motorway", "trunk", "primary", "secondary"}


@dataclass(frozen=True)
class RoadClass:
    """What is assumed of a road. lanes: in each direction; speed: m/s; capacity: vehicles per hour and lane."""

    lanes: float
    speed: float
    capacity: float


@cache
def road_classes() -> dict[str, RoadClass]:
    """All classes that cars use, by the word of OpenStreetMap."""
    return {row["class"]: RoadClass(float(row["lanes"]), float(row["speed"]) / 3.6, float(row["capacity"]))
            for row in table("road_classes")}


def road(length: float, road_class: str, lanes: float = NAN, speed: float = NAN, capacity: float = NAN) -> dict[str, Any]:
    """The columns of a road of ``length`` metres; what is NaN or not above 0 is taken from its class and marked as assumed.

    lanes: in each direction; speed: m/s; capacity: vehicles per hour in each direction, of all lanes.
    """
    usual = road_classes()[road_class]
    given = {"lanes": lanes > 0, "free_flow_time": speed > 0, "capacity": capacity > 0}
    lanes = lanes if given["lanes"] else usual.lanes
    return {"sector": "roads", "kind": "road", "road_class": road_class, "length": length, "lanes": lanes, "unit": "veh/h",
            "free_flow_time": length / (speed if given["free_flow_time"] else usual.speed),
            "capacity": capacity if given["capacity"] else lanes * usual.capacity,
            "assumed_fields": ",".join(field for field, known in given.items() if not known)}


def tell_assumed(draft: Draft) -> None:
    """Note for how many roads of ``draft`` each column was taken from the class."""
    roads = [row["assumed_fields"].split(",") for row in draft.rows["links"]]
    for field, words in (("lanes", "lanes"), ("free_flow_time", "speed"), ("capacity", "capacity")):
        count = sum(field in assumed for assumed in roads)
        if count:
            draft.note(f"{words} assumed by class for {count} of {len(roads)} roads (resources/tables/road_classes.csv)")


def lead_out(draft: Draft) -> None:
    """Make crossings at which one long-distance road ends ways out of town, and say so: their kind is assumed."""
    beside: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, set[str]] = defaultdict(set)
    for link in draft.rows["links"]:
        for node, other in ((link["start"], link["end"]), (link["end"], link["start"])):
            beside[node].add(other)
            classes[node].add(link["road_class"])
    ends = [row for row in draft.rows["assets"] if row["kind"] == "crossing" and len(beside[row["id"]]) == 1
            and classes[row["id"]] <= _LONG_DISTANCE]
    for row in ends:
        row.update(kind="road_entry", assumed_fields="kind")
    if ends:
        draft.note(f"ways out of town assumed where long-distance roads end on the map: {counted(len(ends), 'crossing')}")

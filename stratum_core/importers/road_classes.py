"""Roads by class, where a map does not say their lanes, speed or capacity: ``resources/tables/road_classes.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from stratum_core.importers.draft import NAN, Draft
from stratum_core.resource_files import table


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
    return {"sector": "roads", "kind": "road", "length": length, "lanes": lanes, "unit": "veh/h",
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

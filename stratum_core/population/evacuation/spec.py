"""What an evacuation is asked for: who, when, where to, and how the roads are run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.model.spec import key
from stratum_core.population.behaviour import BehaviourSpec

#: whom the order is for, where no zones are given
ZONES = ("hazard", "all")
_LATEST_H = 720.0


@dataclass(frozen=True)
class EvacuationSpec:
    """The table [evacuation] of a scenario; run.seed and run.replicates are of the scenario's own [run] unless given here."""

    zone: str = key("hazard", "who is told to go where no zones are given: hazard (homes near what it can hit) or all")
    zones: tuple[Mapping[str, Any], ...] = key(
        (), "zones with name, polygon (list of [x, y] in metres), order_h or stay = true (shelter in place), and perhaps "
            "exits (road nodes by which it leaves); the first counts"
    )
    margin_m: float = key(
        100.0, "homes so near to what the hazard can hit belong to its zone", unit="m", hard=(0, 1e5), source="assumed"
    )
    order_h: float = key(0.0, "hour of the order, from the start of the scenario", unit="h", hard=(0, 720))
    start_hour: float = key(
        -1.0, "hour of the day at which the scenario starts; -1: as the scenario says, else 2 in the night", unit="h",
        hard=(-1, 24),
    )
    horizon_h: float = key(12.0, "simulated hours", unit="h", hard=(0.1, 240))
    replicates: int = key(20, "replicates", hard=(1, 100_000))
    step_min: float = key(
        1.0, "minutes of a step of warning and counting; movement goes from event to event", unit="min", hard=(0.1, 10)
    )
    inform_min: float = key(
        5.0, "minutes between two looks of informed drivers at the traffic", unit="min", hard=(1, 240), source="assumed"
    )
    exits: tuple[str, ...] = key((), "road nodes that lead out of town; none: the roads into town, else the outermost crossings")
    contraflow: tuple[str, ...] = key(
        (), "directed roads (road id, or id/back) that are given the lanes of their reverse from the order on"
    )
    routes: tuple[str, ...] = key((), "roads marked as evacuation routes: people weigh their time by behaviour.route_pull")
    closures: tuple[Mapping[str, Any], ...] = key((), "roads closed by hand: road, from_h, to_h")
    fleet: tuple[str, ...] = key((), "vehicles that help, each a kind and a number: bus:3, ambulance:2, warden:4")
    lines: tuple[str, ...] = key((), "bus routes that drive, each a route id and perhaps its buses (12:4), or all")
    usual_traffic: float = key(1.0, "share of the trips of a usual hour that are on the roads too", unit="1", hard=(0, 10))
    usual_traffic_h: float = key(
        1.0, "hours after the first order in which usual trips still begin", unit="h", hard=(0, 240), source="assumed"
    )
    facilities: bool = key(True, "hospitals, clinics and care homes of the zone are evacuated too: people to fetch")
    shelters_open: bool = key(True, "public shelters are open")
    shelters_open_after_h: float = key(0.0, "hours from the first order until shelters open", unit="h", hard=(0, 240))
    shelter_beds: int = key(300, "beds of a shelter that does not say", hard=(0, 1_000_000), source="assumed")
    behaviour: BehaviourSpec = field(default_factory=BehaviourSpec)

    def __post_init__(self) -> None:
        if self.zone not in ZONES:
            raise unknown("zone", self.zone, ZONES, where="evacuation.zone")
        for number, zone in enumerate(self.zones, start=1):
            _check_zone(zone, f"evacuation.zones, zone {number}")
        for number, closure in enumerate(self.closures, start=1):
            _check_closure(closure, f"evacuation.closures, closure {number}")


def _check_zone(zone: Any, where: str) -> None:
    repair = 'write { name = "West", polygon = [[0, 0], [9, 0], [9, 9]], order_h = 1 }, or stay = true'
    known = {"name", "polygon", "order_h", "stay", "exits"}
    if not isinstance(zone, Mapping) or set(zone) - known:
        raise InputError("it is not a name, a polygon, an order_h, stay and exits", where=where, repair=repair)
    polygon = zone.get("polygon", ())
    if not isinstance(polygon, list | tuple) or len(polygon) < 3 or not all(_is_point(point) for point in polygon):
        raise InputError("its polygon is not three or more points [x, y]", where=where, repair=repair)
    if not _is_simple(polygon):
        raise InputError("its border crosses itself or encloses nothing", where=where,
                         repair="give its corners in the order in which one walks around it")
    exits = zone.get("exits", ())
    if not isinstance(exits, list | tuple) or not all(isinstance(node, str) for node in exits):
        raise InputError(f"exits is '{exits}'", where=where, repair='write a list of road nodes: exits = ["node/7"]')
    _check_hour(zone.get("order_h", 0.0), "order_h", where)
    if not isinstance(zone.get("stay", False), bool):
        raise InputError(f"stay is '{zone['stay']}'", where=where, repair="write stay = true or false")


def _is_simple(polygon: Sequence[Sequence[float]]) -> bool:
    import shapely

    return bool(shapely.Polygon(polygon).is_valid)


def _check_closure(closure: Any, where: str) -> None:
    repair = 'write { road = "road/7", from_h = 0, to_h = 12 }'
    if not isinstance(closure, Mapping) or set(closure) - {"road", "from_h", "to_h"} or not isinstance(closure.get("road"), str):
        raise InputError("it is not a road with from_h and to_h", where=where, repair=repair)
    begin, end = closure.get("from_h", 0.0), closure.get("to_h", 720.0)
    for name, hour in (("from_h", begin), ("to_h", end)):
        _check_hour(hour, name, where)
    if end <= begin:
        raise InputError(f"it ends at {end:g} h and begins at {begin:g} h", where=where, repair="give a to_h after from_h")


def _check_hour(hour: Any, name: str, where: str) -> None:
    if isinstance(hour, bool) or not isinstance(hour, int | float) or not 0.0 <= hour <= _LATEST_H:
        raise InputError(f"{name} is '{hour}'", where=where, repair=f"give hours from 0 to {_LATEST_H:g}")


def _is_point(point: Any) -> bool:
    return isinstance(point, list | tuple) and len(point) == 2 and all(
        isinstance(c, int | float) and math.isfinite(c) for c in point)

"""The road network of a city, and what had to be assumed to get one."""

from __future__ import annotations

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.number_format import counted
from stratum_core.population.traffic.diagram import capacity as triangular_capacity
from stratum_core.population.traffic.network import RoadNetwork, largest_part
from stratum_core.population.traffic.parameters import parameters, value

#: kind of nodes where ways begin and end but do not pass
ZONE = "zone"


def network_of(city: City, *, walkway_width: float | None = None) -> RoadNetwork:
    """Each road as a directed link, and its other direction unless it is one-way; roads out of service are not usable.

    Raises InputError for a city without roads. ``warnings`` of the network say what the city does not, and what was taken.
    """
    links = city.links
    chosen = np.flatnonzero(links.sector == "roads")
    if not len(chosen):
        raise InputError("the city has no roads", where=city.name, repair="import some, for example a TNTP or GIS file")
    roads = links.take(chosen)
    ends = np.concatenate([roads.start, roads.end])
    node_ids, place = np.unique(ends.astype(str), return_inverse=True)
    start, end = place[:len(roads)], place[len(roads):]
    at = np.array([city.index.get(name, -1) for name in node_ids.tolist()])
    astray = (at < 0) | (at >= len(city.assets))
    if astray.any():
        raise InputError(f"road node '{node_ids[int(np.argmax(astray))]}' is no asset", where="links",
                         repair="run 'check' and mend the ends of roads")
    xy = np.column_stack([city.assets.x[at], city.assets.y[at]])
    notes: list[str] = []
    length, speed = _length_and_speed(roads.length, roads.free_flow_time, roads.path, xy[start], xy[end], notes)
    lanes, flow, jam = _lanes_and_capacity(roads.lanes, roads.capacity, roads.unit == "veh/h", speed, notes)
    both = np.flatnonzero(~roads.one_way)
    row = np.concatenate([np.arange(len(roads)), both])
    tail, head = np.concatenate([start, end[both]]), np.concatenate([end, start[both]])
    usable = roads.in_service[row]
    if not usable.all():
        notes.append(f"{counted(int((~roads.in_service).sum()), 'road')} out of service: nobody uses them")
    _parts(tail, head, usable, len(node_ids), notes)
    width = value("walkway_width") if walkway_width is None else walkway_width
    names = np.concatenate([roads.id, roads.id[both] + "/back"])
    return RoadNetwork(
        tail=tail.astype(np.int64), head=head.astype(np.int64), length=length[row], speed=speed[row], capacity=flow[row],
        jam_density=jam[row], lanes=lanes[row], walk_width=np.full(len(row), width), usable=usable.copy(),
        component=(len(city.assets) + chosen)[row].astype(np.int64), link_ids=names, node_ids=node_ids.astype(object), xy=xy,
        through=city.assets.kind[at] != ZONE, warnings=tuple(notes),
    )


def _length_and_speed(length: Floats, seconds: Floats, paths: np.ndarray, start: Floats, end: Floats, notes: list[str]
                      ) -> tuple[Floats, Floats]:
    """Length from the table, else drawn, else from its time; speed from length and time, else assumed."""
    usual, drawn = parameters()["free_speed"], np.hypot(*(end - start).T)
    for i, path in enumerate(paths):
        if path is not None and len(path) > 1:
            drawn[i] = np.hypot(*np.diff(path, axis=0).T).sum()
    found = np.where(np.isfinite(length), length, drawn)
    unknown = ~(found > 0) & (seconds > 0)
    found = np.where(unknown, seconds * usual.value, found)
    nothing = ~np.isfinite(found) | (found <= 0) | (seconds == 0)
    found = np.where(nothing, 0.0, found)
    timed = np.isfinite(seconds) & (seconds > 0) & (found > 0)
    speed = np.where(timed, found / np.where(timed, seconds, 1.0), usual.value)
    for mask, words in (
        (unknown & ~nothing, "without length or place: the length follows from the time at 50 km/h"),
        (nothing, "without length or time: passing takes no time"),
        (~timed & ~nothing, f"without free-flow time: {usual.value * 3.6:.0f} km/h assumed "
                            f"({usual.low * 3.6:.0f} to {usual.high * 3.6:.0f})"),
    ):
        if mask.any():
            notes.append(f"{counted(int(mask.sum()), 'road')} {words}")
    return found, speed


def _lanes_and_capacity(lanes: Floats, capacity: Floats, per_hour: Bools, speed: Floats, notes: list[str]
                        ) -> tuple[Floats, Floats, Floats]:
    """Lanes (at least 1), capacity (veh/s) and jam density (veh/m); lanes enough that the diagram carries a given capacity."""
    spacing, reaction = parameters()["jam_spacing"], parameters()["reaction_time"]
    of_lane = triangular_capacity(speed, 1.0 / spacing.value, reaction.value)
    most = triangular_capacity(speed, 1.0 / spacing.value, reaction.low)
    known = np.isfinite(capacity) & (capacity > 0) & per_hour
    flow = np.where(known, capacity / 3600.0, np.nan)
    counted_lanes = np.isfinite(lanes) & (lanes > 0)
    needed = np.ceil(np.where(known, flow, 0.0) / of_lane - 1e-9)
    wide = np.where(counted_lanes, lanes, np.maximum(needed, parameters()["lanes"].value))
    tight = counted_lanes & known & (flow > wide * most)
    wide = np.where(tight, np.ceil(flow / most), wide)
    flow = np.where(known, flow, wide * of_lane)
    for mask, words in (
        (~counted_lanes, f"without lanes: one, or as many as the capacity needs at {reaction.value:g} s reaction time"),
        (~known, f"without capacity in veh/h: {of_lane.mean() * 3600:.0f} veh/h and lane in the mean, by "
                 f"{reaction.value:g} s reaction time and {spacing.value:g} m a vehicle"),
        (tight, f"with more capacity than their lanes carry at {reaction.low:g} s reaction time: lanes added"),
    ):
        if mask.any():
            notes.append(f"{counted(int(mask.sum()), 'road')} {words}")
    return wide, flow, wide / spacing.value


def _parts(tail: Ints, head: Ints, usable: Bools, nodes: int, notes: list[str]) -> None:
    """Say how many nodes no road joins with the largest part."""
    apart = nodes - int(largest_part(tail[usable], head[usable], nodes).sum())
    if apart:
        notes.append(f"{counted(apart, 'road node')} cannot be reached from the rest and back")

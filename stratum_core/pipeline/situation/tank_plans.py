"""Which tanks a balance can tell: the zone around each, what feeds it, and which sensors tell the level and the flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stratum_core.graph import KnowledgeGraph
from stratum_core.model.city import City
from stratum_core.model.fields import Ints
from stratum_core.units import to_internal

_NONE = -1
#: a meter on a tank's pipe that can read so much of its range backwards counts what enters and leaves; else what the zone draws
_BOTH_WAYS = 0.2
_SOURCES = ("reservoir", "well", "treatment")


@dataclass(frozen=True)
class Feed:
    """A link that brings water into the zone: row of the link, sensors of its flow and of its status (-1: none), m3/s at most."""

    link: int
    flow: int
    status: int
    capacity: float

    @property
    def known(self) -> bool:
        """Whether sensors tell what it brings."""
        return self.flow >= 0 or (self.status >= 0 and np.isfinite(self.capacity) and self.capacity > 0)


@dataclass(frozen=True)
class TankPlan:
    """A tank: asset row, area (m2), levels (m) empty and full, sensor of its level (-1: none) with its noise, feeds of its zone.

    meter: a sensor of what the zone draws, or of what leaves the tank (``both_ways``); -1: none. demand: of the zone by the city,
    m3/s. gap: why no balance can be kept, '' where it can.
    """

    tank: int
    area: float
    empty: float
    full: float
    level: int
    noise: float
    feeds: tuple[Feed, ...]
    meter: int
    both_ways: bool
    demand: float
    gap: str


def tank_plans(graph: KnowledgeGraph) -> tuple[TankPlan, ...]:
    """A plan for every water tank with a capacity."""
    city = graph.city
    assets = city.assets
    tanks = np.flatnonzero((assets.kind == "tank") & (assets.sector == "water") & (assets.capacity > 0))
    if not len(tanks):
        return ()
    sensors = _sensors_by_component(city)
    zone = _zones(graph, sensors)
    return tuple(_plan(graph, int(tank), zone, sensors) for tank in tanks)


def _sensors_by_component(city: City) -> dict[tuple[str, str], int]:
    """The first sensor of each component and quantity."""
    rows = city.sensors
    found: dict[tuple[str, str], int] = {}
    for at, pair in enumerate(zip(rows.component.tolist(), rows.quantity.tolist(), strict=True)):
        found.setdefault(pair, at)
    return found


def _zones(graph: KnowledgeGraph, sensors: dict[tuple[str, str], int]) -> Ints:
    """(assets,) number of the zone: what pipes join; pumps, closed links, metered valves and named zones part them."""
    city, arrays = graph.city, graph.arrays
    links, assets = city.links, len(city.assets)
    start, end = arrays.start[assets:], arrays.end[assets:]
    metered = np.array([(str(id), "flow") in sensors for id in links.id], dtype=np.bool_)
    parted = (links.kind == "pump") | ~links.closed | ((links.kind == "valve") & metered)
    name = city.assets.zone.astype(str)
    on = np.flatnonzero((links.sector == "water") & (start >= 0) & (end >= 0) & ~parted)
    one, other = start[on], end[on]
    same = (name[one] == name[other]) | (name[one] == "") | (name[other] == "")
    joined = coo_array((np.ones(int(same.sum()), dtype=np.int8), (one[same], other[same])), shape=(assets, assets))
    found: Ints = connected_components(joined, directed=False)[1].astype(np.int64)
    return found


def _plan(graph: KnowledgeGraph, tank: int, zone: Ints, sensors: dict[tuple[str, str], int]) -> TankPlan:
    city, rows = graph.city, graph.city.sensors
    assets, id = city.assets, str(graph.city.assets.id[tank])
    level = sensors.get((id, "level"), _NONE)
    empty, full = (float(rows.low[level]), float(rows.high[level])) if level >= 0 else (0.0, np.nan)
    ranged = full > empty
    if level < 0:  # without a gauge the level is a share of the capacity
        empty, full, ranged = 0.0, 1.0, True
    inside = zone == zone[tank]
    tanks = int((inside & (assets.kind == "tank") & (assets.sector == "water")).sum())
    sources = inside & np.isin(assets.kind.astype(str), _SOURCES) & (assets.sector == "water")
    feeds = _feeds(graph, inside, sensors)
    meter, both_ways = _meter(city, id, sensors)
    unknown = next((feed for feed in feeds if not feed.known), None)
    gaps = (("its sensor states no range from empty to full", not ranged), ("its zone holds another tank", tanks > 1),
            ("a source feeds its zone directly", sources.any()), ("nothing that feeds its zone is known", not feeds),
            (f"nothing tells what {_name(city, unknown)} brings" if unknown is not None else "", unknown is not None))
    gap = next((words for words, so in gaps if so), "")
    drawn = float(np.nansum(assets.demand[inside & (assets.sector == "water")]))
    drawn += float(np.nansum(assets.demand[_hanging(graph, inside)]))
    area = float(assets.capacity[tank]) / (full - empty) if ranged else np.nan
    return TankPlan(tank, area, empty, full, level, float(np.nan_to_num(rows.noise[level])) if level >= 0 else 0.0, feeds,
                    meter, both_ways, drawn, gap)


def _hanging(graph: KnowledgeGraph, inside: np.ndarray) -> Ints:
    """Water customers on a junction of the zone that are not themselves in it."""
    assets, attach = graph.city.assets, graph.arrays.attach[: len(graph.city.assets)]
    found: Ints = np.flatnonzero((attach >= 0) & inside[attach] & ~inside & (assets.sector == "water"))
    return found


def _name(city: City, feed: Feed) -> str:
    return str(city.links.name[feed.link] or city.links.id[feed.link])


def _feeds(graph: KnowledgeGraph, inside: np.ndarray, sensors: dict[tuple[str, str], int]) -> tuple[Feed, ...]:
    """Pumps and metered valves that lead into the zone; what leads out of it is part of what is drawn."""
    links, assets = graph.city.links, len(graph.city.assets)
    start, end = graph.arrays.start[assets:], graph.arrays.end[assets:]
    found = []
    for row in np.flatnonzero((links.sector == "water") & (start >= 0) & (end >= 0)):
        if inside[end[row]] == inside[start[row]]:
            continue
        id, kind = str(links.id[row]), str(links.kind[row])
        flow, status = sensors.get((id, "flow"), _NONE), sensors.get((id, "status"), _NONE)
        if inside[end[row]] and (kind == "pump" or (kind == "valve" and flow >= 0)):
            found.append(Feed(int(row), flow, status, float(links.capacity[row])))
    return tuple(found)


def _meter(city: City, tank: str, sensors: dict[tuple[str, str], int]) -> tuple[int, bool]:
    """The flow meter on a tank's only pipe, and whether it can read both ways."""
    links, rows = city.links, city.sensors
    pipes = np.flatnonzero((links.sector == "water") & ((links.start == tank) | (links.end == tank)))
    if len(pipes) != 1:
        return _NONE, False
    at = sensors.get((str(links.id[pipes[0]]), "flow"), _NONE)
    if at < 0 or links.end[pipes[0]] == tank:
        return _NONE, False
    return at, bool(rows.low[at] < -_BOTH_WAYS * rows.high[at])


def in_m3_s(city: City, sensor: int) -> float:
    """What one unit of a flow sensor is in m3/s."""
    return to_internal(1.0, str(city.sensors.unit[sensor]), quantity="flow", where="sensors")

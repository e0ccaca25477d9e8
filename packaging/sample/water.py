"""The generated water supply: two zones, each with a source, a pump and a tank, on the street corridors.

Diameters follow the peak-hour flow on the shortest tree from the pump. Zones
meet at closed valves. Pressures are checked elsewhere (water_check).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from sample.corridors import Corridors
from sample.draft import GENERATED, Draft
from scipy.sparse.csgraph import dijkstra

LITRES_PER_PERSON_DAY = 125.0
PEAK_HOUR = 4.0
FLOW_SPEED = 0.8  # m/s at the peak hour
DIAMETERS_M = np.array([0.1, 0.125, 0.15, 0.2, 0.25])
TRUNK_M = 0.15
HAZEN_WILLIAMS = 120.0
PUMP_FACTOR = 2.5


@dataclass(frozen=True)
class ZonePlan:
    """A zone: where its source, pump house and tank stand (m), the places that it reaches for, hours of storage."""

    name: str
    source_kind: str
    source_name: str
    source: tuple[float, float]
    pump_name: str
    pump_house: tuple[float, float]
    tank: tuple[float, float]
    tank_hours: float
    level: float
    reach: tuple[tuple[float, float], ...]


ZONES = (
    ZonePlan("South", "well", "Well West", (416860.0, 5367180.0), "Pump West", (417350.0, 5367270.0),
             (417800.0, 5367260.0), 8.0, 0.8, ((417150.0, 5367600.0), (417600.0, 5367000.0))),
    ZonePlan("North", "treatment", "Water works", (418290.0, 5368370.0), "Pump North", (418130.0, 5368215.0),
             (417690.0, 5368400.0), 12.0, 0.8, ((417330.0, 5367930.0), (417700.0, 5367740.0), (418250.0, 5367600.0))),
)


def node_demand(people: np.ndarray, crossing: np.ndarray, count: int) -> np.ndarray:
    """Mean demand (m3/s) at each street node from the people who live at it."""
    return np.bincount(crossing, people, count) * LITRES_PER_PERSON_DAY / 1000 / 86400


def zones_of(streets: Corridors) -> np.ndarray:
    """Zone number of each street node: that of the tank, pump house or reach that is nearest along the streets."""
    places = [(place, k) for k, plan in enumerate(ZONES) for place in (plan.tank, plan.pump_house, *plan.reach)]
    distance = dijkstra(streets.matrix(), indices=streets.nearest(np.array([place for place, _ in places])))
    return np.array([k for _, k in places])[distance.argmin(axis=0)]


def add_water(draft: Draft, streets: Corridors, demand: np.ndarray) -> None:
    """Junctions, mains, closed valves between the zones, and each zone's plant."""
    zone = zones_of(streets)
    for i, xy in enumerate(streets.nodes):
        draft.asset(f"water/junction/{i}", "junction", xy, unit="m3/s", demand=float(demand[i]),
                    zone=ZONES[zone[i]].name, **GENERATED)
    diameters = sum(_diameters(streets, demand, zone == k, plan) for k, plan in enumerate(ZONES))
    for i, (a, b) in enumerate(streets.edges.tolist()):
        same = zone[a] == zone[b]
        diameter = float(diameters[i]) if same else TRUNK_M
        draft.link(f"water/pipe/{i}" if same else f"water/valve/{i}", "pipe" if same else "valve", f"water/junction/{a}",
                   f"water/junction/{b}", path=streets.paths[i], diameter=diameter, roughness=HAZEN_WILLIAMS,
                   capacity=_full_flow(diameter), unit="m3/s", closed=bool(same), name="" if same else "Zone valve", **GENERATED)
    for k, plan in enumerate(ZONES):
        _add_plant(draft, streets, plan, float(demand[zone == k].sum()))


def _full_flow(diameter: float) -> float:
    """Flow (m3/s) at 2 m/s."""
    return round(2.0 * math.pi / 4 * diameter**2, 5)


def _diameters(streets: Corridors, demand: np.ndarray, inside: np.ndarray, plan: ZonePlan) -> np.ndarray:
    """Diameter (m) of each edge inside the zone, 0 elsewhere."""
    keep = inside[streets.edges].all(axis=1)
    root, tank = streets.nearest(np.array([plan.pump_house, plan.tank]))
    distance, before = streets.tree(int(root), keep)
    flow = np.where(inside, demand, 0.0)
    order = [int(i) for i in np.argsort(-distance, kind="stable") if inside[i] and before[i] >= 0]
    edge, peak = streets.edge_of(), np.zeros(len(streets.edges))
    for node in order:
        flow[before[node]] += flow[node]
        peak[edge[int(before[node]), node]] = flow[node] * PEAK_HOUR
    sizes = DIAMETERS_M[np.searchsorted(DIAMETERS_M, np.sqrt(4 * peak / math.pi / FLOW_SPEED)).clip(0, len(DIAMETERS_M) - 1)]
    node = int(tank)
    while before[node] >= 0:
        i = edge[int(before[node]), node]
        sizes[i], node = max(sizes[i], TRUNK_M), int(before[node])
    return np.where(keep, sizes, 0.0)


def _add_plant(draft: Draft, streets: Corridors, plan: ZonePlan, demand: float) -> None:
    """Source, pump house, pump and tank of one zone; ``demand`` is its mean (m3/s)."""
    key, extra = plan.name.lower(), {"zone": plan.name, **GENERATED}
    flow = math.ceil(demand * PUMP_FACTOR * 1e4) / 1e4
    source = draft.asset(f"water/source/{key}", plan.source_kind, plan.source, name=plan.source_name, unit="m3/s",
                         capacity=round(1.2 * flow, 5), equipment_height=1.5, **extra)
    house = draft.asset(f"water/station/{key}", "pump_station", plan.pump_house, name=f"{plan.pump_name} house",
                        equipment_height=0.6, **extra)
    inlet, outlet = (f"water/junction/{i}" for i in streets.nearest(np.array([plan.pump_house, plan.tank])))
    main = {"diameter": 0.2, "roughness": HAZEN_WILLIAMS, "unit": "m3/s", "capacity": _full_flow(0.2), **GENERATED}
    draft.link(f"water/pipe/source-{key}", "pipe", source, house, **main)
    draft.link(f"water/pump/{key}", "pump", house, inlet, name=plan.pump_name, capacity=flow, unit="m3/s", **GENERATED)
    volume = round(demand * 3600 * plan.tank_hours, -1)
    tank = draft.asset(f"water/tank/{key}", "tank", plan.tank, name=f"Tank {plan.name}", unit="m3", capacity=volume,
                       level=plan.level, equipment_height=30.0, **extra)
    draft.link(f"water/pipe/tank-{key}", "pipe", tank, outlet, **main)

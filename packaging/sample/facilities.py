"""Generated facilities and ways into town, and who needs what from whom across sectors.

Power always comes from a real 0.4 or 20 kV node nearby. Every buffer is an
assumption with a range (low, mode, high; hours).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sample.corridors import Corridors
from sample.draft import GENERATED, Draft

GATES = {"Road to Offenburg": (419150.0, 5367590.0), "Road north": (417690.0, 5368640.0), "Road south": (417740.0, 5366500.0),
         "Road west": (416420.0, 5368310.0)}
FED_BY = {"water/station/south": "Station 03", "health/clinic": "Station 07"}  # the exercise: its flood takes a pump
GENERATOR = (6.0, 8.0, 10.0)
FACILITIES: dict[str, dict[str, Any]] = {
    "health/clinic": {"kind_name": "clinic", "xy": (417560.0, 5367430.0), "name": "Clinic", "special": "clinic",
                      "capacity": 30.0, "unit": "beds"},
    "health/hospital": {"kind_name": "hospital", "xy": (419180.0, 5367660.0), "name": "Hospital", "special": "hospital",
                        "capacity": 400.0, "unit": "beds"},
    "community/care_home": {"kind_name": "care_home", "xy": (417175.0, 5368075.0), "name": "Care home", "special": "care home",
                            "capacity": 80.0, "unit": "beds", "people": 80.0},
    "community/school": {"kind_name": "school", "xy": (417500.0, 5367720.0), "name": "School", "special": "school, shelter",
                         "capacity": 450.0, "unit": "beds", "people": 420.0},
    "community/fire_station": {"kind_name": "fire_station", "xy": (417450.0, 5367830.0), "name": "Fire station"},
    "community/fuel_depot": {"kind_name": "fuel_depot", "xy": (418760.0, 5367560.0), "name": "Fuel depot"},
}
FUELLED = ("health/clinic", "health/hospital", "community/care_home", "community/fire_station", "water/source/north",
           "water/pump/north", "sewer/works/0")
SHIFT = (8.0, 12.0, 24.0)  # how long those at work go on when the next shift cannot come
WATER_DEMAND = {"health/clinic": 0.0004, "community/care_home": 0.0003, "community/school": 0.0002}  # m3/s


def gate_nodes(streets: Corridors) -> np.ndarray:
    """The street node at each way into town."""
    return streets.nearest(np.array(list(GATES.values())))


def facility_demand(streets: Corridors) -> np.ndarray:
    """Water (m3/s) that facilities draw at each street node."""
    places = np.array([FACILITIES[id]["xy"] for id in WATER_DEMAND], dtype=float)
    return np.bincount(streets.nearest(places), list(WATER_DEMAND.values()), len(streets.nodes))


def add_gates(draft: Draft, streets: Corridors) -> None:
    """Ways into town: entries beyond its edge, each on one generated road."""
    for number, ((name, place), node) in enumerate(zip(GATES.items(), gate_nodes(streets).tolist(), strict=True), start=1):
        entry = draft.asset(f"road/entry/{number}", "road_entry", place, name=name, **GENERATED)
        link = draft.link(f"road/street/entry-{number}", "road", entry, f"road/crossing/{node}", lanes=1.0,
                          capacity=1200.0, unit="veh/h", one_way=False, **GENERATED)
        road = draft.rows["links"][-1]
        assert road["id"] == link
        road["free_flow_time"] = round(road["length"] / (70 / 3.6), 2)


def add_facilities(draft: Draft, total_people: float) -> None:
    """Clinic, hospital, care home, school that is also the shelter, fire station, fuel depot."""
    for id, row in FACILITIES.items():
        row = dict(row)
        people = {"people": total_people} if id.startswith("health/") else {}
        draft.asset(id, row.pop("kind_name"), row.pop("xy"), **people, **row, **GENERATED)


def add_needs(draft: Draft) -> None:
    """All dependencies between sectors."""
    houses = [i for i in draft.ids("bus") if i.startswith("lv/")]
    medium = [i for i in draft.ids("bus") if i.startswith("mv/")]
    for zone, hours in (("south", (0, 0, 0)), ("north", GENERATOR)):
        power = _feed(draft, f"water/station/{zone}", houses)
        for dependent in (f"water/source/{zone}", f"water/pump/{zone}"):
            draft.need(dependent, "power", power, hours=hours)
    for kind, hours in (("lift_station", (0, 0, 0)), ("cabinet", (1, 2, 3)), ("mast", (3, 4, 6)),
                        ("exchange", (6, 8, 12))):
        for id in draft.ids(kind):
            draft.need(id, "power", draft.nearest(houses, draft.at[id]), hours=hours)
    draft.need("sewer/works/0", "power", draft.nearest(medium, draft.at["sewer/works/0"]), hours=(18, 24, 48))
    draft.need("heat/plant/0", "power", draft.nearest(houses, draft.at["heat/plant/0"]))
    draft.need("heat/plant/0", "gas", draft.nearest(draft.ids("gas_junction"), draft.at["heat/plant/0"]))
    _facility_needs(draft, houses, medium)


def _feed(draft: Draft, id: str, houses: list[str]) -> str:
    """The 0.4 kV bus that feeds a plant or facility: the nearest, of a stated station where one is stated."""
    stated = [row["id"] for row in draft.rows["assets"] if row["kind"] == "bus" and row.get("zone") == FED_BY.get(id, "none")]
    return draft.nearest(stated or houses, draft.at[id])


def _facility_needs(draft: Draft, houses: list[str], medium: list[str]) -> None:
    crossings, junctions = draft.ids("crossing"), draft.ids("junction")
    power = {"health/clinic": GENERATOR, "health/hospital": (18, 24, 48), "community/care_home": (2, 4, 6),
             "community/school": (0, 0, 0), "community/fire_station": GENERATOR, "community/fuel_depot": (0, 0, 0)}
    water = {"health/clinic": (1.0, 1.5, 3.0), "community/care_home": (6, 12, 24), "community/school": (1, 2, 4)}
    for id, hours in power.items():
        feed = draft.nearest(medium, draft.at[id]) if id == "health/hospital" else _feed(draft, id, houses)
        draft.need(id, "power", feed, hours=hours)
        access = "road/entry/1" if id == "health/hospital" else draft.nearest(crossings, draft.at[id])
        draft.need(id, "access", access)
        if id.startswith("health/"):
            draft.need(id, "staff", access, hours=SHIFT)
    for id, hours in water.items():
        draft.need(id, "water", draft.nearest(junctions, draft.at[id]), hours=hours)
    for id in FUELLED:
        draft.need(id, "fuel", "community/fuel_depot")
    for id in ("health/clinic", "community/fire_station"):
        draft.need(id, "telecom", draft.nearest(draft.ids("cabinet"), draft.at[id]), hours=(24, 48, 72))

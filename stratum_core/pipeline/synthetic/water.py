"""Water and wastewater of a synthetic metro: one pressure zone a district, sewers that fall to one works.

Each zone has a well, a pump house, a pump and a tank of 8 to 14 hours; zones meet
at closed valves. Each district's sewers gather at a lift station, whose outlet
joins the next one's on the way to the works.
"""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.model.tables import Assets, Links
from stratum_core.pipeline.synthetic.chunks import Chunks, ids
from stratum_core.pipeline.synthetic.lattice import DISTRICT, Lattice, lengths, middles

PUMP_FACTOR = 2.0
STORAGE_H = (8.0, 14.0)


def add_water(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice, demand: Floats, rng: np.random.Generator,
              ) -> tuple[Strings, Strings, Ints]:
    """Water for block demands (m3/s); returns each block's junction, each zone's plant that needs power, its block."""
    zone = plan.districts(DISTRICT)
    names = ids("Zone", range(1, zone.max() + 2))
    junctions = assets.add(ids("water/junction", range(plan.count)), sector="water", kind="junction", x=plan.xy[:, 0],
                           y=plan.xy[:, 1], z=0.0, unit="m3/s", demand=demand, zone=names[zone])
    edges = plan.edges()
    same = zone[edges[:, 0]] == zone[edges[:, 1]]
    for kind, pairs in (("pipe", edges[same]), ("valve", edges[~same][:: DISTRICT // 2])):
        links.add(ids(f"water/{kind}", range(len(pairs))), sector="water", kind=kind, start=junctions[pairs[:, 0]],
                  end=junctions[pairs[:, 1]], length=lengths(plan.xy, pairs), diameter=0.15, roughness=120.0,
                  closed=kind == "pipe", unit="m3/s", capacity=0.035)
    at = middles(plan, zone)
    plant = _add_plants(assets, links, plan.xy[at], junctions[at], names, np.bincount(zone, demand).astype(np.float64), rng)
    return junctions, plant, at


def _add_plants(assets: Chunks[Assets], links: Chunks[Links], xy: Floats, inlet: Strings, names: Strings, demand: Floats,
                rng: np.random.Generator) -> Strings:
    """Well, pump house, pump and tank of each zone; returns the ids of wells, then of pumps."""
    number, flow = range(len(xy)), PUMP_FACTOR * demand
    common = {"sector": "water", "z": 0.0, "zone": names}
    well = assets.add(ids("water/well", number), kind="well", x=xy[:, 0] - 50, y=xy[:, 1] - 30, unit="m3/s",
                      capacity=1.2 * flow, **common)
    house = assets.add(ids("water/house", number), kind="pump_station", x=xy[:, 0] - 30, y=xy[:, 1] - 30, **common)
    tank = assets.add(ids("water/tank", number), kind="tank", x=xy[:, 0] + 30, y=xy[:, 1] - 30, unit="m3", level=0.8,
                      capacity=np.round(demand * 3600 * rng.uniform(*STORAGE_H, len(xy)), 1), equipment_height=30.0, **common)
    main = {"sector": "water", "kind": "pipe", "diameter": 0.4, "roughness": 120.0, "length": 40.0, "unit": "m3/s"}
    links.add(ids("water/main", number), start=well, end=house, capacity=0.25, **main)
    links.add(ids("water/riser", number), start=tank, end=inlet, capacity=0.25, **main)
    pump = links.add(ids("water/pump", number), sector="water", kind="pump", start=house, end=inlet, length=40.0, unit="m3/s",
                     capacity=flow)
    return np.concatenate([well, pump])


def add_sewers(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice) -> tuple[Strings, Strings, Ints]:
    """Sewers; returns each block's manhole, what needs power (lift stations and the works), and their blocks."""
    district, i = plan.districts(DISTRICT), np.arange(plan.count)
    corner = (plan.row % DISTRICT == 0) & (plan.column % DISTRICT == 0)
    nodes = np.where(corner, ids("sewer/lift", i), ids("sewer/manhole", i))
    kinds = np.where(corner, "lift_station", "manhole").astype(object)
    assets.add(nodes, sector="wastewater", kind=kinds, x=plan.xy[:, 0] + 5, y=plan.xy[:, 1] + 5, z=0.0)
    west = np.where(plan.column % DISTRICT > 0, i - 1, i - plan.width)  # along the row, then down its first column
    root = np.flatnonzero(corner)
    west[root] = _next_lift(plan, root)
    flowing = i[i > 0]
    pairs = np.column_stack([flowing, west[flowing]])
    links.add(ids("sewer/sewer", flowing), sector="wastewater", kind="sewer", start=nodes[pairs[:, 0]], end=nodes[pairs[:, 1]],
              length=lengths(plan.xy, pairs), diameter=0.3 + 0.3 * corner[flowing], unit="m3/s")
    works = assets.add(ids("sewer/works", [0]), name=np.array(["Sewage works"], dtype=object), sector="wastewater",
                       kind="sewage_works", x=-200.0, y=-200.0, z=0.0)
    links.add(ids("sewer/outfall", [0]), sector="wastewater", kind="sewer", start=nodes[:1], end=works, length=280.0,
              diameter=1.2, unit="m3/s")
    assert len(root) == district.max() + 1
    return nodes, np.concatenate([nodes[root], works]), np.concatenate([root, [0]])


def _next_lift(plan: Lattice, root: Ints) -> Ints:
    """The lift station that each one pumps to: the district to the west, in the first column the one to the south."""
    return np.where(plan.column[root] > 0, root - DISTRICT, root - DISTRICT * plan.width)

"""Roads, gas, heat and telecom of a synthetic metro."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.model.fields import Ints, Strings
from stratum_core.model.tables import Assets, Links
from stratum_core.pipeline.synthetic.chunks import Chunks, ids
from stratum_core.pipeline.synthetic.lattice import BLOCK_M, DISTRICT, Lattice, lengths, spread

CABINET_BLOCKS, MAST_BLOCKS, EXCHANGE_BLOCKS, GAS_STATION_BLOCKS = 8, 40, 2000, 1500
HEAT_BLOCKS, HEAT_RUN = 1500, 6  # one plant in so many blocks, and the blocks on its main
MAIN_ROAD = 6  # every sixth street is a main road


def add_roads(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice) -> Strings:
    """A street on each side of each block, entries at the corners; returns each block's crossing."""
    crossings = assets.add(ids("road/crossing", range(plan.count)), sector="roads", kind="crossing", x=plan.xy[:, 0],
                           y=plan.xy[:, 1], z=0.0)
    edges = plan.edges()
    across = edges[:, 1] - edges[:, 0] == 1
    main = np.where(across, plan.row[edges[:, 0]], plan.column[edges[:, 0]]) % MAIN_ROAD == 0
    length = lengths(plan.xy, edges)
    links.add(ids("road/street", range(len(edges))), sector="roads", kind="road", start=crossings[edges[:, 0]],
              end=crossings[edges[:, 1]], length=length, unit="veh/h", capacity=np.where(main, 1800.0, 700.0),
              lanes=np.where(main, 2.0, 1.0), free_flow_time=np.round(length / np.where(main, 50 / 3.6, 30 / 3.6), 2))
    corner = np.unique([0, plan.width - 1, plan.count - 1, (plan.count - 1) // plan.width * plan.width])
    away = np.where(plan.xy[corner] > plan.xy.mean(axis=0), 1.0, -1.0) * 3 * BLOCK_M
    entry = assets.add(ids("road/entry", range(len(corner))), sector="roads", kind="road_entry", z=0.0,
                       x=plan.xy[corner, 0] + away[:, 0], y=plan.xy[corner, 1] + away[:, 1])
    links.add(ids("road/approach", range(len(corner))), sector="roads", kind="road", start=entry, end=crossings[corner],
              length=510.0, unit="veh/h", capacity=3600.0, lanes=2.0, free_flow_time=26.2)
    return crossings


def add_gas(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice, rng: np.random.Generator) -> Strings:
    """Mains under all rows and every fourth column, a customer at each block; returns the customers."""
    x, y = plan.xy[:, 0] + 8, plan.xy[:, 1] + 8
    nodes = assets.add(ids("gas/junction", range(plan.count)), sector="gas", kind="gas_junction", x=x, y=y, z=0.0)
    customers = assets.add(ids("gas/customer", range(plan.count)), sector="gas", kind="gas_connection", x=x, y=y, z=0.0,
                           node=nodes, unit="kg/s", demand=rng.uniform(0.001, 0.004, plan.count).round(5))
    edges = plan.edges()
    edges = edges[(edges[:, 1] - edges[:, 0] == 1) | (plan.column[edges[:, 0]] % 4 == 0)]
    links.add(ids("gas/pipe", range(len(edges))), sector="gas", kind="gas_pipe", start=nodes[edges[:, 0]], end=nodes[edges[:, 1]],
              length=lengths(plan.xy, edges), diameter=0.15, unit="kg/s")
    at = spread(plan, GAS_STATION_BLOCKS)
    assets.add(ids("gas/station", range(len(at))), sector="gas", kind="gas_station", x=x[at], y=y[at], z=0.0, node=nodes[at],
               unit="kg/s")
    return customers


def add_heat(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice) -> tuple[Strings, Ints]:
    """Heat plants, each with a main along a few blocks; returns the plants and their blocks."""
    at = np.minimum(spread(plan, HEAT_BLOCKS), plan.count - HEAT_RUN)
    run = (at[:, None] + np.arange(HEAT_RUN)).ravel()
    x, y = plan.xy[run, 0] - 8, plan.xy[run, 1] - 8
    nodes = assets.add(ids("heat/junction", run), sector="heat", kind="heat_junction", x=x, y=y, z=0.0)
    assets.add(ids("heat/consumer", run), sector="heat", kind="heat_consumer", x=x, y=y, z=0.0, node=nodes, unit="W",
               demand=40e3)
    first = np.arange(len(run)).reshape(-1, HEAT_RUN)
    start, end = first[:, :-1].ravel(), first[:, 1:].ravel()
    links.add(ids("heat/pipe", run[start]), sector="heat", kind="heat_pipe", start=nodes[start], end=nodes[end], diameter=0.2,
              length=lengths(plan.xy, np.column_stack([run[start], run[end]])), unit="W")
    plants = assets.add(ids("heat/plant", range(len(at))), sector="heat", kind="heat_plant", x=x[first[:, 0]], y=y[first[:, 0]],
                        z=0.0, node=nodes[first[:, 0]], unit="W", capacity=60e3 * HEAT_RUN)
    return plants, at


def add_telecom(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice) -> tuple[Strings, dict[str, tuple[Strings, Ints]]]:
    """Exchanges, cabinets and masts on fibre; returns each block's cabinet, and ids and blocks by kind."""
    made: dict[str, tuple[Strings, Ints]] = {}
    for kind, every in (("exchange", EXCHANGE_BLOCKS), ("cabinet", CABINET_BLOCKS), ("mast", MAST_BLOCKS)):
        at = spread(plan, every)
        made[kind] = assets.add(ids(f"telecom/{kind}", range(len(at))), sector="telecom", kind=kind, x=plan.xy[at, 0] + 15,
                                y=plan.xy[at, 1] + 15, z=0.0, equipment_height=0.3), at
    hubs, hub_at = made["exchange"]
    for kind in ("cabinet", "mast"):
        names, at = made[kind]
        distance, hub = cKDTree(plan.xy[hub_at]).query(plan.xy[at])
        links.add(ids(f"telecom/fibre-{kind}", range(len(at))), sector="telecom", kind="fibre", start=hubs[hub], end=names,
                  length=np.round(distance + DISTRICT, 1))
    cabinets, at = made["cabinet"]
    return cabinets[cKDTree(plan.xy[at]).query(plan.xy)[1]], made

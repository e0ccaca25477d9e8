"""A city's water network as text of an EPANET input file (EPANET 2.2 user's manual, appendix C), in l/s and metres.

Demands are those of the city, steady. A city knows no pump curves and no depth of its tanks: what is assumed for them is in
``EpanetSpec``, with its source. Reservoirs, wells and treatment works hold the head of their height, whatever is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.spec import key

_SOURCES = ("reservoir", "well", "treatment")


@dataclass(frozen=True)
class EpanetSpec:
    """What a city does not say and EPANET needs."""

    tank_depth_m: float = key(8.0, "depth of water in a full tank", unit="m", hard=(0.5, 100), source="assumed; 5 to 10 is usual")
    pump_head_m: float = key(40.0, "head that a pump gives at its capacity", unit="m", hard=(1, 500), source="assumed")
    diameter_m: float = key(0.15, "inner diameter of pipes that give none", unit="m", hard=(0.01, 20), source="assumed")
    roughness: float = key(100.0, "Hazen-Williams C of pipes that give none", unit="1", hard=(40, 160), source="assumed")


@dataclass(frozen=True)
class EpanetModel:
    """text: the input file; name: of each water component by its id, since EPANET takes no id of more than 31 letters."""

    text: str
    name: dict[str, str]


def epanet_model(city: City, spec: EpanetSpec | None = None, *, demand_factor: float = 1.0) -> EpanetModel:
    """The water of ``city`` for EPANET; raises InputError where there is none, or nothing that feeds it."""
    spec = spec or EpanetSpec()
    nodes = np.flatnonzero((city.assets.sector == "water") & (city.assets.node == "") & city.assets.in_service)
    kinds = set(city.assets.kind[nodes])
    if not kinds & {*_SOURCES, "tank"}:
        raise InputError("there is no reservoir, well, treatment works or tank of water here", repair="import a water network")
    name = {str(city.assets.id[row]): f"n{i}" for i, row in enumerate(nodes)}
    rows = [int(row) for row in np.flatnonzero((city.links.sector == "water") & city.links.in_service)
            if city.links.start[row] in name and city.links.end[row] in name]
    name |= {str(city.links.id[row]): f"l{i}" for i, row in enumerate(rows)}
    demand = _demands(city, demand_factor)
    lines = [*_nodes(city, nodes.tolist(), name, demand, spec), *_links(city, rows, name, spec), *_OPTIONS]
    return EpanetModel("\n".join(lines) + "\n", name)


#: steady demand, hourly steps, headloss by Hazen-Williams
_OPTIONS = ("[TIMES]", "Duration 0", "Hydraulic Timestep 1:00", "Report Timestep 1:00", "[OPTIONS]", "Units LPS", "Headloss H-W",
            "Trials 200", "Accuracy 0.0001", "Unbalanced Continue 10", "[END]")


def _demands(city: City, factor: float) -> dict[str, float]:
    """m3/s by node: its own and that of customers who hang on it."""
    found: dict[str, float] = {}
    assets = city.assets
    for row in np.flatnonzero((assets.sector == "water") & assets.in_service & (np.nan_to_num(assets.demand) > 0)):
        at = str(assets.node[row] or assets.id[row])
        found[at] = found.get(at, 0.0) + float(assets.demand[row]) * factor
    return found


def _nodes(city: City, rows: list[int], name: dict[str, str], demand: dict[str, float], spec: EpanetSpec) -> Iterator[str]:
    assets, height = city.assets, _heights(city)
    sections: dict[str, list[str]] = {"[JUNCTIONS]": [], "[RESERVOIRS]": [], "[TANKS]": []}
    for row in rows:
        known, z = name[str(assets.id[row])], height[row]
        if assets.kind[row] == "tank" and assets.capacity[row] > 0:
            level = float(np.nan_to_num(assets.level[row], nan=1.0)) * spec.tank_depth_m
            wide = math.sqrt(4.0 * assets.capacity[row] / spec.tank_depth_m / math.pi)
            floor = z + float(np.nan_to_num(assets.equipment_height[row]))
            sections["[TANKS]"].append(f"{known} {floor:.4f} {level:.4f} 0 {spec.tank_depth_m:.4f} {wide:.6f} 0")
        elif assets.kind[row] in (*_SOURCES, "tank"):
            sections["[RESERVOIRS]"].append(f"{known} {z:.4f}")
        else:
            sections["[JUNCTIONS]"].append(f"{known} {z:.4f} {1e3 * demand.get(str(assets.id[row]), 0.0):.9g}")
    for title, lines in sections.items():
        yield title
        yield from lines


def _heights(city: City) -> Floats:
    """Heights (m) of assets; the median of the known ones where there is none."""
    z = city.assets.z
    known = z[(city.assets.sector == "water") & ~np.isnan(z)]
    return np.where(np.isnan(z), np.median(known) if len(known) else 0.0, z)


def _links(city: City, rows: list[int], name: dict[str, str], spec: EpanetSpec) -> Iterator[str]:
    links = city.links
    pipes, pumps, curves = ["[PIPES]"], ["[PUMPS]"], ["[CURVES]"]
    for row in rows:
        known = name[str(links.id[row])]
        ends = f"{known} {name[str(links.start[row])]} {name[str(links.end[row])]}"
        if links.kind[row] == "pump" and links.closed[row]:
            capacity = links.capacity[row]
            flow = 1e3 * float(capacity) if 0 < capacity < math.inf else 1e3
            pumps.append(f"{ends} HEAD c{known}")
            curves.append(f"c{known} {flow:.6g} {spec.pump_head_m:.6g}")
            continue
        length, wide, rough = (float(value) if value > 0 else default for value, default in (
            (links.length[row], 1.0), (links.diameter[row], spec.diameter_m), (links.roughness[row], spec.roughness)))
        state = "Closed" if not links.closed[row] else "CV" if links.one_way[row] else "Open"
        pipes.append(f"{ends} {max(length, 1.0):.4f} {1e3 * wide:.4f} {rough:.4f} 0 {state}")
    yield from (*pipes, *pumps, *curves)

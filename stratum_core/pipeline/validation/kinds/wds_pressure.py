"""Case kind: heads, pressures and flows of a water network by EPANET, through the program's own hydraulics process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.graph.cuts import articulation_and_bridges
from stratum_core.importers import read
from stratum_core.model.city import City
from stratum_core.pipeline.validation.cases import KINDS, NotHere
from stratum_core.sectors.water.hydraulics import Hydraulics, Outages, PressureSpec, nothing_down, simulate

PACKAGE = "wntr:"


@KINDS.register("wds_pressure")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A file at the hours asked for, or junctions held at given pressures."""
    spec = PressureSpec(inputs.get("demand_model", "pressure") == "pressure", inputs.get("least_pressure_m", 0.0),
                        inputs.get("required_pressure_m", 20.0), inputs.get("exponent", 0.5))
    if "pressures_m" in inputs:
        heads = inputs["pressures_m"]
        found, = simulate(_held(heads), [nothing_down(0)], spec)
        return {"served_fraction": [float(found.share[0, found.nodes.index(f"j{i}")]) for i in range(len(heads))]}
    path = _file(str(inputs["inp"]), folder)
    city = read([path], crs="none")
    hours = sorted(int(hour) for hour in inputs.get("hours", [0]))
    outages = nothing_down(int(inputs.get("duration_h", hours[-1])))
    if "down" in inputs:
        outages = Outages(tuple(inputs["down"]), np.ones((outages.hours + 1, len(inputs["down"])), dtype=np.bool_))
    found, = simulate(path.read_text(encoding="utf-8"), [outages], spec)
    return _outputs(found, city, hours, inputs)


def _outputs(found: Hydraulics, city: City, hours: Sequence[int], inputs: Mapping[str, Any]) -> dict[str, Any]:
    nodes = _chosen(inputs.get("nodes"), found.nodes, "node")
    links = _chosen(inputs.get("links"), found.links, "link")
    if hours[-1] >= len(found.pressure):
        raise InputError(f"hour {hours[-1]} is beyond the simulation", where="inputs.hours", repair="give a longer duration_h")
    points, bridges = _cut_counts(city)
    return {
        "pressure_m": {name: found.pressure[hours, found.nodes.index(name)].tolist() for name in nodes},
        "head_m": {name: found.head[hours, found.nodes.index(name)].tolist() for name in nodes},
        "flow_m3_s": {name: found.flow[hours, found.links.index(name)].tolist() for name in links},
        "served_share": {name: found.share[hours, found.nodes.index(name)].tolist() for name in nodes},
        "isolated_nodes": [int(row.sum()) for row in found.isolated[hours]],
        "demand_m3": float(found.demand[:-1].sum() * 3600.0),
        "served_m3": float(found.served[:-1].sum() * 3600.0),
        "bridges": bridges,
        "articulation_points": points,
        "unbalanced_hours": int((~found.balanced).sum()),
    }


def _cut_counts(city: City) -> tuple[int, int]:
    """Articulation points and bridges of the network as built, whatever is closed at the start."""
    place = {name: i for i, name in enumerate(city.assets.id)}
    start, end = (np.array([place[name] for name in column], dtype=np.int64) for column in (city.links.start, city.links.end))
    points, bridges = articulation_and_bridges(len(place), start, end)
    return int(points.sum()), int(bridges.sum())


def _chosen(asked: Sequence[str] | None, known: Sequence[str], what: str) -> Sequence[str]:
    for name in asked or ():
        if name not in known:
            raise unknown(what, name, known, where=f"inputs.{what}s")
    return known if asked is None else asked


def _held(pressures: Sequence[float]) -> str:
    """A reservoir of each height, and at each a short wide pipe to a junction at height 0 that asks for a litre a second."""
    lines = ["[JUNCTIONS]", *(f"j{i} 0 1" for i in range(len(pressures)))]
    lines += ["[RESERVOIRS]", *(f"r{i} {pressure!r}" for i, pressure in enumerate(pressures))]
    lines += ["[PIPES]", *(f"p{i} r{i} j{i} 0.1 5000 150 0 Open" for i in range(len(pressures)))]
    return "\n".join([*lines, "[OPTIONS]", "Units LPS", "Headloss H-W", "Trials 200", "Accuracy 0.00001", "[END]"]) + "\n"


def _file(name: str, folder: Path) -> Path:
    if not name.startswith(PACKAGE):
        path = folder / name
        if not path.is_file():
            raise InputError(f"there is no file '{name}'", where="inputs.inp", repair="give a path relative to the case file")
        return path
    found = find_spec("wntr")
    if found is None or not found.submodule_search_locations:
        raise NotHere("the package wntr is not installed", where="inputs.inp", repair="install it, or give a file")
    path = Path(found.submodule_search_locations[0]) / "library" / "networks" / f"{name.removeprefix(PACKAGE)}.inp"
    if not path.is_file():
        raise InputError(f"the package wntr has no '{path.stem}'", where="inputs.inp", repair="check the name")
    return path

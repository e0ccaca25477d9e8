"""EPANET's word on the generated water network: pressures at mean demand, all of them in range.

The tanks are towers that hold a steady head; the pumps deliver the mean demand
of their zone at 50 m. Checks the steady state only.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import wntr

from stratum_core.model import City

TOWER_M = 38.0
PUMP_HEAD_M = 50.0
PRESSURE_M = (15.0, 80.0)


def pressures(city: City) -> np.ndarray:
    """Pressure heads (m) of all junctions at mean demand."""
    network = wntr.network.WaterNetworkModel()
    rows = {id: city.assets.row(i) for i, id in enumerate(city.assets.id) if city.assets.sector[i] == "water"}
    for id, row in rows.items():
        _add_node(network, id, row)
    for i in np.flatnonzero((city.links.sector == "water") & city.links.closed):
        _add_link(network, city.links.row(int(i)), rows)
    network.options.time.duration = 0
    with tempfile.TemporaryDirectory() as folder:
        found = wntr.sim.EpanetSimulator(network).run_sim(file_prefix=str(Path(folder) / "check"))
    names = [_short(id) for id, row in rows.items() if row["kind"] == "junction"]
    return found.node["pressure"].loc[0, names].to_numpy()


def check_pressures(city: City) -> str:
    """One line of figures; raises ValueError when a junction lies outside the range."""
    heads = pressures(city)
    if heads.min() < PRESSURE_M[0] or heads.max() > PRESSURE_M[1]:
        raise ValueError(f"pressures run from {heads.min():.1f} to {heads.max():.1f} m, outside {PRESSURE_M}")
    return f"water: {len(heads)} junctions at {heads.min():.1f} to {heads.max():.1f} m, mean {heads.mean():.1f} m"


def _short(id: str) -> str:
    """A name that EPANET takes: without slashes, under 32 characters."""
    return id.replace("water/", "").replace("/", "_")


def _add_node(network: wntr.network.WaterNetworkModel, id: str, row: dict) -> None:
    if row["kind"] == "tank":
        network.add_reservoir(_short(id), base_head=row["z"] + TOWER_M)
    elif row["kind"] in ("well", "treatment"):
        network.add_reservoir(_short(id), base_head=row["z"])
    else:
        network.add_junction(_short(id), base_demand=0.0 if np.isnan(row["demand"]) else row["demand"], elevation=row["z"])


def _add_link(network: wntr.network.WaterNetworkModel, row: dict, nodes: dict) -> None:
    name, ends = _short(row["id"]), (_short(row["start"]), _short(row["end"]))
    if row["kind"] == "pump":
        network.add_curve(f"{name}_curve", "HEAD", [(row["capacity"] / 2.5, PUMP_HEAD_M - 8.0)])
        network.add_pump(name, *ends, pump_type="HEAD", pump_parameter=f"{name}_curve")
    else:
        network.add_pipe(name, *ends, length=max(row["length"], 1.0), diameter=row["diameter"], roughness=row["roughness"])

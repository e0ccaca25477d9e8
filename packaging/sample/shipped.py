"""The nets that pandapower and pandapipes ship, with positions in EPSG:25832.

Reads the packages' own JSON files and nothing else; simulates nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandapipes
import pandapower
import pandas as pd
from pyproj import Transformer
from sample.draft import Draft

WGS84 = Transformer.from_crs(4326, 25832, always_xy=True)
GAUSS_KRUEGER_3 = Transformer.from_crs(31467, 25832, always_xy=True)

SOURCES = (
    ("pandapower-lv", "Schutterwald 0.4 kV grid", "pandapower 3.3.3, networks/lv_schutterwald.json; doi:10.3390/en13164052",
     "Generic but true to place: 14 stations, 1506 households. The 1251 heat pumps of the study are left out.\n"
     "One loop (busbar 3005) is closed in the source; line 8293 is opened here so that the grid is radial.\n"
     "Line ends with an open breaker make the whole line open."),
    ("pandapower-mv", "Oberrhein 20 kV grid", "pandapower 3.3.3, networks/mv_oberrhein.json",
     "Two 110/20 kV substations, six open points. Loads at 0.6 of their rating (the 'load' case); the PV, which is 0 in "
     "that case, is left out.\nThirteen of the 14 stations name their 20 kV busbar by index and stand within 0 to 29 m of "
     "it: they are merged, at the station's place, and the busbar's own load is dropped, because the households stand for "
     "it.\nStation ZUSATZ has no 20 kV busbar: a cable to the nearest one, 356 m off, is derived."),
    ("pandapipes-gas", "Schutterwald gas net, 1 bar", "pandapipes 0.16.0, networks/network_files/gas_net_schutterwald_1bar.json",
     "Pipes run straight between junctions; heights are those of the junctions."),
    ("pandapipes-heat", "Schutterwald heat net", "pandapipes 0.16.0, networks/network_files/sw_heat.json",
     "Made by its authors from the gas net; flow side only, the return follows the same trenches."),
)


@dataclass(frozen=True)
class Shipped:
    """The four nets as their packages read them."""

    low_voltage: Any
    medium_voltage: Any
    gas: Any
    heat: Any


def read_nets() -> Shipped:
    """All four nets, without the heat pumps of the low-voltage study."""
    grids = Path(pandapower.__file__).parent / "networks"
    pipes = Path(pandapipes.__file__).parent / "networks" / "network_files"
    low = pandapower.from_json(str(grids / "lv_schutterwald.json"))
    low.load = low.load[low.load.type == "HH"]
    return Shipped(low, pandapower.from_json(str(grids / "mv_oberrhein.json")),
                   pandapipes.from_json(str(pipes / "gas_net_schutterwald_1bar.json")),
                   pandapipes.from_json(str(pipes / "sw_heat.json")))


def add_sources(draft: Draft) -> None:
    """The four measured sources and the one that stands for what this build makes itself."""
    for id, title, citation, notes in SOURCES:
        draft.source(id=id, title=title, licence="BSD-3-Clause", date="2026" if "pipes" in id else "2025",
                     citation=citation, notes=notes)
    draft.source(id="stratum-sample", title="Made by packaging/build_sample.py", licence="Apache-2.0", date="2026-11-22",
                 citation="packaging/build_sample.py, fixed seed", notes="Nothing of it exists: no operator confirmed any of it.")


def points_lonlat(table: pd.DataFrame) -> dict[int, np.ndarray]:
    """Positions (m) by index of a table with GeoJSON points in EPSG:4326."""
    lonlat = np.array([json.loads(geo)["coordinates"] for geo in table.geo])
    return dict(zip(table.index, np.column_stack(WGS84.transform(*lonlat.T)), strict=True))


def paths_lonlat(table: pd.DataFrame) -> dict[int, np.ndarray]:
    """Vertices (m) by index of a table with GeoJSON lines in EPSG:4326."""
    lines = {i: np.array(json.loads(geo)["coordinates"]) for i, geo in table.geo.items()}
    return {i: np.column_stack(WGS84.transform(*line.T)) for i, line in lines.items()}


def points_gauss_krueger(geodata: pd.DataFrame) -> dict[int, np.ndarray]:
    """Positions (m) by index of pandapipes geodata in EPSG:31467."""
    xy = np.column_stack(GAUSS_KRUEGER_3.transform(geodata.x.to_numpy(), geodata.y.to_numpy()))
    return dict(zip(geodata.index, xy, strict=True))

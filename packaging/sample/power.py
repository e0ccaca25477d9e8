"""The real power grid: 20 kV as a whole, 14 stations, 0.4 kV with 1506 households.

Merges each station with the 20 kV busbar that its name holds. Changes no
parameter; what it opens, joins or assumes is marked on the row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sample.draft import Draft
from sample.shipped import Shipped, paths_lonlat, points_lonlat

LOW = {"provenance": "measured", "source": "pandapower-lv", "confidence": 0.9}
MEDIUM = {"provenance": "measured", "source": "pandapower-mv", "confidence": 0.9}
OPENED_LOOP = 8293
JOINT_CABLE = {"r": 0.161, "x": 0.117, "amperes": 362.0}  # NA2XS2Y 1x185, ohm/km, as the grid's other cables


def add_power(draft: Draft, nets: Shipped, rng: np.random.Generator) -> None:
    """All power rows; each household's id is ``lv/load/<n>``."""
    stations = _stations(nets)
    _add_medium(draft, nets.medium_voltage, stations, rng)
    _add_unlisted_station(draft, nets, stations, rng)
    _add_low(draft, nets.low_voltage, stations)


def _stations(nets: Shipped) -> dict[int, tuple[str, str, np.ndarray]]:
    """By 20 kV busbar of the low-voltage net: id in the city, name, place. Numbered from west to east."""
    low = nets.low_voltage
    place = points_lonlat(low.bus)
    order = sorted(low.trafo.hv_bus, key=lambda bus: float(place[bus][0]))
    found = {}
    for number, bus in enumerate(order, start=1):
        medium = str(low.bus.name[bus]).rsplit("_", 1)[-1]
        id = f"mv/bus/{medium}" if medium.isdigit() else f"lv/bus/{bus}"
        found[bus] = (id, f"Station {number:02d}", place[bus])
    return found


def _station_asset(draft: Draft, station: tuple[str, str, np.ndarray], rng: np.random.Generator) -> None:
    id, name, place = station
    draft.asset(id, "substation", place, name=name, voltage=20e3, equipment_height=round(float(rng.uniform(0.0, 0.3)), 2),
                assumed_fields="equipment_height", **LOW)


def _add_medium(draft: Draft, grid: Any, stations: dict[int, tuple[str, str, np.ndarray]], rng: np.random.Generator) -> None:
    merged = {station[0]: station for station in stations.values()}
    for bus, xy in points_lonlat(grid.bus).items():
        id = f"mv/bus/{bus}"
        if id in merged:
            _station_asset(draft, merged[id], rng)
        else:
            draft.asset(id, "bus", xy, name=grid.bus.name[bus], voltage=grid.bus.vn_kv[bus] * 1e3, **MEDIUM)
    for row in grid.ext_grid.itertuples():
        draft.asset(f"mv/ext_grid/{row.Index}", "external_grid", draft.at[f"mv/bus/{row.bus}"], name=row.name, unit="W",
                    node=f"mv/bus/{row.bus}", voltage=110e3, capacity=40e6, assumed_fields="capacity", **MEDIUM)
    for row in grid.load.itertuples():
        if f"mv/bus/{row.bus}" not in merged:
            draft.asset(f"mv/load/{row.Index}", "load", draft.at[f"mv/bus/{row.bus}"], name=row.name, voltage=20e3,
                        node=f"mv/bus/{row.bus}", unit="W", demand=round(row.p_mw * row.scaling * 1e6), **MEDIUM)
    node = {bus: f"mv/bus/{bus}" for bus in grid.bus.index}
    _add_lines(draft, grid, "mv", node, MEDIUM)
    _add_transformers(draft, grid, "mv", node, MEDIUM)


def _add_unlisted_station(draft: Draft, nets: Shipped, stations: dict[int, tuple[str, str, np.ndarray]],
                          rng: np.random.Generator) -> None:
    """The station without a busbar in the 20 kV net, on a derived cable to the nearest busbar."""
    buses = [f"mv/bus/{bus}" for bus in nets.medium_voltage.bus.index[nets.medium_voltage.bus.vn_kv == 20]]
    for station in stations.values():
        if station[0] in draft.at:
            continue
        _station_asset(draft, station, rng)
        start = draft.nearest(buses, station[2])
        km = math.dist(draft.at[start], station[2]) / 1e3
        draft.link(f"mv/line/joint-{station[0].rsplit('/', 1)[-1]}", "cable", start, station[0], unit="W", voltage=20e3,
                   resistance=JOINT_CABLE["r"] * km, reactance=JOINT_CABLE["x"] * km,
                   capacity=round(math.sqrt(3) * 20e3 * JOINT_CABLE["amperes"]),
                   provenance="derived", source="pandapower-mv", confidence=0.5)


def _add_low(draft: Draft, grid: Any, stations: dict[int, tuple[str, str, np.ndarray]]) -> None:
    node = {bus: stations[bus][0] if bus in stations else f"lv/bus/{bus}" for bus in grid.bus.index}
    zone = {grid.bus.zone[bus]: name for bus, (_, name, _) in stations.items()}
    for bus, xy in points_lonlat(grid.bus).items():
        if bus not in stations:
            draft.asset(node[bus], "bus", xy, name=grid.bus.name[bus], voltage=400.0, zone=zone[grid.bus.zone[bus]], **LOW)
    for row in grid.load.itertuples():
        draft.asset(f"lv/load/{row.Index}", "load", draft.at[node[row.bus]], node=node[row.bus], unit="W", voltage=400.0,
                    zone=zone[grid.bus.zone[row.bus]], demand=round(row.p_mw * row.scaling * 1e6), **LOW)
    _add_lines(draft, grid, "lv", node, LOW)
    _add_transformers(draft, grid, "lv", node, LOW)


def _add_lines(draft: Draft, grid: Any, level: str, node: dict[int, str], origin: dict[str, Any]) -> None:
    """Lines with total impedance (ohm) and rating sqrt(3) V I (W); an open breaker opens its line."""
    switches = grid.switch[(grid.switch.et == "l") & ~grid.switch.closed.astype(bool)]
    opened = set(switches.element)
    paths, volts = paths_lonlat(grid.line), grid.bus.vn_kv * 1e3
    for row in grid.line.itertuples():
        start, end, here = node[row.from_bus], node[row.to_bus], volts[row.from_bus]
        loop = level == "lv" and row.Index == OPENED_LOOP
        draft.link(f"{level}/line/{row.Index}", "line" if "AL1" in row.std_type else "cable", start, end,
                   path=_snapped(paths[row.Index], draft.at[start], draft.at[end]), length=round(row.length_km * 1e3, 2),
                   name=row.name or "", unit="W", voltage=here, resistance=row.r_ohm_per_km * row.length_km / row.parallel,
                   reactance=row.x_ohm_per_km * row.length_km / row.parallel,
                   capacity=round(math.sqrt(3) * here * row.max_i_ka * 1e3 * row.df * row.parallel),
                   closed=row.Index not in opened and not loop, assumed_fields="closed" if loop else "", **origin)


def _snapped(path: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The path from ``start`` to ``end``, turned round where it is drawn the other way."""
    if math.dist(path[0], start) + math.dist(path[-1], end) > math.dist(path[0], end) + math.dist(path[-1], start):
        path = path[::-1]
    return np.vstack([start, path[1:-1], end])


def _add_transformers(draft: Draft, grid: Any, level: str, node: dict[int, str], origin: dict[str, Any]) -> None:
    """Transformers with impedance referred to the high side and the tap as off-nominal ratio."""
    for row in grid.trafo.itertuples():
        base = (row.vn_hv_kv * 1e3) ** 2 / (row.sn_mva * 1e6)
        resistance, impedance = row.vkr_percent / 100 * base, row.vk_percent / 100 * base
        draft.link(f"{level}/trafo/{row.Index}", "transformer", node[row.hv_bus], node[row.lv_bus], name=row.name, unit="W",
                   voltage=row.vn_hv_kv * 1e3, resistance=resistance, reactance=math.sqrt(impedance**2 - resistance**2),
                   capacity=round(row.sn_mva * 1e6 * row.parallel), shift=row.shift_degree,
                   ratio=1 + row.tap_pos * row.tap_step_percent / 100, **origin)

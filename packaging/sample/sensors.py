"""Generated sensors of the finished town, and three recorded days of them; no operator has such sensors there.

The recording follows an assumed day of demand, the balance of each tank with its pump switched by level, the grid's
loads and a linear voltage drop, with white noise and four faults that are written down beside it. Needs no network model.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.model import City, Sensors

SEED = 20262
STEP_S = 300
DAYS = 3
BEGIN = np.datetime64("2026-06-01T00:00:00", "us")
DEPTH_M = 5.0  # of both tanks (assumed)
ON, OFF = 0.6, 0.9  # shares of a full tank between which its pump is switched (assumed)
#: demand by hour of the day over the mean: water, then electricity (assumed; two peaks, as towns have)
WATER = (0.4, 0.3, 0.3, 0.3, 0.4, 0.8, 1.5, 1.8, 1.6, 1.3, 1.2, 1.2, 1.2, 1.1, 1.0, 0.9, 1.0, 1.2, 1.5, 1.5, 1.2, 0.9, 0.7, 0.5)
POWER = (0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 1.0, 1.1, 1.1, 1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 1.1, 1.3, 1.5, 1.6, 1.4, 1.2, 0.9, 0.7)
LOAD_NOW = 0.4  # mean load as a share of the rated one (assumed)
DROP = 0.04  # voltage drop along a station's transformer and busbar at rated load (assumed)
PRESSURE_POINTS = 6
FAULTS = (("Tank South level", "spike"), ("Station 05 load", "stuck"), ("Pressure 3", "drop-out"), ("Pump North flow", "drift"))


@dataclass(frozen=True)
class Signal:
    """A sensor and what it would read without noise or faults, at each step; places: decimals it reports."""

    name: str
    component: str
    quantity: str
    unit: str
    noise: float
    low: float
    high: float
    most_rate: float
    places: int
    truth: np.ndarray


def with_sensors(city: City, signals: list[Signal]) -> City:
    """The city with a generated sensor for each signal."""
    count = len(signals)
    columns = {name: [getattr(one, name) for one in signals] for name in
               ("name", "component", "quantity", "unit", "noise", "low", "high", "most_rate")}
    rows = Sensors(id=[f"sensor/{one.name.lower().replace(' ', '-')}" for one in signals], provenance=["generated"] * count,
                   source=["stratum-sample"] * count, confidence=[0.5] * count, interval=[float(STEP_S)] * count, **columns)
    return city.with_table("sensors", rows)


def signals_of(city: City) -> list[Signal]:
    """All signals, zone by zone, then station by station, then what is left."""
    return [*_water(city), *_power(city), *_other(city)]


def write_recording(folder: Path, signals: list[Signal]) -> None:
    """readings.parquet in the order of time, and faults.csv that says what is wrong in it."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    time = BEGIN + np.arange(_steps()) * np.timedelta64(STEP_S, "s")
    values = np.column_stack([np.clip(one.truth + random.normal(0, one.noise, _steps()), one.low, one.high) for one in signals])
    values = np.column_stack([values[:, k].round(one.places) for k, one in enumerate(signals)])
    faults = _faulty(values, signals, time)
    kept = ~np.isnan(values.ravel())
    table = pa.table({"time": np.repeat(time, len(signals))[kept], "value": values.ravel()[kept],
                      "sensor": pa.array([one.name for one in signals] * _steps()).filter(pa.array(kept)).dictionary_encode()})
    pq.write_table(table, folder / "readings.parquet", compression="zstd", compression_level=19, store_schema=False)
    with (folder / "faults.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("sensor", "fault", "from", "to", "what"), *faults])


def _steps() -> int:
    return DAYS * 86400 // STEP_S


def _day(profile: tuple[float, ...]) -> np.ndarray:
    """The profile at each step of the recording, interpolated, with a mean of 1."""
    hours = np.arange(_steps()) * STEP_S / 3600 % 24
    shape = np.interp(hours, np.arange(25), [*profile, profile[0]])
    return shape / shape.mean()


def _water(city: City) -> Iterator[Signal]:
    assets, links = city.assets, city.links
    day = _day(WATER)
    for zone in ("South", "North"):
        key = zone.lower()
        inside = (assets.zone == zone) & (assets.kind == "junction")
        mean = float(np.nansum(assets.demand[inside]))
        volume = float(assets.capacity[city.index[f"water/tank/{key}"]])
        pump = links.row(int(np.flatnonzero(links.id == f"water/pump/{key}")[0]))
        demand = mean * day
        share, on = _tank(demand, volume, float(pump["capacity"]))
        flow, name = on * float(pump["capacity"]) * 1e3, str(pump["name"])
        rise = 1.2 * float(pump["capacity"]) * 3600 / volume * DEPTH_M
        yield Signal(f"Tank {zone} level", f"water/tank/{key}", "level", "m", 0.01, 0.0, DEPTH_M, round(rise + 0.6, 2), 3,
                     share * DEPTH_M)
        yield Signal(f"{name} flow", f"water/pump/{key}", "flow", "l/s", 0.05, -0.5, flow.max() * 1.3, np.nan, 2, flow)
        yield Signal(f"{name} running", f"water/pump/{key}", "status", "1", 0.0, 0.0, 1.0, np.nan, 0, on)
        yield Signal(f"Zone {zone} demand", f"water/pipe/tank-{key}", "flow", "l/s", 0.05, -0.5, mean * 4e3, np.nan, 2,
                     demand * 1e3)
        yield from _pressures(city, zone, inside, share, day)


def _tank(demand: np.ndarray, volume: float, capacity: float) -> tuple[np.ndarray, np.ndarray]:
    """Share that is full, and whether the pump runs, at each step: what flows in less what flows out."""
    share, on = np.empty(len(demand)), np.empty(len(demand))
    full, running = 0.8, 0.0
    for step, drawn in enumerate(demand):
        running = 1.0 if full < ON else 0.0 if full > OFF else running
        share[step], on[step] = full, running
        full += (running * capacity - drawn) * STEP_S / volume
    return share, on


def _pressures(city: City, zone: str, inside: np.ndarray, share: np.ndarray, day: np.ndarray) -> Iterator[Signal]:
    """Pressures at junctions: the tank's head less the ground and a loss of up to 0.4 bar at the peak (assumed)."""
    assets = city.assets
    tank = city.index[f"water/tank/{zone.lower()}"]
    head = assets.z[tank] + assets.equipment_height[tank] + share * DEPTH_M
    rows = np.flatnonzero(inside)
    chosen = rows[np.linspace(0, len(rows) - 1, PRESSURE_POINTS // 2 + 2).astype(int)[1:-1]]
    for k, row in enumerate(chosen):
        number = k + 1 + (PRESSURE_POINTS // 2 if zone == "North" else 0)
        yield Signal(f"Pressure {number}", str(assets.id[row]), "pressure", "bar", 0.02, 0.0, 16.0, np.nan, 3,
                     (head - assets.z[row]) * 0.0981 - 0.4 * (day / day.max()) ** 2)


def _power(city: City) -> Iterator[Signal]:
    assets, links, day = city.assets, city.links, _day(POWER)
    wires = np.isin(links.kind.astype(str), ["cable", "line"]) & (links.sector == "power") & links.in_service & links.closed
    places = {id: i for i, id in enumerate(assets.id)}
    ends = [[places[end] for end in column[wires]] for column in (links.start, links.end)]
    graph = coo_matrix((np.ones(len(ends[0])), ends), shape=(len(assets), len(assets)))
    part = connected_components(graph, directed=False)[1]
    loads = np.flatnonzero(assets.kind == "load")
    rated = np.bincount(part[[places[node] for node in assets.node[loads]]], np.nan_to_num(assets.demand[loads]), len(assets))
    low_side = {row["start"]: row["end"] for row in map(links.row, np.flatnonzero(links.kind == "transformer"))}
    low_side |= {end: start for start, end in low_side.items()}
    random = np.random.default_rng(SEED + 1)
    for place in np.flatnonzero(assets.kind == "substation")[np.argsort(assets.name[assets.kind == "substation"])]:
        name, id = str(assets.name[place]), str(assets.id[place])
        kilowatts = rated[part[places[low_side[id]]]] / 1e3
        load = kilowatts * LOAD_NOW * np.roll(day, random.integers(-4, 5))
        yield Signal(f"{name} load", id, "power", "kW", 0.01 * kilowatts, 0.0, 1.5 * kilowatts, np.nan, 1, load)
        yield Signal(f"{name} voltage", low_side[id], "voltage", "V", 0.8, 300.0, 480.0, np.nan, 1,
                     405.0 * (1 - DROP * load / kilowatts))


def _other(city: City) -> Iterator[Signal]:
    assets, water = city.assets, _day(WATER)
    lifts = np.flatnonzero(assets.kind == "lift_station")
    mean = float(np.nansum(assets.demand[(assets.kind == "junction") & (assets.sector == "water")])) / len(lifts) * 1e3
    for place in lifts:
        yield Signal(f"{assets.name[place]} flow", str(assets.id[place]), "flow", "l/s", 0.05, -0.5, mean * 6, np.nan, 2,
                     0.95 * mean * np.roll(water, 3))
    for place in np.flatnonzero(assets.kind == "mast"):
        yield Signal(f"{assets.name[place]} battery", str(assets.id[place]), "voltage", "V", 0.05, 40.0, 60.0, 6.0, 2,
                     np.full(_steps(), 54.0))
    station = int(np.flatnonzero(assets.kind == "gas_station")[0])
    yield Signal("Gas inlet pressure", str(assets.id[station]), "pressure", "bar", 0.004, 0.0, 2.0, np.nan, 3,
                 1.0 - 0.05 * (_day(POWER) / 1.6))


def _faulty(values: np.ndarray, signals: list[Signal], time: np.ndarray) -> list[tuple[str, ...]]:
    """Put the four faults into ``values`` and say what they are."""
    column, hour = {one.name: k for k, one in enumerate(signals)}, 3600 // STEP_S
    spans = {"spike": (30 * hour, 30 * hour + 1), "stuck": (34 * hour, 40 * hour), "drop-out": (44 * hour, 48 * hour),
             "drift": (48 * hour, 72 * hour)}
    said = {"spike": "one reading 1.5 m too low", "stuck": "the same value for six hours",
            "drop-out": "no reading for four hours", "drift": "reads up to 8 % too much, growing over a day"}
    for name, fault in FAULTS:
        begin, end = spans[fault]
        cells = values[begin:end, column[name]]
        if fault == "spike":
            cells -= 1.5
        elif fault == "stuck":
            cells[:] = cells[0]
        elif fault == "drop-out":
            cells[:] = np.nan
        else:
            cells[:] = (cells * (1 + 0.08 * np.linspace(0, 1, end - begin))).round(2)
    return [(name, fault, f"{time[spans[fault][0]]}Z", f"{time[spans[fault][1] - 1]}Z", said[fault]) for name, fault in FAULTS]

"""Cities small enough to compute by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, Blocks, City, Dependencies, Links, Services
from stratum_core.model.results import CascadeResult
from stratum_core.model.spec import CascadeSpec, PowerSpec, RepairSpec, RunSpec
from stratum_core.pipeline.scenario import Scenario

NAN = float("nan")


def scenario(*outages: OutageSpec, replicates: int = 1, repair: bool = False, trips: bool = True) -> Scenario:
    spec = CascadeSpec(
        run=RunSpec(replicates=replicates, horizon_h=48.0), repair=RepairSpec(enabled=repair), power=PowerSpec(trips=trips)
    )
    return Scenario("test", "", "", outages, ("outage",) * len(outages), spec, Path())


def waterworks(reserve_h: float = 1.5) -> City:
    """A line feeds a pump, the pump a tank of 36 m3, the tank a tap of 1 l/s, the tap a clinic with a reserve."""
    assets = Assets(
        id=["grid", "bus/0", "bus/1", "lake", "shore", "tank", "tap", "clinic"],
        sector=["power"] * 3 + ["water"] * 4 + ["health"],
        kind=["external_grid", "bus", "bus", "reservoir", "junction", "tank", "junction", "clinic"],
        node=["bus/0", "", "", "", "", "", "", ""],
        voltage=[20e3, 20e3, 20e3] + [NAN] * 5,
        capacity=[NAN] * 5 + [36.0, NAN, NAN],
        level=[NAN] * 5 + [1.0, NAN, NAN],
        demand=[NAN] * 6 + [0.001, NAN],
    )
    links = Links(
        id=["line", "intake", "pump", "main"],
        sector=["power"] + ["water"] * 3,
        kind=["line", "pipe", "pump", "pipe"],
        start=["bus/0", "lake", "shore", "tank"],
        end=["bus/1", "shore", "tank", "tap"],
        resistance=[0.1, NAN, NAN, NAN],
        reactance=[0.1, NAN, NAN, NAN],
        capacity=[NAN, NAN, 0.01, NAN],
        voltage=[20e3, NAN, NAN, NAN],
    )
    needs = Dependencies(
        id=["a", "b"],
        dependent=["pump", "clinic"],
        supplier=["bus/1", "tap"],
        service=["power", "water"],
        buffer=[0.0, reserve_h],
    )
    return City(
        "works",
        assets=assets,
        links=links,
        dependencies=needs,
        blocks=Blocks(id=["home"], x=[0.0], y=[0.0], residents=[90.0]),
        services=Services(id=["s"], block=["home"], service=["water"], supplier=["tap"]),
    )


def first_down(result: CascadeResult, asset: str) -> float:
    return float(result.time_to_failure_h[list(result.assets).index(asset)])


def down(result: CascadeResult, asset: str) -> float:
    return float(result.mean_hours_down[list(result.assets).index(asset)])


def two_lines(rating_mw: float) -> City:
    """100 MW over two equal lines."""
    assets = Assets(
        id=["grid", "north", "south", "town"],
        sector=["power"] * 4,
        kind=["external_grid", "bus", "bus", "load"],
        node=["north", "", "", "south"],
        voltage=[110e3] * 4,
        demand=[NAN, NAN, NAN, 100e6],
        unit=["W"] * 4,
    )
    links = Links(
        id=["one", "two"],
        sector=["power"] * 2,
        kind=["line"] * 2,
        start=["north"] * 2,
        end=["south"] * 2,
        resistance=[1.0] * 2,
        reactance=[10.0] * 2,
        voltage=[110e3] * 2,
        capacity=[rating_mw * 1e6] * 2,
        unit=["W"] * 2,
    )
    return City("lines", assets=assets, links=links)


def with_roads(lasts_h: float) -> tuple[City, OutageSpec]:
    """The waterworks 30 km of road from a depot: one hour at 30 km/h, if the road is open."""
    works = waterworks()
    places = {"x": [NAN] * 3 + [30_000.0] * 5, "y": [NAN] * 3 + [0.0] * 5}
    roads = City(
        "roads",
        assets=Assets(
            id=["entry", "corner"], sector=["roads"] * 2, kind=["road_entry", "crossing"], node=["", ""],
            x=[0.0, 30_000.0], y=[0.0, 0.0],
        ),
        links=Links(id=["street"], sector=["roads"], kind=["road"], start=["entry"], end=["corner"], length=[30_000.0]),
    )
    columns = {name: np.array(values) for name, values in places.items()}
    placed = City("works", assets=works.assets.with_columns(**columns), links=works.links)
    return placed.adding(roads), OutageSpec(("street",), at_h=0.5, lasts_h=lasts_h)

"""Build the sample city Schutterwald from the nets that pandapower and pandapipes ship.

Usage: python packaging/build_sample.py [FOLDER]; the default is resources/sample.
Needs the extra `build`. The same versions and seed give the same bytes.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from sample import (  # noqa: E402
    checks,
    corridors,
    facilities,
    flood,
    gas_heat,
    people,
    power,
    sensors,
    shipped,
    telecom,
    wastewater,
    water,
    water_check,
)
from sample.draft import Draft  # noqa: E402
from sample.notice import notice  # noqa: E402
from sample.terrain import Terrain, build_terrain, write_raster  # noqa: E402

from stratum_core.model import City  # noqa: E402
from stratum_core.store.bundle import write_city  # noqa: E402

SEED = 20261
BOUNDS = (416000.0, 5366400.0, 419400.0, 5368800.0)
OUTAGE_STATION = "Station 03"


def main(folder: Path) -> None:
    """Build, check and write everything into ``folder``."""
    warnings.filterwarnings("ignore", category=FutureWarning)
    draft, ground = build(shipped.read_nets())
    town = draft.city("Schutterwald")
    signals = sensors.signals_of(town)
    city = sensors.with_sensors(town, signals)
    for check in (checks.check_references, checks.check_radial, checks.check_voltage, water_check.check_pressures):
        print(check(city))
    write(folder, city, ground)
    sensors.write_recording(folder / "recording", signals)


def build(nets: shipped.Shipped) -> tuple[Draft, Terrain]:
    """All rows of the town, and its ground."""
    rng = np.random.default_rng(SEED)
    draft = Draft()
    shipped.add_sources(draft)
    power.add_power(draft, nets, rng)
    gas_heat.add_gas(draft, nets)
    gas_heat.add_heat(draft, nets)
    streets = _streets(draft, nets)
    people.add_homes(draft, rng)
    _add_generated(draft, streets)
    return draft, _settle(draft)


def _streets(draft: Draft, nets: shipped.Shipped) -> corridors.Corridors:
    lines = nets.low_voltage.line
    mains = set(lines.index[lines.std_type != corridors.HOUSE_CONNECTION])
    routes = corridors.cable_routes(draft, mains)
    routes += [np.array([draft.at[a], draft.at[b]]) for a, b in gas_heat.gas_mains(nets)]
    streets = corridors.join(routes)
    corridors.add_streets(draft, streets, corridors.through_edges(streets, facilities.gate_nodes(streets)))
    print(f"streets: {len(streets.nodes)} nodes, {len(streets.edges)} edges, {streets.lengths.sum() / 1e3:.1f} km")
    return streets


def _add_generated(draft: Draft, streets: corridors.Corridors) -> None:
    homes, residents = people.home_points(draft), people.residents(draft)
    crossing = streets.nearest(homes)
    facilities.add_gates(draft, streets)
    demand = water.node_demand(residents, crossing, len(streets.nodes)) + facilities.facility_demand(streets)
    water.add_water(draft, streets, demand)
    wastewater.add_sewers(draft, streets, np.bincount(crossing, residents, len(streets.nodes)))
    telecom.add_telecom(draft, streets, homes)
    facilities.add_facilities(draft, float(residents.sum()))
    facilities.add_needs(draft)
    people.add_services(draft, crossing)


def _settle(draft: Draft) -> Terrain:
    """The ground, and the height of everything that stands on it."""
    junctions = [row for row in draft.rows["assets"] if row["kind"] == "gas_junction"]
    ground = build_terrain(np.array([draft.at[row["id"]] for row in junctions]), np.array([row["z"] for row in junctions]),
                           BOUNDS)
    for row in [*draft.rows["assets"], *draft.rows["blocks"]]:
        if "z" not in row:
            at = np.array([[row["x"], row["y"]]])
            row["z"] = round(float(ground.sample(at)[0]), 2)
            if not ground.inside(at)[0]:
                row["assumed_fields"] = ",".join(filter(None, [row.get("assumed_fields", ""), "z"]))
    return ground


def write(folder: Path, city: City, ground: Terrain) -> None:
    """The city, its ground, its scenarios and its notice."""
    write_city(city, folder / "city")
    write_raster(folder / "terrain.tif", ground, ground.heights, "m")
    flood.write_flood(folder / "scenarios", ground)
    station = city.resolve(OUTAGE_STATION)
    flood.write_outage(folder / "scenarios", station, OUTAGE_STATION)
    (folder / "NOTICE.md").write_text(notice(city), encoding="utf-8")
    print(f"wrote {len(city.assets)} assets and {len(city.links)} links to {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "sample")

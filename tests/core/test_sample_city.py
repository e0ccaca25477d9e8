"""The committed sample city is whole, says where its rows come from, and its flood rises and falls."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.model import City
from stratum_core.model.kinds import kinds
from stratum_core.model.tables import PROVENANCES, SECTORS
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

SAMPLE = resource("sample")
HOUSEHOLDS, STATIONS = 1506, 14


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(SAMPLE / "city")


@pytest.fixture(scope="module")
def frames() -> list[tuple[float, np.ndarray]]:
    page = tomllib.loads((SAMPLE / "scenarios" / "flood.toml").read_text(encoding="utf-8"))
    return [(frame["at_h"], _band(SAMPLE / "scenarios" / frame["raster"])) for frame in page["hazard"]["frames"]]


def _band(path: Path) -> np.ndarray:
    with rasterio.open(path) as raster:
        assert raster.crs.to_epsg() == 25832
        return raster.read(1)


def _parts(city: City, sector: str, kinds_left_out: tuple[str, ...] = ()) -> np.ndarray:
    """The connected part of each asset over the closed links of one sector."""
    at = {name: i for i, name in enumerate(city.assets.id)}
    chosen = (city.links.sector == sector) & city.links.closed & ~np.isin(city.links.kind, kinds_left_out)
    ends = np.array([[at[a], at[b]] for a, b in zip(city.links.start[chosen], city.links.end[chosen], strict=True)])
    size = len(city.assets)
    return connected_components(coo_matrix((np.ones(len(ends)), ends.T), shape=(size, size)), directed=False)[1]


def test_the_town_has_its_households_and_stations(city: City) -> None:
    names = {f"Station {i:02d}" for i in range(1, STATIONS + 1)}
    assert set(city.assets.name[city.assets.kind == "substation"]) == names
    assert sum(i.startswith("lv/load/") for i in city.assets.id) == HOUSEHOLDS
    assert (city.assets.kind == "gas_connection").sum() == HOUSEHOLDS
    assert len(city.blocks) == HOUSEHOLDS
    assert 3300 < city.blocks.residents.sum() < 3900
    assert (city.crs, city.currency, city.price_year) == ("EPSG:25832", "EUR", 2023)


def test_every_sector_is_there_and_every_kind_is_known(city: City) -> None:
    assert set(city.assets.sector) == set(SECTORS)
    known = kinds()
    for kind, sector in zip([*city.assets.kind, *city.links.kind], [*city.assets.sector, *city.links.sector], strict=True):
        assert known[kind].sector == sector


def test_every_row_says_where_it_comes_from(city: City) -> None:
    for name, table in city.tables().items():
        if name != "sources":
            assert set(table.provenance) <= set(PROVENANCES)
            assert set(table.source) <= set(city.sources.id)


def test_power_gas_and_heat_are_measured_and_the_rest_is_not(city: City) -> None:
    real = np.isin(city.assets.sector, ["power", "gas", "heat"])
    assert (city.assets.provenance[real] == "measured").all()
    assert Counter(city.assets.provenance[~real]).keys() == {"derived", "generated"}
    assert set(city.assets.provenance[city.assets.kind == "crossing"]) == {"derived"}
    assert set(city.dependencies.provenance) == {"generated"}


def test_no_row_names_an_id_that_does_not_exist(city: City) -> None:
    assert len(city.index) == len(city.component_ids)
    named = [*city.links.start, *city.links.end, *city.dependencies.dependent, *city.dependencies.supplier,
             *city.services.supplier, *(node for node in city.assets.node if node)]
    assert set(named) <= set(city.index)
    assert set(city.services.block) == set(city.blocks.id)


def test_low_and_medium_voltage_are_one_tree_at_each_grid_connection(city: City) -> None:
    part = _parts(city, "power")
    nodes = np.isin(city.assets.kind, ["bus", "substation"])
    fed = part[[city.index[node] for node in city.assets.node[city.assets.kind == "external_grid"]]]
    assert len(set(fed)) == len(fed) == 2
    assert np.isin(part[nodes], fed).all()
    assert ((city.links.sector == "power") & city.links.closed).sum() == nodes.sum() - len(fed)


@pytest.mark.parametrize("sector", ["roads", "gas", "wastewater", "telecom"])
def test_a_network_hangs_together(city: City, sector: str) -> None:
    nodes = (city.assets.sector == sector) & (city.assets.node == "")
    assert len(set(_parts(city, sector)[nodes])) == 1


def test_water_has_two_zones_that_only_pumps_feed(city: City) -> None:
    part, junction = _parts(city, "water", ("pump",)), city.assets.kind == "junction"
    zones = {zone: set(part[junction & (city.assets.zone == zone)]) for zone in ("North", "South")}
    assert all(len(parts) == 1 for parts in zones.values())
    assert zones["North"] != zones["South"]
    for tank in np.flatnonzero(city.assets.kind == "tank"):
        demand = city.assets.demand[junction & (city.assets.zone == city.assets.zone[tank])].sum()
        assert 6 < city.assets.capacity[tank] / demand / 3600 < 14
        pump = city.links.row(city.index[f"water/pump/{city.assets.zone[tank].lower()}"] - len(city.assets))
        assert pump["capacity"] > 1.5 * demand


def test_every_home_has_its_services(city: City) -> None:
    assert Counter(city.services.service) == dict.fromkeys(
        ("power", "water", "wastewater", "gas", "telecom", "health", "access", "shelter"), HOUSEHOLDS)


def test_names_that_people_use_are_unique(city: City) -> None:
    for name in ("Station 03", "Pump West", "Tank South", "Tank North", "Clinic", "Hospital", "Care home", "School", "Mast"):
        assert city.resolve(name) in city.index


def test_buffers_lie_in_their_ranges(city: City) -> None:
    needs = city.dependencies
    assert (needs.buffer_low <= needs.buffer).all()
    assert (needs.buffer <= needs.buffer_high).all()


def test_the_ground_is_that_of_the_upper_rhine_plain(city: City) -> None:
    ground = _band(SAMPLE / "terrain.tif")
    assert 146.9 < ground.min() < ground.max() < 152.4
    assert np.isfinite(city.assets.z).all()
    far = np.char.find(city.assets.assumed_fields.astype(str), "z") >= 0
    assert ((city.assets.z[~far] > 146.9) & (city.assets.z[~far] < 152.4)).all()


def test_the_flood_rises_once_and_falls(frames: list[tuple[float, np.ndarray]]) -> None:
    hours, wet = [at for at, _ in frames], np.array([(depth > 0).mean() for _, depth in frames])
    assert hours == sorted(set(hours))
    assert (hours[0], hours[-1]) == (0, 72)
    peak = int(wet.argmax())
    assert 0 < peak < len(wet) - 1
    assert (np.diff(wet[: peak + 1]) > 0).all()
    assert (np.diff(wet[peak:]) < 0).all()


def test_at_the_peak_part_of_the_town_stands_in_water(city: City, frames: list[tuple[float, np.ndarray]]) -> None:
    depth = max((band for _, band in frames), key=lambda band: band.sum())
    with rasterio.open(SAMPLE / "terrain.tif") as raster:
        assert depth.shape == raster.shape
        at = [raster.index(x, y) for x, y in zip(city.blocks.x, city.blocks.y, strict=True)]
        stations = city.assets.kind == "substation"
        stand = [raster.index(x, y) for x, y in zip(city.assets.x[stations], city.assets.y[stations], strict=True)]
    assert 0.20 < np.mean([depth[cell] > 0 for cell in at]) < 0.35
    assert 3 <= sum(depth[cell] > 0.2 for cell in stand) <= 5


def test_the_sample_is_small_and_carries_the_notices() -> None:
    assert sum(f.stat().st_size for f in SAMPLE.rglob("*") if f.is_file()) < 3_000_000
    notice = (SAMPLE / "NOTICE.md").read_text(encoding="utf-8")
    assert notice.count("Redistributions of source code must retain") == 2


def test_the_outage_names_a_station(city: City) -> None:
    page = tomllib.loads((SAMPLE / "scenarios" / "outage.toml").read_text(encoding="utf-8"))
    assert [city.component_names[city.index[i]] for i in page["hazard"]["assets"]] == ["Station 03"]

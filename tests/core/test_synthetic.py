"""The synthetic metro: any size, the same for a seed, whole, and generated everywhere."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.errors import InputError
from stratum_core.model import City
from stratum_core.model.kinds import kinds
from stratum_core.model.tables import SECTORS
from stratum_core.pipeline.synthetic import synthetic_city


@pytest.fixture(scope="module", params=[1_000, 10_000])
def city(request: pytest.FixtureRequest) -> City:
    return synthetic_city(request.param)


@pytest.mark.parametrize("assets", [1_000, 3_333, 10_000, 50_000])
def test_the_number_of_assets_is_within_five_percent(assets: int) -> None:
    assert abs(len(synthetic_city(assets).assets) / assets - 1) < 0.05


def test_a_hundred_thousand_assets_take_seconds() -> None:
    started = time.perf_counter()
    synthetic_city(100_000)
    assert time.perf_counter() - started < 20


def test_all_sectors_are_there_and_all_kinds_are_known(city: City) -> None:
    assert set(city.assets.sector) == set(SECTORS)
    known = kinds()
    for kind, sector in zip([*city.assets.kind, *city.links.kind], [*city.assets.sector, *city.links.sector], strict=True):
        assert known[kind].sector == sector


def test_everything_is_generated(city: City) -> None:
    for name, table in city.tables().items():
        if name != "sources" and len(table):
            assert set(table.provenance) == {"generated"}, name
    empty = {name for name, table in city.tables().items() if not len(table)}
    assert empty == {"sensors", "industries", "trade", "trips", "bus_routes"}


def test_a_seed_gives_one_city_and_another_seed_another(city: City) -> None:
    again, other = synthetic_city(len(city.assets)), synthetic_city(len(city.assets), seed=7)
    for name, table in synthetic_city(len(city.assets)).tables().items():
        for column, values in table.columns().items():
            mine = getattr(getattr(again, name), column)
            assert np.array_equal(values, mine, equal_nan=values.dtype.kind == "f"), f"{name}.{column}"
    assert not np.array_equal(other.blocks.residents, again.blocks.residents)


def test_references_resolve(city: City) -> None:
    assert len(city.index) == len(city.component_ids)
    named = {*city.links.start, *city.links.end, *city.dependencies.dependent, *city.dependencies.supplier,
             *city.services.supplier, *(node for node in city.assets.node if node)}
    assert named <= set(city.index)
    assert set(city.services.block) == set(city.blocks.id)


def test_medium_voltage_is_radial_and_everybody_is_connected(city: City) -> None:
    at = city.index
    low = city.assets.voltage < 36e3
    closed = (city.links.sector == "power") & city.links.closed
    ends = np.array([[at[a], at[b]] for a, b in zip(city.links.start[closed], city.links.end[closed], strict=True)])
    size = len(city.assets)
    part = connected_components(coo_matrix((np.ones(len(ends)), ends.T), shape=(size, size)), directed=False)[1]
    nodes = np.isin(city.assets.kind, ["bus", "substation"])
    assert len(set(part[nodes])) == 1
    inside = low[ends[:, 0]] | low[ends[:, 1]]
    assert inside.sum() == (nodes & low).sum()


def test_sources_and_plant_exceed_the_demand(city: City) -> None:
    assets = city.assets
    sources = np.isin(assets.kind, ["external_grid", "generator"])
    assert assets.capacity[sources].sum() > 1.15 * assets.demand[assets.kind == "load"].sum()
    junction = assets.kind == "junction"
    assert city.links.capacity[city.links.kind == "pump"].sum() > 1.3 * assets.demand[junction].sum()
    tanks = assets.capacity[assets.kind == "tank"].sum() / assets.demand[junction].sum() / 3600
    assert 6 < tanks < 16


def test_too_small_a_city_is_refused() -> None:
    with pytest.raises(InputError, match="too small"):
        synthetic_city(10)

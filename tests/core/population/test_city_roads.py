"""The road network of a city: directions, figures, and what it says about itself."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.model import Assets, City, Links
from stratum_core.population.traffic import network_of
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city


def town(**columns: object) -> City:
    count = len(columns["start"])
    assets = Assets(id=["a", "b", "c"], sector=["roads"] * 3, kind=["crossing"] * 3, x=[0, 300, 300], y=[0, 0, 400])
    ids = [f"r{i}" for i in range(count)]
    return City("t", assets=assets, links=Links(id=ids, sector=["roads"] * count, kind=["road"] * count, **columns))


def test_both_directions_unless_one_way() -> None:
    network = network_of(town(start=["a", "b"], end=["b", "c"], one_way=[True, False]))
    assert network.link_ids.tolist() == ["r0", "r1", "r1/back"]
    assert network.reverse.tolist() == [-1, 2, 1]
    assert network.component.tolist() == [3, 4, 4]
    assert network.length.tolist() == [300, 400, 400]
    assert any("cannot be reached" in note for note in network.warnings)


def test_speed_capacity_and_lanes_of_what_is_known() -> None:
    network = network_of(town(start=["a", "b", "a"], end=["b", "c", "c"], free_flow_time=[30, np.nan, 50],
                              capacity=[1800, np.nan, 5400], unit=["veh/h", "", "veh/h"], lanes=[1, 2, np.nan]))
    assert network.speed[:3] == pytest.approx([10, 13.889, 10])
    assert network.capacity[0] == 0.5
    assert network.capacity[1] == pytest.approx(2 * 13.889 / 7 / (1 + 13.889 * 1.5 / 7))
    assert network.lanes[:3].tolist() == [1, 2, 4]
    assert (network.wave_speed > 0).all()
    assert len(network.warnings) == 3


def test_a_road_without_extent_takes_no_time_and_says_so() -> None:
    network = network_of(town(start=["a", "a"], end=["b", "c"], length=[0, np.nan], free_flow_time=[np.nan, 0]))
    assert network.free_time.tolist() == [0, 0, 0, 0]
    assert any("passing takes no time" in note for note in network.warnings)


def test_a_city_without_roads_is_refused() -> None:
    with pytest.raises(InputError, match="no roads"):
        network_of(City("t"))


def test_the_sample_city_has_one_connected_network() -> None:
    network = network_of(read_city(resource("sample/city")))
    assert network.links == 2506
    assert not any("cannot be reached" in note for note in network.warnings)

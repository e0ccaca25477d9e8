"""Pumps in series agree on what passes, share what there is, and leave no zone on the way dry."""

from __future__ import annotations

import pytest
from cascade_cities import scenario

from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Links
from stratum_core.pipeline.cascade import run_cascade

NAN = float("nan")


def chain(capacity: list[float], demand: list[float], *, tank: bool = False) -> City:
    """lake, pump 0, n0, pump 1, n1, ...; a tank beside n0 where asked for."""
    n = len(capacity)
    nodes = [f"n{i}" for i in range(n)]
    assets = Assets(
        id=["lake", *nodes, *(["tank"] if tank else []), "far"], sector=["water"] * (n + 1 + tank) + ["health"],
        kind=["reservoir", *["junction"] * n, *(["tank"] if tank else []), "clinic"],
        demand=[NAN, *demand, *([NAN] if tank else []), NAN], capacity=[NAN] * (n + 1) + ([100.0] if tank else []) + [NAN],
        level=[NAN] * (n + 1) + ([1.0] if tank else []) + [NAN])
    links = Links(
        id=[f"p{i}" for i in range(n)] + (["side"] if tank else []), sector=["water"] * (n + tank),
        kind=["pump"] * n + (["pipe"] if tank else []), start=["lake", *nodes[:-1]] + (["n0"] if tank else []),
        end=nodes + (["tank"] if tank else []), capacity=capacity + ([NAN] if tank else []))
    return City("chain", assets=assets, links=links)


@pytest.mark.parametrize("n", [2, 3, 5, 16])
def test_a_chain_of_pumps_supplies_every_zone_on_the_way(n: int) -> None:
    result = run_cascade(chain([0.1] * n, [0.001] * n), scenario(OutageSpec(assets=("far",), lasts_h=5.0)))
    assert not any("without supply" in text for text in result.warnings)
    assert result.failure_probability[1 : n + 1].tolist() == [0.0] * n
    empty_on_the_way = chain([0.01] * n, [0.0] * (n - 1) + [0.005])
    assert not any("without supply" in text for text in run_cascade(
        empty_on_the_way, scenario(OutageSpec(assets=("far",), lasts_h=5.0))).warnings)


def test_the_first_pump_out_leaves_all_behind_it_dry() -> None:
    city = chain([0.1] * 4, [0.001] * 4)
    result = run_cascade(city, scenario(OutageSpec(assets=("p1",), lasts_h=5.0)))
    down = dict(zip(result.assets, result.failure_probability, strict=True))
    assert [down[f"n{i}"] for i in range(4)] == [0.0, 1.0, 1.0, 1.0]


def test_a_tank_on_the_way_that_breaks_takes_nothing_from_those_behind() -> None:
    city = chain([0.01, 0.02], [0.0, 0.008], tank=True)
    result = run_cascade(city, scenario(OutageSpec(assets=("tank",), lasts_h=10.0)))
    assert result.failure_probability[city.index["n1"]] == 0.0


def test_a_city_that_draws_more_than_it_gets_says_so_before_its_tank_is_empty() -> None:
    city = chain([0.002], [0.01], tank=True)  # 100 m3 at 8 l/s net: 3.5 h
    result = run_cascade(city, scenario(OutageSpec(assets=("far",), at_h=40.0, lasts_h=1.0)))
    (told,) = [text for text in result.warnings if "fall even in the undamaged city" in text]
    assert "3.5 h" in told

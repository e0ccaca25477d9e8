"""Static user equilibrium against exact and published answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from app.cli import main
from stratum_core.errors import InputError
from stratum_core.importers import read
from stratum_core.model import Assets, City, Links, Trips
from stratum_core.pipeline.assigning import assign
from stratum_core.population.assignment import Problem, equilibrium, problem_of
from stratum_core.population.assignment.delay import bpr
from stratum_core.population.traffic.network import RoadNetwork, network_from
from stratum_core.resource_files import resource


def problem(network: RoadNetwork, seconds: list[float], factor: list[float], trips: list[tuple[int, int, float]]) -> Problem:
    """Times t0 + slope x: with capacity 1, power 1 and factor slope / t0."""
    origin, goal, demand = (np.array(column) for column in zip(*sorted(trips), strict=True))
    t0 = np.array(seconds, dtype=float)
    ones = np.ones(network.links)
    return Problem(network, t0, ones, np.array(factor) / t0, ones, origin, goal, demand.astype(float))


def test_two_parallel_roads_take_equally_long() -> None:
    """t1 = 10 + x, t2 = 20 + x, six vehicles: all take the first, at 16; with 30: 20 and 10, both at 30."""
    network = network_from([0, 0], [1, 1], 100)
    assert equilibrium(problem(network, [10, 20], [1, 1], [(0, 1, 6.0)]), 1e-10).flow == pytest.approx([6, 0])
    found = equilibrium(problem(network, [10, 20], [1, 1], [(0, 1, 30.0)]), 1e-10)
    assert found.flow == pytest.approx([20, 10])
    assert found.seconds == pytest.approx([30, 30])


def test_braess_a_new_road_makes_everybody_slower() -> None:
    """Braess 1968: 6 vehicles, 10 x and 50 + x; without the short cut 83, with it (10 + x) 92."""
    tail, head = [0, 0, 1, 2], [1, 2, 3, 3]
    seconds, slope = [1e-9, 50, 50, 1e-9], [10, 1, 1, 10]
    before = equilibrium(problem(network_from(tail, head, 100), seconds, slope, [(0, 3, 6.0)]), 1e-9)
    assert before.seconds[0] + before.seconds[2] == pytest.approx(83, rel=1e-6)
    after = equilibrium(problem(network_from([*tail, 1], [*head, 2], 100), [*seconds, 10], [*slope, 1], [(0, 3, 6.0)]), 1e-9)
    assert after.flow == pytest.approx([4, 2, 2, 4, 2], rel=1e-5)
    assert after.seconds @ after.flow / 6 == pytest.approx(92, rel=1e-5)


def test_the_delay_of_the_bureau_of_public_roads() -> None:
    assert bpr([0.5, 1, 1.5, 2]).tolist() == pytest.approx([1.009375, 1.15, 1.759375, 3.4], abs=1e-12)


def test_ways_do_not_pass_through_zones() -> None:
    network = replace(network_from([0, 1, 0, 3], [1, 2, 3, 2], 100), through=np.array([True, False, True, True]))
    found = equilibrium(problem(network, [1, 1, 5, 5], [0, 0, 0, 0], [(0, 2, 3.0), (0, 1, 1.0), (1, 2, 2.0)]))
    assert found.flow.tolist() == [1, 2, 3, 3]


def test_trips_without_a_way_are_named() -> None:
    with pytest.raises(InputError, match="from 'node/1' to 'node/0'"):
        equilibrium(problem(network_from([0], [1], 100), [1], [0], [(1, 0, 1.0)]))


def town(vehicles: float = 900.0) -> City:
    assets = Assets(id=["a", "b"], sector=["roads"] * 2, kind=["crossing"] * 2, x=[0, 1000], y=[0, 0])
    links = Links(id=["r"], sector=["roads"], kind=["road"], start=["a"], end=["b"], capacity=[900], unit=["veh/h"],
                  free_flow_time=[60], lanes=[1])
    trips = Trips(id=["t", "u"], origin=["a", "a"], destination=["b", "a"], vehicles=[vehicles, 5])
    return City("t", assets=assets, links=links, trips=trips)


def test_a_city_answers_with_a_digest_and_says_what_it_assumed() -> None:
    found = assign(town())
    assert found.assets.tolist() == ["r", "r/back"]
    assert found.flows.tolist() == [900, 0]
    assert found.minutes == pytest.approx([1.15, 1])
    assert found.objective == pytest.approx(900 * (1 + 0.15 / 5))
    assert found.total_time_h == pytest.approx(900 * 1.15 / 60)
    assert any("BPR with 0.15 and 4" in note for note in found.warnings)
    assert any("left out" in note for note in found.warnings)
    assert found.digest == assign(town()).digest != assign(town(901)).digest


def test_more_than_capacity_is_told() -> None:
    assert any("a queue grows" in note for note in assign(town(1800)).warnings)


def test_a_city_without_trips_and_an_odd_gap_are_refused() -> None:
    with pytest.raises(InputError, match="no trips"):
        assign(City("t", assets=town().assets, links=town().links))
    with pytest.raises(InputError, match="gap 2 is outside"):
        assign(town(), 2)


@pytest.mark.parametrize(("name", "objective"), [("SiouxFalls", 4231335.287107440), ("Anaheim", 1286032.17)])
def test_published_equilibria(test_data: Path, name: str, objective: float) -> None:
    city = read([test_data / "roads" / f"tntp-{name}" / f"{name}_net.tntp"], crs="none")
    found = assign(city, 1e-6)
    assert found.gap <= 1e-6
    assert found.objective == pytest.approx(objective, rel=1e-6)


def test_every_road_of_sioux_falls_carries_the_published_flow_within_a_hundredth(test_data: Path) -> None:
    folder = test_data / "roads" / "tntp-SiouxFalls"
    found = assign(read([folder / "SiouxFalls_net.tntp"], crs="none"), 1e-4)
    best = {f"SiouxFalls/link/{int(a)}-{int(b)}": flow
            for a, b, flow in np.genfromtxt(folder / "SiouxFalls_flow.tntp", skip_header=1, usecols=(0, 1, 2))}
    assert found.flows == pytest.approx([best[name] for name in found.assets], rel=0.01)


def test_flow_is_conserved_at_every_node(test_data: Path) -> None:
    given = problem_of(read([test_data / "roads" / "tntp-Anaheim" / "Anaheim_net.tntp"], crs="none"))
    found, network = equilibrium(given), given.network
    balance = np.bincount(network.head, found.flow, network.nodes) - np.bincount(network.tail, found.flow, network.nodes)
    wanted = np.bincount(given.goal, given.demand, network.nodes) - np.bincount(given.origin, given.demand, network.nodes)
    assert balance == pytest.approx(wanted, abs=1e-6)


def test_the_page_of_the_command_fits_its_schema(test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    net = test_data / "roads" / "tntp-SiouxFalls" / "SiouxFalls_net.tntp"
    project, out = str(tmp_path / "town.stratum"), tmp_path / "page.json"
    assert main(["import", str(net), "--into", project, "--crs", "none", "--quiet"]) == 0
    assert main(["assign", project, "--gap", "1e-3", "--quiet", "--json", str(out)]) == 0
    page = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.validate(page, json.loads(resource("schemas/assignment.schema.json").read_text(encoding="utf-8")))
    assert len(page["flows"]) == len(page["assets"]) == 76
    assert main(["assign", project, "--gap", "7"]) == 2

"""Impact, requirements, ranking, paths and cuts on a town small enough to know the answers, and on the sample city."""

from __future__ import annotations

import time

import networkx as nx
import numpy as np
import pytest

from stratum_core.errors import Cancelled, InputError
from stratum_core.graph import critical, cuts, ego, impact, knowledge_graph, path, requirements
from stratum_core.graph.cuts import articulation_and_bridges
from stratum_core.ledger.canonical import canonical_json
from stratum_core.model import City
from stratum_core.ports import CancelToken


def lost(city: City, *assets: str) -> set[str]:
    return {row.asset for row in impact(city, *assets).lost}


SPUR = {"bus/4", "house", "pump", "tap", "clinic"}


@pytest.mark.parametrize(("fails", "expected"), [
    (["feed/1"], {"feed/1"}), (["line/12"], {"line/12"}), (["bus/1"], {"bus/1", "feed/1"}),
    (["line/34"], {"line/34", *SPUR}), (["bus/3"], {"bus/3", *SPUR}),
    (["line/23", "line/31"], {"line/23", "line/31", "bus/3", *SPUR}),
    (["pump"], {"pump", "tap", "clinic"}), (["lake"], {"lake", "works", "tap", "clinic"}), (["house"], {"house"}),
    (["feed/1", "feed/2"], {"feed/1", "feed/2", "bus/1", "bus/2", "bus/3", *SPUR}),
    (["tap"], {"tap", "clinic"}),
])
def test_what_is_lost(town: City, fails: list[str], expected: set[str]) -> None:
    assert lost(town, *fails) == expected


def test_each_loss_names_its_edge_and_the_chain_leads_back(town: City) -> None:
    found = impact(town, "line/34")
    rows = {row.asset: row for row in found.lost}
    assert (rows["bus/4"].rule, rows["bus/4"].because, rows["bus/4"].link) == ("cut off", "line/34", "line/34")
    assert (rows["house"].rule, rows["house"].because) == ("node lost", "bus/4")
    assert (rows["pump"].rule, rows["pump"].because, rows["pump"].service) == ("need lost", "bus/4", "power")
    assert (rows["clinic"].rule, rows["clinic"].because, rows["clinic"].group) == ("need lost", "tap", "water")
    assert [step.asset for step in found.chain("clinic")] == ["line/34", "bus/4", "pump", "tap", "clinic"]
    assert [step.round for step in found.chain("clinic")] == [0, 1, 2, 3, 4]
    assert found.chain("lake") == ()


def test_people_are_counted_by_service(town: City) -> None:
    found = impact(town, "bus/4")
    assert found.people == {"power": 10.0, "water": 11.0, "health": 12.0}
    assert found.anyone == 33.0


def test_requirements_go_upstream_with_group_and_buffer(town: City) -> None:
    needs = {(row.by, row.asset): row for row in requirements(town, "clinic").needs}
    first = needs["clinic", "bus/4"]
    assert (first.hop, first.kind, first.group, first.needed, first.of, first.buffer_h) == (1, "service", "power", 1, 2, 3.0)
    assert first.alone  # the pump behind its water needs it too
    assert not needs["clinic", "bus/1"].alone
    assert (needs["tap", "pump"].kind, needs["tap", "pump"].alone) == ("link", True)
    assert needs["pump", "bus/4"].hop == 3
    assert ("works", "lake") in needs


def test_an_unknown_asset_is_an_error_that_offers_the_nearest(town: City) -> None:
    with pytest.raises(InputError, match="bus/4"):
        impact(town, "bus/44")
    with pytest.raises(InputError, match="clinic"):
        requirements(town, "clinik")


def test_the_ranking_is_the_impact_of_each_alone(town: City) -> None:
    ranking = critical(town, 100).ranking
    assert {row.asset for row in ranking[:3]} == {"bus/3", "bus/4", "line/34"}
    for row in ranking:
        alone = impact(town, row.asset)
        assert (row.anyone, row.people, row.lost) == (alone.anyone, alone.people, len(alone.lost))
    assert [row.rank for row in ranking] == list(range(1, len(ranking) + 1))


def test_a_cancelled_ranking_gives_nothing(town: City) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        critical(town, cancel=token)


def test_paths_follow_the_failure_first(town: City) -> None:
    way = path(town, "line/34", "clinic")
    assert way.found
    assert way.directed
    assert [node.asset for node in way.nodes] == ["line/34", "bus/4", "clinic"]
    back = path(town, "clinic", "line/34")
    assert (back.found, back.directed) == (True, False)
    assert [edge.relation for edge in back.edges] == ["power", "network"]


def test_surroundings_end_at_the_hops_asked_for(town: City) -> None:
    near = ego(town, "pump", 1)
    assert {node.asset for node in near.nodes} == {"pump", "bus/4", "works", "tap"}
    assert all(node.hop <= 1 for node in near.nodes)


def test_cuts_by_sector(town: City) -> None:
    found = cuts(town)
    assert found.articulation == {"power": ("bus/3",), "water": ("works",)}
    assert found.bridges == {"power": ("line/34",), "water": ("main", "pump")}


def test_karate_club_has_one_articulation_point_and_one_bridge() -> None:
    edges = np.array(nx.karate_club_graph().edges())
    point, bridge = articulation_and_bridges(34, edges[:, 0], edges[:, 1])
    assert np.flatnonzero(point).tolist() == [0]
    assert edges[bridge].tolist() == [[0, 11]]


@pytest.mark.parametrize("seed", range(20))
def test_cuts_are_those_of_networkx_and_parallel_edges_are_no_bridges(seed: int) -> None:
    graph = nx.gnm_random_graph(30, 34, seed=seed)
    edges = np.array(graph.edges())
    point, bridge = articulation_and_bridges(30, edges[:, 0], edges[:, 1])
    assert set(np.flatnonzero(point)) == set(nx.articulation_points(graph))
    assert {tuple(sorted(e)) for e in edges[bridge].tolist()} == {tuple(sorted(e)) for e in nx.bridges(graph)}
    doubled = np.vstack([edges, edges])
    assert not articulation_and_bridges(30, doubled[:, 0], doubled[:, 1])[1].any()


def test_answers_are_ready_for_json(town: City) -> None:
    for answer in (impact(town, "bus/4"), requirements(town, "clinic"), critical(town), path(town, "pump", "tap"),
                   ego(town, "tap"), cuts(town)):
        assert canonical_json(answer).startswith(b"{")


def test_the_sample_city_answers_fast(sample: City) -> None:
    graph = knowledge_graph(sample)
    impact(graph, "mv/bus/58")
    started = time.perf_counter()
    found = impact(sample, "mv/bus/35")
    assert time.perf_counter() - started < 0.25
    assert len(found.lost) > 1_000
    assert impact(graph, "mv/bus/35") == found


def test_a_station_takes_its_own_district_first(sample: City) -> None:
    found = impact(sample, "mv/bus/35")
    assert found.lost[0].asset == "mv/bus/35"
    assert found.people is not None
    assert 0 < found.people["power"] < 3_657
    assert found.people["gas"] == 0

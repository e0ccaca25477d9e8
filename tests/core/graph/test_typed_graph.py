"""Nodes, layers and typed edges; paths by hops and by strength; parts chosen by a filter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.graph import ego, path, paths, subgraph, typed_graph
from stratum_core.graph.editing import corrected_dependency, new_dependency
from stratum_core.model import Industries, Trade
from stratum_core.model.changes import removed
from stratum_core.model.city import City

WHO = {"author": "A", "date": "2026-11-22"}


def test_services_and_blocks_are_nodes_of_the_social_layer(town: City) -> None:
    graph = typed_graph(town)
    node = graph.node(graph.find("service/health"))
    assert (node.type, node.layer) == ("service", "social")
    near = ego(town, "clinic", 1)
    assert {"home/2", "service/health", "tap", "bus/1", "bus/4"} == {n.asset for n in near.nodes} - {"clinic"}
    relation = {(e.start, e.end): e.relation for e in near.edges}
    assert relation["clinic", "home/2"] == "health"
    assert relation["clinic", "service/health"] == "gives"
    assert {n.asset for n in ego(town, "clinic", 1, layers=("social",)).nodes} == {"clinic", "home/2", "service/health"}


def test_an_edge_says_who_says_so(town: City) -> None:
    city = corrected_dependency(town, "need/0", {"confidence": 0.7, "strength": 0.5, "strength_low": 0.2}, **WHO).applied(town)
    edge = next(e for e in ego(city, "pump", 1).edges if e.relation == "power")
    assert (edge.id, edge.author, edge.date, edge.confidence, edge.strength, edge.strength_low, edge.strength_high) == (
        "need/0", "A", "2026-11-22", 0.7, 0.5, 0.2, None)


def test_k_paths_by_hops_and_the_likeliest_by_strength(town: City) -> None:
    found = paths(town, "feed/1", "clinic", 3).paths
    assert [len(way.edges) for way in found] == sorted(len(way.edges) for way in found)
    assert [node.asset for node in found[0].nodes] == ["feed/1", "bus/1", "clinic"]
    weak = corrected_dependency(town, "need/2", {"strength": 0.1}, **WHO).applied(town)
    best = paths(weak, "feed/1", "clinic", 1, by="strength").paths[0]
    assert "bus/4" in {node.asset for node in best.nodes}
    assert best.strength == 1.0
    assert paths(weak, "feed/1", "clinic", 9, by="strength").paths[-1].strength == pytest.approx(0.1)
    assert paths(town, "clinic", "feed/1").paths == ()
    with pytest.raises(InputError, match="no 'luck'"):
        paths(town, "feed/1", "clinic", by="luck")


def test_parts_by_filter_and_layer(town: City) -> None:
    part = subgraph(town, "sector = water and type = asset")
    assert {node.asset for node in part.nodes} == {"lake", "works", "tap"}
    assert part.edges == ()
    assert {e.relation for e in subgraph(town, "sector = water").edges} == {"network"}
    with pytest.raises(InputError, match="Did you mean 'social'"):
        subgraph(town, layers=("socal",))


@pytest.mark.parametrize("seed", range(4))
def test_the_typed_graph_follows_changes(town: City, seed: int) -> None:
    random = np.random.default_rng(seed)
    graph, city = typed_graph(town), town
    for _ in range(20):
        rows = city.dependencies.id
        if random.random() < 0.5 or not len(rows):
            a, b = random.choice(city.component_ids, 2, replace=False)
            change = new_dependency(city, {"dependent": a, "supplier": b, "service": "water"}, **WHO)
        else:
            change = removed(city, "dependencies", str(random.choice(rows)))
        graph.apply(change)
        city = change.applied(city)
    anew = typed_graph(city)
    for each in ("feed/1", "clinic", "pump"):
        one, other = ego(graph, each, 3), ego(anew, each, 3)
        assert one.nodes == other.nodes
        assert sorted(map(repr, one.edges)) == sorted(map(repr, other.edges))
        assert len(path(graph, "lake", each).edges) == len(path(anew, "lake", each).edges)


def test_industries_need_services_and_one_another(town: City) -> None:
    city = replace(
        town, industries=Industries(id=["farms", "works"], needs_power=[np.nan, 0.9], jobs=[5, 7]),
        trade=Trade(id=["a", "b"], seller=["farms", "works"], buyer=["works", "works"], value=[1, 1]),
        blocks=town.blocks.with_columns(industry=np.array(["farms", *[""] * (len(town.blocks) - 1)], object)))
    graph = typed_graph(city)
    node = graph.node(graph.find("works"))
    assert (node.type, node.layer, node.kind) == ("industry", "economic", "industry")
    edges = {(e.start, e.end, e.relation): e for e in ego(graph, "works", 2).edges}
    assert edges["service/power", "works", "power"].strength == 0.9
    assert ("farms", "works", "sells") in edges
    assert ("home/0", "farms", "works for") in edges
    assert ("works", "works", "sells") not in edges
    assert {edge.layer for edge in edges.values() if edge.end in ("farms", "works")} == {"economic"}
    by_service = [way for way in paths(graph, "feed/1", "works", 20, by="strength").paths if way.nodes[-2].type == "service"]
    assert by_service[0].strength == pytest.approx(0.9)
    assert {n.asset for n in subgraph(graph, "type = industry and jobs > 6").nodes} == {"works"}

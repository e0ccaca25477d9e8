"""The changing graph against networkx, after any sequence of changes."""

from __future__ import annotations

from itertools import pairwise

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.graph.digraph import Digraph, Search


def _changed(seed: int, nodes: int = 30, changes: int = 200) -> tuple[Digraph, networkx.MultiDiGraph]:
    random = np.random.default_rng(seed)
    ends = random.integers(0, nodes, (2, 40))
    weights = random.integers(1, 9, 40).astype(float)
    graph, theirs = Digraph(nodes, *ends, weights), networkx.MultiDiGraph()
    theirs.add_nodes_from(range(nodes))
    alive = {}
    for edge, (a, b, w) in enumerate(zip(*ends.tolist(), weights.tolist(), strict=True)):
        alive[edge] = (a, b)
        theirs.add_edge(a, b, edge, weight=w)
    for _ in range(changes):
        what = random.integers(0, 3)
        if what == 0 or not alive:
            a, b, w = int(random.integers(nodes)), int(random.integers(nodes)), float(random.integers(1, 9))
            edge = graph.add(a, b, w)
            assert edge not in alive
            alive[edge] = (a, b)
            theirs.add_edge(a, b, edge, weight=w)
            continue
        edge = int(random.choice(list(alive)))
        a, b = alive[edge]
        if what == 1:
            graph.remove(edge)
            theirs.remove_edge(a, b, edge)
            del alive[edge]
        else:
            graph.reweight(edge, 2.5)
            theirs[a][b][edge]["weight"] = 2.5
    return graph, theirs


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_searches_after_any_changes_are_those_of_networkx(seed: int) -> None:
    graph, theirs = _changed(seed)
    assert graph.edges == theirs.number_of_edges()
    for each in (graph, graph.copy()):
        search = Search(each)
        lengths = dict(networkx.all_pairs_dijkstra_path_length(theirs))
        hops = dict(networkx.all_pairs_shortest_path_length(theirs))
        for a in range(0, 30, 7):
            assert set(search.descendants(a).tolist()) == {a} | networkx.descendants(theirs, a)
            assert set(search.ancestors(a).tolist()) == {a} | networkx.ancestors(theirs, a)
            assert set(search.descendants(a, 2).tolist()) == {n for n, h in hops[a].items() if h <= 2}
            for b in range(0, 30, 5):
                route, few = search.shortest(a, b), search.fewest_hops(a, b)
                assert (route is None) == (b not in lengths[a])
                if route is not None and few is not None:
                    assert route.length == pytest.approx(lengths[a][b])
                    assert len(few.edges) == hops[a][b]
                    _is_a_path(each, route.nodes, route.edges, a, b)
                    _is_a_path(each, few.nodes, few.edges, a, b)


def _is_a_path(graph: Digraph, nodes: tuple[int, ...], edges: tuple[int, ...], a: int, b: int) -> None:
    assert (nodes[0], nodes[-1]) == (a, b)
    assert [(int(graph.start[e]), int(graph.end[e])) for e in edges] == list(pairwise(nodes))


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_k_shortest_paths_are_the_shortest_simple_ones(seed: int) -> None:
    random = np.random.default_rng(seed)
    edges = np.unique(random.integers(0, 9, (25, 2)), axis=0)
    weights = random.integers(1, 5, len(edges)).astype(float)
    theirs = networkx.DiGraph()
    theirs.add_nodes_from(range(9))
    theirs.add_weighted_edges_from((int(a), int(b), w) for (a, b), w in zip(edges, weights, strict=True))
    found = [route.length for route in Search(Digraph(9, edges[:, 0], edges[:, 1], weights)).k_shortest(0, 8, 6)]
    all_paths = networkx.all_simple_paths(theirs, 0, 8)
    lengths = sorted(networkx.path_weight(theirs, path, "weight") for path in all_paths)
    assert found == pytest.approx(lengths[:6])


def test_parallel_edges_give_paths_of_their_own() -> None:
    graph = Digraph(2, np.array([0, 0]), np.array([1, 1]), np.array([1.0, 2.0]))
    assert [route.edges for route in Search(graph).k_shortest(0, 1, 5)] == [(0,), (1,)]


def test_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="outside 0 to 1"):
        Digraph(2, np.array([0]), np.array([2]))
    with pytest.raises(InputError, match="no node 7"):
        Search(Digraph(2, np.array([0]), np.array([1]))).descendants(7)

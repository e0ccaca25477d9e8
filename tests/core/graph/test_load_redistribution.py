"""Betweenness, efficiency and cascades of redistributed load, against networkx and by hand."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import Cancelled, InputError
from stratum_core.graph.betweenness import Neighbours, betweenness, component_sizes, distances
from stratum_core.graph.load_redistribution import load_cascade
from stratum_core.ports import CancelToken

EDGES = st.integers(1, 14).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)))


def arrays(edges: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def simple(nodes: int, edges: list[tuple[int, int]]) -> networkx.Graph:
    graph = networkx.Graph((a, b) for a, b in edges if a != b)
    graph.add_nodes_from(range(nodes))
    return graph


@settings(max_examples=80, deadline=None)
@given(EDGES)
def test_figures_are_those_of_networkx(given: tuple[int, list[tuple[int, int]]]) -> None:
    nodes, edges = given
    network, graph = Neighbours(nodes, *arrays(edges)), simple(nodes, edges)
    for endpoints in (False, True):
        theirs = networkx.betweenness_centrality(graph, normalized=False, endpoints=endpoints)
        assert betweenness(network, endpoints=endpoints) == pytest.approx([theirs[i] for i in range(nodes)])
    assert distances(network).efficiency == pytest.approx(networkx.global_efficiency(graph))
    sizes = {node: len(part) for part in networkx.connected_components(graph) for node in part}
    assert component_sizes(network).tolist() == [sizes[i] for i in range(nodes)]


@settings(max_examples=40, deadline=None)
@given(EDGES, st.sampled_from([0.0, 0.1, 0.5, 2.0]))
def test_a_cascade_is_the_rule_written_out(given: tuple[int, list[tuple[int, int]]], tolerance: float) -> None:
    nodes, edges = given
    graph = simple(nodes, edges)
    load = networkx.betweenness_centrality(graph, normalized=False, endpoints=True)
    gone = {0}
    while gone:
        graph.remove_nodes_from(gone)
        now = networkx.betweenness_centrality(graph, normalized=False, endpoints=True) if len(graph) > 1 else {}
        gone = {node for node, value in now.items() if value > (1 + tolerance) * load[node] + 1e-9}
    found = load_cascade(nodes, *arrays(edges), [0], tolerance)
    assert set(np.flatnonzero(found.standing).tolist()) == set(graph)
    assert found.largest == max((len(part) for part in networkx.connected_components(graph)), default=0)


def test_a_ring_that_loses_a_node_overloads_the_far_side() -> None:
    found = load_cascade(6, *arrays([(i, (i + 1) % 6) for i in range(6)]), [0], 0.1)
    assert found.removed[0].tolist() == [0]
    assert len(found.removed) > 1
    assert found.largest < 5


def test_without_an_attack_nothing_happens() -> None:
    found = load_cascade(3, *arrays([(0, 1), (1, 2)]), [], 0.0)
    assert found.standing.all()
    assert found.removed == ()


@pytest.mark.parametrize(("edges", "attacked", "tolerance", "words"), [
    ([(0, 3)], [0], 0.1, "node 3"), ([(0, 1)], [-1], 0.1, "node -1"), ([(0, 1)], [0], -0.1, "tolerance"),
])
def test_what_cannot_be_is_refused(edges: list[tuple[int, int]], attacked: list[int], tolerance: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load_cascade(3, *arrays(edges), attacked, tolerance)


def test_it_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        load_cascade(3, *arrays([(0, 1)]), [0], 0.1, cancel=token)

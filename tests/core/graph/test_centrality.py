"""Centralities against networkx on networks with loops, dead ends and several parts."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from scipy.stats import spearmanr

from stratum_core.errors import InputError
from stratum_core.graph.betweenness import Neighbours, betweenness, distances
from stratum_core.graph.centrality import communities, core_numbers, katz, page_rank
from stratum_core.graph.digraph import Digraph


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_nodes_are_those_of_networkx(seed: int) -> None:
    graph = networkx.gnm_random_graph(120, 200, seed=seed)
    start, end = np.array(graph.edges()).T
    network = Neighbours(120, start, end)
    for ours, theirs in (
        (core_numbers(network), networkx.core_number(graph)),
        (distances(network).closeness, networkx.closeness_centrality(graph)),
        (katz(network, alpha=0.05), networkx.katz_centrality_numpy(graph, alpha=0.05)),
    ):
        assert ours == pytest.approx([theirs[n] for n in range(120)], abs=1e-9)
    one_way = networkx.gnm_random_graph(120, 200, seed=seed, directed=True)
    rank = networkx.pagerank(one_way, tol=1e-13, max_iter=1000)
    assert page_rank(Digraph(120, *np.array(one_way.edges()).T)) == pytest.approx([rank[n] for n in range(120)], abs=1e-9)


def test_pivots_estimate_betweenness_without_bias() -> None:
    graph = networkx.gnm_random_graph(200, 420, seed=1)
    network = Neighbours(200, *np.array(graph.edges()).T)
    exact = betweenness(network)
    estimates = np.array([betweenness(network, pivots=20, seed=seed) for seed in range(200)])
    error = estimates.std(axis=0) / np.sqrt(200)
    assert np.mean(np.abs(estimates.mean(axis=0) - exact) <= 4 * error + 1e-9) > 0.99
    assert spearmanr(betweenness(network, pivots=100, seed=3), exact)[0] > 0.95
    assert betweenness(network, pivots=500) == pytest.approx(exact)


def test_katz_refuses_a_damping_at_which_walks_outgrow_it() -> None:
    star = Neighbours(5, np.zeros(4, dtype=np.int64), np.arange(1, 5))
    with pytest.raises(InputError, match=r"alpha 0.5 is not below 0.5"):
        katz(star, alpha=0.5)


def test_two_cliques_joined_by_one_edge_are_two_communities() -> None:
    first = [(a, b) for a in range(6) for b in range(a)]
    edges = np.array([*first, *((a + 6, b + 6) for a, b in first), (0, 6)])
    member = communities(Neighbours(12, *edges.T))
    assert set(member[:6]) == {member[0]}
    assert set(member[6:]) == {member[6]} != {member[0]}

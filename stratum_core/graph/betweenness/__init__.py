"""Shortest paths between all pairs of an undirected, unweighted network: betweenness and efficiency, exact."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.graph.betweenness import kernels
from stratum_core.model.fields import Floats, Ints
from stratum_core.ports import CancelToken

#: start nodes between two looks at the cancel token
CHUNK = 256


class Neighbours:
    """Who is next to whom, by rows (ptr, other). Parallel edges count once and loops not at all."""

    def __init__(self, nodes: int, start: Ints, end: Ints) -> None:
        tails, heads = np.concatenate([start, end]), np.concatenate([end, start])
        codes = np.unique((tails * nodes + heads)[tails != heads])
        self.nodes = nodes
        self.other = (codes % nodes).astype(np.int32) if nodes else np.zeros(0, dtype=np.int32)
        counts = np.bincount(codes // nodes, minlength=nodes) if nodes else np.zeros(0, dtype=np.int64)
        self.ptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def betweenness(network: Neighbours, *, endpoints: bool = False, cancel: CancelToken | None = None) -> Floats:
    """(nodes,) number of shortest paths between pairs of others that pass each node, a pair with several paths shared by them.

    Unnormalised, each pair once (Brandes, J. Math. Sociology 25(2), 2001). endpoints: paths that begin or end at a node
    count too. Raises Cancelled.
    """
    load, nodes = np.zeros(network.nodes), network.nodes
    order, distance = np.zeros(nodes, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    paths, passing = np.zeros(nodes), np.zeros(nodes)
    for first in range(0, nodes, CHUNK):
        if cancel is not None:
            cancel.check()
        kernels.accumulate(network.ptr, network.other, first, min(first + CHUNK, nodes), order, distance, paths, passing, load)
    # every pair was met from both of its ends
    load /= 2.0
    return load + (component_sizes(network) - 1) if endpoints else load


def component_sizes(network: Neighbours) -> Ints:
    """(nodes,) how many nodes hang together with each, itself included."""
    if not network.nodes:
        return np.zeros(0, dtype=np.int64)
    shape = (network.nodes, network.nodes)
    graph = csr_matrix((np.ones(len(network.other)), network.other, network.ptr), shape=shape)
    _, label = connected_components(graph, directed=False)
    sizes: Ints = np.bincount(label)[label]
    return sizes


def efficiency(network: Neighbours, *, cancel: CancelToken | None = None) -> float:
    """Mean over all pairs of nodes of 1 / distance, 0 for pairs without a path (Latora & Marchiori, PRL 87:198701, 2001).

    Raises Cancelled. 0 for fewer than two nodes.
    """
    nodes, total = network.nodes, 0.0
    order, distance = np.zeros(nodes, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    for first in range(0, nodes, CHUNK):
        if cancel is not None:
            cancel.check()
        total += kernels.inverse_distances(network.ptr, network.other, first, min(first + CHUNK, nodes), order, distance)
    return total / (nodes * (nodes - 1)) if nodes > 1 else 0.0

"""Shortest paths between all pairs of an undirected, unweighted network: betweenness, distances, efficiency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.graph.betweenness import kernels
from stratum_core.model.fields import Floats, Ints
from stratum_core.ports import CancelToken, Progress, silent

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


def betweenness(
    network: Neighbours, *, endpoints: bool = False, pivots: int | None = None, seed: int = 0,
    progress: Progress = silent, cancel: CancelToken | None = None,
) -> Floats:
    """(nodes,) number of shortest paths between pairs of others that pass each node, a pair with several paths shared by them.

    Unnormalised, each pair once (Brandes, J. Math. Sociology 25(2), 2001). endpoints: paths that begin or end at a node
    count too. pivots: estimated from the paths out of so many nodes drawn without replacement, scaled by nodes / pivots
    (Brandes & Pich, Int. J. Bifurcation and Chaos 17(7), 2007), each path counted at a node by the share of it behind the node
    (Geisberger, Sanders & Schultes, ALENEX 2008), which is unbiased too and spreads less. Raises Cancelled.
    """
    load, nodes = np.zeros(network.nodes), network.nodes
    order, distance = np.zeros(nodes + 1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    paths, share = np.zeros(nodes), np.zeros(nodes)
    sources = np.arange(nodes, dtype=np.int32)
    sampled = pivots is not None and pivots < nodes
    if sampled:
        sources = np.random.default_rng(seed).choice(sources, pivots, replace=False)
    for first in range(0, len(sources), CHUNK):
        if cancel is not None:
            cancel.check()
        kernels.accumulate(network.ptr, network.other, sources[first : first + CHUNK], sampled, order, distance, paths, share,
                           load)
        progress(min(first + CHUNK, len(sources)), len(sources))
    # every pair was met from both of its ends; counted by length it is shared between them
    load *= nodes / max(len(sources), 1) / (1.0 if sampled else 2.0)
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


@dataclass(frozen=True)
class Distances:
    """By node: how many others it reaches, the sum of the distances to them, of their inverses, and the greatest, in edges."""

    reached: Ints
    total: Floats
    inverse: Floats
    farthest: Ints

    @property
    def closeness(self) -> Floats:
        """(nodes,) share of the others that are reached over the mean distance to them (Wasserman & Faust 1994, p. 201)."""
        others = max(len(self.reached) - 1, 1)
        near: Floats = np.divide(self.reached**2, self.total * others, out=np.zeros(len(self.total)), where=self.total > 0)
        return near

    @property
    def diameter(self) -> int:
        """The greatest distance between two that are joined."""
        return int(self.farthest.max(initial=0))

    @property
    def efficiency(self) -> float:
        """Mean over all pairs of 1 / distance, 0 for pairs without a path (Latora & Marchiori, PRL 87:198701, 2001)."""
        nodes = len(self.inverse)
        return float(self.inverse.sum()) / (nodes * (nodes - 1)) if nodes > 1 else 0.0


def distances(network: Neighbours, *, progress: Progress = silent, cancel: CancelToken | None = None) -> Distances:
    """Distances between all pairs, summed by node. Raises Cancelled."""
    nodes = network.nodes
    order, distance = np.zeros(nodes, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    found = Distances(np.zeros(nodes, np.int64), np.zeros(nodes), np.zeros(nodes), np.zeros(nodes, np.int64))
    for first in range(0, nodes, CHUNK):
        if cancel is not None:
            cancel.check()
        last = min(first + CHUNK, nodes)
        kernels.distances(network.ptr, network.other, first, last, order, distance, found.reached, found.total, found.inverse,
                          found.farthest)
        progress(last, nodes)
    return found

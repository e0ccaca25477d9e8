"""How central the nodes of a network are, by structure alone: degree of being met, reached, linked to and nested.

Betweenness and distances are in ``graph.betweenness``. None of these knows capacities, people or redundancy: they say where
a network is thin, not what its loss costs.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import ArpackNoConvergence, eigs

from stratum_core.errors import InputError
from stratum_core.graph.betweenness import Neighbours
from stratum_core.graph.digraph import Digraph, kernels
from stratum_core.model.fields import Floats, Ints

_MOST_SWEEPS = 500


def page_rank(graph: Digraph, *, damping: float = 0.85, tolerance: float = 1e-10) -> Floats:
    """(nodes,) share of time that a walk along edges spends at each, which jumps anywhere with 1 - damping and out of dead ends.

    Page, Brin, Motwani & Winograd 1999. Weights are not used; sums to 1.
    """
    rank = np.full(graph.nodes, 1.0 / max(graph.nodes, 1))
    leaving = 1.0 / np.maximum(graph.out.length, 1)
    into = graph.into
    kernels.page_rank(into.begin, into.length, into.node, leaving, damping, tolerance, _MOST_SWEEPS, rank, rank * leaving)
    # the walk was solved as if it ended in dead ends; jumping out of them alike multiplies all by one factor
    scaled: Floats = rank / rank.sum() if graph.nodes else rank
    return scaled


def katz(network: Neighbours, *, alpha: float = 0.1, tolerance: float = 1e-12) -> Floats:
    """(nodes,) x = alpha A x + 1, scaled to length 1 (Katz, Psychometrika 18, 1953).

    Raises InputError where alpha reaches 1 / the greatest eigenvalue, beyond which walks outgrow their damping.
    """
    matrix = csr_matrix((np.ones(len(network.other)), network.other, network.ptr), shape=(network.nodes, network.nodes))
    limit = 1.0 / spectral_radius(network)
    if alpha >= limit:
        raise InputError(f"alpha {alpha:g} is not below {limit:.4g}, 1 / the greatest eigenvalue of this network",
                         repair="give a smaller alpha")
    x = np.ones(network.nodes)
    change = np.inf
    while change > tolerance * np.abs(x).max(initial=1.0):
        new = alpha * (matrix @ x) + 1.0
        change = float(np.abs(new - x).max(initial=0.0))
        x = new
    scaled: Floats = x / np.linalg.norm(x)
    return scaled


def spectral_radius(network: Neighbours) -> float:
    """The greatest eigenvalue of the adjacency matrix; a tiny number for a network without edges."""
    if not len(network.other):
        return 1e-12
    shape = (network.nodes, network.nodes)
    matrix = csr_matrix((np.ones(len(network.other)), network.other, network.ptr), shape=shape)
    if network.nodes < 50:
        return float(np.linalg.eigvalsh(matrix.toarray())[-1])
    try:
        return float(eigs(matrix, k=1, which="LR", v0=np.ones(network.nodes), return_eigenvectors=False)[0].real)
    except ArpackNoConvergence:
        return float(np.sqrt(np.diff(network.ptr).max() * (network.nodes - 1)))  # a bound: no eigenvalue is greater


def core_numbers(network: Neighbours) -> Ints:
    """(nodes,) the greatest k whose core, in which all have k neighbours or more, holds the node (Batagelj & Zaversnik 2003)."""
    core: Ints = kernels.cores(network.ptr, network.other)
    return core


def communities(network: Neighbours, *, seed: int = 0) -> Ints:
    """(nodes,) number of the community of each, the largest 0: Louvain (Blondel et al., J. Stat. Mech. P10008, 2008).

    Nodes without neighbours are communities of their own.
    """
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(network.nodes))
    tails = np.repeat(np.arange(network.nodes), np.diff(network.ptr))
    graph.add_edges_from(zip(tails.tolist(), network.other.tolist(), strict=True))
    groups = sorted(networkx.community.louvain_communities(graph, seed=seed), key=lambda group: (-len(group), min(group)))
    member = np.zeros(network.nodes, dtype=np.int64)
    for number, group in enumerate(groups):
        member[list(group)] = number
    return member

"""The fewest components whose loss cuts a class of sources off from a service or a component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from stratum_core.errors import InputError
from stratum_core.graph.filters import chosen
from stratum_core.graph.paths import Graph
from stratum_core.graph.typed import Node, TypedGraph, typed_graph
from stratum_core.model.fields import Bools, Ints

#: more than any cut: what cannot be taken away
_WHOLE = 2**30


@dataclass(frozen=True)
class MinimumCut:
    """The fewest components between sources and target, found by maximum flow (Ford & Fulkerson 1956, by vertices).

    size: how many, which is also how many ways without a common component there are; None where a source touches the target.
    sources: how many there are. Every way counts as an alternative: where a component needs several things at once,
    fewer losses can do.
    """

    sources_filter: str
    target: str
    sources: int
    size: int | None
    cut: tuple[Node, ...]


def minimum_cut(city: Graph, sources: str, target: str) -> MinimumCut:
    """The smallest cut between the nodes that the filter ``sources`` chooses and ``target`` ('service/power', or a component).

    Sources and target themselves stay whole, and so do services and blocks. Raises InputError.
    """
    graph = typed_graph(city)
    start = np.flatnonzero(chosen(sources, graph.columns))
    goal = graph.find(target)
    if not len(start):
        raise InputError(f"no component fits '{sources}'", where="sources", repair="widen it, such as kind = external_grid")
    if goal in start:
        raise InputError(f"'{target}' is itself a source", where="target", repair="choose sources that leave it out")
    size, residual = _flow(graph, start, goal)
    if size >= _WHOLE:
        return MinimumCut(sources, str(graph.columns["id"][goal]), len(start), None, ())
    reached = np.zeros(residual.shape[0], dtype=np.bool_)
    reached[breadth_first_order(residual, residual.shape[0] - 1, return_predecessors=False)] = True
    nodes = graph.size
    cut = np.flatnonzero(reached[:nodes] & ~reached[nodes : 2 * nodes])
    return MinimumCut(sources, str(graph.columns["id"][goal]), len(start), size, tuple(graph.node(int(node)) for node in cut))


def _flow(graph: TypedGraph, start: Ints, goal: int) -> tuple[int, csr_matrix]:
    """The maximum flow and what is left over: node n enters at n, leaves at n + nodes; the last node feeds all sources."""
    nodes, digraph = graph.size, graph.digraph
    used = np.flatnonzero((digraph.start >= 0) & _whole_ends(graph))
    every = np.arange(nodes)
    room = np.where(every < graph.components, 1, _WHOLE)
    room[start] = room[goal] = _WHOLE
    tails = np.concatenate([every, digraph.start[used] + nodes, np.full(len(start), 2 * nodes)])
    heads = np.concatenate([every + nodes, digraph.end[used], start])
    size = np.concatenate([room, np.full(len(used) + len(start), _WHOLE)])
    pair, place = np.unique(np.column_stack([tails, heads]), axis=0, return_index=True)  # parallel edges are one way
    capacity = csr_matrix((size[place].astype(np.int32), (pair[:, 0], pair[:, 1])), shape=(2 * nodes + 1, 2 * nodes + 1))
    found = maximum_flow(capacity, 2 * nodes, int(goal))
    residual = (capacity - found.flow).tocsr()
    residual.data = np.maximum(residual.data, 0)
    residual.eliminate_zeros()
    return int(found.flow_value), residual


def _whole_ends(graph: TypedGraph) -> Bools:
    """Edges whose ends are in service and supplied now."""
    working = np.ones(graph.size + 1, dtype=np.bool_)
    working[: graph.components] = graph.graph.arrays.working
    ends: Bools = working[graph.digraph.start] & working[graph.digraph.end]
    return ends

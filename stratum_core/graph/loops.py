"""Loops between sectors: components that in the end need each other, so that none comes back first by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.graph.compiled import KnowledgeGraph
from stratum_core.graph.digraph import Digraph, Search
from stratum_core.graph.paths import Graph
from stratum_core.graph.typed import Edge, Node, TypedGraph, typed_graph
from stratum_core.model.fields import Ints


@dataclass(frozen=True)
class Loop:
    """Components of several sectors that need each other. shortest: one loop, its edges the way a failure goes."""

    sectors: tuple[str, ...]
    components: int
    people: float
    shortest: tuple[Node, ...]
    needs: tuple[Edge, ...]


@dataclass(frozen=True)
class Loops:
    """All loops between sectors, the one with most components first.

    Along networks only the ways that supply takes now count; a redundancy group counts as needing all of its suppliers.
    """

    loops: tuple[Loop, ...]


def loops(city: Graph) -> Loops:
    """Loops across sectors (strongly connected parts with more than one sector, Tarjan 1972)."""
    graph = typed_graph(city)
    start, end = _supply(graph.graph)
    components = graph.components
    matrix = csr_matrix((np.ones(len(start), np.int8), (start, end)), shape=(components, components))
    _, part = connected_components(matrix, connection="strong")
    sectors = graph.columns["sector"]
    found = []
    for number in np.flatnonzero(np.bincount(part) > 1):
        members = np.flatnonzero(part == number)
        if len(set(sectors[members])) > 1:
            found.append(_loop(graph, members, start, end))
    return Loops(tuple(sorted(found, key=lambda loop: (-loop.components, loop.shortest[0].asset))))


def _supply(graph: KnowledgeGraph) -> tuple[Ints, Ints]:
    """Edges of supply: needs, each network's present supply tree through its links, what hangs on nodes and feeds them."""
    arrays = graph.arrays
    child = np.flatnonzero(arrays.parent >= 0)
    held = np.flatnonzero(arrays.attach >= 0)
    feeding = arrays.source_node[held] >= 0
    return (np.concatenate([graph.supplier_of_row, arrays.parent[child], arrays.parent_link[child],
                            np.where(feeding, held, arrays.attach[held])]),
            np.concatenate([arrays.group_dependent[graph.group_of_row], arrays.parent_link[child], child,
                            np.where(feeding, arrays.attach[held], held)]))


def _loop(graph: TypedGraph, members: Ints, start: Ints, end: Ints) -> Loop:
    inside = np.isin(start, members) & np.isin(end, members)
    part = Digraph(graph.components, start[inside], end[inside])
    search = Search(part)
    rows, sectors = graph.graph, graph.columns["sector"]
    ends = [(int(s), int(d)) for s, d in zip(rows.supplier_of_row, rows.arrays.group_dependent[rows.group_of_row], strict=True)
            if sectors[s] != sectors[d]]
    there = set(members.tolist())
    routes = (search.fewest_hops(d, s) for s, d in ends if s in there and d in there)
    nodes = min((route.nodes for route in routes if route is not None), key=lambda nodes: (len(nodes), nodes))
    served = np.unique(rows.arrays.slot_block[np.concatenate([
        rows.arrays.serve_slot[rows.arrays.serve_ptr[m] : rows.arrays.serve_ptr[m + 1]] for m in members])])
    return Loop(tuple(sorted(set(sectors[members]))), len(members), float(rows.arrays.residents[served].sum()),
                tuple(graph.node(node) for node in nodes), _needs(graph, nodes))


def _needs(graph: TypedGraph, nodes: tuple[int, ...]) -> tuple[Edge, ...]:
    """The dependencies along a loop."""
    steps = set(zip(nodes, (*nodes[1:], nodes[0]), strict=True))
    numbers = graph.edge_of_dependency.values()
    return tuple(graph.edge(n) for n in numbers if (int(graph.digraph.start[n]), int(graph.digraph.end[n])) in steps)

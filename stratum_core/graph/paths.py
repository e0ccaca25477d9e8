"""Paths, surroundings and parts of the typed graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.graph.compiled import KnowledgeGraph
from stratum_core.graph.digraph import Digraph, Route, Search
from stratum_core.graph.filters import chosen
from stratum_core.graph.typed import Edge, Node, TypedGraph, chosen_layers, typed_graph
from stratum_core.model.city import City

Graph = City | KnowledgeGraph | TypedGraph


@dataclass(frozen=True)
class Path:
    """A path; found False: nothing joins them. directed: every step goes the way a failure does.

    strength: chance that a failure goes all the way, the product of the edges' strengths.
    """

    found: bool
    directed: bool
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    strength: float = 1.0


@dataclass(frozen=True)
class Paths:
    """Paths without loops, the best first. by: hops (fewest edges) or strength (the likeliest way of a failure)."""

    by: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Ego:
    """A node and what is within some hops of it, upstream or downstream."""

    asset: str
    hops: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Subgraph:
    """The nodes that a filter and layers choose, and the edges among them."""

    filter: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def path(city: Graph, a: str, b: str) -> Path:
    """A path of fewest hops from ``a`` to ``b`` as a failure goes; where there is none, against its direction too.

    Raises InputError for an unknown or ambiguous name.
    """
    graph = typed_graph(city)
    begin, goal = graph.find(a), graph.find(b)
    route = graph.search.fewest_hops(begin, goal)
    if route is not None:
        return _path(graph, route)
    digraph = graph.digraph
    used = np.flatnonzero(digraph.start >= 0)
    start, end = digraph.start[used], digraph.end[used]
    both = Search(Digraph(digraph.nodes, np.r_[start, end], np.r_[end, start])).fewest_hops(begin, goal)
    if both is None:
        return Path(False, False, (), (), 0.0)
    return _path(graph, Route(both.nodes, tuple(int(used[edge % len(used)]) for edge in both.edges), both.length), directed=False)


def paths(city: Graph, a: str, b: str, count: int = 5, *, by: str = "hops") -> Paths:
    """The ``count`` best paths from ``a`` to ``b`` as a failure goes, by hops or by strength; none where nothing joins them.

    By strength the first is the most critical path: the likeliest way for the failure of ``a`` to reach ``b``, as every edge
    passes it on with its strength (a product, so the shortest path of -ln strength). Raises InputError.
    """
    graph = typed_graph(city)
    begin, goal = graph.find(a), graph.find(b)
    if by not in ("hops", "strength"):
        raise InputError(f"paths have no '{by}'", where="by", repair="choose hops or strength")
    search = graph.search
    if by == "strength":
        used = np.flatnonzero((graph.digraph.start >= 0) & (graph.strengths() > 0))
        # of two ways that are as likely the one with fewer steps is the better
        cost = -np.log(graph.strengths()[used]) + 1e-9
        part = Search(Digraph(graph.size, graph.digraph.start[used], graph.digraph.end[used], cost))
        found = [Route(r.nodes, tuple(int(used[e]) for e in r.edges), r.length) for r in part.k_shortest(begin, goal, count)]
    else:
        found = list(search.k_shortest(begin, goal, count))
    return Paths(by, tuple(_path(graph, route) for route in found))


def ego(city: Graph, asset: str, hops: int = 2, *, layers: tuple[str, ...] = ()) -> Ego:
    """All within ``hops`` of ``asset``, up and downstream, with the edges among them; of ``layers`` only, if any are named.

    Raises InputError.
    """
    graph = typed_graph(city)
    centre = graph.find(asset)
    hop: dict[int, int] = {}
    for found in (graph.search.ancestors, graph.search.descendants):
        for distance in range(hops + 1):
            for node in found(centre, distance).tolist():
                hop[node] = min(hop.get(node, distance), distance)
    if layers:
        inside = chosen_layers(graph, layers)
        hop = {node: distance for node, distance in hop.items() if inside[node] or node == centre}
    members = sorted(hop, key=lambda node: (hop[node], node))
    return Ego(str(graph.columns["id"][centre]), hops, tuple(graph.node(node, hop[node]) for node in members),
               edges_among(graph, members))


def subgraph(city: Graph, filter: str = "", *, layers: tuple[str, ...] = ()) -> Subgraph:
    """The nodes that fit ``filter`` (and are of ``layers``, if any) with the edges among them. Raises InputError."""
    graph = typed_graph(city)
    mask = chosen(filter, graph.columns)
    if layers:
        mask = mask & chosen_layers(graph, layers)
    members = np.flatnonzero(mask).tolist()
    return Subgraph(filter, tuple(graph.node(node) for node in members), edges_among(graph, members))


def edges_among(graph: TypedGraph, members: Iterable[int]) -> tuple[Edge, ...]:
    """The edges with both ends among some nodes, by number."""
    inside = np.zeros(graph.size + 1, dtype=np.bool_)
    inside[list(members)] = True  # the last place stands for the end -1 of edges that are gone
    rows = np.flatnonzero(inside[graph.digraph.start] & inside[graph.digraph.end])
    return tuple(graph.edge(int(row)) for row in rows)


def _path(graph: TypedGraph, route: Route, *, directed: bool = True) -> Path:
    edges = tuple(graph.edge(edge) for edge in route.edges)
    strength = float(np.prod([edge.strength for edge in edges]))
    return Path(True, directed, tuple(graph.node(node, hop) for hop, node in enumerate(route.nodes)), edges, strength)

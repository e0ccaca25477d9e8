"""Shortest paths and surroundings in the knowledge graph."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from stratum_core.graph import kernels
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.model.city import City
from stratum_core.model.fields import Ints


@dataclass(frozen=True)
class Edge:
    """From a component to one that it can affect. relation: a service, 'network' (an asset and its link) or 'hangs on'."""

    start: str
    end: str
    relation: str


@dataclass(frozen=True)
class Node:
    """A component of an answer, and how many hops it is away."""

    asset: str
    name: str
    sector: str
    kind: str
    hop: int


@dataclass(frozen=True)
class Path:
    """A shortest path in hops; found False: nothing joins them. directed: every step goes the way a failure does."""

    found: bool
    directed: bool
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Ego:
    """A component and what is within some hops of it, either way."""

    asset: str
    hops: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def path(city: City | KnowledgeGraph, a: str, b: str) -> Path:
    """A shortest way from ``a`` to ``b`` as a failure goes; where there is none, against its direction too.

    Raises InputError for an unknown or ambiguous name.
    """
    graph = knowledge_graph(city)
    begin, goal = (graph.city.index[graph.city.resolve(name, where="asset")] for name in (a, b))
    start, end, relation = edges(graph)
    for directed, tails, heads in ((True, start, end), (False, np.concatenate([start, end]), np.concatenate([end, start]))):
        distance, before, _ = _search(tails, heads, len(graph.city.component_ids), begin, goal)
        if distance[goal] >= 0:
            members = _walk(before, goal)
            steps = {pair: i for i, pair in enumerate(zip(start.tolist(), end.tolist(), strict=True))}
            rows = [steps[pair] if pair in steps else steps[pair[::-1]] for pair in pairwise(members)]
            return Path(True, directed, tuple(_node(graph, c, hop) for hop, c in enumerate(members)),
                        tuple(_edge(graph, start, end, relation, row) for row in rows))
    return Path(False, False, (), ())


def ego(city: City | KnowledgeGraph, asset: str, hops: int = 2) -> Ego:
    """All within ``hops`` of ``asset``, up and downstream, with the edges among them. Raises InputError."""
    graph = knowledge_graph(city)
    name = graph.city.resolve(asset, where="asset")
    start, end, relation = edges(graph)
    size = len(graph.city.component_ids)
    distance, _, queue = _search(np.concatenate([start, end]), np.concatenate([end, start]), size, graph.city.index[name], -1)
    inside = (distance >= 0) & (distance <= hops)
    rows = np.flatnonzero(inside[start] & inside[end])
    members = [int(c) for c in queue if inside[c]]
    return Ego(name, hops, tuple(_node(graph, c, int(distance[c])) for c in members),
               tuple(_edge(graph, start, end, relation, int(row)) for row in rows))


def edges(graph: KnowledgeGraph) -> tuple[Ints, Ints, np.ndarray]:
    """(start, end, relation) of every edge, as a failure goes; networks both ways, asset to link to asset."""
    arrays, city = graph.arrays, graph.city
    supplier = np.repeat(np.arange(len(arrays.use_ptr) - 1), np.diff(arrays.use_ptr))
    services = city.dependencies.service[graph.row_of_group[arrays.use_list]]
    links = np.flatnonzero(arrays.start >= 0)
    held = np.flatnonzero(arrays.attach >= 0)
    pairs: list[tuple[Ints, Ints, Any]] = [(supplier, arrays.group_dependent[arrays.use_list], services),
                                           (arrays.attach[held], held, "hangs on")]
    feeds = held[arrays.source_node[held] >= 0]
    pairs.append((feeds, arrays.attach[feeds], "feeds"))
    for ends in (arrays.start[links], arrays.end[links]):
        pairs += [(ends, links, "network"), (links, ends, "network")]
    words = [np.full(len(a), word, dtype=object) if isinstance(word, str) else word for a, _, word in pairs]
    return np.concatenate([a for a, _, _ in pairs]), np.concatenate([b for _, b, _ in pairs]), np.concatenate(words)


def _search(tails: Ints, heads: Ints, size: int, begin: int, goal: int) -> tuple[Ints, Ints, Ints]:
    order = np.argsort(tails, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=size))]).astype(np.int64)
    distance, before, queue = (np.full(size, -1, dtype=np.int64) for _ in range(3))
    reached = kernels.breadth_first(ptr, heads[order].astype(np.int64), begin, goal, before, distance, queue)
    return distance, before, queue[:reached]


def _walk(before: Ints, goal: int) -> list[int]:
    members = [int(goal)]
    while before[members[-1]] >= 0:
        members.append(int(before[members[-1]]))
    return members[::-1]


def _node(graph: KnowledgeGraph, component: int, hop: int) -> Node:
    city = graph.city
    table, row = (city.assets, component) if component < len(city.assets) else (city.links, component - len(city.assets))
    return Node(str(table.id[row]), str(table.name[row] or table.id[row]), str(table.sector[row]), str(table.kind[row]), hop)


def _edge(graph: KnowledgeGraph, start: Ints, end: Ints, relation: np.ndarray, row: int) -> Edge:
    ids = graph.city.component_ids
    return Edge(str(ids[start[row]]), str(ids[end[row]]), str(relation[row]))

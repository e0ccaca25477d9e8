"""A city as the graph that the net reads: components are nodes, links too, and every edge says what passes along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph import KnowledgeGraph
from stratum_core.graph.cuts import articulation_and_bridges
from stratum_core.model.fields import Bools, Floats, Ints

#: what an edge is; each but the first two has its reverse beside it
RELATIONS = ("itself", "network", "supplies", "is supplied by", "is needed by", "needs")


@dataclass(frozen=True)
class Wiring:
    """Edges (2, edges) from and to components, relation (edges,) an index into RELATIONS.

    above: (components,) what each is supplied through along the shortest way from a source, -1 for none.
    """

    edges: Ints
    relation: Ints
    above: Ints

    @property
    def size(self) -> int:
        """Components."""
        return len(self.above)

    def gcn_weights(self) -> Floats:
        """(edges,) 1 / sqrt(degree degree), loops counted (Kipf & Welling 2017, equation 2)."""
        degree = np.bincount(self.edges[1], minlength=self.size).astype(np.float64)
        weights: Floats = 1.0 / np.sqrt(degree[self.edges[0]] * degree[self.edges[1]])
        return weights


def wiring(graph: KnowledgeGraph) -> Wiring:
    """The wiring of a city; open and switched-off links are left out, but stay as nodes."""
    above = _above(graph)
    pairs = _network_pairs(graph)
    supplied = np.flatnonzero(above >= 0)
    down = np.column_stack([above[supplied], supplied])
    needs = np.column_stack([graph.supplier_of_row, graph.arrays.group_dependent[graph.group_of_row]])
    loops = np.repeat(np.arange(len(above))[:, None], 2, axis=1)
    along = pairs[(above[pairs[:, 0]] != pairs[:, 1]) & (above[pairs[:, 1]] != pairs[:, 0])]
    parts = [loops, np.vstack([along, along[:, ::-1]]), down, down[:, ::-1], needs, needs[:, ::-1]]
    relation = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Wiring(np.vstack(parts).T.astype(np.int64), relation, above)


def _above(graph: KnowledgeGraph) -> Ints:
    """The supply tree over components: source, node, link, node, ..., and what hangs on a node below it."""
    a = graph.arrays
    above = np.full(len(a.start), -1, dtype=np.int64)
    fed = np.flatnonzero(a.parent >= 0)
    above[fed], above[a.parent_link[fed]] = a.parent_link[fed], a.parent[fed]
    hanging = np.flatnonzero((a.attach >= 0) & (a.source_node < 0))
    above[hanging] = a.attach[hanging]
    alone = np.flatnonzero((a.source_node >= 0) & (a.source_node != np.arange(len(above))))
    alone = alone[a.sources_at[a.source_node[alone]] == 1]
    above[a.source_node[alone]] = alone
    return above


def _network_pairs(graph: KnowledgeGraph) -> Ints:
    """(pairs, 2) components next to each other in a network: node and link, and node and what hangs on it."""
    a = graph.arrays
    links = np.flatnonzero((a.start >= 0) & a.present)
    hanging = np.flatnonzero((a.attach >= 0) & a.present)
    ends = [np.column_stack([links, end[links]]) for end in (a.start, a.end)]
    pairs: Ints = np.vstack([*ends, np.column_stack([hanging, a.attach[hanging]])])
    return pairs


def undirected(wired: Wiring) -> tuple[Ints, Ints]:
    """Both ends of every edge but loops, for measures that know no direction."""
    chosen = wired.edges[:, wired.relation > 0]
    return chosen[0], chosen[1]


def cut_flags(graph: KnowledgeGraph) -> Bools:
    """(components,) whether its loss cuts some node off from every source: articulation points and bridges of each network,
    with one more node that stands for all sources."""
    a = graph.arrays
    assets, outside = len(a.parent), len(a.parent)
    links = np.flatnonzero((a.start >= 0) & a.present)
    feeding = np.flatnonzero((a.sources_at > 0) | a.rooted)
    start = np.concatenate([a.start[links], feeding])
    end = np.concatenate([a.end[links], np.full(len(feeding), outside)])
    point, bridge = articulation_and_bridges(assets + 1, start, end)
    flags = np.zeros(len(a.start), dtype=np.bool_)
    flags[:assets] = point[:assets]
    flags[links] = bridge[: len(links)]
    return flags

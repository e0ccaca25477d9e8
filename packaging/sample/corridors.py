"""Streets where nobody gave any: the routes of cables and gas mains, joined.

Ends of routes within 8 m of each other (single linkage) are one crossing.
Claims no kerb, width or turn ban.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx
import numpy as np
from sample.draft import DERIVED, Draft, path_length
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

MERGE_M = 8.0
DOUBLE = 1.5  # a route is a double where the streets already lead there within this multiple of its length
HOUSE_CONNECTION = "NAYY 4x50 SE"


@dataclass(frozen=True)
class Corridors:
    """A connected street graph: nodes (n, 2) in metres, edges by node pair, their vertices and lengths (m)."""

    nodes: np.ndarray
    edges: np.ndarray
    paths: list[np.ndarray]
    lengths: np.ndarray

    def nearest(self, xy: np.ndarray) -> np.ndarray:
        """The node nearest to each position."""
        return np.asarray(cKDTree(self.nodes).query(xy)[1])

    def matrix(self, keep: np.ndarray | None = None) -> csr_matrix:
        """Lengths as a symmetric matrix, of the chosen edges only."""
        rows = slice(None) if keep is None else keep
        ends, lengths = self.edges[rows], self.lengths[rows]
        half = coo_matrix((lengths, ends.T), shape=(len(self.nodes),) * 2)
        return csr_matrix(half + half.T)

    def tree(self, root: int, keep: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Shortest distance (m) of each node from ``root``, and the node before it (-9999 at the root)."""
        distance, before = dijkstra(self.matrix(keep), indices=root, return_predecessors=True)
        return distance, before

    def edge_of(self) -> dict[tuple[int, int], int]:
        """Edge numbers by their ends, both ways."""
        return {pair: i for i, (a, b) in enumerate(self.edges.tolist()) for pair in ((a, b), (b, a))}

    def route(self, before: np.ndarray, node: int) -> np.ndarray:
        """Vertices (m) from the root of a tree to ``node``."""
        edge, parts = self.edge_of(), []
        while before[node] >= 0:
            i = edge[int(before[node]), int(node)]
            parts.append(self.paths[i] if self.edges[i][1] == node else self.paths[i][::-1])
            node = int(before[node])
        pieces = [part[:-1] for part in reversed(parts)]
        return np.vstack([*pieces, parts[0][-1:]]) if parts else self.nodes[[node, node]]


def cable_routes(draft: Draft, mains: set[int]) -> list[np.ndarray]:
    """Vertices of the low-voltage cables whose numbers are in ``mains``."""
    chosen = [row for row in draft.rows["links"] if row["id"].startswith("lv/line/")
              and int(row["id"].rsplit("/", 1)[-1]) in mains]
    return [np.array([draft.at[r["start"]], draft.at[r["end"]]]) if r["path"] is None else r["path"] for r in chosen]


def join(routes: Iterable[np.ndarray]) -> Corridors:
    """The street graph of ``routes``; of parallel edges the shortest stays."""
    routes = list(routes)
    ends = np.array([end for route in routes for end in (route[0], route[-1])])
    pairs = cKDTree(ends).query_pairs(MERGE_M, output_type="ndarray")
    near = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(ends),) * 2)
    count, label = connected_components(near, directed=False)
    nodes = np.column_stack([np.bincount(label, ends[:, k], count) / np.bincount(label) for k in (0, 1)]).round(2)
    best: dict[tuple[int, int], np.ndarray] = {}
    for route, (a, b) in zip(routes, label.reshape(-1, 2).tolist(), strict=True):
        key, path = (min(a, b), max(a, b)), route if a <= b else route[::-1]
        if a != b and (key not in best or path_length(path) < path_length(best[key])):
            best[key] = path
    edges = np.array(_without_doubles({pair: path_length(path) for pair, path in best.items()}))
    paths = [_fitted(best[a, b], nodes[a], nodes[b]) for a, b in edges.tolist()]
    return Corridors(nodes, edges, paths, np.array([path_length(p) for p in paths]))


def _without_doubles(lengths: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The edges without those that run beside others: a greedy spanner (Althöfer et al. 1993), shortest edges first."""
    kept = networkx.Graph()
    for (a, b), length in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
        near = kept.has_node(a) and kept.has_node(b)
        way = networkx.single_source_dijkstra_path_length(kept, a, cutoff=DOUBLE * length, weight="length") if near else {}
        if b not in way:
            kept.add_edge(a, b, length=length)
    return sorted((min(edge), max(edge)) for edge in kept.edges)


def _fitted(path: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The path between two nodes, without the vertices that the nodes have swallowed."""
    clear = np.array([min(np.hypot(*(vertex - start)), np.hypot(*(vertex - end))) > MERGE_M for vertex in path])
    clear[[0, -1]] = False
    return np.vstack([start, path[clear], end])


def add_streets(draft: Draft, streets: Corridors, main_edges: set[int]) -> None:
    """Crossings and streets; speed and capacity are assumed: 50 km/h on through roads, 30 km/h elsewhere."""
    for i, xy in enumerate(streets.nodes):
        draft.asset(f"road/crossing/{i}", "crossing", xy, **DERIVED)
    for i, (a, b) in enumerate(streets.edges.tolist()):
        speed, flow = (50 / 3.6, 1200.0) if i in main_edges else (30 / 3.6, 600.0)
        draft.link(f"road/street/{i}", "road", f"road/crossing/{a}", f"road/crossing/{b}", path=streets.paths[i], lanes=1.0,
                   capacity=flow, unit="veh/h", free_flow_time=round(streets.lengths[i] / speed, 2), one_way=False,
                   assumed_fields="capacity,free_flow_time,lanes", **DERIVED)


def through_edges(streets: Corridors, gates: np.ndarray) -> set[int]:
    """Edges on the shortest ways between the gates of the town."""
    edge, found = streets.edge_of(), set()
    for gate in gates:
        _, before = streets.tree(int(gate))
        for node in gates.tolist():
            while before[node] >= 0:
                found.add(edge[int(before[node]), node])
                node = int(before[node])
    return found

"""Questions to a directed graph, answered by igraph, rustworkx or networkx; runs in the environment of the peers.

    python graph_queries.py igraph|rustworkx|networkx GRAPH.npz

GRAPH.npz: nodes, start, end, weight, asked (nodes), pairs (k, 2). Answers ``version``; ``sizes`` (how many each of ``asked``
reaches, itself included), ``lengths`` (of the shortest paths of ``pairs``), ``ranks``; and seconds for all of one kind, the
mean over as many as fill 0.2 s: ``descendants``, ``ego``, ``paths``, ``pagerank``, ``betweenness`` (undirected, once).
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SPAN_S, HOPS = 0.2, 2


class Igraph:
    """igraph, a C library."""

    def __init__(self, nodes: int, edges: list[tuple[int, int]], weight: list[float]) -> None:
        import igraph

        self.graph = igraph.Graph(nodes, edges, directed=True)
        self.graph.es["weight"] = weight
        self.both = igraph.Graph(nodes, sorted({tuple(sorted(edge)) for edge in edges if edge[0] != edge[1]}))

    def descendants(self, node: int) -> int:
        return len(self.graph.subcomponent(node, mode="out"))

    def ego(self, node: int) -> int:
        return len(self.graph.neighborhood(node, HOPS, mode="out"))

    def path(self, a: int, b: int) -> float:
        edges = self.graph.get_shortest_path(a, b, weights="weight", output="epath")
        return sum(self.graph.es[edges]["weight"]) if edges or a == b else math.inf

    def pagerank(self) -> list[float]:
        return self.graph.pagerank(damping=0.85)

    def betweenness(self) -> list[float]:
        return self.both.betweenness(directed=False)


class Rustworkx:
    """rustworkx, a Rust library."""

    def __init__(self, nodes: int, edges: list[tuple[int, int]], weight: list[float]) -> None:
        import rustworkx

        self.library, self.graph = rustworkx, rustworkx.PyDiGraph()
        self.graph.add_nodes_from(range(nodes))
        self.graph.add_edges_from([(a, b, w) for (a, b), w in zip(edges, weight, strict=True)])

    def descendants(self, node: int) -> int:
        return len(self.library.descendants(self.graph, node)) + 1

    def path(self, a: int, b: int) -> float:
        return self.library.dijkstra_shortest_path_lengths(self.graph, a, float, goal=b).get(b, 0.0 if a == b else math.inf)

    def pagerank(self) -> list[float]:
        found = self.library.pagerank(self.graph, alpha=0.85, tol=1e-10, max_iter=1000)
        return [found[i] for i in range(self.graph.num_nodes())]


class Networkx:
    """networkx, in Python."""

    def __init__(self, nodes: int, edges: list[tuple[int, int]], weight: list[float]) -> None:
        import networkx

        self.library, self.graph = networkx, networkx.MultiDiGraph()
        self.graph.add_nodes_from(range(nodes))
        self.graph.add_weighted_edges_from((a, b, w) for (a, b), w in zip(edges, weight, strict=True))

    def descendants(self, node: int) -> int:
        return len(self.library.descendants(self.graph, node)) + 1


PEERS = {"igraph": Igraph, "rustworkx": Rustworkx, "networkx": Networkx}


def main(name: str, path: Path) -> None:
    """Answer questions until standard input ends."""
    data = np.load(path)
    edges = list(zip(data["start"].tolist(), data["end"].tolist(), strict=True))
    peer, asked = PEERS[name](int(data["nodes"]), edges, data["weight"].tolist()), data["asked"].tolist()
    pairs = data["pairs"].tolist()
    answers: dict[str, Callable[[], object]] = {
        "version": lambda: importlib.import_module(name).__version__,
        "sizes": lambda: [peer.descendants(node) for node in asked],
        "lengths": lambda: [peer.path(*pair) for pair in pairs],
        "ranks": lambda: peer.pagerank(),
        "between": lambda: peer.betweenness(),
        "descendants": lambda: _seconds(lambda: [peer.descendants(node) for node in asked]),
        "ego": lambda: _seconds(lambda: [peer.ego(node) for node in asked]),
        "paths": lambda: _seconds(lambda: [peer.path(*pair) for pair in pairs]),
        "pagerank": lambda: _seconds(peer.pagerank),
        "betweenness": lambda: _seconds(peer.betweenness),
    }
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answers[line.strip()]()) + "\n")
        sys.stdout.flush()


def _seconds(call: Callable[[], object]) -> float:
    calls, started = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        if (spent := time.perf_counter() - started) >= SPAN_S:
            return spent / calls


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

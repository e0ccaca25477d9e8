"""Descendants, surroundings, shortest paths, PageRank and betweenness, one thread each, on graphs of 10k and 100k nodes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr

from stratum_core.graph.betweenness import Neighbours, betweenness
from stratum_core.graph.centrality import page_rank
from stratum_core.graph.digraph import Digraph, Search

from .. import Row, broken, faster, paired
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn

SIZES = (10_000, 100_000)
ASKED = {"descendants": 200, "ego": 1_000, "paths": 30}
#: least ratio by size: descendants, shortest paths
DESCENDANTS, PATHS = {10_000: 3.0, 100_000: 6.0}, 3.0
HOPS = 2


class Given(NamedTuple):
    """A graph with questions."""

    name: str
    nodes: int
    start: np.ndarray
    end: np.ndarray
    weight: np.ndarray
    asked: np.ndarray
    pairs: np.ndarray

    @property
    def size(self) -> str:
        return f"{self.name}, {self.nodes:,} nodes, {len(self.start):,} edges"


def rows() -> Iterator[Row]:
    """Rows of both sizes, or one that says that the peers are missing."""
    if not PYTHON.exists():
        yield broken("graph queries", MISSING)
        return
    for nodes in SIZES:
        yield from _against(uniform(nodes), _of_uniform)
        yield from _against(grid(nodes), _of_grid)


def uniform(nodes: int) -> Given:
    """Three edges a node between any two (Erdős & Rényi): most of it can be reached from anywhere."""
    random = np.random.default_rng(nodes)
    start, end = random.integers(0, nodes, (2, 3 * nodes))
    asked = random.integers(0, nodes, ASKED["descendants"])
    return Given("random", nodes, start, end, np.ones(len(start)), asked, np.zeros((0, 2), dtype=np.int64))


def grid(nodes: int) -> Given:
    """Streets: a square grid, both ways, lengths of 50 to 150 m."""
    side = round(nodes**0.5)
    random, at = np.random.default_rng(nodes), np.arange(side * side).reshape(side, side)
    a, b = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    length = random.uniform(50, 150, len(a))
    asked = random.integers(0, side * side, ASKED["ego"])
    pairs = random.integers(0, side * side, (ASKED["paths"], 2))
    return Given("grid", side * side, np.r_[a, b], np.r_[b, a], np.r_[length, length], asked, pairs)


def _against(given: Given, compared: Callable[[Given, PeerProcess, str], Iterator[Row]]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.npz"
        np.savez(path, **given._asdict())
        with PeerProcess("graph_queries.py", "igraph", str(path)) as peer:
            yield from compared(given, peer, f"igraph {peer.ask('version')}")


def _of_uniform(given: Given, peer: PeerProcess, version: str) -> Iterator[Row]:
    graph, asked = Digraph(given.nodes, given.start, given.end), given.asked.tolist()
    search = Search(graph)
    if [len(search.descendants(node)) for node in asked] != peer.ask("sizes"):
        yield broken("descendants", "ours and igraph disagree")
        return
    seconds = in_turn(lambda: [search.descendants(node) for node in asked], peer, "descendants")
    yield faster("descendants", f"all that {len(asked)} nodes reach", given.size, *seconds, version, DESCENDANTS[given.nodes])
    if not np.allclose(page_rank(graph), peer.ask("ranks"), atol=1e-9):
        yield broken("PageRank", "ours and igraph disagree")
        return
    yield faster("PageRank", "damping 0.85", given.size, *in_turn(lambda: page_rank(graph), peer, "pagerank"), version, 1.0)
    if given.nodes == SIZES[0]:
        yield from _betweenness(given, peer, version)


def _of_grid(given: Given, peer: PeerProcess, version: str) -> Iterator[Row]:
    search = Search(Digraph(given.nodes, given.start, given.end, given.weight))
    pairs, asked = given.pairs.tolist(), given.asked.tolist()
    if not np.allclose([route.length if (route := search.shortest(a, b)) else np.inf for a, b in pairs], peer.ask("lengths")):
        yield broken("shortest path", "ours and igraph disagree")
        return
    seconds = in_turn(lambda: [search.shortest(a, b) for a, b in pairs], peer, "paths")
    yield faster("shortest path", f"of {len(pairs)} pairs, by length", given.size, *seconds, version, PATHS)
    seconds = in_turn(lambda: [search.descendants(node, HOPS) for node in asked], peer, "ego")
    yield faster("ego", f"all within {HOPS} hops of {len(asked)} nodes", given.size, *seconds, version, 1.0)
    if given.nodes == SIZES[0]:
        yield from _betweenness(given, peer, version)


def _betweenness(given: Given, peer: PeerProcess, version: str) -> Iterator[Row]:
    network = Neighbours(given.nodes, given.start, given.end)
    exact, pivots = betweenness(network), given.nodes // 25
    if not np.allclose(exact, peer.ask("between"), rtol=1e-9):
        yield broken("betweenness", "ours and igraph disagree")
        return
    agreement = float(spearmanr(exact, betweenness(network, pivots=pivots))[0])
    mine, slow = paired(lambda: betweenness(network, pivots=pivots), lambda: betweenness(network), runs=3)
    work = f"{pivots} pivots; Spearman with exact {agreement:.3f}"
    row = faster("betweenness by pivots", work, given.size, mine, slow or 0.0, "our exact", 20.0)
    yield row if agreement >= 0.95 else broken("betweenness by pivots", f"Spearman {agreement:.3f} is below 0.95 on {given.size}")
    yield faster("betweenness", "exact", given.size, slow or 0.0, float(str(peer.ask("betweenness"))), version, 1.0)

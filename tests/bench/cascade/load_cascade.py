"""Motter and Lai's cascade against rustworkx: the same networks, the same node attacked, one thread each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stratum_core.graph.load_redistribution import load_cascade

from .. import Row, broken, faster, paired
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn

SIZES = (1_000, 5_000)
LINKS_PER_NODE, TOLERANCE = 2, 0.2
WORK = f"cascade after the most loaded node is attacked, tolerance {TOLERANCE:g}, load of the whole network included; one thread"


def rows() -> Iterator[Row]:
    """One row a size."""
    for nodes in SIZES:
        yield _row(nodes)


def preferential(nodes: int) -> np.ndarray:
    """(edges, 2) of a network in which newcomers link to two others in proportion to their links (Barabási & Albert 1999)."""
    random = np.random.default_rng(nodes)
    ends = list(range(LINKS_PER_NODE))
    edges = []
    for node in range(LINKS_PER_NODE, nodes):
        for other in {ends[i] for i in random.integers(0, len(ends), LINKS_PER_NODE)}:
            edges.append((node, other))
            ends += [node, other]
    return np.array(edges, dtype=np.int64)


def _row(nodes: int) -> Row:
    edges = preferential(nodes)
    start, end = edges[:, 0].copy(), edges[:, 1].copy()
    attacked = int(load_cascade(nodes, start, end, [], TOLERANCE).load.argmax())
    size = f"{nodes:,} nodes, {len(edges):,} links"
    title, least = "Motter-Lai", 1.0

    def ours() -> int:
        return load_cascade(nodes, start, end, [attacked], TOLERANCE).largest

    if not PYTHON.exists():
        seconds, _ = paired(ours)
        return Row(title, WORK, size, seconds, None, "", "s", None, f"at least {least:g} times as fast", None, MISSING)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edges.npz"
        np.savez(path, nodes=nodes, edges=edges, attacked=attacked, tolerance=TOLERANCE)
        with PeerProcess("rustworkx_load_cascade.py", str(path)) as peer:
            if (left := peer.ask("left")) != ours():
                return broken(title, f"ours leaves {ours()} nodes of {size}, rustworkx {left}")
            return faster(title, WORK, size, *in_turn(ours, peer, "cascade"), f"rustworkx {peer.ask('version')}", least)

"""Motter and Lai's cascade by rustworkx; runs in the environment of the peers.

    python rustworkx_load_cascade.py EDGES.npz

EDGES.npz: nodes, edges (m, 2), attacked, tolerance. Answers ``version``, ``left`` (nodes of the largest component) and
``cascade`` (seconds of one cascade with the load of the whole network included, the mean over as many as fill 0.2 s).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import rustworkx


def loads(graph: rustworkx.PyGraph) -> dict[int, float]:
    """Betweenness with end points by node."""
    return dict(rustworkx.graph_betweenness_centrality(graph, normalized=False, endpoints=True))


def cascade(whole: rustworkx.PyGraph, attacked: int, tolerance: float) -> int:
    """Nodes of the largest component that is left."""
    capacity = {node: (1.0 + tolerance) * load for node, load in loads(whole).items()}
    graph, gone = whole.copy(), [attacked]
    while gone:
        graph.remove_nodes_from(gone)
        gone = [node for node, load in loads(graph).items() if load > capacity[node] + 1e-9]
    return max((len(part) for part in rustworkx.connected_components(graph)), default=0)


def main(path: Path) -> None:
    """Answer questions until standard input ends."""
    data = np.load(path)
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(int(data["nodes"])))
    graph.add_edges_from_no_data([(int(a), int(b)) for a, b in data["edges"]])
    asked = int(data["attacked"]), float(data["tolerance"])
    for line in sys.stdin:
        word, answer = line.strip(), None
        if word == "version":
            answer = rustworkx.__version__
        elif word == "left":
            answer = cascade(graph, *asked)
        else:
            calls, started = 0, time.perf_counter()
            while time.perf_counter() - started < 0.2:
                cascade(graph, *asked)
                calls += 1
            answer = (time.perf_counter() - started) / calls
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

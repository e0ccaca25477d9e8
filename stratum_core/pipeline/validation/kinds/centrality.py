"""Case kind: what a network's structure says of its nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.graph.betweenness import Neighbours, betweenness, distances
from stratum_core.graph.centrality import core_numbers, katz, page_rank
from stratum_core.graph.cuts import articulation_and_bridges
from stratum_core.graph.digraph import Digraph
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("centrality")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Centralities of the chosen nodes (all, where none are named), cuts, cores, diameter and efficiency."""
    nodes = int(inputs["n"])
    edges = np.array(inputs["edges"], dtype=np.int64).reshape(-1, 2)
    start, end = edges.T
    chosen = np.array(inputs.get("nodes", range(nodes)), dtype=np.int64)
    network = Neighbours(nodes, start, end)
    directed = Digraph(nodes, start, end) if inputs.get("directed") else Digraph(nodes, np.r_[start, end], np.r_[end, start])
    apart, core = distances(network), core_numbers(network)
    point, bridge = articulation_and_bridges(nodes, start, end)
    pairs = max((nodes - 1) * (nodes - 2) / 2, 1)
    by_node = {
        "betweenness": betweenness(network) / pairs, "closeness": apart.closeness, "core": core,
        "katz": katz(network, alpha=inputs.get("alpha", 0.1)),
        "page_rank": page_rank(directed, damping=inputs.get("damping", 0.85)),
    }
    sizes = np.bincount(core)
    return {
        **{name: values[chosen].tolist() for name, values in by_node.items()},
        "core_sizes": [[int(k), int(sizes[k])] for k in np.flatnonzero(sizes)],
        "articulation": np.flatnonzero(point).tolist(), "bridges": edges[bridge].tolist(),
        "diameter": apart.diameter, "efficiency": apart.efficiency,
    }

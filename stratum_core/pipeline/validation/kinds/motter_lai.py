"""Case kind: cascades of redistributed load after an attack, and the efficiency of the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.graph.betweenness import Neighbours, distances
from stratum_core.graph.load_redistribution import load_cascade
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("motter_lai")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Largest component, rounds and removed nodes for each tolerance; efficiency before, and after the attack alone."""
    nodes, attacked = int(inputs["n"]), inputs["attack"]
    edges = np.array(inputs["edges"], dtype=np.int64).reshape(-1, 2)
    alphas = inputs["alpha"] if isinstance(inputs["alpha"], list) else [inputs["alpha"]]
    load, found = None, []
    for alpha in alphas:
        found.append(load_cascade(nodes, edges[:, 0], edges[:, 1], attacked, alpha, load=load))
        load = found[-1].load
    hit = np.isin(edges, attacked).any(axis=1)
    whole, cut = Neighbours(nodes, edges[:, 0], edges[:, 1]), Neighbours(nodes, edges[~hit, 0], edges[~hit, 1])
    by_alpha: dict[str, list[Any]] = {
        "largest_component": [one.largest for one in found],
        "rounds": [len(one.removed) - 1 for one in found],
        "removed": [sorted(int(node) for part in one.removed for node in part) for one in found],
    }
    several = isinstance(inputs["alpha"], list)
    return {
        **{name: values if several else values[0] for name, values in by_alpha.items()},
        "load": [] if load is None else load.tolist(),
        "efficiency": distances(whole).efficiency,
        "efficiency_after_attack": distances(cut).efficiency,
    }

"""Case kind: site percolation on a given or random network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.cascade.propagation.percolation import percolation
from stratum_core.cascade.propagation.random_graphs import erdos_renyi
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.statistics import spread
from stratum_core.pipeline.propagation import run_propagation
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("percolation")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A new random graph in every replicate, or the given edges in all of them."""
    nodes, seed, replicates = int(inputs["n"]), int(inputs.get("seed", 42)), int(inputs.get("replicates", 1))
    if "edges" in inputs:
        edges = np.array(inputs["edges"], dtype=np.int64).reshape(-1, 2)
        return _outputs(_left(nodes, edges, inputs, seed, replicates))
    parts = [_left(nodes, erdos_renyi(nodes, inputs["mean_degree"], seed, stream), inputs, seed + stream, 1)
             for stream in range(replicates)]
    return _outputs(np.concatenate(parts))


def _left(nodes: int, edges: Ints, inputs: Mapping[str, Any], seed: int, replicates: int) -> Floats:
    job = percolation(nodes, edges, inputs["occupation"], replicates=replicates, seed=seed)
    share: Floats = run_propagation(job).working[:, 0] / nodes
    return share


def _outputs(share: Floats) -> dict[str, Any]:
    found = spread(share, "1")
    return {"giant_fraction": found.mean, "ci95": list(found.ci95) if found.ci95 else None, "replicates": len(share)}

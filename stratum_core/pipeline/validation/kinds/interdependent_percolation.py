"""Case kind: percolation on two networks that need each other one to one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.cascade.propagation import PropagationResult
from stratum_core.cascade.propagation.percolation import interdependent_percolation
from stratum_core.cascade.propagation.random_graphs import erdos_renyi
from stratum_core.errors import InputError
from stratum_core.model.fields import Ints
from stratum_core.model.statistics import spread
from stratum_core.pipeline.propagation import run_propagation
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("interdependent_percolation")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Two new random graphs in every replicate, or the given ones in all of them."""
    nodes, seed, replicates = int(inputs["n"]), int(inputs.get("seed", 42)), int(inputs.get("replicates", 1))
    if "edges" in inputs:
        first, second = (np.array(inputs[key], dtype=np.int64).reshape(-1, 2) for key in ("edges", "second_edges"))
        parts = [_left(nodes, first, second, inputs, seed, replicates)]
    elif "mean_degree" in inputs:
        first_k, second_k = inputs["mean_degree"], inputs.get("second_mean_degree", inputs["mean_degree"])
        parts = [_left(nodes, erdos_renyi(nodes, first_k, seed, 2 * i), erdos_renyi(nodes, second_k, seed, 2 * i + 1), inputs,
                       seed + i, 1) for i in range(replicates)]
    else:
        raise InputError("no network is given", where="inputs", repair="give mean_degree, or edges and second_edges")
    share = np.concatenate([part.working[:, 0] for part in parts]) / nodes
    rounds = np.concatenate([part.rounds for part in parts])
    found = spread(share, "1")
    return {"mutual_giant_fraction": found.mean, "ci95": list(found.ci95) if found.ci95 else None, "rounds": float(rounds.mean()),
            "replicates": len(share)}


def _left(nodes: int, first: Ints, second: Ints, inputs: Mapping[str, Any], seed: int, replicates: int) -> PropagationResult:
    pairs = np.array(inputs["dependencies"], dtype=np.int64) if "dependencies" in inputs else None
    job = interdependent_percolation(nodes, first, second, inputs["occupation"], replicates=replicates, seed=seed, pairs=pairs)
    return run_propagation(job)

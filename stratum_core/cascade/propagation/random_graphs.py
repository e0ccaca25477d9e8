"""Random graphs on which percolation is known exactly."""

from __future__ import annotations

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Ints


def erdos_renyi(nodes: int, mean_degree: float, seed: int, stream: int = 0) -> Ints:
    """(m, 2) edges of G(n, p) with p = mean_degree / (n - 1) (Erdos & Renyi 1959; Gilbert 1959).

    The number of edges is binomial and they are drawn without repetition; ``stream`` counts
    graphs of one seed. Raises InputError when the graph cannot have that mean degree.
    """
    if nodes < 2 or not 0 <= mean_degree <= nodes - 1:
        raise InputError(f"a graph of {nodes} nodes cannot have mean degree {mean_degree:g}",
                         repair="give at least 2 nodes and a mean degree from 0 to n - 1")
    numbers = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, stream]))
    pairs = nodes * (nodes - 1) // 2
    edges = int(numbers.binomial(pairs, mean_degree / (nodes - 1)))
    if 3 * edges > pairs:
        return _ends(np.sort(numbers.permutation(pairs)[:edges]), nodes)
    chosen = np.unique(numbers.integers(0, pairs, edges))
    while len(chosen) < edges:
        chosen = np.unique(np.concatenate([chosen, numbers.integers(0, pairs, edges - len(chosen))]))
    return _ends(chosen, nodes)


def _ends(pair: Ints, nodes: int) -> Ints:
    """Pair k of (0, 1), (0, 2), (1, 2), (0, 3), ... as its two nodes."""
    larger = np.floor((1 + np.sqrt(1 + 8 * pair.astype(float))) / 2).astype(np.int64)
    larger -= larger * (larger - 1) // 2 > pair
    larger += (larger + 1) * larger // 2 <= pair
    return np.column_stack([pair - larger * (larger - 1) // 2, larger]).astype(np.int64)

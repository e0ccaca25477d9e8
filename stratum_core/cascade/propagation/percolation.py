"""Percolation as a mode of the propagation engine: nodes are hit, the giant-component rule does the rest."""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.propagation.hits import DrawnHits
from stratum_core.cascade.propagation.job import PropagationJob
from stratum_core.cascade.propagation.structure import ServiceRule, structure
from stratum_core.errors import InputError
from stratum_core.model.fields import Ints

_NONE = np.zeros(0, dtype=np.int64)


def percolation(nodes: int, edges: Ints, occupation: float, *, replicates: int, seed: int) -> PropagationJob:
    """Site percolation on one network: each node stays with probability ``occupation``.

    ``working`` of the result counts the nodes of the giant component. For a random graph of mean
    degree k it is p S of all nodes, S = 1 - exp(-k p S) (Newman, Networks, 2010, eq. 12.15 and 16.2).
    """
    net = structure(nodes, _NONE, _NONE, networks=[(nodes, edges)])
    return PropagationJob(net, DrawnHits(np.full(nodes, 1.0 - occupation), replicates, seed), ServiceRule.GIANT_COMPONENT)


def interdependent_percolation(
    nodes: int, first: Ints, second: Ints, occupation: float, *, replicates: int, seed: int, pairs: Ints | None = None,
) -> PropagationJob:
    """Percolation on two networks whose nodes need each other one to one (Buldyrev et al., Nature 464:1025, 2010).

    A node of the first network stays with probability ``occupation``; a node works while it is in the giant
    component of its network and its partner works. pairs: (n, 2) partners, none: i with i.
    ``working`` of the result counts both networks; for random graphs of mean degree k the share is
    p (1 - f)^2 with f = exp(-k p (1 - f)^2).
    """
    partner = np.column_stack([np.arange(nodes)] * 2) if pairs is None else np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if len(partner) and (partner.min() < 0 or partner.max() >= nodes):
        raise InputError(f"a dependency names a node outside 0 to {nodes - 1}", where="dependencies", repair="count from 0")
    one, other = partner[:, 0], partner[:, 1] + nodes
    net = structure(2 * nodes, np.concatenate([one, other]), np.concatenate([other, one]),
                    networks=[(nodes, first), (nodes, second)])
    lost = np.concatenate([np.full(nodes, 1.0 - occupation), np.zeros(nodes)])
    return PropagationJob(net, DrawnHits(lost, replicates, seed), ServiceRule.GIANT_COMPONENT)

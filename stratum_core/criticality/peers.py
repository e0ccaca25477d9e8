"""What a learned score has to beat, and what ranks by structure: betweenness, and outages by reach alone."""

from __future__ import annotations

import numpy as np

from stratum_core.criticality.learned.wiring import Wiring, undirected
from stratum_core.graph import KnowledgeGraph, kernels
from stratum_core.graph.betweenness import Neighbours, betweenness
from stratum_core.model.fields import Floats
from stratum_core.ports import CancelToken


def betweenness_of(wired: Wiring, *, pivots: int | None = None, cancel: CancelToken | None = None) -> Floats:
    """(components,) betweenness over all edges, without direction; exact, or from so many pivots. Raises Cancelled."""
    return betweenness(Neighbours(wired.size, *undirected(wired)), pivots=pivots, cancel=cancel)


def structural_losses(graph: KnowledgeGraph, cancel: CancelToken | None = None) -> Floats:
    """(components,) people times services lost for good when each alone fails, redundancy respected, nothing of hours or flows.

    Without population: components lost beside itself. 0 for what does not work now. Raises Cancelled.
    """
    arrays, work, token = graph.arrays, graph.work(), cancel or CancelToken()
    chosen, never, chunk = np.flatnonzero(arrays.working), np.zeros(1, dtype=np.bool_), 2000
    people, anyone = np.zeros((len(chosen), len(graph.services))), np.zeros(len(chosen))
    size = np.zeros(len(chosen), dtype=np.int64)
    for first in range(0, len(chosen), chunk):
        token.check()
        part = slice(first, first + chunk)
        kernels.each_alone(arrays, work, chosen[part], people[part], anyone[part], size[part], never)
    found = np.zeros(len(arrays.start))
    found[chosen] = people.sum(axis=1) if arrays.residents.sum() > 0 and len(graph.services) else np.maximum(size - 1, 0)
    return found

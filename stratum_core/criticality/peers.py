"""What a learned score has to beat, and what ranks by structure: betweenness, and outages by reach alone."""

from __future__ import annotations

import numpy as np

from stratum_core.criticality.learned.wiring import Wiring, undirected
from stratum_core.graph import KnowledgeGraph
from stratum_core.graph.alone import lost_alone
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
    arrays = graph.arrays
    chosen, found = np.flatnonzero(arrays.working), np.zeros(len(arrays.start))
    lost, peopled = lost_alone(graph, chosen, cancel=cancel), arrays.residents.sum() > 0 and len(graph.services)
    found[chosen] = lost.people.sum(axis=1) if peopled else np.maximum(lost.size - 1, 0)
    return found

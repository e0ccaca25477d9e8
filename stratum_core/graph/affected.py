"""Who is hit if one component fails for good, as masks: the quick form of ``impact`` for pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.arrays import Work
from stratum_core.graph.compiled import KnowledgeGraph
from stratum_core.graph.kernels import count_people, spread, undo, undo_people
from stratum_core.model.fields import Bools


@dataclass(frozen=True)
class Affected:
    """components: (components,) lost, the failing one included; blocks: (blocks,) without a service; people: in those blocks."""

    component: int
    components: Bools
    blocks: Bools
    people: float


def affected(graph: KnowledgeGraph, component: int, work: Work) -> Affected:
    """The impact of one component, redundancy respected; ``work`` is the caller's and as it was afterwards."""
    arrays = graph.arrays
    lost = spread(arrays, work, np.array([component], dtype=np.int64))
    people = count_people(arrays, work, lost, np.zeros(len(graph.services)))
    found = Affected(component, work.lost.copy(), work.services_lost > 0, float(people))
    undo_people(arrays, work, lost)
    undo(arrays, work, lost)
    return found

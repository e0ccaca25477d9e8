"""Every component taken away alone, for good: what is lost with it, redundancy respected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.compiled import KnowledgeGraph
from stratum_core.graph.kernels import each_alone
from stratum_core.model.fields import Floats, Ints
from stratum_core.ports import CancelToken, Progress, silent

_CHUNK = 2_000


@dataclass(frozen=True)
class LostAlone:
    """Of each component: people by service (components, services), residents who lose any, components lost with it."""

    people: Floats
    anyone: Floats
    size: Ints


def lost_alone(
    graph: KnowledgeGraph, components: Ints, *, progress: Progress = silent, cancel: CancelToken | None = None,
) -> LostAlone:
    """What each of ``components`` takes away when it alone fails; it counts itself among ``size``. Raises Cancelled."""
    work, token, never = graph.work(), cancel or CancelToken(), np.zeros(1, dtype=np.bool_)
    chosen, many = components.astype(np.int64), len(components)
    lost = LostAlone(np.zeros((many, len(graph.services))), np.zeros(many), np.zeros(many, dtype=np.int64))
    for first in range(0, many, _CHUNK):
        token.check()
        part = slice(first, first + _CHUNK)
        each_alone(graph.arrays, work, chosen[part], lost.people[part], lost.anyone[part], lost.size[part], never)
        progress(min(first + _CHUNK, many), many)
    return lost

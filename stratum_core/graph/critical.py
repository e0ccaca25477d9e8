"""Structural criticality: every component taken away alone, ranked by the people who then lack a service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.alone import lost_alone
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.impact import labels
from stratum_core.model.city import City
from stratum_core.ports import CancelToken, Progress, silent


@dataclass(frozen=True)
class CriticalComponent:
    """What follows when it alone fails for good: people without any of their services, by service, components lost."""

    rank: int
    asset: str
    name: str
    sector: str
    kind: str
    anyone: float | None
    people: dict[str, float] | None
    lost: int


@dataclass(frozen=True)
class Critical:
    """The ranking; components whose failure alone takes away nothing else and nobody's service are left out."""

    rule: str
    evaluated: int
    ranking: tuple[CriticalComponent, ...]


RULE = ("every working component alone, failing for good; ranked by residents who lose at least one service, then by "
        "components lost, then by id")


def critical(
    city: City | KnowledgeGraph, top: int = 20, *, progress: Progress = silent, cancel: CancelToken | None = None,
) -> Critical:
    """The ``top`` components by consequence, exact N-1 over all working components (assets and links).

    No candidates are guessed: suppliers, sources, articulation points and facilities are all among them. Without
    population the ranking is by components lost. Raises Cancelled.
    """
    graph = knowledge_graph(city)
    candidates = np.flatnonzero(graph.arrays.working)
    lost, ids = lost_alone(graph, candidates, progress=progress, cancel=cancel), graph.city.component_ids
    order = sorted(np.flatnonzero((lost.size > 1) | (lost.anyone > 0)),
                   key=lambda i: (-lost.anyone[i], -lost.size[i], ids[candidates[i]]))[:top]
    rows = tuple(_row(graph, rank, int(candidates[i]), float(lost.anyone[i]), lost.people[i], int(lost.size[i]))
                 for rank, i in enumerate(order, start=1))
    return Critical(RULE, len(candidates), rows)


def _row(graph: KnowledgeGraph, rank: int, component: int, anyone: float, people: np.ndarray, size: int) -> CriticalComponent:
    city, known = graph.city, len(graph.services) > 0
    sectors, kinds = labels(city)
    return CriticalComponent(
        rank, str(city.component_ids[component]), str(city.component_names[component]), str(sectors[component]),
        str(kinds[component]), anyone if known else None,
        dict(zip(graph.services, people.tolist(), strict=True)) if known else None, size)

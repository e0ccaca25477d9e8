"""Components ranked by their place in the network of all sectors, and communities of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stratum_core.errors import unknown
from stratum_core.graph.betweenness import Neighbours, betweenness, distances
from stratum_core.graph.centrality import communities, core_numbers, katz, page_rank, spectral_radius
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.digraph import Digraph
from stratum_core.graph.typed import component_edges
from stratum_core.model.city import City
from stratum_core.ports import CancelToken, Progress, silent

#: betweenness of more components than this is estimated from pivots
EXACT_UP_TO = 3_000
PIVOTS = 500


@dataclass(frozen=True)
class Ranked:
    """A component and its score."""

    rank: int
    asset: str
    name: str
    sector: str
    kind: str
    score: float


@dataclass(frozen=True)
class Ranking:
    """Components by one score, the greatest first. how: what the score is, and whether it is exact.

    It is structure, not consequence: capacities, people and redundancy are not in it.
    """

    by: str
    how: str
    components: int
    ranking: tuple[Ranked, ...]


@dataclass(frozen=True)
class Community:
    """Components that hold together more than with the rest: how many, by sector, and the one with most neighbours."""

    number: int
    components: int
    sectors: dict[str, int]
    centre: str


@dataclass(frozen=True)
class Communities:
    """Communities by Louvain, the largest first. cut_edges: needs and links between different ones, as a share of all."""

    count: int
    cut_edges: float
    communities: tuple[Community, ...]


def rank(city: City | KnowledgeGraph, by: str, top: int = 20, *, progress: Progress = silent,
         cancel: CancelToken | None = None) -> Ranking:
    """The ``top`` components by ``by``, a name of ``SCORES``. Raises InputError for an unknown one, Cancelled."""
    if by not in SCORES:
        raise unknown("score", by, SCORES)
    graph = knowledge_graph(city)
    start, end, _ = component_edges(graph)
    size = len(graph.city.component_ids)
    how, score = SCORES[by](Neighbours(size, start, end), Digraph(size, start, end), progress, cancel)
    ids = graph.city.component_ids
    order = sorted(range(size), key=lambda i: (-score[i], ids[i]))[:top]
    return Ranking(by, how, size, tuple(_ranked(graph.city, place, i, float(score[i])) for place, i in enumerate(order, start=1)))


def find_communities(city: City | KnowledgeGraph, top: int = 20) -> Communities:
    """The ``top`` largest communities of the network of all sectors."""
    graph = knowledge_graph(city)
    start, end, _ = component_edges(graph)
    network = Neighbours(len(graph.city.component_ids), start, end)
    member, sectors = communities(network), np.concatenate([graph.city.assets.sector, graph.city.links.sector])
    degree, found = np.diff(network.ptr), []
    for number in range(min(top, int(member.max(initial=-1)) + 1)):
        inside = np.flatnonzero(member == number)
        names, counts = np.unique(sectors[inside].astype(str), return_counts=True)
        centre = graph.city.component_ids[inside[np.argmax(degree[inside])]]
        found.append(Community(number, len(inside), dict(zip(names.tolist(), counts.tolist(), strict=True)), str(centre)))
    cut = float(np.mean(member[start] != member[end])) if len(start) else 0.0
    return Communities(int(member.max(initial=-1)) + 1, cut, tuple(found))


def _ranked(city: City, place: int, i: int, score: float) -> Ranked:
    table, row = (city.assets, i) if i < len(city.assets) else (city.links, i - len(city.assets))
    named = (str(table.id[row]), str(table.name[row] or table.id[row]), str(table.sector[row]), str(table.kind[row]))
    return Ranked(place, *named, score)


def _between(network: Neighbours, _: Digraph, progress: Progress, cancel: CancelToken | None) -> tuple[str, Any]:
    pivots = None if network.nodes <= EXACT_UP_TO else PIVOTS
    how = "pairs whose shortest path passes, " + ("exact" if pivots is None else f"estimated from {pivots} pivots")
    return how, betweenness(network, pivots=pivots, progress=progress, cancel=cancel)


def _near(network: Neighbours, _: Digraph, progress: Progress, cancel: CancelToken | None) -> tuple[str, Any]:
    return "share of others reached over the mean distance, exact", distances(network, progress=progress, cancel=cancel).closeness


def _katz(network: Neighbours, _: Digraph, __: Progress, ___: CancelToken | None) -> tuple[str, Any]:
    alpha = min(0.1, 0.9 / spectral_radius(network))
    return f"walks that end here, each step damped by {alpha:.3g}, scaled to length 1", katz(network, alpha=alpha)


Score = Callable[[Neighbours, Digraph, Progress, CancelToken | None], tuple[str, Any]]
SCORES: dict[str, Score] = {
    "betweenness": _between,
    "closeness": _near,
    "katz": _katz,
    "pagerank": lambda _, graph, *__: ("share of time of a random walk along failures, damping 0.85", page_rank(graph)),
    "core": lambda network, *_: ("greatest k of whose k-core it is part", core_numbers(network)),
    "degree": lambda network, *_: ("neighbours", np.diff(network.ptr)),
}

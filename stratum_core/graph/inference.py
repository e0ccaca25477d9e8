"""Dependencies that nobody gave, proposed from the nearest feasible supplier; marked ``derived``, with rule and confidence.

A supplier is feasible if it is of a kind that gives the service, is supplied itself now, is no high-voltage busbar, and has
room for the demand where both are known. Operators connect otherwise for reasons that no map tells: a proposal is a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.errors import InputError
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.digraph import Digraph, Search
from stratum_core.graph.editing import free_id
from stratum_core.model.changes import Change, added
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.resource_files import table

#: the nearest suppliers with room, by straight line, whose way along the streets is looked at
CANDIDATES = 8
#: a way along streets is this much longer than the straight line where no streets are known
DETOUR = 1.3
_HIGHEST_V = 36_000.0
SOURCE = "stratum-inference"


@dataclass(frozen=True)
class Proposal:
    """A dependency that a rule proposes. metres: way to the supplier; next_metres: to the second nearest, None if there is none.

    confidence: the rule's, falling with distance, and by half where the second is hardly farther.
    """

    dependent: str
    supplier: str
    service: str
    rule: str
    metres: float
    next_metres: float | None
    confidence: float


@dataclass(frozen=True)
class Proposals:
    """Proposals for needs without a supplier, and needs for which none is within reach."""

    proposals: tuple[Proposal, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    """A line of ``resources/tables/needs.csv``."""

    kind: str
    service: str
    supplier_kinds: tuple[str, ...]
    reach_m: float
    confidence: float

    @property
    def name(self) -> str:
        return f"nearest {' or '.join(self.supplier_kinds)} within {self.reach_m:g} m along the streets"


def missing_dependencies(city: City | KnowledgeGraph) -> Proposals:
    """A proposal for each need of ``resources/tables/needs.csv`` that no dependency of the city covers.

    Raises InputError where the city has no positions.
    """
    graph = knowledge_graph(city)
    given = set(zip(graph.city.dependencies.dependent, graph.city.dependencies.service, strict=True))
    return propose(graph, lambda id, service: (id, service) not in given)


def propose(graph: KnowledgeGraph, wanted: object) -> Proposals:
    """Proposals for the needs (component id, service) that ``wanted`` says yes to."""
    place = graph.city.positions()
    if not np.isfinite(place).any():
        raise InputError("the city has no positions, so no supplier is nearest", where="assets", repair="import coordinates")
    streets, found, without = _Streets(graph.city), [], []
    kinds = np.concatenate([graph.city.assets.kind, graph.city.links.kind])
    for rule in _rules():
        suppliers = np.flatnonzero(_feasible(graph, rule) & np.isfinite(place[: len(graph.city.assets)]).all(axis=1))
        needing = [int(c) for c in np.flatnonzero(kinds == rule.kind)
                   if np.isfinite(place[c]).all() and wanted(graph.city.component_ids[c], rule.service)]  # type: ignore[operator]
        if not len(suppliers):
            without += [f"{graph.city.component_ids[c]} ({rule.service})" for c in needing]
            continue
        tree = cKDTree(place[suppliers])
        for component in needing:
            best = _proposal(graph, rule, component, suppliers, tree, place, streets)
            if best is None:
                without.append(f"{graph.city.component_ids[component]} ({rule.service})")
            else:
                found.append(best)
    return Proposals(tuple(sorted(found, key=lambda one: (one.dependent, one.service))), tuple(sorted(without)))


def as_changes(city: City, proposals: Proposals, date: str) -> Iterator[Change]:
    """The changes that add proposals to the city as derived dependencies."""
    taken = set(city.dependencies.id)
    for one in proposals.proposals:
        note = f"{one.metres:.0f} m away" + (f", the next {one.next_metres:.0f} m" if one.next_metres is not None else "")
        yield added(
            city, "dependencies", free_id(f"{one.dependent}/derived/{one.service}", taken), dependent=one.dependent,
            supplier=one.supplier, service=one.service, provenance="derived", source=SOURCE, confidence=round(one.confidence, 2),
            date=date, author=f"rule: {one.rule}", note=note)


def _rules() -> tuple[_Rule, ...]:
    return tuple(_Rule(row["kind"], row["service"], tuple(row["supplier_kinds"].split()), float(row["reach_m"]),
                       float(row["confidence"])) for row in table("needs"))


def _feasible(graph: KnowledgeGraph, rule: _Rule) -> Bools:
    assets = graph.city.assets
    low = ~(assets.voltage > _HIGHEST_V)
    feasible: Bools = np.isin(assets.kind.astype(str), rule.supplier_kinds) & low & graph.arrays.working[: len(assets)]
    return feasible


def _proposal(graph: KnowledgeGraph, rule: _Rule, component: int, suppliers: Ints, tree: cKDTree, place: Floats,
              streets: _Streets) -> Proposal | None:
    within = sorted(tree.query_ball_point(place[component], rule.reach_m),
                    key=lambda row: float(np.hypot(*(place[suppliers[row]] - place[component]))))
    fitting = (int(suppliers[row]) for row in within if suppliers[row] != component)
    near = list(islice((one for one in fitting if _room(graph.city, component, one)), CANDIDATES))
    ways = sorted((streets.metres(place[component], place[supplier]), graph.city.component_ids[supplier]) for supplier in near)
    ways = [way for way in ways if way[0] <= rule.reach_m]
    if not ways:
        return None
    metres, supplier = ways[0]
    second = ways[1][0] if len(ways) > 1 else None
    confidence = rule.confidence * (1 - 0.5 * metres / rule.reach_m)
    if second is not None and second < 1.25 * metres + 5:
        confidence /= 2
    return Proposal(str(graph.city.component_ids[component]), str(supplier), rule.service, rule.name, metres, second, confidence)


def _room(city: City, component: int, supplier: int) -> bool:
    """False where the supplier is known to be too small for the demand."""
    if component >= len(city.assets):
        return True
    assets = city.assets
    demand, capacity = assets.demand[component], assets.capacity[supplier]
    return not (assets.unit[component] == assets.unit[supplier] and demand > capacity)


class _Streets:
    """Ways along the streets of a city, or straight lines with a detour where it has none."""

    def __init__(self, city: City) -> None:
        rows = np.flatnonzero((city.links.sector == "roads") & city.links.in_service)
        self.place = city.positions()
        self.search: Search | None = None
        if not len(rows):
            return
        pairs = zip(city.links.start[rows], city.links.end[rows], strict=True)
        ends = np.array([[city.index[a], city.index[b]] for a, b in pairs])
        self.crossings, flat = np.unique(ends, return_inverse=True)
        start, end = flat.reshape(-1, 2).T
        across = np.hypot(*(self.place[ends[:, 0]] - self.place[ends[:, 1]]).T)
        length = np.where(np.isfinite(city.links.length[rows]), city.links.length[rows], across)
        self.search = Search(Digraph(len(self.crossings), np.r_[start, end], np.r_[end, start], np.r_[length, length]))
        self.tree = cKDTree(self.place[self.crossings])

    def metres(self, a: Floats, b: Floats) -> float:
        """The way from one place to another."""
        straight = float(np.hypot(*(a - b)))
        if self.search is None:
            return straight * DETOUR
        (to_a, first), (to_b, second) = self.tree.query(a), self.tree.query(b)
        if first == second:
            return straight
        route = self.search.shortest(int(first), int(second))
        return straight * DETOUR if route is None else max(straight, float(to_a + route.length + to_b))

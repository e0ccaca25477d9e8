"""Upstream: everything a component needs, step by step, and which of it alone can take it away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.impact import labels
from stratum_core.graph.kernels import spread, undo
from stratum_core.model.city import City
from stratum_core.model.fields import Strings


@dataclass(frozen=True)
class Requirement:
    """Something needed, ``hop`` steps upstream, by ``by``.

    kind: service (a need across sectors) or link (the network: what it hangs on, and the way that its supply takes now).
    group, needed, of: any ``needed`` of the ``of`` suppliers of a group do. buffer_h: hours the needing one lasts without.
    alone: True if its failure alone takes away what was asked about, once all buffers are used up.
    """

    asset: str
    name: str
    hop: int
    by: str
    kind: str
    service: str
    group: str | None
    needed: int | None
    of: int | None
    buffer_h: float | None
    alone: bool


@dataclass(frozen=True)
class Requirements:
    """All that ``asset`` needs, nearest first."""

    asset: str
    hops: int
    needs: tuple[Requirement, ...]


#: (component, kind, dependency row or -1)
Step = tuple[int, str, int]


def requirements(city: City | KnowledgeGraph, asset: str) -> Requirements:
    """All that ``asset`` needs to stay up. Raises InputError for an unknown or ambiguous name."""
    graph = knowledge_graph(city)
    name = graph.city.resolve(asset, where="asset")
    target = graph.city.index[name]
    hop, by = {target: 0}, [target]
    found: list[tuple[int, int, Step]] = []
    for component in by:
        for step in _needs_of(graph, component):
            found.append((hop[component] + 1, component, step))
            if step[0] not in hop:
                hop[step[0]] = hop[component] + 1
                by.append(step[0])
    single = _alone(graph, target, by[1:])
    sectors, _ = labels(graph.city)
    rows = tuple(_requirement(graph, sectors, distance, needing, step, step[0] in single) for distance, needing, step in found)
    return Requirements(name, max((row.hop for row in rows), default=0), rows)


def _needs_of(graph: KnowledgeGraph, component: int) -> Iterator[Step]:
    arrays = graph.arrays
    rows = graph.rows_of_dependent
    for row in rows[1][rows[0][component] : rows[0][component + 1]]:
        yield int(graph.supplier_of_row[row]), "service", int(row)
    if component >= len(arrays.parent):
        return
    if arrays.attach[component] >= 0 and arrays.source_node[component] < 0:
        yield int(arrays.attach[component]), "link", -1
    if arrays.parent[component] >= 0:
        yield int(arrays.parent_link[component]), "link", -1
        yield int(arrays.parent[component]), "link", -1
    elif arrays.sources_at[component] > 0:
        for source in graph.sources_of(component):
            if source != component:
                yield source, "link", -1


def _alone(graph: KnowledgeGraph, target: int, candidates: list[int]) -> set[int]:
    """The candidates whose failure alone takes ``target`` away."""
    work, seed, found = graph.work(), np.zeros(1, dtype=np.int64), set()
    for component in candidates:
        seed[0] = component
        lost = spread(graph.arrays, work, seed)
        if work.lost[target]:
            found.add(component)
        undo(graph.arrays, work, lost)
    return found


def _requirement(graph: KnowledgeGraph, sectors: Strings, hop: int, by: int, step: Step, alone: bool) -> Requirement:
    component, kind, row = step
    city = graph.city
    ids = (str(city.component_ids[component]), str(city.component_names[component]), hop, str(city.component_ids[by]), kind)
    if row < 0:
        return Requirement(*ids, str(sectors[component]), None, None, None, None, alone)
    rows, group = city.dependencies, int(graph.group_of_row[row])
    members = int(graph.member_ptr[group + 1] - graph.member_ptr[group])
    return Requirement(*ids, str(rows.service[row]), str(rows.group[row]) or None, int(graph.needed[group]), members,
                       float(rows.buffer[row]), alone)

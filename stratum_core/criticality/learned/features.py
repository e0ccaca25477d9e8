"""What the net reads of each component: cheap measures of structure, without unit, comparable between cities.

None of them takes anything out: they follow the one shortest way of supply and know no alternative to it. Whether there
is another way the net has to tell from cuts, degrees and neighbours. Simulated and structural outages are no features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.criticality.learned.wiring import Wiring, cut_flags, undirected, wiring
from stratum_core.graph import KnowledgeGraph, knowledge_graph
from stratum_core.graph.betweenness import Neighbours, kernels
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.kinds import kind
from stratum_core.model.tables import SECTORS

ROLES = ("facility", "source", "node", "storage", "sink", "link", "pump")
#: shares from one in a million up are told apart
LEAST_SHARE = 1e-6
PIVOTS = 64
#: the outage that is asked about, hours: reserves beyond it make a need harmless
OUTAGE_H = 24.0
MEASURES = (
    "in service",
    "served directly",
    "served through it",
    "served through it and its dependents",
    "served through it, its dependents and theirs",
    "components through it",
    "needs of others through it",
    "cuts its network",
    "neighbours",
    "supplied next",
    "steps to a source",
    "steps to a source against the farthest",
    "one of how many sources",
    "needed by",
    "needs",
    "its own reserve",
    "reserve of those that need it",
    "alternatives of those that need it",
    "open ties at it",
    "open ties through it",
    "betweenness (64 pivots)",
    "people are known",
)
FEATURES = (*(f"sector {name}" for name in SECTORS), *(f"role {name}" for name in ROLES), *MEASURES)


@dataclass(frozen=True)
class Inputs:
    """features: (components, FEATURES). scored: those whose outage is asked for, which is all that works but customers."""

    city: City
    wired: Wiring
    features: npt.NDArray[np.float32]
    scored: Bools


def inputs(city: City | KnowledgeGraph) -> Inputs:
    """Wiring and features of a city; raises InputError for an unknown kind or a reference to nothing."""
    graph = knowledge_graph(city)
    wired = wiring(graph)
    sector, role = _kinds(graph.city)
    hot = [sector == name for name in SECTORS] + [role == name for name in ROLES]
    columns = np.column_stack([*hot, *_measures(graph, wired, role, sector)]).astype(np.float32)
    return Inputs(graph.city, wired, columns, graph.arrays.working & (role != "sink"))


def share(amount: Floats, total: float) -> Floats:
    """0 for nothing, 1 for all, on a logarithmic scale in between."""
    part = np.clip(amount / total if total > 0 else np.zeros_like(amount), 0.0, 1.0)
    return np.asarray(np.log1p(part / LEAST_SHARE) / np.log1p(1 / LEAST_SHARE))


def _kinds(city: City) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    names = np.concatenate([city.assets.kind, city.links.kind])
    role = {name: kind(name).role for name in set(names)}
    return (np.concatenate([city.assets.sector, city.links.sector]), np.array([role[name] for name in names], dtype=object))


def _measures(
    graph: KnowledgeGraph, wired: Wiring, role: npt.NDArray[np.object_], sector: npt.NDArray[np.object_]
) -> list[Floats]:
    """MEASURES in order, (components,) each."""
    a, above, count = graph.arrays, wired.above, wired.size
    depth = _depth(above)
    load, known = _load(graph)
    needs = _Needs(graph)
    cuts = cut_flags(graph)
    reach = needs.reach(load, above, depth)
    ones = np.ones(count)
    sources = {name: int(((role == "source") & a.present & (sector == name)).sum()) for name in set(sector)}
    farthest = {name: float(depth[sector == name].max(initial=1)) for name in set(sector)}
    ties = _open_ties(a.start, a.end, ~graph.city.links.closed & graph.city.links.in_service, count)
    first, second = undirected(wired)
    degree = np.bincount(second, minlength=count)
    needed_by = np.bincount(graph.supplier_of_row, minlength=count).astype(np.float64)
    needing = np.bincount(a.group_dependent, minlength=count).astype(np.float64)
    total = float(load.sum())
    return [
        a.working.astype(np.float64),
        *(share(part, total) for part in (load, *reach)),
        np.log1p(_below(above, depth, ones)) / 12,
        np.log1p(_below(above, depth, needed_by)) / 5,
        cuts.astype(np.float64),
        np.log1p(degree) / 3,
        np.log1p(np.bincount(above[above >= 0], minlength=count)) / 3,
        np.log1p(depth) / 5,
        depth / np.array([max(farthest[name], 1.0) for name in sector]),
        np.array([1 / sources[name] if sources[name] else 0.0 for name in sector]),
        np.log1p(needed_by) / 3,
        np.log1p(needing) / 3,
        needs.least(1 - needs.left, needs.dependent),
        needs.least(1 - needs.left, needs.supplier),
        needs.least(needs.spare, needs.supplier),
        np.log1p(ties),
        np.log1p(_below(above, depth, ties)),
        share(_pivot_betweenness(Neighbours(count, first, second)), float(count) ** 2 / 2),
        np.full(count, float(known)),
    ]


def _load(graph: KnowledgeGraph) -> tuple[Floats, bool]:
    """(components,) people that each serves directly, over all services; one each where nobody is known."""
    a = graph.arrays
    owner = np.repeat(np.arange(len(a.start)), np.diff(a.serve_ptr))
    suppliers = np.bincount(a.serve_slot, minlength=len(a.slot_block))
    people = a.residents[a.slot_block[a.serve_slot]] / suppliers[a.serve_slot]
    load = np.bincount(owner, people, minlength=len(a.start)).astype(np.float64)
    return (load, True) if load.sum() > 0 else (a.working.astype(np.float64), False)


class _Needs:
    """Needs across sectors, as far as they matter in an outage of OUTAGE_H: by row of the dependency table."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.count = len(graph.arrays.start)
        group = graph.group_of_row
        self.supplier, self.dependent = graph.supplier_of_row, graph.arrays.group_dependent[group]
        members = np.diff(graph.member_ptr)[group]
        self.spare = (members - graph.needed[group]) / np.maximum(members, 1)
        buffer = graph.city.dependencies.buffer[graph.row_of_group[group]]
        self.left = np.clip(1 - np.nan_to_num(buffer) / OUTAGE_H, 0.0, 1.0)

    def reach(self, load: Floats, above: Ints, depth: Ints) -> list[Floats]:
        """(components,) what is served through each: in its network; and through those that need it; and through those
        that need these. A need counts less by its reserve and its alternatives."""
        found = [_below(above, depth, load)]
        for _ in range(2):
            weight = found[-1][self.dependent] * self.left * (1 - self.spare)
            found.append(_below(above, depth, load + np.bincount(self.supplier, weight, minlength=self.count)))
        return found

    def least(self, value: Floats, by: Ints) -> Floats:
        """(components,) the least ``value`` over rows of each in ``by``, 1 where it has none."""
        found = np.ones(self.count)
        np.minimum.at(found, by, value)
        return found


def _depth(above: Ints) -> Ints:
    """(components,) steps up to where supply comes in, by doubling."""
    depth, up = (above >= 0).astype(np.int64), above.copy()
    while (up >= 0).any():
        inside = up >= 0
        depth[inside] += depth[up[inside]]
        up[inside] = up[up[inside]]
    return depth


def _below(above: Ints, depth: Ints, amount: Floats) -> Floats:
    """(components,) sum of ``amount`` over each and all that is supplied through it."""
    total = amount.astype(np.float64)
    order = np.argsort(-depth, kind="stable")
    starts = np.flatnonzero(np.diff(depth[order], prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
        level = order[first:last]
        level = level[above[level] >= 0]
        np.add.at(total, above[level], total[level])
    return total


def _open_ties(start: Ints, end: Ints, links: Bools, count: int) -> Floats:
    """(components,) open links that end at each."""
    at = np.concatenate([np.zeros(count - len(links), dtype=np.bool_), links])
    ends = np.concatenate([start[at], end[at]])
    return np.bincount(ends[ends >= 0], minlength=count).astype(np.float64)


def _pivot_betweenness(network: Neighbours) -> Floats:
    """(nodes,) betweenness from PIVOTS start nodes, scaled up (Brandes & Pich 2007); not by length, as the net has learned it."""
    nodes, sources = network.nodes, np.arange(network.nodes, dtype=np.int32)
    if nodes > PIVOTS:
        sources = np.random.default_rng(0).choice(sources, PIVOTS, replace=False)
    order, distance = np.zeros(nodes + 1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    paths, behind, load = np.zeros(nodes), np.zeros(nodes), np.zeros(nodes)
    kernels.accumulate(network.ptr, network.other, sources, False, order, distance, paths, behind, load)
    return load * (nodes / (2.0 * max(len(sources), 1)))

"""Hidden common causes: needs with alternatives that one loss, or one trench, takes away together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely

from stratum_core.graph.alone import lost_alone
from stratum_core.graph.compiled import KnowledgeGraph
from stratum_core.graph.kernels import spread, undo
from stratum_core.graph.paths import Graph
from stratum_core.graph.typed import Node, TypedGraph, typed_graph
from stratum_core.model.fields import Ints
from stratum_core.ports import CancelToken, Progress, silent

_CHUNK = 2_000


@dataclass(frozen=True)
class SharedLoss:
    """A component whose loss alone leaves a need unmet though it has alternatives. lost: all components that go with it."""

    cause: Node
    lost: int


@dataclass(frozen=True)
class SharedGround:
    """Two alternatives whose supply runs in one corridor. metres: how far. first, second: the nearest links of each there."""

    suppliers: tuple[str, str]
    metres: float
    x: float
    y: float
    first: str
    second: str


@dataclass(frozen=True)
class CommonCause:
    """A need with alternatives that are not independent. people: who loses a service with the dependent."""

    dependent: Node
    service: str
    group: str
    suppliers: tuple[str, ...]
    needed: int
    people: float
    losses: tuple[SharedLoss, ...]
    ground: tuple[SharedGround, ...]


@dataclass(frozen=True)
class CommonCauses:
    """Needs with alternatives: how many there are, and those with a common cause, most people first.

    Losses are exact for single components, by structure (buffers used up). Ground: supply as it runs now within
    ``corridor_m`` of the other's for 10 m or more; flooding or digging there hits both.
    """

    alternatives: int
    corridor_m: float
    found: tuple[CommonCause, ...]


def common_causes(
    city: Graph, *, corridor_m: float = 2.0, progress: Progress = silent, cancel: CancelToken | None = None
) -> CommonCauses:
    """Common causes of all needs with more suppliers than needed. Raises Cancelled."""
    graph = typed_graph(city)
    rows = graph.graph
    members = np.diff(rows.member_ptr)
    groups = np.flatnonzero((members > rows.needed) & (rows.spare < 2**39))
    losses = _losses(rows, groups, progress, cancel or CancelToken())
    dependents = np.unique(rows.arrays.group_dependent[groups])
    people = dict(zip(dependents.tolist(), lost_alone(rows, dependents).anyone.tolist(), strict=True))
    found = []
    for group in groups.tolist():
        ground = tuple(_ground(graph, _suppliers(rows, group), corridor_m))
        if losses[group] or ground:
            found.append(_cause(graph, group, losses[group], ground, people))
    found.sort(key=lambda one: (-one.people, one.dependent.asset, one.service))
    return CommonCauses(len(groups), corridor_m, tuple(found))


def _suppliers(rows: KnowledgeGraph, group: int) -> Ints:
    return rows.member_list[rows.member_ptr[group] : rows.member_ptr[group + 1]]


def _cause(graph: TypedGraph, group: int, losses: list[tuple[int, int]], ground: tuple[SharedGround, ...],
           people: dict[int, float]) -> CommonCause:
    rows = graph.graph
    dependency, dependent = rows.city.dependencies, int(rows.arrays.group_dependent[group])
    row, ids = int(rows.row_of_group[group]), graph.columns["id"]
    return CommonCause(
        graph.node(dependent), str(dependency.service[row]), str(dependency.group[row]),
        tuple(str(ids[s]) for s in _suppliers(rows, group)), int(rows.needed[group]), people[dependent],
        tuple(SharedLoss(graph.node(cause), lost) for cause, lost in sorted(losses, key=lambda one: (one[1], one[0]))), ground)


def _losses(rows: KnowledgeGraph, groups: Ints, progress: Progress, cancel: CancelToken) -> dict[int, list[tuple[int, int]]]:
    """By group: the components whose loss alone takes away more suppliers than can be spared, with all that goes with each."""
    arrays, work, seed = rows.arrays, rows.work(), np.zeros(1, dtype=np.int64)
    causes: dict[int, list[tuple[int, int]]] = {int(group): [] for group in groups}
    watched = np.zeros(len(rows.needed), dtype=np.bool_)
    watched[groups] = True
    if not len(groups):
        return causes
    candidates = np.flatnonzero(arrays.working)
    for turn, component in enumerate(candidates.tolist()):
        if turn % _CHUNK == 0:
            cancel.check()
            progress(turn, len(candidates))
        seed[0] = component
        lost = spread(arrays, work, seed)
        if lost > 1:
            gone = work.queue[:lost]
            touched = np.concatenate([arrays.use_list[arrays.use_ptr[c] : arrays.use_ptr[c + 1]] for c in gone])
            for group in np.unique(touched[watched[touched]]).tolist():
                if (touched == group).sum() > rows.spare[group] and component != arrays.group_dependent[group]:
                    causes[group].append((component, int(lost)))
        undo(arrays, work, lost)
    progress(len(candidates), len(candidates))
    return causes


def _ground(graph: TypedGraph, suppliers: Ints, corridor_m: float) -> list[SharedGround]:
    """Pairs of alternatives that lie in one corridor, though no link of theirs is the same there."""
    routes = {int(s): _route(graph.graph, int(s)) for s in suppliers}
    ids, found = graph.columns["id"], []
    for one, other in combinations(routes, 2):
        first, second = ({c: line for c in mine if c not in theirs and (line := _line(graph, c)) is not None}
                         for mine, theirs in ((routes[one], routes[other]), (routes[other], routes[one])))
        if not first or not second:
            continue
        shared = shapely.intersection(shapely.union_all(list(first.values())),
                                      shapely.buffer(shapely.union_all(list(second.values())), corridor_m))
        # crossing the other's corridor at a right angle is no common trench
        if shared.length < max(10.0, 5 * corridor_m):
            continue
        place = shapely.point_on_surface(shared)
        near = [str(ids[min(lines, key=lambda c: lines[c].distance(place))]) for lines in (first, second)]
        found.append(SharedGround((str(ids[one]), str(ids[other])), float(shared.length), place.x, place.y, near[0], near[1]))
    return found


def _route(rows: KnowledgeGraph, component: int) -> list[int]:
    """Links that the supply of a component runs through now, up to its source."""
    arrays, links = rows.arrays, []
    at = int(arrays.attach[component]) if component < len(arrays.parent) and arrays.attach[component] >= 0 else component
    while 0 <= at < len(arrays.parent) and arrays.parent[at] >= 0:
        links.append(int(arrays.parent_link[at]))
        at = int(arrays.parent[at])
    return links


def _line(graph: TypedGraph, link: int) -> shapely.LineString | None:
    """The course of a link; None where it has none, as a transformer in its station."""
    city, assets = graph.city, len(graph.city.assets)
    path = city.links.path[link - assets]
    if path is None:
        rows = [int(graph.graph.arrays.start[link]), int(graph.graph.arrays.end[link])]
        path = np.column_stack([city.assets.x[rows], city.assets.y[rows]])
    path = np.asarray(path, dtype=float)
    return shapely.LineString(path) if np.isfinite(path).all() and np.ptp(path, axis=0).any() else None

"""Crews, their depots and their ways, from the spec to arrays."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.cascade.state import Base, Crews, People
from stratum_core.errors import unknown
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import CrewSpec, RepairSpec
from stratum_core.sectors import sectors_in_order
from stratum_core.sectors.network import FACILITY, SINK, SOURCE, Needs, Network

#: a way over roads is longer than the straight line by about this (Ballou et al. 2002, Transportation Research A 36:843)
DETOUR = 1.3
ORDERS = ("people", "first")


def compile_crews(
    city: City, network: Network, base: Base, people: People, needs: Needs, spec: RepairSpec
) -> tuple[Crews, tuple[str, ...]]:
    """The crews of ``spec`` in ``city``, and warnings; raises InputError for an unknown depot or order."""
    if spec.order not in ORDERS:
        raise unknown("order", spec.order, ORDERS, where="repair.order")
    names = [sector.name for sector in sectors_in_order()]
    skill = [names.index(f.name) for f in fields(CrewSpec) for _ in range(getattr(spec.crews, f.name))]
    limited = np.isin(network.sector, np.unique(skill)) & (network.role != SINK) & (network.role != FACILITY)
    nodes = road_nodes(network)
    depots = depots_of(city, network, spec)[: None if skill else 0]  # named ones are looked up in any case
    by_road = bool(len(nodes) and len(depots))
    places = city.positions()
    near = nearest(places, nodes, np.arange(len(places))) if by_road else np.full(len(places), -1, dtype=np.int64)
    crews = Crews(
        skill=np.array(skill, dtype=np.int64),
        depot=_in_turn(skill) % max(len(depots), 1),
        skilled=np.where(limited, network.sector, -1).astype(np.int64),
        rank=_ranks(network, base, people, needs, spec.order),
        start=near[depots],
        hours=_road_hours(city, network, spec),
        near=near,
        direct=straight_hours(places, depots, spec.speed_kmh),
        one_way=np.concatenate([np.zeros(len(city.assets), dtype=np.bool_), city.links.one_way]),
        by_road=by_road,
    )
    return crews, _warnings(skill, depots, by_road)


def _warnings(skill: list[int], depots: Ints, by_road: bool) -> tuple[str, ...]:
    if skill and not len(depots):
        return ("Crews have no depot and the project has no road into town, so they lose no time driving. Name repair.depots.",)
    if skill and not by_road:
        return ("The project has no roads, so crews drive in a straight line with a detour of 30 %.",)
    return ()


def road_nodes(network: Network) -> Ints:
    """All nodes of the roads."""
    nodes: Ints = network.node_list[network.node_ptr[network.roads] : network.node_ptr[network.roads + 1]]
    return nodes


def _in_turn(skill: list[int]) -> Ints:
    """The number of each crew among those of its skill, so that one more of a skill moves no crew of another."""
    return np.array([skill[:at].count(one) for at, one in enumerate(skill)], dtype=np.int64)


def depots_of(city: City, network: Network, spec: RepairSpec) -> Ints:
    """Components that crews start from: those named, else the roads into town."""
    if spec.depots:
        return np.array([city.index[city.resolve(name, where="repair.depots")] for name in spec.depots], dtype=np.int64)
    return np.flatnonzero((network.sector == network.roads) & (network.role == SOURCE))


def nearest(places: Floats, nodes: Ints, wanted: Ints) -> Ints:
    """The road node nearest to each wanted place; -1 for all others and where a place is not known."""
    near = np.full(len(places), -1, dtype=np.int64)
    nodes = nodes[np.isfinite(places[nodes]).all(axis=1)]
    placed = wanted[np.isfinite(places[wanted]).all(axis=1)]
    if len(nodes) and len(placed):
        near[placed] = nodes[cKDTree(places[nodes]).query(places[placed])[1]]
    return near


def _road_hours(city: City, network: Network, spec: RepairSpec) -> Floats:
    """Hours to drive each link: its free-flow time, else its length, else its drawn length, at the crews' speed."""
    links = city.links
    length = links.length.copy()
    for row, line in road_lines(city):
        if np.isnan(length[row]):
            length[row] = np.hypot(*np.diff(line, axis=0).T).sum()
    by_length = np.nan_to_num(length) / (spec.speed_kmh * 1000.0)
    hours = np.where(links.free_flow_time > 0, links.free_flow_time / 3600.0, by_length)
    return np.concatenate([np.zeros(len(city.assets)), hours])


def road_lines(city: City) -> list[tuple[int, Floats]]:
    """(row among the links, (n, 2) vertices in metres) of each road whose course is known."""
    links, assets = city.links, city.assets
    at = {name: (x, y) for name, x, y in zip(assets.id, assets.x, assets.y, strict=True)}
    found = []
    for row in np.flatnonzero(links.sector == "roads"):
        path, ends = links.path[row], (links.start[row], links.end[row])
        straight = path is None or len(path) < 2
        line = np.array([at.get(end, (np.nan, np.nan)) for end in ends] if straight else path, dtype=float)
        if np.isfinite(line).all():
            found.append((int(row), line))
    return found


def straight_hours(places: Floats, depots: Ints, speed_kmh: float) -> Floats:
    """(depots or 1, places) hours in a straight line with a detour; 0 where a place is unknown."""
    if not len(depots):
        return np.zeros((1, len(places)))
    metres = np.linalg.norm(places[None, :, :] - places[depots][:, None, :], axis=2)
    hours: Floats = np.nan_to_num(metres * DETOUR / (speed_kmh * 1000.0))
    return hours


def _ranks(network: Network, base: Base, people: People, needs: Needs, order: str) -> Floats:
    """Distinct ranks of all components: by people downstream, so that feeders come before what they feed; then by index."""
    count = len(network.sector)
    weight = people_downstream(network, base, people, needs) if order == "people" else np.zeros(count)
    ranks = np.empty(count)
    ranks[np.lexsort((-np.arange(count), weight))] = np.arange(count)
    return ranks


def people_downstream(network: Network, base: Base, people: People, needs: Needs) -> Floats:
    """People on each component and on all below it in the base tree of supply, dependents' trees included once."""
    weight = people.total.astype(float)
    hanging = np.flatnonzero(network.attach >= 0)
    below = _summed(network, base, weight, hanging)
    for group in range(len(needs.dependent)):
        members = needs.member_list[needs.member_ptr[group] : needs.member_ptr[group + 1]]
        weight[members] += below[needs.dependent[group]]
    return _summed(network, base, weight, hanging)


def _summed(network: Network, base: Base, weight: Floats, hanging: Ints) -> Floats:
    total = weight.copy()
    np.add.at(total, network.attach[hanging], weight[hanging])
    depth = depths(base.parent)
    for node in np.argsort(-depth, kind="stable"):
        above, link = base.parent[node], base.parent_link[node]
        if above >= 0:
            total[link] += total[node]
            total[above] += total[node]
    return total


def depths(parent: Ints) -> Ints:
    """Steps from each node up to its root, by doubling the stride."""
    depth, above = (parent >= 0).astype(np.int64), parent.copy()
    while (above >= 0).any():
        on = above >= 0
        depth[on] += depth[above[on]]
        above[on] = above[above[on]]
    return depth

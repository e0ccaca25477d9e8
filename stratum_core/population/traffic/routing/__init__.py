"""Route tables: from every node the next link towards a destination, or towards the nearest of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.traffic.network import RoadNetwork
from stratum_core.population.traffic.routing import kernels
from stratum_core.population.traffic.state import ARRIVED, Small


@dataclass(frozen=True)
class RouteTables:
    """next_link and seconds: (destinations, nodes); next_link is NO_WAY (-1) where none leads there, ARRIVED (-2) at the end."""

    next_link: Small
    seconds: Floats


def shortest_path_trees(network: RoadNetwork, destinations: Sequence[npt.ArrayLike], seconds: Floats,
                        usable: Bools | None = None) -> RouteTables:
    """A table for each destination: a node, or several of which the nearest counts.

    seconds: per link, what this class of people believes it takes; usable: links that it believes open. One table a call is
    as quick as many: build those of one kind of information together, and hand them to ``Movement`` stacked.
    """
    believed = np.where(network.usable if usable is None else usable, seconds, np.inf)
    groups = [np.atleast_1d(np.asarray(each, dtype=np.int64)) for each in destinations]
    seed_begin = np.concatenate([[0], np.cumsum([len(group) for group in groups])]).astype(np.int64)
    begin, links = network.entering
    found = RouteTables(*_trees(begin, links, network.tail, believed, network.through, seed_begin, np.concatenate(groups)))
    for row, group in enumerate(groups):
        found.next_link[row, group] = ARRIVED
    return found


def paths_between(network: RoadNetwork, starts: Ints, ends: Ints, seconds: Floats, usable: Bools) -> list[list[int] | None]:
    """The quickest links from each start to its end (nodes, alike in length); None where none leads there.

    One tree for each different start, which ends where the last of its ends is reached.
    """
    believed = np.where(usable, seconds, np.inf)
    begin, links = network.leaving
    found: list[list[int] | None] = [None] * len(starts)
    for start in np.unique(starts):
        rows = np.flatnonzero(starts == start)
        by, _ = _trees(begin, links, network.head, believed, network.through, np.array([0, 1]), np.array([start]),
                       np.unique(ends[rows]))
        for row in rows.tolist():
            found[row] = _path_back(by[0], network.tail, int(ends[row]), int(start))
    return found


def _path_back(by: Small, tail: Ints, end: int, start: int) -> list[int] | None:
    path = []
    while end != start:
        if by[end] < 0:
            return None
        path.append(int(by[end]))
        end = int(tail[path[-1]])
    return path[::-1]


def _trees(begin: Ints, links: Ints, far: Ints, cost: Floats, through: Bools, seed_begin: Ints, seeds: Ints,
           wanted: Ints | None = None) -> tuple[Small, Floats]:
    """wanted: nodes at which a single tree may end."""
    rows, nodes = len(seed_begin) - 1, len(begin) - 1
    distance, by = np.empty((rows, nodes)), np.empty((rows, nodes), dtype=np.int32)
    key = np.zeros(len(links) + len(seeds) + 1)
    ends = seeds[:0] if wanted is None else wanted
    kernels.trees(begin, links, far, cost, through, seed_begin, seeds, ends, distance, by, key, key.astype(np.int32))
    return by, distance

"""Cascades of redistributed load: a node carries the shortest paths through it, and fails above its capacity.

Motter & Lai, Physical Review E 66:065102, 2002: load is betweenness with end points, capacity (1 + tolerance) times the load
of the whole network, and all nodes above it are taken away at once, until none is. It says how a topology spreads overloads,
not what power or water do: there are no units, no flows by physical law and no time in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.graph.betweenness import Neighbours, betweenness, component_sizes
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.ports import CancelToken, Progress, silent

#: a load counts as above its capacity when it is by more than this
SLACK = 1e-9


@dataclass(frozen=True)
class LoadCascade:
    """load: (nodes,) of the whole network. removed: nodes taken away by round, the attacked ones first. standing: (nodes,).

    largest: nodes of the largest component that is left, 0 if none is.
    """

    load: Floats
    removed: tuple[Ints, ...]
    standing: Bools
    largest: int


def load_cascade(
    nodes: int,
    start: Ints,
    end: Ints,
    attacked: Sequence[int],
    tolerance: float,
    *,
    load: Floats | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> LoadCascade:
    """Take ``attacked`` away and follow the overloads. load: of the whole network, where it is known from another cascade.

    Raises InputError for a node that is not there or a negative tolerance, and Cancelled.
    """
    if not 0 <= tolerance < np.inf:
        raise InputError(f"the tolerance {tolerance:g} is below 0", where="tolerance", repair="give 0 or more")
    beyond = [node for node in (*attacked, *start.tolist(), *end.tolist()) if not 0 <= node < nodes]
    if beyond:
        raise InputError(f"there is no node {beyond[0]}", where="edges or attacked nodes",
                         repair=f"count nodes from 0 to {nodes - 1}")
    load = betweenness(Neighbours(nodes, start, end), endpoints=True, cancel=cancel) if load is None else load
    capacity = (1.0 + tolerance) * load
    standing, removed = np.ones(nodes, dtype=np.bool_), [np.unique(np.asarray(attacked, dtype=np.int64))]
    while len(removed[-1]):
        standing[removed[-1]] = False
        progress(int((~standing).sum()), nodes)
        left = np.flatnonzero(standing)
        now = betweenness(_part(standing, start, end), endpoints=True, cancel=cancel)
        removed.append(left[now > capacity[left] + SLACK])
    sizes = component_sizes(_part(standing, start, end))
    return LoadCascade(load, tuple(removed[:-1]), standing, int(sizes.max(initial=0)))


def _part(standing: Bools, start: Ints, end: Ints) -> Neighbours:
    """The network of the nodes that stand, numbered anew."""
    number = np.cumsum(standing) - 1
    kept = standing[start] & standing[end]
    return Neighbours(int(standing.sum()), number[start[kept]], number[end[kept]])

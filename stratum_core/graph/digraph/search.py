"""Searches in a Digraph: everything downstream or upstream, surroundings, shortest and k shortest paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from stratum_core.errors import InputError
from stratum_core.graph.digraph import kernels
from stratum_core.graph.digraph.structure import Digraph, Numbers, Side

_EVERYWHERE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Route:
    """A path: its nodes, its edges (one less), and the sum of their weights."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    length: float


class Search:
    """Searches of one thread in ``graph``, which may change between them."""

    def __init__(self, graph: Digraph) -> None:
        self.graph = graph
        nodes = graph.nodes
        self._epoch = 0
        self._queues = np.zeros((2, nodes + 1), np.int32)
        self._front, self._back = _Front(nodes), _Front(nodes)
        self._blocked_nodes = np.zeros(nodes, np.int32)

    def descendants(self, node: int, hops: int | None = None) -> Numbers:
        """``node`` and all that can be reached from it within ``hops`` steps, nearest first. A view until the next search."""
        return self._reach(self.graph.out, node, hops)

    def ancestors(self, node: int, hops: int | None = None) -> Numbers:
        """``node`` and all from which it can be reached within ``hops`` steps, nearest first. A view until the next search."""
        return self._reach(self.graph.into, node, hops)

    def fewest_hops(self, source: int, target: int) -> Route | None:
        """A path of the fewest edges, or None where there is none."""
        out, into, f, b = self.graph.out, self.graph.into, self._front, self._back
        middle = kernels.meet_by_hops(out.begin, out.length, out.node, out.edge, into.begin, into.length, into.node, into.edge,
                                      source, target, self._next(), f.seen, f.by, self._queues[0], b.seen, b.by, self._queues[1])
        return self._joined(middle, source, target)

    def shortest(self, source: int, target: int) -> Route | None:
        """A path of the least sum of weights (all at least 0), or None where there is none."""
        out, into, f, b = self.graph.out, self.graph.into, self._front, self._back
        self._make_room()
        middle = kernels.meet(*_lists(out), *_lists(into), source, target, f.distance, f.by, f.touched, f.key, f.item,
                              b.distance, b.by, b.touched, b.key, b.item)
        return self._joined(middle, source, target)

    def k_shortest(self, source: int, target: int, k: int) -> Iterator[Route]:
        """The ``k`` shortest paths without loops, shortest first (Yen, Management Science 17(11), 1971)."""
        first = self.shortest(source, target)
        if first is None:
            return
        yield first
        given = [first]
        waiting: list[tuple[float, tuple[int, ...], Route]] = []
        met = {first.edges}
        while len(given) < k:
            for spur in self._spurs(given, target):
                if spur.edges not in met:
                    met.add(spur.edges)
                    heappush(waiting, (spur.length, spur.edges, spur))
            if not waiting:
                return
            given.append(heappop(waiting)[2])
            yield given[-1]

    def _spurs(self, given: list[Route], target: int) -> Iterator[Route]:
        """The best way off the last path given, at each of its nodes, along no edge that a path with the same start takes."""
        last, start = given[-1], self.graph.start
        for i in range(len(last.edges)):
            root = last.edges[:i]
            closed = [route.edges[i] for route in given if route.edges[:i] == root and len(route.edges) > i]
            tail = self._round(last.nodes[i], target, last.nodes[:i], closed)
            if tail is not None:
                yield self._route(int(start[last.edges[0]]), (*root, *tail))

    def _round(self, source: int, target: int, nodes: tuple[int, ...], edges: list[int]) -> tuple[int, ...] | None:
        """Edges of the shortest path that avoids some nodes and edges."""
        self._make_room()
        epoch, f = self._next(), self._front
        self._blocked_nodes[list(nodes)] = epoch
        self._blocked_edges[edges] = epoch
        length = kernels.nearest(*_lists(self.graph.out), source, target, self._blocked_nodes, self._blocked_edges, epoch,
                                 f.distance, f.by, f.touched, f.key, f.item)
        return tuple(self._walk(f, target, source, self.graph.start)[::-1].tolist()) if np.isfinite(length) else None

    def _reach(self, side: Side, node: int, hops: int | None) -> Numbers:
        if not 0 <= node < self.graph.nodes:
            raise InputError(f"there is no node {node}", repair=f"name one of 0 to {self.graph.nodes - 1}")
        queue = self._queues[0]
        found = kernels.reach(side.begin, side.length, side.node, node, _EVERYWHERE if hops is None else hops, self._next(),
                              self._front.seen, queue)
        reached: Numbers = queue[:found]
        return reached

    def _joined(self, middle: int, source: int, target: int) -> Route | None:
        """The path through the node at which both sides met."""
        if middle < 0:
            return None
        before = self._walk(self._front, middle, source, self.graph.start)
        after = self._walk(self._back, middle, target, self.graph.end)
        return self._route(source, (*before[::-1].tolist(), *after.tolist()))

    def _walk(self, front: _Front, at: int, stop: int, other_end: Numbers) -> Numbers:
        """Edges from ``at`` back to ``stop``."""
        steps = kernels.walk(front.by, other_end, at, stop, front.touched)
        return front.touched[:steps].copy()

    def _route(self, source: int, edges: tuple[int, ...]) -> Route:
        numbers = np.array(edges, dtype=np.int64)
        return Route((source, *self.graph.end[numbers].tolist()), edges, float(self.graph.weight[numbers].sum()))

    def _next(self) -> int:
        self._epoch += 1
        return self._epoch

    def _make_room(self) -> None:
        """A heap never holds more than an entry an edge, and one for its start."""
        most = len(self.graph.weight) + 1
        if len(self._front.key) < most:
            self._front.room(most)
            self._back.room(most)
            self._blocked_edges = np.zeros(most, np.int32)


class _Front:
    """Work arrays of a search from one side."""

    def __init__(self, nodes: int) -> None:
        self.seen, self.by, self.touched = (np.zeros(nodes, np.int32) for _ in range(3))
        self.distance = np.full(nodes, np.inf)
        self.room(0)

    def room(self, most: int) -> None:
        self.key, self.item = np.zeros(most), np.zeros(most, np.int32)


def _lists(side: Side) -> tuple[np.ndarray, ...]:
    return side.begin, side.length, side.node, side.edge, side.weight

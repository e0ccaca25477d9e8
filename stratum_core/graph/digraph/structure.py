"""A directed multigraph whose edges come, go and change weight in constant time, and which kernels read as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.graph.digraph import kernels
from stratum_core.model.fields import Floats, Ints

Numbers = npt.NDArray[np.int32]

#: free places that a node's list is given beyond what it holds, as a share
_SLACK = 0.25


class Side(NamedTuple):
    """Lists of neighbours by node, in one direction: ``length`` of them from ``begin`` on, with ``room`` for so many.

    node, edge, weight: the neighbour, the edge that leads there and its weight. place: where each edge stands.
    """

    begin: Numbers
    length: Numbers
    room: Numbers
    node: Numbers
    edge: Numbers
    weight: Floats
    place: Numbers


class Digraph:
    """Nodes 0 to ``nodes`` - 1 and numbered edges; of one thread, which hands ``copy()`` to others.

    start and end of a removed edge are -1; its number is given again.
    """

    def __init__(self, nodes: int, start: Ints | Numbers, end: Ints | Numbers, weight: Floats | None = None) -> None:
        """Edges by arrays of one length; weight 1 where none is given. Raises InputError for a node that is not there."""
        self.nodes = nodes
        self.start: Numbers = np.array(start, dtype=np.int32)
        self.end: Numbers = np.array(end, dtype=np.int32)
        self.weight = np.ones(len(self.start)) if weight is None else np.array(weight, dtype=np.float64)
        for ends in (self.start, self.end):
            if len(ends) and (ends.min() < 0 or ends.max() >= nodes):
                raise InputError(f"an edge names a node outside 0 to {nodes - 1}", repair="number the nodes from 0")
        self._free: list[int] = []
        self._used = len(self.start)
        self.out = _side(nodes, self.start, self.end, self.weight)
        self.into = _side(nodes, self.end, self.start, self.weight)
        self._ends = [int(side.begin[-1] + side.room[-1]) if nodes else 0 for side in (self.out, self.into)]

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return self._used - len(self._free)

    def add(self, start: int, end: int, weight: float = 1.0) -> int:
        """Add an edge; its number."""
        edge = self._free.pop() if self._free else self._new_number()
        self.start[edge], self.end[edge], self.weight[edge] = start, end, weight
        self.out = self._listed(0, self.out, start, end, edge, weight)
        self.into = self._listed(1, self.into, end, start, edge, weight)
        return edge

    def remove(self, edge: int) -> None:
        """Take an edge away."""
        kernels.unlist(self.out.begin, self.out.length, self.out.node, self.out.edge, self.out.weight, self.out.place,
                       self.start[edge], edge)
        kernels.unlist(self.into.begin, self.into.length, self.into.node, self.into.edge, self.into.weight, self.into.place,
                       self.end[edge], edge)
        self.start[edge] = self.end[edge] = -1
        self._free.append(edge)

    def reweight(self, edge: int, weight: float) -> None:
        """Give an edge another weight."""
        self.weight[edge] = self.out.weight[self.out.place[edge]] = self.into.weight[self.into.place[edge]] = weight

    def copy(self) -> Digraph:
        """The same graph for another thread, without the free places."""
        kept = np.flatnonzero(self.start[: self._used] >= 0)
        return Digraph(self.nodes, self.start[kept], self.end[kept], self.weight[kept])

    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for side in (self.out, self.into) for array in side) + sum(
            array.nbytes for array in (self.start, self.end, self.weight))

    def _new_number(self) -> int:
        if self._used == len(self.start):
            more = max(16, self._used // 2)
            self.start, self.end = (np.concatenate([ends, np.full(more, -1, np.int32)]) for ends in (self.start, self.end))
            self.weight = np.concatenate([self.weight, np.zeros(more)])
            self.out, self.into = (
                side._replace(place=np.concatenate([side.place, np.full(more, -1, np.int32)])) for side in (self.out, self.into)
            )
        self._used += 1
        return self._used - 1

    def _listed(self, which: int, side: Side, at: int, neighbour: int, edge: int, weight: float) -> Side:
        """``side`` with the edge in the list of ``at``; a full list moves to the end of the pool with twice the room."""
        if side.length[at] == side.room[at]:
            room, used = max(4, 2 * int(side.room[at])), self._ends[which]
            if used + room > len(side.node):
                more = max(room, len(side.node) // 2)
                side = side._replace(**{name: np.concatenate([array, np.zeros(more, array.dtype)]) for name, array in
                                        (("node", side.node), ("edge", side.edge), ("weight", side.weight))})
            kernels.move_list(side.begin, side.length, side.node, side.edge, side.weight, side.place, at, used)
            side.room[at] = room
            self._ends[which] = used + room
        kernels.enlist(side.begin, side.length, side.node, side.edge, side.weight, side.place, at, neighbour, edge, weight)
        return side


def _side(nodes: int, at: Numbers, neighbour: Numbers, weight: Floats) -> Side:
    count = np.bincount(at, minlength=nodes).astype(np.int32)
    room = count + np.ceil(count * _SLACK).astype(np.int32)
    begin = (np.cumsum(room) - room).astype(np.int32)
    size = int(room.sum())
    order = np.argsort(at, kind="stable")
    place = np.empty(len(at), np.int32)
    first = np.cumsum(count) - count
    place[order] = begin[at[order]] + np.arange(len(at)) - first[at[order]]
    nodes_of, edges_of, weights_of = np.zeros(size, np.int32), np.zeros(size, np.int32), np.zeros(size)
    nodes_of[place], edges_of[place], weights_of[place] = neighbour, np.arange(len(at)), weight
    return Side(begin, count, room, nodes_of, edges_of, weights_of, place)

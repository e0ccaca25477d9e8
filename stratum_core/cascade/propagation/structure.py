"""What failures propagate along: needs between components, and networks whose parts must hang together."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Ints

Indices = npt.NDArray[np.int32]


class ServiceRule(IntEnum):
    """When a component that is not hit works.

    INPUTS: while every need has suppliers enough. GIANT_COMPONENT: while, besides, it is in the
    largest connected part of the working components of its network (Buldyrev et al., Nature 464:1025, 2010).
    """

    INPUTS = 0
    GIANT_COMPONENT = 1


class Structure(NamedTuple):
    """Components 0 to n - 1, their needs and networks, as integer arrays.

    use_ptr, use_list: groups that each supplier serves. dependent: who each group serves. spare: suppliers
    of a group beyond those needed. node_ptr: networks are runs of components; edge_ptr, edge_start, edge_end:
    their undirected edges.
    """

    use_ptr: Indices
    use_list: Indices
    dependent: Indices
    spare: Indices
    node_ptr: Ints
    edge_ptr: Ints
    edge_start: Indices
    edge_end: Indices

    @property
    def components(self) -> int:
        """How many components there are."""
        return len(self.use_ptr) - 1


def structure(
    components: int, dependent: Ints, supplier: Ints, *, group: Ints | None = None, needed: Ints | None = None,
    networks: Sequence[tuple[int, npt.NDArray[np.int64]]] = (),
) -> Structure:
    """Rows (dependent, supplier) as a Structure.

    group: number of the redundancy group of each row, none: each row alone; needed: by group, none: 1.
    networks: (nodes, edges (m, 2) numbered within the network), which take the components in order.
    Raises InputError for an index out of range or a group with two dependents.
    """
    rows = len(dependent)
    own = np.arange(rows) if group is None else np.asarray(group)
    _within(components, dependent, "dependent")
    _within(components, supplier, "supplier")
    groups = int(own.max(initial=-1)) + 1
    members = np.bincount(own, minlength=groups)
    least = np.ones(groups, dtype=np.int64) if needed is None else np.asarray(needed)
    serves = np.zeros(groups, dtype=np.int64)
    serves[own] = dependent
    if (serves[own] != dependent).any():
        raise InputError("a redundancy group has two dependents", repair="give each dependent groups of its own")
    order = np.argsort(supplier, kind="stable")
    node_ptr, edge_ptr, ends = _networks(components, networks)
    return Structure(
        use_ptr=_pointers(np.bincount(supplier, minlength=components)), use_list=own[order].astype(np.int32),
        dependent=serves.astype(np.int32), spare=(members - least).astype(np.int32), node_ptr=node_ptr, edge_ptr=edge_ptr,
        edge_start=ends[:, 0].astype(np.int32), edge_end=ends[:, 1].astype(np.int32))


def _networks(
    components: int, networks: Sequence[tuple[int, npt.NDArray[np.int64]]],
) -> tuple[Ints, Ints, npt.NDArray[np.int64]]:
    node_ptr = np.cumsum([0, *(nodes for nodes, _ in networks)]).astype(np.int64)
    if node_ptr[-1] > components:
        raise InputError(f"the networks have {node_ptr[-1]} nodes, more than the {components} components",
                         repair="count every node of a network as a component")
    edges = [np.asarray(ends, dtype=np.int64).reshape(-1, 2) for _, ends in networks]
    for (nodes, _), ends in zip(networks, edges, strict=True):
        _within(nodes, ends.ravel(), "end of an edge")
    edge_ptr = np.cumsum([0, *(len(ends) for ends in edges)]).astype(np.int64)
    shifted = [ends + first for ends, first in zip(edges, node_ptr[:-1], strict=True)]
    return node_ptr, edge_ptr, np.concatenate(shifted) if shifted else np.zeros((0, 2), dtype=np.int64)


def _pointers(counts: Ints) -> Indices:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _within(size: int, values: Ints, what: str) -> None:
    wrong = np.flatnonzero((np.asarray(values) < 0) | (np.asarray(values) >= size))
    if len(wrong):
        raise InputError(f"{what} {values[wrong[0]]} is not in 0 to {size - 1}", where=f"row {wrong[0] + 1}",
                         repair="number components from 0")

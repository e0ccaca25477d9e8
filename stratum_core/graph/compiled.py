"""A city as a knowledge graph: integer arrays over its components (assets, then links), and work arrays for queries.

Edges: needs (supplier -> dependent, by redundancy group), networks (asset - link - asset inside a sector),
hanging on a node, and services to blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.graph.arrays import Arrays, Work
from stratum_core.graph.kernels import supply_tree
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Ints, Strings
from stratum_core.model.kinds import kind

_NEVER = 2**40


@dataclass(frozen=True)
class KnowledgeGraph:
    """A city, its arrays, and the undamaged state from which each query starts.

    row_of_group: a dependency row of each redundancy group; members: group -> suppliers (CSR).
    """

    city: City
    arrays: Arrays
    spare: Ints
    suppliers: Ints
    services: tuple[str, ...]
    row_of_group: Ints
    group_of_row: Ints
    needed: Ints
    member_ptr: Ints
    member_list: Ints

    @cached_property
    def supplier_of_row(self) -> Ints:
        """The supplying component of each dependency row."""
        return positions(self.city, self.city.dependencies.supplier, "dependencies", required=True)

    @cached_property
    def rows_of_dependent(self) -> tuple[Ints, Ints]:
        """Dependency rows by dependent component (CSR)."""
        return _csr(self.arrays.group_dependent[self.group_of_row], len(self.arrays.start))

    def sources_of(self, node: int) -> list[int]:
        """Sources that feed in at ``node``."""
        held = self.arrays.held_list[self.arrays.held_ptr[node] : self.arrays.held_ptr[node + 1]]
        return [int(c) for c in (*held, node) if self.arrays.source_node[c] == node]

    def work(self) -> Work:
        """Fresh work arrays; every thread needs its own."""
        a = self.arrays
        assets, count = len(a.parent), len(a.start)

        def ints(size: int, fill: int = -1) -> Ints:
            return np.full(size, fill, dtype=np.int64)

        return Work(
            parent=a.parent.copy(), parent_link=a.parent_link.copy(), sources_left=a.sources_at.copy(), spare=self.spare.copy(),
            suppliers_left=self.suppliers.copy(), services_lost=ints(len(a.residents), 0), lost=np.zeros(count, dtype=np.bool_),
            queue=ints(count), wave=ints(count), cause=ints(count), rule=ints(count), via=ints(count), orphan=ints(assets),
            old_parent=ints(assets), old_link=ints(assets), regrown=ints(assets), moved=np.zeros(assets, dtype=np.bool_),
            moves=ints(assets), moved_count=ints(1, 0))


def knowledge_graph(city: City | KnowledgeGraph) -> KnowledgeGraph:
    """The graph of ``city``; a graph is handed back as it is, so a caller with many queries builds it once.

    Raises InputError for an unknown kind or a reference to nothing.
    """
    if isinstance(city, KnowledgeGraph):
        return city
    roles = _roles(city)
    physical = _physical(city, roles)
    parent, parent_link, working = _undamaged(physical)
    needs, groups = _needs(city)
    serves, services = _services(city)
    arrays = Arrays(**physical, working=working, parent=parent, parent_link=parent_link, **needs, **serves)
    group = np.repeat(np.arange(len(groups["needed"])), np.diff(groups["member_ptr"]))
    alive = np.bincount(group[working[groups["member_list"]]], minlength=len(groups["needed"]))
    owner = np.repeat(np.arange(len(working)), np.diff(arrays.serve_ptr))
    suppliers = np.bincount(arrays.serve_slot[working[owner]], minlength=len(arrays.slot_block))
    # a need that is not met even now cannot be lost
    spare = np.where(alive < groups["needed"], _NEVER, alive - groups["needed"])
    return KnowledgeGraph(city=city, arrays=arrays, spare=spare, suppliers=suppliers, services=services, **groups)


def _roles(city: City) -> npt.NDArray[np.object_]:
    kinds = np.concatenate([city.assets.kind, city.links.kind])
    role = {name: kind(name, where="kind of an asset or link").role for name in set(kinds)}
    return np.array([role[name] for name in kinds], dtype=object)


def _physical(city: City, roles: npt.NDArray[np.object_]) -> dict[str, Any]:
    """Arrays of networks and of what hangs on their nodes."""
    assets, count = len(city.assets), len(roles)
    start, end = (np.concatenate([np.full(assets, -1, dtype=np.int64), positions(city, column, f"{name} of a link")])
                  for name, column in (("start", city.links.start), ("end", city.links.end)))
    attach = np.concatenate([positions(city, city.assets.node, "node of an asset"), np.full(count - assets, -1, dtype=np.int64)])
    links = np.flatnonzero((start >= 0) & (end >= 0))
    present = np.concatenate([city.assets.in_service, city.links.in_service & city.links.closed])
    pump = roles[links] == "pump"
    ptr, order = _csr(np.concatenate([start[links], end[links]]), assets)
    both = np.concatenate([end[links], start[links]])[order]
    forward, back = present[links], present[links] & ~pump
    source = roles == "source"
    source_node = np.where(source & present, np.where(attach >= 0, attach, np.arange(count)), -1)
    held_ptr, held = _csr(attach[attach >= 0], assets)
    return {
        "start": start, "end": end, "attach": attach, "adjacent_ptr": ptr, "adjacent_node": both,
        "adjacent_link": np.tile(links, 2)[order], "leads_out": np.concatenate([forward, back])[order],
        "leads_in": np.concatenate([back, forward])[order], "held_ptr": held_ptr, "held_list": np.flatnonzero(attach >= 0)[held],
        "source_node": source_node, "sources_at": np.bincount(source_node[source_node >= 0], minlength=assets),
        "rooted": _rooted(city, roles, source), "present": present,
    }


def _rooted(city: City, roles: npt.NDArray[np.object_], source: Bools) -> Bools:
    """Assets that need no source: facilities, and all of a sector that has none."""
    assets = len(city.assets)
    fed = np.isin(city.assets.sector, list(set(city.assets.sector[source[:assets]])))
    rooted: Bools = ~fed | (roles[:assets] == "facility")
    return rooted


def _undamaged(physical: dict[str, Any]) -> tuple[Ints, Ints, Bools]:
    """Supply tree and who is up before anything fails."""
    assets = len(physical["rooted"])
    empty = {name: np.zeros(0, dtype=np.int64) for name in Arrays._fields if name not in physical}
    g = Arrays(**{**empty, **physical})
    parent, parent_link, order = (np.zeros(assets, dtype=np.int64) for _ in range(3))
    reached = g.present[:assets].copy()
    hanging = g.attach[:assets] >= 0
    supply_tree(g, parent, parent_link, reached, order)
    up: Bools = g.present.copy()
    up[:assets] &= np.where(hanging, reached[g.attach[:assets]], reached)
    return parent, parent_link, up


def _needs(city: City) -> tuple[dict[str, Any], dict[str, Any]]:
    """Dependency rows as groups: an empty ``group`` is a group of its own."""
    rows = city.dependencies
    dependent, supplier = (positions(city, column, "dependencies", required=True) for column in (rows.dependent, rows.supplier))
    names: dict[tuple[int, str], int] = {}
    group = np.array([names.setdefault((int(d), str(g) or f"\x00{i}"), len(names))
                      for i, (d, g) in enumerate(zip(dependent, rows.group, strict=True))], dtype=np.int64)
    first = np.zeros(len(names), dtype=np.int64)
    first[group[::-1]] = np.arange(len(rows))[::-1]
    use_ptr, use = _csr(supplier, len(city.component_ids))
    member_ptr, member = _csr(group, len(names))
    needed = np.maximum(np.nan_to_num(rows.needed[first], nan=1.0), 1).astype(np.int64)
    return ({"use_ptr": use_ptr, "use_list": group[use], "group_dependent": dependent[first]},
            {"row_of_group": first, "group_of_row": group, "needed": needed, "member_ptr": member_ptr,
             "member_list": supplier[member]})


def _services(city: City) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Pairs of block and service, each with its suppliers."""
    rows = city.services
    names = tuple(dict.fromkeys(rows.service))
    block_at = {name: i for i, name in enumerate(city.blocks.id)}
    missing = [name for name in rows.block if name not in block_at]
    if missing:
        raise InputError(f"'{missing[0]}' is no block of the project", where="services", repair="run check, which lists them all")
    code = {name: i for i, name in enumerate(names)}
    pair = np.array([block_at[b] * len(names) + code[s] for b, s in zip(rows.block, rows.service, strict=True)], dtype=np.int64)
    slots, slot = np.unique(pair, return_inverse=True)
    ptr, order = _csr(positions(city, rows.supplier, "supplier of a service", required=True), len(city.component_ids))
    width = max(len(names), 1)
    return {"serve_ptr": ptr, "serve_slot": slot[order].astype(np.int64), "slot_block": slots // width,
            "slot_service": slots % width, "residents": np.nan_to_num(city.blocks.residents)}, names


def positions(city: City, names: Strings, what: str, *, required: bool = False) -> Ints:
    """Component indices of ids; empty gives -1 unless ``required``. Raises InputError for an unknown id."""
    index = city.index
    try:
        return np.array([index[name] if name or required else -1 for name in names], dtype=np.int64)
    except KeyError as error:
        raise InputError(f"'{error.args[0]}' is not in the project", where=what,
                         repair="run check, which lists every dangling id") from error


def _csr(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Pointers by key and the order of the rows."""
    order = np.argsort(keys, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=size))]).astype(np.int64), order.astype(np.int64)

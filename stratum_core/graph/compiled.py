"""A city as a knowledge graph: integer arrays over its components (assets, then links), and work arrays for queries.

Edges: needs (supplier -> dependent, by redundancy group), networks (asset - link - asset inside a sector),
hanging on a node, and services to blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.graph.arrays import Arrays, Work
from stratum_core.graph.kernels import supply_tree
from stratum_core.model.changes import Change
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Ints, Strings
from stratum_core.model.kinds import kind

_NEVER = 2**40
#: fields of assets and links on which the graph is built; a link is opened and closed in place
_BUILT_ON = frozenset({"id", "sector", "kind", "node", "start", "end", "in_service", "closed"})
_SWITCHES = frozenset({"in_service", "closed"})


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
    supplier_of_row: Ints

    @cached_property
    def rows_of_dependent(self) -> tuple[Ints, Ints]:
        """Dependency rows by dependent component (CSR)."""
        return _csr(self.arrays.group_dependent[self.group_of_row], len(self.arrays.start))

    def changed(self, city: City, change: Change) -> KnowledgeGraph:
        """The graph of ``city``, which is this city after one change; but where a network is rebuilt it takes milliseconds.

        This graph stays as it is, so whoever reads it in another thread, or goes back to it, finds it unchanged.
        """
        if self.rebuilt_by(change):
            return knowledge_graph(city)
        if change.table == "links" and change.fields & _SWITCHES:
            return self._switched(city, city.index[change.id])
        if change.table != "dependencies":
            return replace(self, city=city)
        rows = _Rows(self.arrays.group_dependent[self.group_of_row], self.supplier_of_row, self.group_of_row)
        at = np.flatnonzero((self.city if change.after is None else city).dependencies.id == change.id)[0]
        if change.before is not None:
            rows = rows.without(int(np.flatnonzero(self.city.dependencies.id == change.id)[0]))
        if change.after is not None:
            rows = rows.with_row(city, int(at))
        return _assembled(city, self.arrays, rows, self.services)

    def rebuilt_by(self, change: Change) -> bool:
        """Whether a change alters who is joined to whom, other than by a dependency or a link that is opened or closed."""
        if change.table == "dependencies":
            return False
        altered = change.fields & _BUILT_ON
        return change.table not in ("assets", "links") or bool(altered - (_SWITCHES if change.table == "links" else set()))

    def _switched(self, city: City, link: int) -> KnowledgeGraph:
        """The graph with one link opened or closed, in service or not."""
        a, at = self.arrays, link - len(city.assets)
        on = bool(city.links.in_service[at] and city.links.closed[at])
        present, out, back = a.present.copy(), a.leads_out.copy(), a.leads_in.copy()
        present[link] = on
        ends = np.flatnonzero(a.adjacent_link == link)
        starts = np.searchsorted(a.adjacent_ptr, ends, side="right") - 1 == a.start[link]
        both_ways = kind(str(city.links.kind[at]), where="kind of a link").role != "pump"
        out[ends], back[ends] = on & (starts | both_ways), on & (~starts | both_ways)
        arrays = a._replace(present=present, leads_out=out, leads_in=back)
        parent, parent_link, working = _undamaged(arrays)
        rows = _Rows(a.group_dependent[self.group_of_row], self.supplier_of_row, self.group_of_row)
        return _assembled(city, arrays._replace(working=working, parent=parent, parent_link=parent_link), rows, self.services)

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
    serves, services = _services(city)
    known = {**_physical(city, roles), **serves}
    nothing = np.zeros(0, dtype=np.int64)
    arrays = Arrays(**{**dict.fromkeys(Arrays._fields, nothing), "working": known["present"], **known})
    parent, parent_link, working = _undamaged(arrays)
    arrays = arrays._replace(working=working, parent=parent, parent_link=parent_link)
    return _assembled(city, arrays, _rows(city), services)


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


def _undamaged(g: Arrays) -> tuple[Ints, Ints, Bools]:
    """Supply tree and who is up before anything fails."""
    assets = len(g.rooted)
    parent, parent_link, order = (np.zeros(assets, dtype=np.int64) for _ in range(3))
    reached = g.present[:assets].copy()
    hanging = g.attach[:assets] >= 0
    supply_tree(g, parent, parent_link, reached, order)
    up: Bools = g.present.copy()
    up[:assets] &= np.where(hanging, reached[g.attach[:assets]], reached)
    return parent, parent_link, up


class _Rows(NamedTuple):
    """Dependency rows as numbers: dependent, supplier and redundancy group of each."""

    dependent: Ints
    supplier: Ints
    group: Ints

    def without(self, at: int) -> _Rows:
        """The rows but one; a group that it leaves empty is gone."""
        group = np.delete(self.group, at)
        if not (group == self.group[at]).any():
            group = group - (group > self.group[at])
        return _Rows(np.delete(self.dependent, at), np.delete(self.supplier, at), group)

    def with_row(self, city: City, at: int) -> _Rows:
        """The rows and row ``at`` of the dependencies of ``city``."""
        rows = city.dependencies
        dependent, supplier = (int(positions(city, ends[at : at + 1], "dependencies", required=True)[0])
                               for ends in (rows.dependent, rows.supplier))
        group, name = int(self.group.max(initial=-1)) + 1, rows.group[at]
        if name:
            others = np.flatnonzero(np.insert(self.dependent == dependent, at, False) & (rows.group == name))
            group = int(self.group[others[0] - (others[0] > at)]) if len(others) else group
        return _Rows(*(np.insert(old, at, new) for old, new in zip(self, (dependent, supplier, group), strict=True)))


def _rows(city: City) -> _Rows:
    """An empty ``group`` is a group of its own."""
    rows = city.dependencies
    dependent, supplier = (positions(city, column, "dependencies", required=True) for column in (rows.dependent, rows.supplier))
    names: dict[tuple[int, str], int] = {}
    group = np.array([names.setdefault((int(d), str(g) or f"\x00{i}"), len(names))
                      for i, (d, g) in enumerate(zip(dependent, rows.group, strict=True))], dtype=np.int64)
    return _Rows(dependent, supplier, group)


def _assembled(city: City, arrays: Arrays, rows: _Rows, services: tuple[str, ...]) -> KnowledgeGraph:
    """The graph with these dependency rows: who uses whom, and how many of each group can be spared."""
    groups, count = int(rows.group.max(initial=-1)) + 1, len(rows.group)
    first = np.zeros(groups, dtype=np.int64)
    first[rows.group[::-1]] = np.arange(count)[::-1]
    use_ptr, use = _csr(rows.supplier, len(arrays.start))
    member_ptr, member = _csr(rows.group, groups)
    needed = np.maximum(np.nan_to_num(city.dependencies.needed[first], nan=1.0), 1).astype(np.int64)
    alive = np.bincount(rows.group[arrays.working[rows.supplier]], minlength=groups)
    owner = np.repeat(np.arange(len(arrays.working)), np.diff(arrays.serve_ptr))
    suppliers = np.bincount(arrays.serve_slot[arrays.working[owner]], minlength=len(arrays.slot_block))
    arrays = arrays._replace(use_ptr=use_ptr, use_list=rows.group[use], group_dependent=rows.dependent[first])
    return KnowledgeGraph(
        city=city, arrays=arrays, suppliers=suppliers, services=services, supplier_of_row=rows.supplier, needed=needed,
        row_of_group=first, group_of_row=rows.group, member_ptr=member_ptr, member_list=rows.supplier[member],
        # a need that is not met even now cannot be lost
        spare=np.where(alive < needed, _NEVER, alive - needed))


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

"""Networks: what hangs together, what is fed, and what has no extent or no place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.model import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.kinds import kinds
from stratum_core.model.tables import SECTORS
from stratum_core.validate.issues import Issue, issue, named

FAR_M = 50_000.0
_SQUARE_M = 5_000.0
_FEEDING = ("source", "storage")
_NETWORK = ("source", "storage", "node", "sink", "pump")
#: links that have a length by nature
_LONG = ("line", "cable", "pipe", "sewer", "gas_pipe", "heat_pipe", "fibre", "road")


@dataclass(frozen=True)
class _Parts:
    """The connected part of every asset over closed links in service, and its role."""

    part: Ints
    size: Ints
    role: npt.NDArray[np.str_]


def self_loops(city: City) -> Iterator[Issue]:
    """Links that end where they start."""
    ids = city.links.id[city.links.start == city.links.end]
    if len(ids):
        yield issue("error", "self_loop", "links", "end", ids, f"{len(ids)} links end where they start, {named(ids)}",
                    "give them two different ends or remove them")


def links_without_length(city: City) -> Iterator[Issue]:
    """Lines, pipes and roads whose length is zero."""
    ids = city.links.id[np.isin(city.links.kind.astype(str), _LONG) & (city.links.length == 0)]
    if len(ids):
        yield issue("warning", "zero_length", "links", "length", ids, f"{len(ids)} links have no length, {named(ids)}",
                    "give their length, or make them switches or valves")


def without_position(city: City) -> Iterator[Issue]:
    """Assets and blocks that are nowhere on the map."""
    for table, rows in (("assets", city.assets), ("blocks", city.blocks)):
        ids = rows.id[~(np.isfinite(rows.x) & np.isfinite(rows.y))]
        if len(ids):
            yield issue("warning", "no_position", table, "x", ids,
                        f"{len(ids)} {table} have no position, so no hazard and no road reaches them, {named(ids)}",
                        "give them coordinates in the source")


def parts_far_apart(city: City) -> Iterator[Issue]:
    """Assets and blocks that lie more than 50 km from where most of the project is: a wrong system or another place."""
    if city.crs == "none":
        return
    ids = np.concatenate([city.assets.id, city.blocks.id])
    places = np.column_stack([np.concatenate([city.assets.x, city.blocks.x]), np.concatenate([city.assets.y, city.blocks.y])])
    placed = np.isfinite(places).all(axis=1)
    ids, places = ids[placed], places[placed]
    if not len(ids):
        return
    part = _within(places, FAR_M)
    far = part != np.bincount(part).argmax()
    if far.any():
        yield issue("warning", "far_apart", "assets", "x", ids[far],
                    f"{int(far.sum())} of {len(ids)} places lie more than {FAR_M / 1000:.0f} km from the rest, {named(ids[far])}",
                    "check the coordinate system of their source, or give them a project of their own")


def _within(places: Floats, reach: float) -> Ints:
    """The number of the part that each place belongs to, where parts are more than ``reach`` apart (to 5 km)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    squares, square = np.unique(np.round(places / _SQUARE_M), axis=0, return_inverse=True)
    pairs = cKDTree(squares * _SQUARE_M).query_pairs(reach, output_type="ndarray")
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(squares),) * 2)
    part: Ints = connected_components(joined, directed=False)[1][square.ravel()]
    return part


def parts_without_source(city: City) -> Iterator[Issue]:
    """Per sector: no source at all, single nodes that touch nothing, and parts that no source feeds."""
    if not len(city.assets):
        return
    parts = _parts(city)
    feeds = np.isin(parts.role, _FEEDING) & city.assets.in_service
    in_network = np.isin(parts.role, _NETWORK)
    for sector in SECTORS:
        mine: Bools = (city.assets.sector == sector) & in_network
        if not mine.any():
            continue
        if not (feeds & mine).any():
            yield _no_source(sector, city, mine)
            fed = np.isin(parts.part, [np.bincount(parts.part[mine]).argmax()])
        else:
            fed = np.isin(parts.part, parts.part[feeds & mine])
        yield from _unfed(sector, city, mine & ~fed, parts)


def _no_source(sector: str, city: City, mine: Bools) -> Issue:
    return issue("note" if sector == "roads" else "warning", "no_source", "assets", "kind", city.assets.id[mine][:1],
                 f"the sector {sector} has no source", "add where it is fed from, else nothing there counts as served")


def _unfed(sector: str, city: City, unfed: Bools, parts: _Parts) -> Iterator[Issue]:
    alone = unfed & (parts.size[parts.part] == 1)
    ids = city.assets.id[alone]
    if len(ids):
        yield issue("warning", "isolated", "assets", "node", ids,
                    f"{len(ids)} assets of {sector} touch no link in use, {named(ids)}",
                    "connect them or take them out of service")
    ids = city.assets.id[unfed & ~alone]
    if len(ids):
        count = len(np.unique(parts.part[unfed & ~alone]))
        yield issue("warning", "island", "assets", "node", ids,
                    f"{count} parts of the {sector} network with {len(ids)} assets have no source, {named(ids)}",
                    "close the switch or add the link that feeds them")


def _parts(city: City) -> _Parts:
    """Connected parts over links that are closed and in service, and over what hangs on a node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    assets, links = city.assets, city.links
    at = {name: i for i, name in enumerate(assets.id)}
    used = links.closed & links.in_service
    pairs = [*zip(links.start[used], links.end[used], strict=True), *zip(assets.id, assets.node, strict=True)]
    edges = np.array([(at[a], at[b]) for a, b in pairs if a in at and b in at], dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(assets), len(assets)))
    part = np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
    roles = {name: kind.role for name, kind in kinds().items()}
    return _Parts(part, np.bincount(part), np.array([roles.get(kind, "") for kind in assets.kind], dtype=str))

"""Ends of drawn lines become the nodes that they touch; where there is none, a node is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stratum_core.importers.draft import Draft, Row
from stratum_core.model import City
from stratum_core.model.kinds import kinds

_NETWORK_ROLES = ("source", "node", "storage")


def node_kind(sector: str) -> str:
    """The plain node of a sector's network, empty for a sector that has none."""
    return next((kind.name for kind in kinds().values() if kind.sector == sector and kind.role == "node"), "")


def snap(drafts: Sequence[Draft], city: City | None) -> None:
    """Give every link that has a path but no ends the nearest node of its sector within ``snap`` metres."""
    _name_ends(drafts, city)
    waiting = [(draft, link) for draft in drafts for link in draft.rows["links"] if "snap" in link]
    for draft, link in waiting:
        if link.get("path") is None:
            draft.refuse(link["where"], "its ends cannot be found without a position", "name the nodes at its ends")
    waiting = [pair for pair in waiting if pair[1].get("path") is not None]
    for sector in sorted({link["sector"] for _, link in waiting}):
        _snap_sector([pair for pair in waiting if pair[1]["sector"] == sector], _nodes(sector, drafts, city))


def _name_ends(drafts: Sequence[Draft], city: City | None) -> None:
    """Replace the names at the ends of links that came by name with the ids of nodes of their sector."""
    named = [(draft, link) for draft in drafts for link in draft.rows["links"] if "ends_by_name" in link]
    if not named:
        return
    known: dict[tuple[str, str], set[str]] = {}
    rows = [(row["sector"], row.get("name", ""), row["id"]) for draft in drafts for row in draft.rows["assets"]]
    if city is not None:
        rows += list(zip(city.assets.sector, city.assets.name, city.assets.id, strict=True))
    for sector, name, identifier in rows:
        for key in {name, identifier, identifier.rsplit("/", 1)[-1]}:
            known.setdefault((sector, key), set()).add(identifier)
    for draft, link in named:
        for field in ("start", "end"):
            _name_end(draft, link, field, sorted(known.get((link["sector"], link[field]), ())))


def _name_end(draft: Draft, link: Row, field: str, found: list[str]) -> None:
    if len(found) == 1:
        link[field] = found[0]
    elif found:
        draft.refuse(link["where"], f"{field} '{link[field]}' is ambiguous", f"use one of the ids {', '.join(found[:8])}")
    else:
        draft.refuse(link["where"], f"{field} '{link[field]}' is no node of {link['sector']}", "import the nodes with it")


def _nodes(sector: str, drafts: Sequence[Draft], city: City | None) -> list[tuple[str, float, float]]:
    roles = {name for name, kind in kinds().items() if kind.role in _NETWORK_ROLES}
    found = [(row["id"], row["x"], row["y"]) for draft in drafts for row in draft.rows["assets"]
             if row["sector"] == sector and row["kind"] in roles and np.isfinite(row.get("x", np.nan))]
    if city is not None:
        assets = city.assets
        mine = (assets.sector == sector) & np.isin(assets.kind, sorted(roles)) & np.isfinite(assets.x)
        found += list(zip(assets.id[mine], assets.x[mine], assets.y[mine], strict=True))
    return found


def _snap_sector(waiting: list[tuple[Draft, Row]], nodes: list[tuple[str, float, float]]) -> None:
    ends = np.array([link["path"][place] for _, link in waiting for place in (0, -1)])
    chosen = _nearest(ends, np.array([node[1:] for node in nodes]).reshape(-1, 2))
    made = _NewNodes()
    for number, ((draft, link), field) in enumerate((pair, field) for pair in waiting for field in ("start", "end")):
        distance, place = chosen[number]
        near = distance <= link["snap"]
        link[field] = nodes[place][0] if near else made.at(draft, link, float(ends[number, 0]), float(ends[number, 1]))
    for draft, layer in dict.fromkeys((draft, link["layer"]) for draft, link in waiting):
        if made.count_of(draft, layer):
            draft.note(f"{_nodes_made(made.count_of(draft, layer))} where links of layer {layer} end and no node lies; "
                       "import the nodes too where you have them")


def _nearest(ends: npt.NDArray[np.float64], nodes: npt.NDArray[np.float64]) -> list[tuple[float, int]]:
    """Distance to and place of the nearest node of every end."""
    from scipy.spatial import cKDTree

    if not len(nodes):
        return [(np.inf, -1)] * len(ends)
    distances, places = cKDTree(nodes).query(np.nan_to_num(ends, nan=1e300, posinf=1e300))
    return list(zip(distances.tolist(), places.tolist(), strict=True))


def _nodes_made(count: int) -> str:
    return f"{count} node was made" if count == 1 else f"{count} nodes were made"


class _NewNodes:
    """Nodes made at ends that touch none, found again by the square of the map that they stand in."""

    def __init__(self) -> None:
        self._count = 0
        self._made: Counter[tuple[Draft, str]] = Counter()
        self._squares: dict[tuple[float, float, float], list[tuple[str, float, float]]] = {}

    def count_of(self, draft: Draft, layer: str) -> int:
        """How many nodes were made for a layer."""
        return self._made[draft, layer]

    def at(self, draft: Draft, link: Row, x: float, y: float) -> str:
        """The id of the node made within reach of a point, or of a new one there."""
        reach = max(link["snap"], 1e-6)
        column, row = x // reach, y // reach
        around = [(reach, column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        for identifier, east, north in (node for square in around for node in self._squares.get(square, [])):
            if np.hypot(east - x, north - y) <= reach:
                return identifier
        self._count += 1
        self._made[draft, link["layer"]] += 1
        identifier = draft.component_id(link["layer"], f"node-{self._count}")
        draft.add("assets", identifier, link["where"], sector=link["sector"], kind=node_kind(link["sector"]), x=x, y=y,
                  provenance="derived")
        self._squares.setdefault((reach, column, row), []).append((identifier, x, y))
        return identifier

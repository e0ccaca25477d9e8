"""The files that belong to a TNTP net file: which they are, and where they put its nodes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from stratum_core.importers.draft import Draft
from stratum_core.importers.source_file import SourceFile

Positions = dict[str, tuple[float, float]]

_ENDINGS = re.compile(r"(?i)_?(net|nodes?|trips|flow|coordinates|coord)$")


def stem(file: SourceFile) -> str:
    """The name that the files of one network share."""
    return _ENDINGS.sub("", file.path.stem) or file.path.stem


def role(file: SourceFile) -> str:
    """net, nodes, trips or flows, by content; nodes for GeoJSON; empty for another format."""
    if file.suffix != ".tntp":
        return "nodes" if file.suffix == ".geojson" else ""
    head = file.text[:4000].upper()
    if "NUMBER OF LINKS" in head or "~" in head:
        return "net"
    if "ORIGIN" in head or "TOTAL OD FLOW" in head:
        return "trips"
    return "flows" if re.match(r"\s*FROM\s+TO\s", head) else "nodes"


def belongs(file: SourceFile, net: SourceFile) -> bool:
    """True if ``file`` has the stem of the net file."""
    return stem(file).lower() == stem(net).lower()


def positions(draft: Draft, given: Iterable[SourceFile]) -> Positions:
    """Positions by node from the node file among ``given``, else from the one beside the net file."""
    nodes = next((file for file in given if role(file) == "nodes" and belongs(file, draft.file)), None) or _beside(draft.file)
    if nodes is None:
        return {}
    draft.files.append(nodes)
    found = _of_geojson(draft, nodes) if nodes.suffix == ".geojson" else _of_tntp(draft, nodes)
    return {name: point for name, point in found.items() if math.isfinite(sum(point))}


def _beside(net: SourceFile) -> SourceFile | None:
    """The node file in the folder of the net file: TNTP before GeoJSON."""
    wanted = re.compile(re.escape(stem(net)) + r"_?(nodes?|coordinates|coord)\.(tntp|geojson)", re.IGNORECASE)
    found = [path for path in sorted(net.path.parent.iterdir()) if wanted.fullmatch(path.name)]
    found.sort(key=lambda path: path.suffix.lower() != ".tntp")
    return SourceFile(found[0]) if found else None


def _of_tntp(draft: Draft, nodes: SourceFile) -> Positions:
    found: Positions = {}
    for number, line in enumerate(nodes.lines, start=1):
        cells = re.split(r"[\s,]+", line.split(";")[0].strip())
        if cells == [""] or cells[0].startswith(("<", "~")) or cells[0].lower() in ("node", "id"):
            continue
        where = f"{nodes.name}, line {number}, node '{cells[0]}'"
        if len(cells) < 3:
            draft.refuse(where, "a node needs a name, X and Y", "complete the row")
        elif cells[0] in found:
            draft.refuse(where, "the node is listed twice", "remove one of the rows")
        else:
            found[cells[0]] = draft.number(cells[1], where, "X"), draft.number(cells[2], where, "Y")
    return found


def _of_geojson(draft: Draft, nodes: SourceFile) -> Positions:
    """Points by their property ``id``; the system is WGS 84 unless the file names another (RFC 7946)."""
    page = nodes.json if isinstance(nodes.json, dict) else {}
    stated = re.search(r"EPSG:+(\d+)", str(page.get("crs", "")))
    draft.crs = f"EPSG:{stated[1]}" if stated else "EPSG:4326"
    found: Positions = {}
    features = page.get("features")
    for number, feature in enumerate(features if isinstance(features, list) else [], start=1):
        where = f"{nodes.name}, feature {number}"
        try:
            name, (x, y) = feature["properties"]["id"], feature["geometry"]["coordinates"][:2]
        except (KeyError, TypeError, ValueError):
            draft.refuse(where, "it is no point with a property 'id'", "give each node a point and its id")
            continue
        found[str(name)] = draft.number(x, where, "x"), draft.number(y, where, "y")
    return found

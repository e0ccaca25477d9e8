"""TNTP road networks (bstabler/TransportationNetworks): a net file, and the nodes and trips beside it.

Flows are recognised and left out. TNTP states no units: free flow time counts as minutes, capacity and trips as
vehicles per hour, and the length is measured on the map instead of read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from stratum_core.errors import InputError
from stratum_core.importers.draft import NAN, Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.tntp_nodes import belongs, positions, role, stem
from stratum_core.importers.tntp_trips import add_trips

_COLUMNS = ("init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power", "speed", "toll", "link_type")
_OTHER_NAMES = {"tail": "init_node", "from": "init_node", "head": "term_node", "to": "term_node", "type": "link_type"}
_METADATA = re.compile(r"\s*<([^>]*)>\s*(\S*)")

_DELAY = {"b": "delay_factor", "power": "delay_power"}

Cells = dict[str, str]


def claims(file: SourceFile, request: Request) -> bool:
    """True for .tntp, and for points of nodes that come with the net file of their name."""
    return file.suffix == ".tntp" or any(role(net) == "net" and belongs(file, net) for net in request.files)


def read(file: SourceFile, request: Request) -> Draft | None:
    """The roads of a net file; None for nodes, trips and flows whose net file is in the request."""
    if role(file) == "net":
        return _network(file, request)
    if any(role(net) == "net" and belongs(file, net) for net in request.files):
        return None
    raise InputError(f"this is a TNTP file of {role(file)}, which holds no roads", where=file.name,
                     repair=f"import {stem(file)}_net.tntp, with it if it holds the nodes")


def _network(file: SourceFile, request: Request) -> Draft:
    draft = request.draft(file, stem(file))
    rows = list(_rows(draft))
    places = positions(draft, request.files)
    first_through = _stated(draft).get("FIRST THRU NODE", "")
    ends = (row[end] for _, row in rows for end in ("init_node", "term_node"))
    for name in dict.fromkeys([*places, *ends]):
        draft.nodes[name] = draft.component_id("node", name)
        x, y = places.get(name, (NAN, NAN))
        draft.add("assets", draft.nodes[name], f"{file.name}, node '{name}'", name=name, sector="roads",
                  kind="zone" if _is_zone(name, first_through) else "crossing", x=x, y=y)
    draft.drawn = bool(places)
    seen: Counter[str] = Counter()
    for number, row in rows:
        _link(draft, number, row, seen)
    add_trips(draft, request.files)
    _notes(draft, request, len(rows), len(places))
    return draft


def _stated(draft: Draft) -> dict[str, str]:
    """What the head of the file says, by its key in capitals."""
    return {match[1].strip().upper(): match[2] for line in draft.file.lines[:50] if (match := _METADATA.match(line))}


def _is_zone(name: str, first_through: str) -> bool:
    """Nodes numbered below the first through node are zones: ways begin and end there and do not pass."""
    return name.isdecimal() and first_through.isdecimal() and int(name) < int(first_through)


def _rows(draft: Draft) -> Iterator[tuple[int, Cells]]:
    """Line number and cells by column of each road."""
    columns: tuple[str, ...] = _COLUMNS
    for number, line in enumerate(draft.file.lines, start=1):
        cells = line.split(";")[0].split()
        if line.lstrip().startswith("~"):
            columns = _header(line)
        elif cells and not _METADATA.match(line):
            row = dict(zip(columns, cells, strict=False))
            if {"init_node", "term_node", "capacity", "free_flow_time"} <= row.keys():
                yield number, row
            else:
                draft.refuse(f"{draft.file.name}, line {number}", f"a road needs 5 columns or more, here are {len(cells)}",
                             "complete the row")


def _header(line: str) -> tuple[str, ...]:
    """Column names of the line that begins with ~; the standard ones if it does not name the two ends."""
    cells = [re.sub(r"\s+", "_", cell.strip().lower()) for cell in line.strip().lstrip("~").split(";")[0].split("\t")]
    named = tuple(_OTHER_NAMES.get(cell, cell) for cell in cells if cell)
    return named if {"init_node", "term_node", "capacity", "free_flow_time"} <= set(named) else _COLUMNS


def _link(draft: Draft, number: int, row: Cells, seen: Counter[str]) -> None:
    """One road in its direction; a second one between the same nodes ends in -2, a third in -3."""
    name = f"{row['init_node']}-{row['term_node']}"
    seen[name] += 1
    name += f"-{seen[name]}" if seen[name] > 1 else ""
    where = f"{draft.file.name}, line {number}, road '{name}'"
    draft.add(
        "links", draft.component_id("link", name), where, name=row.get("id", ""), sector="roads", kind="road",
        start=draft.end(row["init_node"], where, "start"), end=draft.end(row["term_node"], where, "end"), one_way=True,
        unit="veh/h", capacity=draft.number(row["capacity"], where, "capacity", "veh/h"),
        free_flow_time=draft.number(row["free_flow_time"], where, "free flow time", "min"),
        measured_on_map=True, assumed_fields="free_flow_time",
        **{field: draft.number(row[column], where, column) for column, field in _DELAY.items() if column in row},
    )


def _notes(draft: Draft, request: Request, roads: int, placed: int) -> None:
    """What the file does not say, and what of its companions was left out."""
    draft.note("TNTP states no units: free flow time counts as minutes")
    draft.note("the length is measured on the map; the one in the file has no unit")
    stated = _stated(draft)
    for key, count in (("NUMBER OF LINKS", roads), ("NUMBER OF NODES", len(draft.nodes))):
        if stated.get(key, str(count)) != str(count):
            draft.note(f"{draft.file.name} announces {stated[key]} as {key.lower()}, and {count} were found")
    if placed and placed < len(draft.nodes):
        draft.note(f"{len(draft.nodes) - placed} nodes of {draft.file.name} have no coordinates")
    for other in request.files:
        if role(other) == "flows" and belongs(other, draft.file):
            draft.note(f"{other.name} holds {role(other)} and was left out")


IMPORTERS.register("tntp")(Format((".tntp", ".geojson"), claims, read))

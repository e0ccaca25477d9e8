"""Trips of a TNTP network: a row for each pair of zones, vehicles per hour."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stratum_core.importers.draft import Draft
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.tntp_nodes import belongs, role, stem

_PAIR = re.compile(r"([^\s:;]+)\s*:\s*([^\s:;]+)\s*;?")


def add_trips(draft: Draft, given: Iterable[SourceFile]) -> None:
    """Rows of the trips file among ``given``, else of the one beside the net file; pairs without vehicles are left out."""
    trips = next((file for file in given if role(file) == "trips" and belongs(file, draft.file)), None) or _beside(draft.file)
    if trips is None:
        return
    draft.files.append(trips)
    draft.note(f"{trips.name}: trips count as vehicles per hour, since TNTP states no unit")
    origin = ""
    for number, line in enumerate(trips.lines, start=1):
        where = f"{trips.name}, line {number}"
        head = re.match(r"\s*Origin\s+(\S+)", line, re.IGNORECASE)
        if head:
            origin = head[1]
        elif origin:
            for goal, vehicles in _PAIR.findall(line):
                _pair(draft, where, origin, goal, vehicles)


def _pair(draft: Draft, where: str, origin: str, goal: str, vehicles: str) -> None:
    where += f", trips {origin} to {goal}"
    count = draft.number(vehicles, where, "trips", "veh/h")
    if count != 0:
        draft.add("trips", draft.component_id("trips", f"{origin}-{goal}"), where, vehicles=count,
                  origin=draft.end(origin, where, "origin"), destination=draft.end(goal, where, "destination"))


def _beside(net: SourceFile) -> SourceFile | None:
    """The trips file in the folder of the net file."""
    wanted = re.compile(re.escape(stem(net)) + r"_?trips\.tntp", re.IGNORECASE)
    found = [path for path in sorted(net.path.parent.iterdir()) if wanted.fullmatch(path.name)]
    return SourceFile(found[0]) if found else None

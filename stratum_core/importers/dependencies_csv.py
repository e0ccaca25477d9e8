"""Tables of dependencies: who needs which service from whom.

Two headers are known: ``dependent,supplier`` with optional columns service, group,
needed, buffer_h, buffer_low_h, buffer_high_h, refill, strength, confidence, author, date and
others that an exported edge list has; and the two columns of
infrarisk, ``water_id,power_id``, where the first needs the service that the second
column is named after. Names are ids or names of the source; they are looked up once
all files are read.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.validate.words import DEPENDENCY_SERVICES as SERVICES

_NUMBERS = {"needed": "needed", "buffer_h": "buffer", "buffer_low_h": "buffer_low", "buffer_high_h": "buffer_high",
            "refill": "refill", "strength": "strength", "strength_low": "strength_low", "strength_high": "strength_high",
            "confidence": "confidence"}
_TEXTS = ("dependent", "supplier", "service", "group", "name", "author", "date", "note")
#: of an exported edge list: the import gives rows an id and a source of their own, and asks for their provenance
_LEFT = ("id", "provenance", "source", "assumed_fields", "exported")


def claims(file: SourceFile, request: Request) -> bool:
    """True if the header names both ends of a dependency."""
    header = _header(file)
    return {"dependent", "supplier"} <= set(header) or (len(header) == 2 and all(cell.endswith("_id") for cell in header))


def read(file: SourceFile, request: Request) -> Draft:
    """The rows of ``file`` with names not looked up yet."""
    draft = request.draft(file)
    columns = _columns(file)
    last = ""
    for number, cells in _rows(file):
        _dependency(draft, number, dict(zip(columns, cells, strict=False)), len(cells) - len(columns), _service(columns, file))
        last = ", ".join(cells)
    if not draft.rows["dependencies"] and not draft.bad:
        raise InputError("the table holds no dependency, only its header", where=file.name,
                         repair="write a row for each below it, or leave the file out")
    if last and not file.text.endswith(("\n", "\r")):
        draft.note(f"{file.name} has no newline at its end; the last row {last} was read")
    return draft


def _delimiter(file: SourceFile) -> str:
    return max(",;\t", key=file.lines[0].count)


def _header(file: SourceFile) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in file.lines[0].split(_delimiter(file))]


def _columns(file: SourceFile) -> list[str]:
    """The columns by our names; an unknown one is an error that offers the nearest."""
    header = _header(file)
    if "dependent" not in header:
        return ["dependent", "supplier"]
    for cell in header:
        if cell not in (*_NUMBERS, *_TEXTS, *_LEFT):
            raise unknown("column", cell, [*_TEXTS, *_NUMBERS], where=f"{file.name}, line 1")
    return header


def _service(columns: list[str], file: SourceFile) -> str:
    """The service that the header itself names (power in ``power_id``), else empty."""
    prefix = _header(file)[1].removesuffix("_id")
    return prefix if columns == ["dependent", "supplier"] and prefix in SERVICES else ""


def _rows(file: SourceFile) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(file.lines[1:], start=2):
        if line.strip():
            cells = next(csv.reader([line.replace("\0", "")], delimiter=_delimiter(file)), [])
            yield number, [cell.strip() for cell in cells]


def _dependency(draft: Draft, number: int, cells: dict[str, str], surplus: int, service: str) -> None:
    where = f"{draft.file.name}, row {number}"
    if surplus > 0 or not (cells.get("dependent") and cells.get("supplier")):
        draft.refuse(where, "it does not have a dependent and a supplier in its columns", "complete the row")
        return
    where += f", {cells['dependent']} from {cells['supplier']}"
    given = cells.get("service") or service
    if given and given not in SERVICES:
        draft.refuse(where, f"unknown service '{given}'", f"known: {', '.join(SERVICES)}")
    numbers = {ours: math.inf if cells[theirs] == "inf" and ours == "refill" else draft.number(cells[theirs], where, theirs)
               for theirs, ours in _NUMBERS.items() if cells.get(theirs)}
    draft.add("dependencies", draft.component_id("dependency", number - 1), where, service=given,
              dependent=cells["dependent"], supplier=cells["supplier"], **{name: cells.get(name, "") for name in _TEXTS[3:]},
              **numbers)


IMPORTERS.register("dependencies_csv")(Format((".csv",), claims, read))

"""Tables of sensors: ``sensor,quantity`` with optional columns component, unit, noise, low, high and others.

Numbers are in the unit of their row (interval in seconds, x and y in the file's coordinate system); the name of a
sensor is what its readings call it.
"""

from __future__ import annotations

import csv

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.tables import MEASURED
from stratum_core.units import INTERNAL, UNITS

_NUMBERS = ("noise", "low", "high", "most_rate", "interval", "x", "y", "confidence")
_TEXTS = ("sensor", "component", "quantity", "unit")


def claims(file: SourceFile, request: Request) -> bool:
    """True if the header names a sensor and its quantity."""
    return {"sensor", "quantity"} <= set(_header(file))


def read(file: SourceFile, request: Request) -> Draft:
    """The sensors of ``file``; components are looked up once all files are read."""
    draft, header = request.draft(file), _header(file)
    for cell in header:
        if cell not in (*_TEXTS, *_NUMBERS):
            raise unknown("column", cell, [*_TEXTS, *_NUMBERS], where=f"{file.name}, line 1")
    for number, cells in enumerate(csv.reader(file.lines[1:], delimiter=_delimiter(file)), start=2):
        if any(cell.strip() for cell in cells):
            _sensor(draft, f"{file.name}, row {number}", dict(zip(header, (cell.strip() for cell in cells), strict=False)))
    if not draft.rows["sensors"] and not draft.bad:
        raise InputError("the table holds no sensor, only its header", where=file.name, repair="write a row for each below it")
    draft.drawn = any("x" in row for row in draft.rows["sensors"])
    return draft


def _delimiter(file: SourceFile) -> str:
    return max(",;\t", key=file.lines[0].count)


def _header(file: SourceFile) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in file.lines[0].split(_delimiter(file))]


def _sensor(draft: Draft, where: str, cells: dict[str, str]) -> None:
    name, quantity = cells.get("sensor", ""), cells.get("quantity", "")
    unit = cells.get("unit") or INTERNAL.get(MEASURED.get(quantity, ""), "")
    if not name or quantity not in MEASURED:
        draft.refuse(where, f"'{quantity}' is no quantity" if name else "it names no sensor", f"known: {', '.join(MEASURED)}")
        return
    if unit not in UNITS or UNITS[unit].quantity != MEASURED[quantity]:
        draft.refuse(where, f"unit '{unit}' does not measure {quantity}", f"give it in {INTERNAL[MEASURED[quantity]]}")
        return
    numbers = {field: draft.number(cells[field], where, field) for field in _NUMBERS if cells.get(field)}
    draft.add("sensors", draft.component_id("sensor", name), where, name=name, component=cells.get("component", ""),
              quantity=quantity, unit=unit, **numbers)


IMPORTERS.register("sensors_csv")(Format((".csv",), claims, read))

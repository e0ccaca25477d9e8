"""Tables of sensors: ``sensor,quantity`` with optional columns component, unit, noise, low, high and others.

Numbers are in the unit of their row (interval in seconds, x and y in the file's coordinate system); the name of a
sensor is what its readings call it.
"""

from __future__ import annotations

from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.table_rows import Cells, header, table_rows
from stratum_core.model.tables import MEASURED
from stratum_core.units import INTERNAL, UNITS

_NUMBERS = ("noise", "low", "high", "most_rate", "interval", "x", "y", "confidence")
_TEXTS = ("sensor", "component", "quantity", "unit")


def claims(file: SourceFile, request: Request) -> bool:
    """True if the header names a sensor and its quantity."""
    return {"sensor", "quantity"} <= set(header(file))


def read(file: SourceFile, request: Request) -> Draft:
    """The sensors of ``file``; components are looked up once all files are read."""
    draft = request.draft(file)
    for where, cells in table_rows(draft, (*_TEXTS, *_NUMBERS), "sensor"):
        _sensor(draft, where, cells)
    draft.drawn = any("x" in row for row in draft.rows["sensors"])
    return draft


def _sensor(draft: Draft, where: str, cells: Cells) -> None:
    name, quantity = cells.get("sensor", ""), cells.get("quantity", "")
    unit = cells.get("unit") or INTERNAL.get(MEASURED.get(quantity, ""), "")
    if not name or quantity not in MEASURED:
        draft.refuse(where, f"'{quantity}' is no quantity" if name else "it names no sensor", f"known: {', '.join(MEASURED)}")
        return
    if unit not in UNITS or UNITS[unit].quantity != MEASURED[quantity]:
        draft.refuse(where, f"unit '{unit}' does not measure {quantity}", f"give it in {INTERNAL[MEASURED[quantity]]}")
        return
    numbers = {field: draft.number(cells[field], where, field) for field in _NUMBERS if cells.get(field)}
    if ("x" in numbers) != ("y" in numbers):
        draft.refuse(where, f"sensor '{name}' has one coordinate", "give both or none")
        return
    draft.add("sensors", draft.component_id("sensor", name), where, name=name, component=cells.get("component", ""),
              quantity=quantity, unit=unit, **numbers)


IMPORTERS.register("sensors_csv")(Format((".csv",), claims, read))

"""What came back from a workshop, as changes: rows corrected, added and removed, each with author and date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, RowErrors
from stratum_core.graph.editing import corrected_dependency, new_dependency
from stratum_core.importers.workshop_sheet import SheetRow, read_sheet
from stratum_core.model.changes import Change, checked, removed
from stratum_core.model.city import City
from stratum_core.model.tables import Dependencies

#: columns that a correction sets itself
_SIGNED = ("author", "date", "id")


def changes_of_sheet(city: City, file: Path, *, author: str, date: str) -> tuple[Change, ...]:
    """The changes between ``city`` and the filled-in sheet; rows that nobody touched give none.

    A row without an author of its own is ``author``'s. Raises InputError, or RowErrors naming every bad row.
    """
    found, bad = [], []
    for row in read_sheet(file):
        try:
            for change in _changes(city, row, author, date):
                city = change.applied(city)
                found.append(change)
        except InputError as error:
            bad.append(f"{row.where}: {error}")
    if bad:
        raise RowErrors(file.name, bad, repair="mend these rows and take the sheet again")
    return tuple(found)


def _changes(city: City, row: SheetRow, author: str, date: str) -> Iterator[Change]:
    id = str(row.cells.get("id") or "")
    given = {name: value for name, value in row.cells.items() if name not in _SIGNED and (value is not None or id)}
    said = {name: _value(name, value) for name, value in given.items()}
    who = str(row.cells.get("author") or author)
    if not id:
        yield new_dependency(city, author=who, date=date, **{name: value for name, value in said.items() if value is not None})
        return
    if id not in set(city.dependencies.id):
        raise InputError(f"there is no dependency '{id}'", repair="leave id empty to add one")
    if row.remove:
        yield removed(city, "dependencies", id)
        return
    at = int((city.dependencies.id == id).argmax())
    before = {name: _value(name, value) for name, value in city.dependencies.row(at).items()}
    changed = {name: value for name, value in said.items() if value != before[name]}
    if changed:
        old = before["author"]
        yield corrected_dependency(city, id, author=author if who == old else who, date=date, **changed)


def _value(name: str, value: Any) -> Any:
    """A cell as its field's plain value; an empty cell of words is the empty word."""
    spec = Dependencies.specs()[name]
    if value is None:
        return None if spec.dtype == "float" else ""
    return checked(spec, value if spec.dtype != "float" or value == value else None)

"""What came back from a workshop, as changes: rows corrected, added and removed, each with author and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, RowErrors
from stratum_core.graph.editing import corrected_dependency, new_dependency
from stratum_core.importers.workshop_sheet import SheetRow, read_sheet
from stratum_core.model.changes import Change, Recorded, as_of, checked, removed
from stratum_core.model.city import City
from stratum_core.model.tables import Dependencies

#: columns that a correction sets itself
_SIGNED = ("author", "date", "id")


def changes_of_sheet(city: City, file: Path, history: Sequence[Recorded], *, author: str, date: str) -> tuple[Change, ...]:
    """What people changed on the sheet since it was exported, as changes of ``city``; rows that nobody touched give none.

    A sheet says when it was exported: a field that was changed in the project since, and otherwise on the sheet, is a bad row. A
    row whose author nobody wrote anew is ``author``'s. Raises InputError, or RowErrors naming every bad row.
    """
    found, bad, then = [], [], {"": city}
    for row in read_sheet(file):
        try:
            if row.exported not in then:
                then[row.exported] = as_of(city, history, row.exported)
            for change in _changes(city, then[row.exported], row, author, date):
                city = change.applied(city)
                found.append(change)
        except InputError as error:
            bad.append(f"{row.where}: {error}")
    if bad:
        raise RowErrors(file.name, bad, repair="mend these rows and take the sheet again")
    return tuple(found)


def _changes(city: City, exported: City, row: SheetRow, author: str, date: str) -> Iterator[Change]:
    id = str(row.cells.get("id") or "")
    given = {name: value for name, value in row.cells.items() if name not in _SIGNED and (value is not None or id)}
    said = {name: _value(name, value) for name, value in given.items()}
    who = str(row.cells.get("author") or author)
    if not id:
        if row.remove:
            raise InputError("a row without an id cannot be removed", repair="leave it out")
        yield new_dependency(city, {name: value for name, value in said.items() if value is not None}, author=who, date=date)
        return
    if id not in set(city.dependencies.id):
        raise InputError(f"there is no dependency '{id}'", repair="leave id empty to add one")
    if row.remove:
        yield removed(city, "dependencies", id)
        return
    now, before = _row(city, id), _row(exported, id) if id in set(exported.dependencies.id) else _row(city, id)
    changed = {name: value for name, value in said.items() if value != before[name]}
    for name, value in changed.items():
        if now[name] not in (before[name], value):
            raise InputError(f"{name} of '{id}' was changed to {now[name]!r} since the sheet was exported",
                             repair="look at both and write the right one into a new sheet")
    changed = {name: value for name, value in changed.items() if value != now[name]}
    if changed:
        yield corrected_dependency(city, id, changed, author=author if who == before["author"] else who, date=date)


def _row(city: City, id: str) -> dict[str, Any]:
    at = int((city.dependencies.id == id).argmax())
    return {name: _value(name, value) for name, value in city.dependencies.row(at).items()}


def _value(name: str, value: Any) -> Any:
    """A cell as its field's plain value; an empty cell of words is the empty word."""
    spec = Dependencies.specs()[name]
    if value is None:
        return None if spec.dtype == "float" else ""
    return checked(spec, value if spec.dtype != "float" or value == value else None)

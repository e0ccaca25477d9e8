"""Changes of single rows of a city: each can be undone, dated and signed, and none overwrites what was before.

A change holds the row before and after, so that a history of them leads back to any date.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Field, Table

#: a row as plain values by field; a value that is not known is None
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One row of ``table`` before and after; before None: it is new, after None: it is gone.

    place: where a row stands that comes or goes; None: at the end. Draws are counted by place, so undoing restores it.
    """

    table: str
    id: str
    before: Row | None
    after: Row | None
    place: int | None = None

    @property
    def inverse(self) -> Change:
        """What undoes it."""
        return replace(self, before=self.after, after=self.before)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that differ; all of them for a row that comes or goes."""
        one, other = self.before or {}, self.after or {}
        return frozenset(name for name in {*one, *other} if name not in one or name not in other or one[name] != other[name])

    def applied(self, city: City) -> City:
        """``city`` with the change. Raises InputError where the row is not there, or already is."""
        rows: Table = getattr(city, self.table)
        at = np.flatnonzero(rows.columns()["id"] == self.id)
        if self.before is None:
            if len(at):
                raise InputError(f"'{self.id}' is already there", where=self.table, repair="change it, or give another id")
            longer = rows.append(table_of(self.table, [self.after or {}]))
            place = len(rows) if self.place is None else min(self.place, len(rows))
            return city.with_table(self.table, longer.take(np.insert(np.arange(len(rows)), place, len(rows))))
        if not len(at):
            raise unknown("row", self.id, rows.columns()["id"], where=self.table)
        if self.after is None:
            return city.with_table(self.table, rows.take(np.delete(np.arange(len(rows)), at[0])))
        columns = {}
        for name, value in self.after.items():
            if value != self.before.get(name):
                columns[name] = rows.columns()[name].copy()
                columns[name][at[0]] = _missing_as_nan(rows.specs()[name], value)
        return city.with_table(self.table, rows.with_columns(**columns))


@dataclass(frozen=True)
class Recorded:
    """A change as the project keeps it: number, UTC time, who, why."""

    sequence: int
    at: str
    author: str
    reason: str
    change: Change


def changed(city: City, table: str, id: str, **values: Any) -> Change:
    """The change that sets some fields of a row. Raises InputError for an unknown row or field or a value out of range."""
    before = _row(city, table, id)
    return Change(table, id, before, {**before, **_checked(table, values)})


def added(city: City, table: str, id: str, **values: Any) -> Change:
    """The change that adds a row; what is not given takes its default. Raises InputError."""
    if id in set(getattr(city, table).id):
        raise InputError(f"'{id}' is already there", where=table, repair="change it, or give another id")
    defaults = {name: _plain(spec, spec.default) for name, spec in TABLES[table].specs().items()}
    return Change(table, id, None, {**defaults, **_checked(table, values), "id": id})


def removed(city: City, table: str, id: str) -> Change:
    """The change that takes a row away. Raises InputError for an unknown one."""
    return Change(table, id, _row(city, table, id), None, int(np.flatnonzero(getattr(city, table).id == id)[0]))


def as_of(city: City, history: Sequence[Recorded], day: str) -> City:
    """``city`` as it was at the end of ``day`` (ISO 8601): all later changes undone, the newest first.

    Raises InputError where ``day`` is no date.
    """
    until = _end_of(day)
    for recorded in sorted(history, key=lambda one: one.sequence, reverse=True):
        if datetime.fromisoformat(recorded.at) > until:
            city = recorded.change.inverse.applied(city)
    return city


def _end_of(day: str) -> datetime:
    """The moment that ``day`` means, in UTC: its last one for a date, itself for a time."""
    try:
        moment = datetime.fromisoformat(day)
    except ValueError as error:
        raise InputError(f"'{day}' is no date", where="as of", repair="write it as 2026-11-30") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if ":" in day else moment + timedelta(days=1, microseconds=-1)


def table_of(table: str, rows: Iterable[Row]) -> Table:
    """A model table from plain rows."""
    cls, rows = TABLES[table], list(rows)
    specs = cls.specs()
    columns = {name: [_missing_as_nan(spec, row.get(name, spec.default)) for row in rows] for name, spec in specs.items()}
    return cls(**columns)  # type: ignore[arg-type]


def plain_rows(table: Table) -> list[dict[str, Any]]:
    """All rows of a table as plain values."""
    specs = table.specs()
    columns = [[_plain(spec, value) for value in table.columns()[name]] for name, spec in specs.items()]
    return [dict(zip(specs, row, strict=True)) for row in zip(*columns, strict=True)]


def _row(city: City, table: str, id: str) -> dict[str, Any]:
    rows: Table = getattr(city, table)
    at = np.flatnonzero(rows.columns()["id"] == id)
    if not len(at):
        raise unknown("row", id, rows.columns()["id"], where=table)
    return {name: _plain(rows.specs()[name], value) for name, value in rows.row(int(at[0])).items()}


def _checked(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    specs = TABLES[table].specs()
    for name in values:
        if name not in specs or name == "id":
            raise unknown("field", name, set(specs) - {"id"}, where=table)
    return {name: checked(specs[name], value) for name, value in values.items()}


def checked(spec: Field, value: Any) -> Any:
    """``value`` as the field's type, None for an unknown number; raises InputError outside its hard range."""
    kinds = {"float": float, "int": int, "str": str, "bool": bool}
    if spec.dtype not in kinds:
        raise InputError(f"field '{spec.name}' cannot be edited as a value", repair="edit the source and import it again")
    if spec.dtype == "float" and (value is None or value == ""):
        return None
    try:
        typed = kinds[spec.dtype](value)
    except (TypeError, ValueError) as error:
        number = "number, such as 0.5 with a point" if spec.dtype == "float" else spec.dtype
        raise InputError(f"'{value}' is no {number}", where=spec.name, repair=f"give {spec.meaning}") from error
    if spec.hard and isinstance(typed, (int, float)) and not np.isnan(typed) and not spec.hard[0] <= typed <= spec.hard[1]:
        raise InputError(
            f"{typed:g} is outside {spec.hard[0]:g} to {spec.hard[1]:g}{f' {spec.unit}' if spec.unit not in ('', '1') else ''}",
            where=spec.name,
            repair="give a value in that range",
        )
    return _plain(spec, typed)


def _plain(spec: Field, value: Any) -> Any:
    """A value as JSON can hold it."""
    if spec.dtype == "path":
        return None if value is None else np.asarray(value, dtype=float).tolist()
    value = value.item() if isinstance(value, np.generic) else value
    if spec.dtype == "float" and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def _missing_as_nan(spec: Field, value: Any) -> Any:
    if spec.dtype == "path":
        return None if value is None else np.array(value, dtype=float).reshape(-1, 2)
    return (np.nan if value is None else float(value)) if spec.dtype == "float" else value

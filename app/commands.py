"""Edits of the city as commands that can be undone; they hold ids and values, never rows or views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Field


@dataclass(frozen=True)
class SetValue:
    """Set one field of one row; doing it returns the new city and the command that undoes it."""

    table: str
    id: str
    field: str
    value: Any

    def __call__(self, city: City) -> tuple[City, SetValue]:
        """The edited city and the inverse; raises InputError for an unknown row or field or a value out of range."""
        rows = getattr(city, self.table)
        specs = TABLES[self.table].specs()
        if self.field not in specs or self.field == "id":
            raise unknown("field", self.field, set(specs) - {"id"}, where=self.table)
        found = np.flatnonzero(rows.id == self.id)
        if not len(found):
            raise unknown("row", self.id, rows.id, where=self.table)
        column = rows.columns()[self.field].copy()
        before = column[found[0]]
        column[found[0]] = checked(specs[self.field], self.value)
        edited = replace(city, **{self.table: rows.with_columns(**{self.field: column})})
        return edited, replace(self, value=before.item() if isinstance(before, np.generic) else before)


def checked(spec: Field, value: Any) -> Any:
    """``value`` as the field's type; raises InputError outside its hard range."""
    kinds = {"float": float, "int": int, "str": str, "bool": bool}
    if spec.dtype not in kinds:
        raise InputError(f"field '{spec.name}' cannot be edited as a value", repair="edit the source and import it again")
    try:
        typed = kinds[spec.dtype](value)
    except (TypeError, ValueError) as error:
        raise InputError(f"'{value}' is no {spec.dtype}", where=spec.name, repair=f"give {spec.meaning}") from error
    if spec.hard and isinstance(typed, (int, float)) and not np.isnan(typed) and not spec.hard[0] <= typed <= spec.hard[1]:
        raise InputError(
            f"{typed:g} is outside {spec.hard[0]:g} to {spec.hard[1]:g} {spec.unit}",
            where=spec.name,
            repair="give a value in that range",
        )
    return typed


class History:
    """Undo and redo over commands."""

    def __init__(self) -> None:
        self._done: list[SetValue] = []
        self._undone: list[SetValue] = []

    def do(self, city: City, command: SetValue) -> City:
        """Carry out a command; what was undone before is forgotten."""
        edited, inverse = command(city)
        self._done.append(inverse)
        self._undone.clear()
        return edited

    def undo(self, city: City) -> tuple[City, SetValue] | None:
        """The city before the last command, and the command that led back; None when there is none."""
        return self._step(city, self._done, self._undone)

    def redo(self, city: City) -> tuple[City, SetValue] | None:
        """The city after the command that was undone last; None when there is none."""
        return self._step(city, self._undone, self._done)

    @staticmethod
    def _step(city: City, taken: list[SetValue], given: list[SetValue]) -> tuple[City, SetValue] | None:
        if not taken:
            return None
        command = taken.pop()
        edited, inverse = command(city)
        given.append(inverse)
        return edited, command

"""Undo and redo over changes of the city; they hold ids and values, never rows or views."""

from __future__ import annotations

from stratum_core.model.changes import Change
from stratum_core.model.city import City


class History:
    """What was done and can be undone, and what was undone and can be done again."""

    def __init__(self) -> None:
        self._done: list[Change] = []
        self._undone: list[Change] = []

    def do(self, city: City, change: Change) -> City:
        """Carry out a change; what was undone before is forgotten."""
        edited = change.applied(city)
        self._done.append(change)
        self._undone.clear()
        return edited

    def undo(self, city: City) -> tuple[City, Change] | None:
        """The city before the last change, and the change that led back; None when there is none."""
        if not self._done:
            return None
        change = self._done.pop()
        self._undone.append(change)
        return change.inverse.applied(city), change.inverse

    def redo(self, city: City) -> tuple[City, Change] | None:
        """The city after the change that was undone last; None when there is none."""
        if not self._undone:
            return None
        change = self._undone.pop()
        self._done.append(change)
        return change.applied(city), change

"""Edits of the city: each undoable, saved with author, time and reason. Owned by the session's thread."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any

from app.bus import Bus
from app.commands import History
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.graph.editing import corrected_dependency, new_dependency
from stratum_core.model.changes import Change, changed, removed
from stratum_core.model.city import City
from stratum_core.ports import today, utc_now
from stratum_core.store.project import Project


class Edits:
    """``city`` gives the city as it is, ``took`` is told what has become of it, the change, and who asked for it."""

    def __init__(
        self, project: Project, jobs: Jobs, bus: Bus, city: Callable[[], City], took: Callable[[City, Change, str], None]
    ) -> None:
        self._project, self._jobs, self._bus, self._city, self._took = project, jobs, bus, city, took
        self._history = History()
        self.author = getpass.getuser()

    def change(self, table: str, id: str, field: str, value: Any, initiator: str) -> None:
        """Change one value of the city; raises InputError for a bad value."""
        self._do(changed(self._city(), table, id, **{field: value}), "", initiator)

    def add_dependency(self, initiator: str, reason: str = "", **values: Any) -> None:
        """Add a dependency; raises InputError for a bad value or an unknown component."""
        self._do(new_dependency(self._city(), values, author=self.author, date=today()), reason, initiator)

    def correct_dependency(self, id: str, initiator: str, reason: str = "", **values: Any) -> None:
        """Correct or rate a dependency; the old row stays in the history. Raises InputError."""
        self._do(corrected_dependency(self._city(), id, values, author=self.author, date=today()), reason, initiator)

    def remove_dependency(self, id: str, initiator: str, reason: str = "") -> None:
        """Take a dependency away; it stays in the history. Raises InputError for an unknown one."""
        self._do(removed(self._city(), "dependencies", id), reason, initiator)

    def undo(self, initiator: str) -> bool:
        """Undo the last edit; False when there is none."""
        return self._stepped(self._history.undo(self._city()), "undone", initiator)

    def redo(self, initiator: str) -> bool:
        """Redo the edit that was undone last; False when there is none."""
        return self._stepped(self._history.redo(self._city()), "done again", initiator)

    def _do(self, change: Change, reason: str, initiator: str) -> None:
        self._take(self._history.do(self._city(), change), change, reason, initiator)

    def _stepped(self, step: tuple[City, Change] | None, reason: str, initiator: str) -> bool:
        if step is None:
            return False
        self._take(*step, reason, initiator)
        return True

    def _take(self, city: City, change: Change, reason: str, initiator: str) -> None:
        at, author = utc_now().isoformat(timespec="milliseconds"), self.author
        self._jobs.data(lambda: self._project.save_change(change, at=at, author=author, reason=reason), lambda _: None,
                        lambda error: self._bus.publish(of_error(error)))
        self._took(city, change, initiator)

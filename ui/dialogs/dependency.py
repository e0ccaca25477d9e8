"""A dependency drawn, corrected or rated by a person; its form is made from the field specs. Main thread only."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QWidget

from stratum_core.errors import StratumError
from stratum_core.model.changes import Recorded
from stratum_core.model.tables import PROVENANCES, Dependencies
from stratum_core.validate.words import DEPENDENCY_SERVICES
from ui.names import field_title, name_of, unit_text
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

ME = "dependency"
#: what a person can say of a dependency, in this order
FIELDS = ("group", "needed", "buffer", "buffer_low", "buffer_high", "strength", "strength_low", "strength_high", "confidence",
          "note")
#: lines of the history
_MOST = 5


class DependencyDialog(QDialog):
    """Who needs what from whom, and how sure that is; an existing one is corrected or removed, and stays in the history."""

    def __init__(self, context: Context, parent: QWidget | None = None, *, id: str = "", dependent: str = "", supplier: str = "",
                 service: str = "") -> None:
        super().__init__(parent)
        self._context, self._id = context, id
        self.setWindowTitle("Correct a need" if id else "Add a need")
        self.setMinimumWidth(480)
        before = self._before()
        self.dependent = QLineEdit(before.get("dependent", dependent), accessibleName="Who needs")
        self.supplier = QLineEdit(before.get("supplier", supplier), accessibleName="From whom")
        self.service = QComboBox(accessibleName="What")
        self.service.addItems(list(DEPENDENCY_SERVICES))
        self.service.setCurrentText(before.get("service", service or "power"))
        self.provenance = QComboBox(accessibleName="What it rests on")
        self.provenance.addItems(list(PROVENANCES))
        self.provenance.setCurrentText(before.get("provenance", "assumed"))
        self.fields = {name: QLineEdit(_text(before.get(name)), accessibleName=field_title(Dependencies.specs()[name]))
                       for name in FIELDS}
        if not id:
            self.fields["confidence"].setText("0.5")
        self.author = QLineEdit(context.session.edits.author, accessibleName="Who says so")
        self.reason = QLineEdit(accessibleName="Why")
        self.report = words("", "small", wrap=True)
        self.history = words("", "small", wrap=True)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(self._form())
        layout.addWidget(self.history)
        layout.addWidget(self.report)
        layout.addLayout(self._buttons())
        self.setLayout(layout)
        self._tell_history()

    def _tell_history(self) -> None:
        """What it said before, who changed it and when."""
        session, id = self._context.session, self._id
        self.history.setVisible(bool(id))
        if id:
            session.jobs.data(lambda: session.project.history("dependencies", id), self._show_history,
                              lambda error: self.report.setText(str(error)))

    def _show_history(self, found: list[Recorded]) -> None:
        told = [_told(one) for one in found[: -_MOST - 1 : -1]]
        earlier = [f"{len(found) - _MOST} earlier ones: graph ... --as-of asks any day"] if len(found) > _MOST else []
        self.history.setText("History\n" + "\n".join([*told, *earlier]) if found else "Nobody has changed it in this project.")

    def _before(self) -> dict[str, Any]:
        rows = self._context.session.city.dependencies
        at = np.flatnonzero(rows.id == self._id) if self._id else []
        return rows.row(int(at[0])) if len(at) else {}

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(6)
        city = self._context.session.city
        for title, line in (("Who needs", self.dependent), ("From whom", self.supplier)):
            line.setPlaceholderText("id or unique name")
            line.setToolTip(name_of(city, line.text()) if line.text() else "")
            form.addRow(title, line)
        form.insertRow(1, "What", self.service)
        for name, line in self.fields.items():
            spec = Dependencies.specs()[name]
            unit = unit_text(spec.unit)
            line.setToolTip(spec.meaning)
            line.setPlaceholderText("unknown" if spec.dtype == "float" else "")
            title = field_title(spec)
            form.addRow(f"{title[:1].upper()}{title[1:]}{f', {unit}' if unit else ''}", line)
        form.addRow("It is", self.provenance)
        form.addRow("Who says so", self.author)
        form.addRow("Why", self.reason)
        return form

    def _buttons(self) -> Any:
        keep, remove, close = QPushButton("&Keep"), QPushButton("&Remove"), QPushButton("Close")
        keep.setProperty("filled", True)
        keep.setDefault(True)
        keep.clicked.connect(self.keep)
        remove.clicked.connect(self.remove)
        remove.setVisible(bool(self._id))
        close.clicked.connect(self.reject)
        return row(remove, None, close, keep)

    def keep(self) -> None:
        """Add or correct it; what does not fit is said here."""
        before = self._before()
        said = {name: line.text().strip() for name, line in self.fields.items() if line.text().strip() != _text(before.get(name))}
        ends = {"dependent": self.dependent.text().strip(), "supplier": self.supplier.text().strip(),
                "service": self.service.currentText(), "provenance": self.provenance.currentText()}
        said |= {name: value for name, value in ends.items() if value != before.get(name)}
        self._do(said)

    def remove(self) -> None:
        """Take it away; it stays in the history."""
        self._do(None)

    def _do(self, said: dict[str, str] | None) -> None:
        session = self._context.session
        session.edits.author = self.author.text().strip() or session.edits.author
        try:
            if said is None:
                session.edits.remove_dependency(self._id, ME, self.reason.text().strip())
            elif self._id:
                session.edits.correct_dependency(self._id, ME, self.reason.text().strip(), **said)
            else:
                given = {name: value for name, value in said.items() if value}
                session.edits.add_dependency(ME, self.reason.text().strip(), **given)
        except StratumError as error:
            self.report.setText(str(error))
            return
        self.accept()


def _told(one: Recorded) -> str:
    """A recorded change in a line."""
    before, after = one.change.before or {}, one.change.after or {}
    moved = [f"{name} {_text(before.get(name)) or '–'} → {_text(after.get(name)) or '–'}" for name in sorted(one.change.fields)
             if name not in ("author", "date", "id")]
    what = "added" if not before else "removed" if not after else ", ".join(moved) or "confirmed"
    return f"{one.at[:10]} {one.at[11:16]}Z  {one.author or 'unknown'}: {what}" + (f" ({one.reason})" if one.reason else "")


def _text(value: object) -> str:
    """A value as it is typed: empty where it is not known."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return value if isinstance(value, str) else f"{value:g}"

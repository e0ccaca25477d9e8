"""What the chosen thing needs from others, or what it feeds; a double click goes there. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget

from stratum_core.model.city import City
from stratum_core.number_format import hours, whole
from ui.dialogs.dependency import DependencyDialog
from ui.names import name_of
from ui.panels.inspector.subject import Subject
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

ME = "inspector"
_ID = Qt.ItemDataRole.UserRole
_NEED = Qt.ItemDataRole.UserRole + 1
_MOST = 200


class NeedsPage(QWidget):
    """Service, with whom, reserve and provenance."""

    def __init__(self, context: Context, *, suppliers: bool) -> None:
        super().__init__()
        self._context, self._suppliers = context, suppliers
        self._subject = ""
        self._none = words("", "second", wrap=True)
        self._tree = QTreeWidget(rootIsDecorated=False, accessibleName="Needs" if suppliers else "Feeds")
        self._tree.setHeaderLabels(["Service", "From" if suppliers else "To", "Reserve", "Data"])
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self._tree.itemActivated.connect(lambda item, column: context.session.select(item.data(0, _ID), ME))
        self._add, self._correct = QPushButton("Add a need…"), QPushButton("Correct…")
        self._add.clicked.connect(self._ask_new)
        self._correct.clicked.connect(self._ask_correction)
        self._tree.currentItemChanged.connect(lambda item, before: self._correct.setEnabled(bool(item and item.data(0, _NEED))))
        layout = column(self._none, margins=(8, 8, 8, 8))
        layout.addWidget(self._tree, 1)
        layout.addLayout(row(self._add, self._correct, None))
        layout.setAlignment(self._none, Qt.AlignmentFlag.AlignTop)
        layout.setStretchFactor(self._none, 1)
        self.setLayout(layout)

    def _ask_new(self) -> None:
        ends = {"dependent" if self._suppliers else "supplier": self._subject}
        DependencyDialog(self._context, self, **ends).open()

    def _ask_correction(self) -> None:
        item = self._tree.currentItem()
        if item is not None and item.data(0, _NEED):
            DependencyDialog(self._context, self, id=item.data(0, _NEED)).open()

    def show_subject(self, subject: Subject) -> None:
        """List another component's dependencies."""
        city = self._context.session.city
        self._subject = subject.id
        self._add.setEnabled(subject.index >= 0)
        self._correct.setEnabled(False)
        rows = needs(city, subject.id) if self._suppliers else feeds(city, subject.id)
        self._tree.clear()
        self._tree.setVisible(bool(rows))
        self._none.setVisible(not rows)
        word = "needs nothing from another sector" if self._suppliers else "feeds nothing in another sector"
        self._none.setText(f"{subject.name} {word}. Network links are not listed here.")
        for service, other, reserve, basis, need in rows[:_MOST]:
            item = QTreeWidgetItem([service, name_of(city, other), reserve, basis])
            item.setData(0, _ID, other)
            item.setData(0, _NEED, need)
            item.setToolTip(1, other)
            self._tree.addTopLevelItem(item)
        if len(rows) > _MOST:
            self._tree.addTopLevelItem(QTreeWidgetItem(["", f"and {whole(len(rows) - _MOST)} more", "", ""]))


#: service, other end, reserve, provenance with confidence, id of the dependency (empty: a service to people)
Row = tuple[str, str, str, str, str]


def needs(city: City, id: str) -> list[Row]:
    """What a component or home needs."""
    rows = city.dependencies
    found = [_dependency(city, i, str(rows.supplier[i])) for i in np.flatnonzero(rows.dependent == id)]
    services = city.services
    found += [
        (str(services.service[i]), str(services.supplier[i]), "", str(services.provenance[i]), "")
        for i in np.flatnonzero(services.block == id)
    ]
    return found


def feeds(city: City, id: str) -> list[Row]:
    """What a component feeds."""
    rows = city.dependencies
    found = [_dependency(city, i, str(rows.dependent[i])) for i in np.flatnonzero(rows.supplier == id)]
    services = city.services
    found += [
        (str(services.service[i]), str(services.block[i]), "", str(services.provenance[i]), "")
        for i in np.flatnonzero(services.supplier == id)
    ]
    return found


def _dependency(city: City, row: int, other: str) -> Row:
    rows = city.dependencies
    buffer = float(rows.buffer[row])
    basis = f"{rows.provenance[row]}, {100 * rows.confidence[row]:.0f} %"
    return str(rows.service[row]), other, hours(buffer) if buffer > 0 else "none", basis, str(rows.id[row])

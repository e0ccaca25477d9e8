"""All fields of the chosen row with units, editable where the field is a value; undo with Ctrl+Z. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ui.panels.inspector.subject import Subject
from ui.shell.places import Context
from ui.tables.field_model import FieldModel
from ui.widgets.rows import column, words


class DataPage(QWidget):
    """Field, value, unit."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._model = FieldModel(context.session)
        view = QTableView(accessibleName="Fields", showGrid=False)
        view.setModel(self._model)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(24)
        header = view.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        hint = words("Double click a value to change it. Ctrl+Z takes it back.", "note")
        layout = column(margins=(8, 6, 8, 6))
        layout.addWidget(view, 1)
        layout.addWidget(hint)
        self.setLayout(layout)

    def show_subject(self, subject: Subject) -> None:
        """Show another row."""
        self._model.show_row(subject.table, subject.row, subject.id)

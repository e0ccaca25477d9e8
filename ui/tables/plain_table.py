"""A table of ready texts: one row is chosen at a time, the first column takes the width that is left. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QTableView

from ui.tables.plain_model import PlainModel


def plain_table(model: PlainModel, name: str, *, row: int = 24) -> QTableView:
    """A view of ``model``, called ``name`` for screen readers; row: height in pixels."""
    view = QTableView(accessibleName=name, showGrid=False)
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(row)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return view

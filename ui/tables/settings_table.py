"""The view of settings, and what writing a value does. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHeaderView, QTableView

from app.notices import of_error
from stratum_core.errors import StratumError
from ui.shell.places import Context
from ui.tables.settings_model import VALUE, SettingsModel


def settings_table(model: SettingsModel, name: str, *, first: int = 0, value: int = 130) -> QTableView:
    """A view of ``model``, called ``name`` for screen readers; first, value: widths in pixels, 0: as wide as the texts."""
    view = QTableView(accessibleName=name, showGrid=False)
    view.setModel(model)
    view.setWordWrap(False)
    view.setEditTriggers(QTableView.EditTrigger.AllEditTriggers)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(24)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Fixed)
    header.resizeSection(VALUE, value)
    if first:
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, first)
    header.setStretchLastSection(True)
    return view


def setting_changes(context: Context, initiator: str) -> Callable[[str, str], bool]:
    """What changes one setting of the next run: False and a notice where the value does not fit."""

    def change(key: str, text: str) -> bool:
        try:
            context.session.question.set(key, text, initiator)
        except StratumError as error:
            context.session.notify(of_error(error))
            return False
        return True

    return change

"""Menus and shortcuts from the table of actions. Main thread only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ui.actions import Action, can

if TYPE_CHECKING:
    from ui.shell.places import Context


def fill_menus(bar: QMenuBar, actions: Iterable[Action], context: Context) -> None:
    """One menu for each menu name, in the order of the table."""
    menus: dict[str, QMenu] = {}
    for action in actions:
        if action.menu not in menus:
            menus[action.menu] = bar.addMenu(action.menu)
            menus[action.menu].setToolTipsVisible(True)
        add = _add if action.choices is None else _add_choices
        add(menus[action.menu], action, context)


def _add_choices(menu: QMenu, action: Action, context: Context) -> None:
    """A submenu whose entries are asked for when it opens."""
    inner = menu.addMenu(action.text)
    inner.setObjectName(f"action:{action.name}")

    def fill() -> None:
        inner.clear()
        found = action.choices(context) if action.choices is not None else []
        for text, do in found:
            inner.addAction(text).triggered.connect(lambda checked=False, do=do: do(context))
        if not found:
            inner.addAction("none yet").setEnabled(False)

    inner.aboutToShow.connect(fill)


def _add(menu: QMenu, action: Action, context: Context) -> None:
    if action.line_above:
        menu.addSeparator()
    entry = QAction(action.text, menu)
    entry.setObjectName(f"action:{action.name}")
    if action.shortcut:
        entry.setShortcut(QKeySequence(action.shortcut))
    entry.triggered.connect(lambda: action.do(context) if can(action, context) else None)
    menu.aboutToShow.connect(lambda: entry.setEnabled(can(action, context)))
    menu.aboutToHide.connect(lambda: entry.setEnabled(True))
    menu.addAction(entry)

"""The one style sheet of the window, made from the tokens. Flat: 1 px lines, no gradients, no shadows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratum_core.resource_files import resource

if TYPE_CHECKING:
    from ui.theme import Tokens


def style_sheet(tokens: Tokens) -> str:
    """Qt style sheet text for a scheme."""
    shade = "light" if tokens.scheme == "light" else "dark"
    words = {"icons": resource("icons").as_posix(), "shade": shade, "check": "black" if tokens.scheme == "contrast" else "white"}
    return re.sub(r"@(\w+)", lambda found: words.get(found[1]) or f"#{getattr(tokens, found[1])}", _SHEET)


_SHEET = """
QWidget { color: @text; font-family: "Inter", "Noto Sans", "DejaVu Sans"; font-size: 13px; }
QMainWindow, QDialog, #shell { background: @panel; }
#strip, #strip QWidget { background: @window; }
#bar, QStatusBar, QMenuBar { background: @window; }
QToolTip { background: @raised; color: @text; border: 1px solid @control; padding: 6px; font-size: 12px; }
QMenuBar { border-bottom: 1px solid @divider; spacing: 0; }
QMenuBar::item { padding: 6px 9px; background: transparent; color: @second; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @selected; color: @on_selected; }
QMenu { background: @raised; border: 1px solid @control; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 16px; color: @text; }
QMenu::item:selected { background: @selected; color: @on_selected; }
QMenu::item:disabled { color: @third; }
QMenu::separator { height: 1px; background: @divider; margin: 4px 0; }
QStatusBar, #status { border-top: 1px solid @divider; background: @window; }
QStatusBar::item { border: 0; }
QLabel { background: transparent; }
QLabel[role="caption"] { font-size: 11px; color: @third; }
QLabel[role="small"] { font-size: 12px; color: @second; }
QLabel[role="note"] { font-size: 12px; color: @third; }
QLabel[role="second"] { color: @second; }
QLabel[role="bold"] { font-weight: 600; }
QLabel[role="question"] { font-size: 15px; }
QLabel[role="answer"] { font-size: 17px; font-weight: 600; }
QLabel[role="asset"] { font-size: 19px; font-weight: 600; }
QLabel[role="headline"] { font-size: 15px; font-weight: 600; }
QLabel[role="title"] { font-size: 12px; font-weight: 600; }
QLabel[stale="true"] { color: @second; }
#line { background: @divider; }
#card { background: @raised; border: 1px solid @divider; border-radius: 6px; }
#card QLabel { font-size: 12px; }
QPushButton, QComboBox, QLineEdit, QToolButton, QAbstractSpinBox {
    background: @raised; border: 1px solid @control; border-radius: 4px; padding: 0 10px; min-height: 26px; color: @text;
}
QAbstractSpinBox { padding: 0 8px 0 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: 0; }
QPushButton:hover, QComboBox:hover, QToolButton:hover { border-color: @accent; }
QPushButton:pressed, QToolButton:pressed { background: @selected; color: @on_selected; }
QPushButton:checked { background: @selected; color: @on_selected; border-color: @accent; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: @third; border-color: @divider; }
QPushButton:focus, QComboBox:focus, QLineEdit:focus, QToolButton:focus, QAbstractSpinBox:focus {
    border: 2px solid @focus; padding: 0 9px; min-height: 24px;
}
QPushButton[filled="true"] {
    background: @filled; color: @on_filled; border: 1px solid @filled; font-weight: 600; padding: 0 18px;
}
QPushButton[filled="true"]:focus { border: 2px solid @text; padding: 0 17px; }
QPushButton[filled="true"]:disabled { background: @raised; color: @third; border-color: @divider; }
QPushButton[slim="true"] { min-height: 18px; font-size: 11px; padding: 0 10px; }
QPushButton[slim="true"]:focus { min-height: 16px; padding: 0 9px; }
QToolButton { padding: 0 8px; }
QComboBox::drop-down { border: 0; width: 20px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url(@icons/chevron-@shade.svg); width: 10px; height: 10px; }
QComboBox[question="true"] { font-size: 15px; font-weight: 600; min-height: 30px; }
QComboBox[question="true"]:focus { min-height: 28px; }
QPushButton[question="true"] { min-height: 30px; }
QPushButton[question="true"]:focus { min-height: 28px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @control; outline: 0; padding: 4px 0; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 8px; color: @text; }
QComboBox QAbstractItemView::item:selected { background: @selected; color: @on_selected; }
QTreeView, QTableView, QListView, QScrollArea, QTextEdit { background: @panel; border: 0; outline: 0; }
QScrollArea > QWidget > QWidget { background: @panel; }
QTreeView::item { min-height: 23px; padding: 0 3px; }
QTreeView::item:selected, QTableView::item:selected, QListView::item:selected { background: @selected; color: @on_selected; }
QTreeView::branch:selected { background: @selected; }
QTreeView::branch:has-children:closed { image: url(@icons/closed-@shade.svg); }
QTreeView::branch:has-children:open { image: url(@icons/open-@shade.svg); }
QTableView { gridline-color: @divider; }
QTableView::item { border-bottom: 1px solid @divider; padding: 0 5px; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid @focus; }
QHeaderView { background: @panel; }
QHeaderView::section {
    background: @panel; color: @second; border: 0; border-bottom: 1px solid @control; padding: 4px 8px;
    font-weight: 600; font-size: 12px;
}
QHeaderView::down-arrow { image: url(@icons/open-@shade.svg); width: 10px; height: 10px; }
QHeaderView::up-arrow { image: url(@icons/up-@shade.svg); width: 10px; height: 10px; }
QTableCornerButton::section { background: @panel; border: 0; }
QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: @second; padding: 0 7px; min-height: 32px; border: 0; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: @text; font-weight: 600; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { border: 1px solid @focus; }
QTabWidget::pane { border: 0; border-top: 1px solid @divider; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @control; border-radius: 3px; background: @raised; }
QCheckBox::indicator:checked { background: @filled; border-color: @filled; image: url(@icons/check-@check.svg); }
QCheckBox:focus { color: @accent; }
QCheckBox::indicator:focus { border: 2px solid @focus; }
QSplitter::handle { background: @divider; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @divider; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: @control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @divider; border: 0; border-radius: 2px; max-height: 5px; min-height: 5px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
#notice { background: @raised; border: 0; border-bottom: 1px solid @divider; }
#palette QListView { background: @raised; }
#palette { background: @raised; border: 1px solid @control; border-radius: 6px; }
"""

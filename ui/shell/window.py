"""The main window: a frame of places, filled with whatever panels registered for them.

Main thread only. It imports no panel, opens no project and knows no engine.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui.actions import ACTIONS
from ui.events import BesideChosen, FocusAsked, PageChosen
from ui.shell.menus import fill_menus
from ui.shell.places import Context, Panel, Place, panels_of

HEIGHTS: dict[Place, int] = {"menu": 28, "question": 58, "strip": 62, "view": 34, "status": 26}
LEFT, RIGHT, BOTTOM, BESIDE = 272, 352, 244, 440
#: below this width the left dock is a page of the centre
NARROW = 1480


class Window(QMainWindow):
    """Places panels and keeps the sizes of the grid."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.panels: dict[str, QWidget] = {}
        self._pages: list[str] = []
        self._left_is_page = False
        self.setWindowTitle(f"{context.session.city.name} – Stratum")
        self.setMinimumSize(1100, 680)
        self._build()
        fill_menus(self.menuBar(), ACTIONS, context)
        context.bus.subscribe(PageChosen, self._on_page)
        context.bus.subscribe(FocusAsked, self._on_focus)
        context.bus.subscribe(BesideChosen, self._on_beside)
        self.resize(1600, 1000)

    def _build(self) -> None:
        root = QWidget(objectName="shell")
        column = _stacked(root, QVBoxLayout)
        for place in ("question", "strip"):
            column.addWidget(self._row(place, HEIGHTS[place]))
        self._left = self._column("left", LEFT)
        self._bottom = self._bottom_row()
        self._upper = _splitter(Qt.Orientation.Horizontal, self._left, self._centre(), stretch=1)
        lower = _splitter(Qt.Orientation.Vertical, self._upper, self._bottom, stretch=0)
        self._right = self._column("right", RIGHT)
        self._main = _splitter(Qt.Orientation.Horizontal, lower, self._right, stretch=0)
        lower.setSizes([600, BOTTOM])
        self._upper.setSizes([LEFT, 1600 - LEFT - RIGHT])
        self._main.setSizes([1600 - RIGHT, RIGHT])
        column.addWidget(self._main, 1)
        column.addWidget(self._row("status", HEIGHTS["status"], name="status"))
        self.setCentralWidget(root)
        self._corner()

    def _corner(self) -> None:
        corners = [Qt.Corner.TopLeftCorner, Qt.Corner.TopRightCorner]
        for panel, corner in zip(panels_of("menu"), corners, strict=False):
            self.menuBar().setCornerWidget(self._make(panel), corner)
        self.menuBar().setFixedHeight(HEIGHTS["menu"])

    def _row(self, place: Place, height: int, *, name: str = "bar") -> QWidget:
        row = QFrame(objectName="strip" if place == "strip" else name)
        row.setFixedHeight(height)
        line = _stacked(row, QHBoxLayout)
        for panel in panels_of(place):
            line.addWidget(self._make(panel), panel.stretch)
        return _over_line(row, place != "status")

    def _column(self, place: Place, width: int) -> QWidget:
        column = QWidget()
        column.setMinimumWidth(320 if place == "right" else 220)
        column.resize(width, 600)
        found = panels_of(place)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        for number, panel in enumerate(found):
            split.addWidget(self._make(panel))
            split.setStretchFactor(number, panel.stretch)
        split.setSizes([100 * panel.stretch for panel in found])
        _stacked(column, QVBoxLayout).addWidget(split)
        return column

    def _bottom_row(self) -> QWidget:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.setMinimumHeight(180)
        for number, panel in enumerate(panels_of("bottom")):
            split.addWidget(self._make(panel))
            split.setStretchFactor(number, panel.stretch)
        split.setSizes([600, 316, 332])
        self._bottom_split = split
        return split

    def _centre(self) -> QWidget:
        centre = QWidget()
        column = _stacked(centre, QVBoxLayout)
        bar = QFrame(objectName="view")
        bar.setFixedHeight(HEIGHTS["view"])
        line = _stacked(bar, QHBoxLayout)
        self._tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False, accessibleName="Pages")
        self._tabs.currentChanged.connect(self._tab_changed)
        line.addWidget(self._tabs)
        line.addStretch(1)
        for panel in panels_of("view"):
            line.addWidget(self._make(panel))
        column.addWidget(_over_line(bar, True))
        for panel in panels_of("notice"):
            column.addWidget(self._make(panel))
        self._stack = QStackedWidget()
        for panel in panels_of("centre"):
            self._add_page(panel.name, panel.title, self._make(panel))
        self._beside = self._column("beside", BESIDE)
        self._beside.hide()
        self._abreast = _splitter(Qt.Orientation.Horizontal, self._stack, self._beside, stretch=0)
        column.addWidget(self._abreast, 1)
        return centre

    def _make(self, panel: Panel) -> QWidget:
        made = panel.make(self._context)
        made.setObjectName(made.objectName() or panel.name)
        if not made.accessibleName():
            made.setAccessibleName(panel.title or panel.name)
        self.panels[panel.name] = made
        return made

    def _add_page(self, name: str, title: str, page: QWidget) -> None:
        self._pages.append(name)
        self._stack.addWidget(page)
        self._tabs.addTab(title)

    # pages

    def _tab_changed(self, number: int) -> None:
        if 0 <= number < len(self._pages):
            self._stack.setCurrentIndex(number)
            self._context.view.set_page(self._pages[number], "window")

    def _on_page(self, event: PageChosen) -> None:
        if event.initiator != "window" and event.page in self._pages:
            self._tabs.setCurrentIndex(self._pages.index(event.page))

    def _on_focus(self, event: FocusAsked) -> None:
        wanted = self.panels.get(event.panel)
        if wanted is not None and (wanted.focusProxy() or wanted).focusPolicy() != Qt.FocusPolicy.NoFocus:
            (wanted.focusProxy() or wanted).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_beside(self, event: BesideChosen) -> None:
        self._beside.setVisible(event.shown)
        half = self._abreast.width() // 2
        self._abreast.setSizes([half, half])

    # narrow windows

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: below NARROW the left dock becomes a page of the centre."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow != self._left_is_page:
            self._left_is_page = narrow
            self._move_left(narrow)

    def _move_left(self, as_page: bool) -> None:
        if as_page:
            self._left.hide()
            self._add_page("study", "Study", self._left)
            return
        number = self._pages.index("study")
        self._pages.pop(number)
        self._tabs.removeTab(number)
        self._stack.removeWidget(self._left)
        self._upper.insertWidget(0, self._left)
        self._left.show()
        self._upper.setSizes([LEFT, self._upper.width() - LEFT])

    # the end

    def changeEvent(self, event: QEvent) -> None:
        """Qt: follow the desktop's colour scheme when it changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange:
            self._context.look.follow_system()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: let every panel give back what it holds (VTK, timers), then end all work."""
        for made in self.panels.values():
            closing = getattr(made, "shut", None)
            if closing is not None:
                closing()
        self._context.session.close()
        super().closeEvent(event)


def _stacked(owner: QWidget, kind: type[QVBoxLayout] | type[QHBoxLayout]) -> QVBoxLayout | QHBoxLayout:
    layout = kind(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def _splitter(way: Qt.Orientation, first: QWidget, second: QWidget, *, stretch: int) -> QSplitter:
    split = QSplitter(way)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    split.addWidget(first)
    split.addWidget(second)
    split.setStretchFactor(stretch, 1)
    split.setStretchFactor(1 - stretch, 0)
    return split


def _over_line(row: QWidget, lined: bool) -> QWidget:
    """``row`` with the 1 px divider below it, inside its height."""
    if not lined:
        return row
    box = QWidget()
    box.setFixedHeight(row.height() if row.height() > 1 else row.maximumHeight())
    layout = _stacked(box, QVBoxLayout)
    row.setFixedHeight(row.maximumHeight() - 1)
    layout.addWidget(row)
    line = QFrame(objectName="line")
    line.setFixedHeight(1)
    layout.addWidget(line)
    return box

"""The graph beside the city, linked with the selection; built when it is first shown. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.bus import CityChanged, SelectionChanged
from app.knowledge import KnowledgeChanged
from ui.dialogs.dependency import DependencyDialog
from ui.events import AffectedShown, BesideChosen, LookChanged
from ui.names import kind_label, name_of
from ui.panels.graph.canvas import Canvas
from ui.panels.graph.layout import WIDTH, Box, Picture, Shown, opening, picture_of
from ui.panels.graph.lists import Questions, SinglePoints
from ui.shell.places import Context
from ui.widgets.rows import row, words

ME = "graph"


class GraphPanel(QWidget):
    """Tabs: the graph around the selection, single points of failure, open questions."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._shown: Shown | None = None
        self._picture = Picture()
        self.canvas = Canvas(context)
        self._area = QScrollArea(widgetResizable=True, accessibleName="Graph of needs")
        self._area.setWidget(self.canvas)
        self._note = words("", "small", wrap=True)
        self._kinds = QToolButton(text="Kinds", popupMode=QToolButton.ToolButtonPopupMode.InstantPopup,
                                  toolTip="Which kinds of components are shown")
        self._kinds.setMenu(QMenu(self._kinds))
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row(self._note, self._kinds, margins=(12, 6, 8, 6)))
        layout.addWidget(self._area, 1)
        self._points, self._questions = SinglePoints(context), Questions(context)
        tabs = QTabWidget(documentMode=True, accessibleName="Graph pages")
        tabs.tabBar().setDrawBase(False)
        for title, tab in (("Needs", page), ("Single points", self._points), ("Open questions", self._questions)):
            tabs.addTab(tab, title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(tabs, 1)
        self.setFocusProxy(self.canvas)
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._refresh)
        self._subscribe()

    def _subscribe(self) -> None:
        bus, canvas = self._context.bus, self.canvas
        canvas.pointed.connect(lambda node: self._context.view.show_affected(self._context.session.knowledge.affected(node), ME))
        canvas.clicked.connect(self._clicked)
        canvas.centred.connect(self._centre)
        canvas.joined.connect(self._join)
        bus.subscribe(SelectionChanged, self._on_selection)
        bus.subscribe(KnowledgeChanged, lambda event: self._due.start())
        bus.subscribe(CityChanged, lambda event: self._due.start())
        for kind in (AffectedShown, LookChanged):
            bus.subscribe(kind, lambda event: canvas.update())
        bus.subscribe(BesideChosen, lambda event: None if event.shown else self._context.view.show_affected(None, ME))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the graph is built when somebody looks at it."""
        super().showEvent(event)
        self._due.start()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        session = self._context.session
        graph = session.knowledge.want(session.city)
        self._points.refresh()
        self._questions.refresh()
        if graph is None:
            self._note.setText("The graph is being built.")
            self.canvas.show_picture(None, Picture())
            return
        if self._shown is None:
            self._look_at(session.selected or _first(session.knowledge.graph))
        self._draw()

    def _look_at(self, id: str) -> None:
        graph = self._context.session.knowledge.graph
        if graph is not None:
            node = graph.find(id)
            hidden = self._shown.hidden if self._shown is not None else frozenset()
            self._shown = Shown(node, {node}, set(), hidden)

    def _draw(self) -> None:
        graph, shown = self._context.session.knowledge.graph, self._shown
        if graph is None or shown is None:
            return
        if shown.focus >= graph.size:
            self._shown = shown = Shown(0, {0})
        self._picture = picture_of(graph, shown)
        self.canvas.show_picture(graph, self._picture)
        name = name_of(graph.city, str(graph.columns["id"][shown.focus]))
        self._note.setText(f"Left of {name}: what it needs; right: what needs it. Dashed: derived, assumed or a spare way.")
        self._note.setToolTip("Click expands, double click centres, a drag from supplier to dependent adds a need.")
        self._bring_into_view()
        self._fill_kinds(sorted({str(graph.columns["kind"][box.node]) for box in self._picture.boxes} | shown.hidden))

    def _bring_into_view(self) -> None:
        """The focus into the middle of what can be seen."""
        box = self.canvas.box_of(self._shown.focus) if self._shown is not None else None
        if box is not None:
            self.canvas.adjustSize()
            seen = self._area.viewport()
            self._area.ensureVisible(int(box.x + WIDTH / 2), int(box.y), seen.width() // 2, seen.height() // 2)

    def _fill_kinds(self, kinds: list[str]) -> None:
        menu = self._kinds.menu()
        menu.clear()
        for kind in kinds:
            action = QAction(kind_label(kind) or "service", menu, checkable=True, checked=kind not in self._shown.hidden)  # type: ignore[union-attr]
            action.toggled.connect(lambda on, kind=kind: self._hide(kind, not on))
            menu.addAction(action)

    def _hide(self, kind: str, hidden: bool) -> None:
        if self._shown is not None:
            self._shown.hidden = self._shown.hidden | {kind} if hidden else self._shown.hidden - {kind}
            self._draw()

    # what the person does

    def _clicked(self, box: Box) -> None:
        graph, shown = self._context.session.knowledge.graph, self._shown
        if graph is None or shown is None:
            return
        if box.many:
            shown.opened.add(opening(graph, box, self._picture.wires))
        else:
            shown.expanded.symmetric_difference_update({box.node} - {shown.focus})
            if graph.columns["type"][box.node] not in ("service", "industry"):
                self._context.session.select(str(graph.columns["id"][box.node]), ME)
        self._draw()

    def _centre(self, node: int) -> None:
        graph = self._context.session.knowledge.graph
        if graph is not None:
            self._look_at(str(graph.columns["id"][node]))
            self._draw()

    def _join(self, supplier: int, dependent: int) -> None:
        graph = self._context.session.knowledge.graph
        if graph is not None and max(supplier, dependent) < graph.components:
            ids = graph.columns["id"]
            DependencyDialog(self._context, self, dependent=str(ids[dependent]), supplier=str(ids[supplier])).open()

    def _on_selection(self, event: SelectionChanged) -> None:
        graph = self._context.session.knowledge.graph
        if graph is None or not self.isVisible() or event.asset is None:
            self.canvas.update()
            return
        if event.initiator != ME and self.canvas.box_of(graph.find(event.asset)) is None:
            self._look_at(event.asset)
            self._draw()
        self.canvas.update()

    def shut(self) -> None:
        """Stop the timers."""
        self._due.stop()
        self.canvas.shut()


def _first(graph: object) -> str:
    """Where to begin when nothing is selected: a facility that people know, else anything."""
    columns = graph.columns  # type: ignore[attr-defined]
    for kind in ("hospital", "clinic", "care_home", "treatment", "external_grid"):
        for id, one in zip(columns["id"], columns["kind"], strict=True):
            if one == kind:
                return str(id)
    return str(columns["id"][0])

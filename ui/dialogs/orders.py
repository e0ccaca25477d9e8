"""Zones, closed roads, contraflow, routes and ways out of an evacuation, drawn on the city. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.bus import ScenarioChanged
from app.orders import Zone
from stratum_core.errors import StratumError
from stratum_core.number_format import counted
from ui.dialogs.order_fields import ClosureFields, ExitFields, ZoneFields
from ui.events import CrossingPicked, DrawingChanged, RoadsPicked
from ui.names import name_of
from ui.panels.city.sketching import CLOSE, EXIT, ROUTE, TURN, ZONE
from ui.shell.places import Context
from ui.widgets.rows import column, line, row, words

ME = "orders"
#: tool, its button, what a click does
_TOOLS = (
    (ZONE, "&Zone", "Click the corners of the zone, one after the other; drag a corner to move it, Backspace takes the last one "
                    "back. Then add the zone. Of zones that overlap the first in the list counts."),
    (CLOSE, "&Close", "Click a road to close it for vehicles and walkers, or drag over several. A click on a closed road "
                            "opens it. Turn the city with the right button."),
    (TURN, "&Lanes", "Click a road to give all its lanes to one direction from the order on; once more for the other "
                          "direction, a third time as before."),
    (ROUTE, "&Route", "Click a road, or drag over several, to mark them as an evacuation route, which people prefer. A click on "
                      "a marked road takes the mark away. Turn the city with the right button."),
    (EXIT, "&Way out", "Click a crossing from which roads lead out of town; once more takes it back. With the first one for "
                       "everybody, those that were found by themselves count no more."),
)


class OrdersDialog(QDialog):
    """Five tools, a list of what is drawn, one step back at a time. Not modal: the city is clicked and turned beside it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._orders = context, context.session.orders
        self._changed: Zone | None = None
        self._next = ("", 0.0, False)  # fields of the next zone, while one is changed
        self.setWindowTitle("Draw zones and closures")
        self.setFixedWidth(400)
        self.hint, self.report = words("", "small", wrap=True), words("", "small", wrap=True)
        self.things = QListWidget(accessibleName="Drawn")
        self.things.setMinimumHeight(120)
        self.zone, self.closure, self.exits = ZoneFields(), ClosureFields(), ExitFields()
        self.zone.add.clicked.connect(self.add_zone)
        self._fields = QStackedWidget()
        for page in (self.zone, self.closure, QWidget(), QWidget(), self.exits):
            self._fields.addWidget(page)
        layout = column(self._tool_row(), self.hint, self._fields, line(), words("Drawn in this scenario", "title"), self.things,
                        margins=(16, 14, 16, 14), spacing=10)
        layout.addLayout(self._thing_row())
        layout.addWidget(self.report)
        layout.addLayout(self._end_row())
        self.setLayout(layout)
        bus = context.bus
        self._stops = [bus.subscribe(DrawingChanged, lambda event: self._show()),
                       bus.subscribe(ScenarioChanged, lambda event: self._show()),
                       bus.subscribe(RoadsPicked, lambda event: self._roads(event.roads)),
                       bus.subscribe(CrossingPicked, lambda event: self._crossing(event.node))]
        self.finished.connect(self._ended)
        for keys, act in (("Esc", self._escape), ("Backspace", self._back)):
            QShortcut(QKeySequence(keys), parent or self, activated=act).setParent(self)
        context.view.set_page("city", ME)
        self.choose(ZONE)

    def _tool_row(self) -> QWidget:
        box, self._tools = QWidget(), QButtonGroup(self)
        buttons = []
        for number, (_, text, _) in enumerate(_TOOLS):
            button = QPushButton(text, checkable=True, autoDefault=False)
            self._tools.addButton(button, number)
            buttons.append(button)
        self._tools.idClicked.connect(lambda number: self.choose(_TOOLS[number][0]))
        box.setLayout(row(*buttons, None, spacing=6))
        return box

    def _thing_row(self) -> QHBoxLayout:
        self.delete, self.undo = QPushButton("&Delete", autoDefault=False), QPushButton("&Undo", autoDefault=False)
        self.delete.clicked.connect(self.delete_chosen)
        self.undo.clicked.connect(self._orders.undo)
        self.change = QPushButton("Cha&nge zone", autoDefault=False)
        self.change.clicked.connect(self.change_chosen)
        self.things.currentRowChanged.connect(lambda at: self._enable())
        return row(self.delete, self.change, self.undo, None)

    def _end_row(self) -> QHBoxLayout:
        run, close = QPushButton("&Evacuate", autoDefault=False), QPushButton("Close", autoDefault=False)
        keep = QPushButton("&Keep as scenario…", autoDefault=False)
        keep.setToolTip("Write what is drawn, and all other changed settings, into a scenario of the project")
        keep.clicked.connect(self._keep)
        run.setProperty("filled", True)
        run.clicked.connect(self._run)
        close.clicked.connect(self.reject)
        return row(keep, None, close, run)

    def choose(self, tool: str) -> None:
        """Take up a tool; corners of an unfinished zone are dropped."""
        number = [name for name, _, _ in _TOOLS].index(tool)
        self._let_go()
        self._tools.button(number).setChecked(True)
        self.hint.setText(_TOOLS[number][2])
        self._fields.setCurrentIndex(number)
        self._fields.setFixedHeight(self._fields.currentWidget().sizeHint().height() if tool not in (TURN, ROUTE) else 0)
        self.report.setText("")
        self._context.view.set_drawing(() if tool == ZONE else None, ME)
        self._context.view.set_tool(tool, ME)
        self._show()
        self.adjustSize()

    def add_zone(self) -> None:
        """Write the zone that is drawn, or drawn anew; what does not fit is said here."""
        ring, was, (name, hour, stay) = self._context.view.drawing or (), self._changed, self.zone.told
        if was is not None:
            if self._try(lambda: self._orders.change_zone(was, name, ring, hour, stay=stay)):
                self._let_go()
        elif self._try(lambda: self._orders.add_zone(name, ring, hour, stay=stay)):
            self._context.view.set_drawing((), ME)
            self.zone.name.setText(f"Zone {1 + sum(one.kind == 'zones' for one in self._orders.drawn())}")

    def delete_chosen(self) -> None:
        """Take away what is chosen in the list."""
        drawn, at = self._orders.drawn(), self.things.currentRow()
        if 0 <= at < len(drawn):
            self._try(lambda: self._orders.remove(drawn[at]))

    def change_chosen(self) -> None:
        """Take the chosen zone up again; it stays as it is until the change is applied."""
        one, scenario = self._orders.drawn()[self.things.currentRow()], self._context.session.scenario
        assert scenario is not None
        zone = scenario.evacuation.zones[one.at]
        self.choose(ZONE)
        self._changed, self._next = zone, self.zone.told
        self.zone.tell(one.name, float(zone.get("order_h", scenario.evacuation.order_h)), bool(zone.get("stay")))
        self._context.view.set_drawing(tuple((float(x), float(y)) for x, y in zone["polygon"]), ME)

    def _let_go(self) -> None:
        """Change no zone any more; the fields are those of the next one."""
        if self._changed is not None:
            self._changed = None
            self.zone.tell(*self._next)
            self._context.view.set_drawing((), ME)

    def _enable(self) -> None:
        """Buttons as the choice in the list allows."""
        drawn, at = self._orders.drawn(), self.things.currentRow()
        self.delete.setEnabled(0 <= at < len(drawn))
        self.change.setEnabled(0 <= at < len(drawn) and drawn[at].kind == "zones")

    def _roads(self, roads: tuple[str, ...]) -> None:
        if self._context.view.tool == TURN:
            links, city = self._context.session.city.links, self._context.session.city
            one_way = bool(links.one_way[city.index[roads[0]] - len(city.assets)])
            self._try(lambda: self._orders.turn(roads[0], one_way))
        elif self._context.view.tool == ROUTE:
            self._try(lambda: self._orders.mark_routes(list(roads)))
        else:
            self._try(lambda: self._orders.close_roads(list(roads), *self.closure.hours))

    def _crossing(self, node: str) -> None:
        self._try(lambda: self._orders.toggle_exit(node, self.exits.zone))

    def _try(self, act: Callable[[], None]) -> bool:
        self.report.setText("")
        try:
            act()
        except StratumError as error:
            self.report.setText(str(error))
            return False
        return True

    def _show(self) -> None:
        scenario, city = self._context.session.scenario, self._context.session.city
        if scenario is None or self._changed not in scenario.evacuation.zones:
            self._let_go()
        corners = len(self._context.view.drawing or ())
        self.zone.add.setText("&Add zone" if self._changed is None else "&Apply change")
        self.zone.count.setText(counted(corners, "corner"))
        self.zone.add.setEnabled(corners >= 3)
        chosen, drawn = self.things.currentRow(), self._orders.drawn()
        self.things.clear()
        for one in drawn:
            name = one.name if one.kind == "zones" else name_of(city, one.name.removesuffix("/back"))
            self.things.addItem(f"{name}: {one.told}")
        self.things.setCurrentRow(min(chosen, len(drawn) - 1))
        self.exits.show_zones([one for one in drawn if one.kind == "zones"])
        self._enable()

    def _run(self) -> None:
        self._context.session.evacuate()
        self._context.view.set_page("people", ME)
        self.accept()

    def _keep(self) -> None:
        scenario = self._context.session.scenario
        if scenario is not None:
            name, taken = QInputDialog.getText(self, "Keep as scenario", "Name", text=f"{scenario.name}, with zones")
            if taken:
                self._try(lambda: self._context.session.question.keep(name, ME))

    def _back(self) -> None:
        if self._context.view.drawing:
            self._context.view.set_drawing(self._context.view.drawing[:-1], ME)

    def _escape(self) -> None:
        """Drop the corners and what was changed of a zone; without any, close."""
        if self._changed is not None or self._context.view.drawing:
            self._let_go()
            self._context.view.set_drawing((), ME)
        else:
            self.reject()

    def _ended(self) -> None:
        for stop in self._stops:
            stop()
        self._context.view.set_drawing(None, ME)
        self._context.view.set_tool("", ME)
        self._context.view.set_brushed((), ME)
        self.deleteLater()


"""Who gets out: an evacuation of the chosen scenario, its curve, groups, destinations and queues. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedLayout, QWidget

from app.bus import HourChanged, ResultChosen, RunEnded, RunStarted, ScenarioChanged
from app.evacuations import EvacuationChanged, EvacuationProgressed
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation.answers import headline, limits_line
from ui.answer import progress_words
from ui.charts.leaving_chart import LeavingChart
from ui.events import LookChanged
from ui.panels.people.lines import GROUPS, PLACES, ROADS, group_lines, place_lines, road_lines
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.rows import column, row, words

ME = "people"


@panel("people", "centre", order=7, title="People")
def make(context: Context) -> QWidget:
    """The panel."""
    return People(context)


class People(QWidget):
    """One sentence and one button at first; then answer, curve and three tables."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._groups, self._places, self._roads = (PlainModel(headings) for headings in (GROUPS, PLACES, ROADS))
        self._missing, self._first = words("", "second", wrap=True), QPushButton("Evacuate")
        self._again, self._cancel = QPushButton("Evacuate"), QPushButton("Cancel")
        self._answer, self._told = words("", "bold", wrap=True), words("", "second", wrap=True)
        self._state, self._model = words("", "small"), words("", "small", wrap=True)
        self._chart = LeavingChart(context.look)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self._full())
        self._connect()
        self._fill()

    def _empty(self) -> QWidget:
        page = QWidget()
        self._waiting = words("", "small")
        layout = column(self._missing, margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(self._first, self._waiting, None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _full(self) -> QWidget:
        page, rows = QWidget(), QSplitter(orientation=Qt.Orientation.Vertical)
        curve = _part("People over time, middle run; arrivals with the middle 90\u202f% of runs", self._chart)
        tables = {title: plain_table(model, title) for title, model in (
            ("What becomes of whom", self._groups), ("Where they go", self._places), ("Where it sticks", self._roads))}
        groups, places, roads = (_part(title, table) for title, table in tables.items())
        self._free = words("Nobody waits for long on any road.", "second")
        roads.layout().addWidget(self._free, 1, Qt.AlignmentFlag.AlignTop)  # type: ignore[union-attr]
        self._sticking = tables["Where it sticks"]
        tables["Where it sticks"].activated.connect(lambda index: self._chosen(index.row()))
        for left, right in ((curve, places), (groups, roads)):
            abreast = QSplitter()
            for part in (left, right):
                abreast.addWidget(part)
            abreast.setSizes([690, 310])
            rows.addWidget(abreast)
            abreast.setHandleWidth(1)
            abreast.setChildrenCollapsible(False)
        rows.setSizes([190, 200])
        rows.setHandleWidth(1)
        rows.setChildrenCollapsible(False)
        first, head = row(self._answer, self._state, self._again, self._cancel), column(margins=(12, 10, 12, 6))
        first.setStretch(0, 1)
        head.addLayout(first)
        head.addWidget(self._told)
        head.addWidget(self._model)
        layout = column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(rows, 1)
        page.setLayout(layout)
        return page

    def _connect(self) -> None:
        bus, session = self._context.bus, self._context.session
        for button in (self._first, self._again):
            button.clicked.connect(session.evacuate)
            button.setToolTip("Evacuate the chosen scenario with the outages of the shown run; keys evacuation.* are on the "
                              "Scenario page")
        self._cancel.clicked.connect(session.evacuations.cancel)
        for kind in (EvacuationChanged, ScenarioChanged, ResultChosen, RunStarted, RunEnded):
            bus.subscribe(kind, lambda event: self._fill())
        bus.subscribe(EvacuationProgressed, self._progressed)
        bus.subscribe(HourChanged, lambda event: self._chart.set_hour(event.hour))
        bus.subscribe(LookChanged, lambda event: self._chart.update())

    def _progressed(self, event: EvacuationProgressed) -> None:
        if self._context.session.evacuations.running:
            for label in (self._state, self._waiting):
                label.setText(progress_words(event.done, event.total, event.eta_s))

    def _fill(self) -> None:
        session = self._context.session
        evacuations, chosen = session.evacuations, session.scenario is not None
        for button in (self._first, self._again):
            button.setEnabled(chosen and not evacuations.running)
        self._cancel.setVisible(evacuations.running)
        result = evacuations.result
        self._stack.setCurrentIndex(1 if result is not None else 0)
        waiting = "making roads and people ready" if evacuations.running else ""
        self._waiting.setText(waiting)
        self._missing.setText("Nobody was evacuated yet. People who are told to go hear of it, decide, and leave on open roads."
                              if chosen else "No scenario is chosen.")
        if result is not None:
            outdated = session.scenario is not None and session.scenario.evacuation_digest() != evacuations.asked
            self._state.setText(waiting or ("of another scenario or settings" if outdated else ""))
            self._show(result)

    def _show(self, result: EvacuationResult) -> None:
        city = self._context.session.city
        answer, told = headline(result)
        self._answer.setText(answer)
        self._told.setText(told)
        self._model.setText(limits_line(result))
        self._model.setToolTip("\n".join((result.model_class, *result.warnings)))
        self._chart.set_curves(result.curve, result.horizon_h)
        self._chart.set_hour(self._context.session.hour)
        self._groups.set_lines(group_lines(result))
        self._places.set_lines(place_lines(result))
        roads = road_lines(city, result)
        self._roads.set_lines(roads)
        self._sticking.setVisible(bool(roads))
        self._free.setVisible(not roads)

    def _chosen(self, row: int) -> None:
        id = self._roads.id_at(row)
        if id in self._context.session.city.index:
            self._context.session.select(id, ME)


def _part(title: str, content: QWidget) -> QWidget:
    """A titled part of the page."""
    part = QWidget()
    layout = column(words(title, "title"), content, margins=(12, 6, 12, 6))
    layout.setStretch(1, 1)
    part.setLayout(layout)
    return part

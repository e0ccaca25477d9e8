"""Who gets out: an evacuation of the chosen scenario, its curve, groups, destinations and queues. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedLayout, QWidget

from app.bus import HourChanged, ResultChosen, RunEnded, RunStarted, ScenarioChanged
from app.evacuations import EvacuationChanged, EvacuationProgressed, Evacuations
from app.traces import TraceChanged
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation.answers import headline, limits_line
from ui.actions import draw_orders
from ui.answer import work_words
from ui.charts.leaving_chart import LeavingChart
from ui.charts.places_chart import PlacesChart
from ui.colouring import PEOPLE
from ui.events import GroupChosen, LookChanged
from ui.panels.people.following import Following
from ui.panels.people.lines import GROUPS, ROADS, curves_of, group_lines, people_at, road_lines
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, row, scrolled, words

ME = "people"
#: height below which curve and tables are scrolled, in pixels
_LEAST = 396
_PLAY = "Dots, density and traffic of the run that is followed"
_ALL = "People over time; shaded: the middle 90\u202f% of runs"


@panel("people", "centre", order=7, title="People")
def make(context: Context) -> QWidget:
    """The panel."""
    return People(context)


class People(QWidget):
    """One sentence and one button at first; then answer, curve and three tables."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._wanted = False  # on the city, as soon as it can be
        self._groups, self._roads = (PlainModel(headings) for headings in (GROUPS, ROADS))
        self._following = Following(context)
        self._missing, self._first = words("", "second", wrap=True), QPushButton("Evacuate")
        self._again, self._cancel = QPushButton("Evacuate"), QPushButton("Cancel")
        self._answer, self._told = words("", "bold", wrap=True), words("", "second", wrap=True)
        self._state, self._model = words("", "small"), ElidedLabel("", "small")
        self._chart, self._places = LeavingChart(context.look), PlacesChart(context.look)
        self._play = QPushButton("Show on the city", toolTip=_PLAY)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self._full())
        self._connect()
        self._fill()

    def _empty(self) -> QWidget:
        page = QWidget()
        self._waiting = words("", "small")
        layout = column(self._missing, margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(self._first, _drawing(self._context), self._waiting, None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _full(self) -> QWidget:
        page, body = QWidget(), scrolled(self._figures())
        buttons = (self._play, _drawing(self._context), self._again, self._cancel)
        first, head = row(self._answer, self._state, *buttons), column(margins=(12, 10, 12, 6))
        first.setStretch(0, 1)
        head.addLayout(first)
        head.addWidget(self._told)
        head.addWidget(self._model)
        head.addSpacing(4)
        head.addWidget(self._following)
        layout = column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(body, 1)
        page.setLayout(layout)
        return page

    def _figures(self) -> QWidget:
        """The curve beside what becomes of whom, which even a small screen shows; below, where people go and where it sticks."""
        self._curve_title = words("", "title")
        curve = _part(self._curve_title, self._chart)
        places = _part(words("Where they go: now, and at the end of 9 in 10 runs", "title"), scrolled(self._places))
        tables = {title: plain_table(model, title) for title, model in (
            ("What becomes of whom", self._groups), ("Where it sticks", self._roads))}
        groups, roads = (_part(words(title, "title"), table) for title, table in tables.items())
        self._free = words("Nobody waits for long on any road.", "second")
        roads.layout().addWidget(self._free, 1, Qt.AlignmentFlag.AlignTop)  # type: ignore[union-attr]
        self._sticking = tables["Where it sticks"]
        self._sticking.activated.connect(lambda index: self._chosen(index.row()))
        upper, lower = (_split(Qt.Orientation.Horizontal, [310, 690], *pair) for pair in ((curve, groups), (places, roads)))
        rows = _split(Qt.Orientation.Vertical, [190, 206], upper, lower)
        rows.setMinimumHeight(_LEAST)
        return rows

    def _connect(self) -> None:
        bus, session = self._context.bus, self._context.session
        for button in (self._first, self._again):
            button.clicked.connect(session.evacuate)
            button.setToolTip("Evacuate the chosen scenario with the outages of the shown run; keys evacuation.* are on the "
                              "Scenario page")
        self._cancel.clicked.connect(session.evacuations.cancel)
        for kind in (EvacuationChanged, ScenarioChanged, ResultChosen, RunStarted, RunEnded):
            bus.subscribe(kind, lambda event: self._fill())
        for told in (TraceChanged, GroupChosen):
            bus.subscribe(told, lambda event: self._show_trace())
        self._play.clicked.connect(self._on_city)
        bus.subscribe(EvacuationProgressed, self._progressed)
        bus.subscribe(HourChanged, lambda event: self._show_hour())
        bus.subscribe(LookChanged, lambda event: (self._chart.update(), self._places.update()))

    def _progressed(self, event: EvacuationProgressed) -> None:
        if self._context.session.evacuations.running:
            for label in (self._state, self._waiting):
                label.setText(work_words(event.done, event.total, event.eta_s, "Run"))

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
        self._model.setToolTip("\n".join((limits_line(result), result.model_class, *result.warnings)))
        self._groups.set_lines(group_lines(result))
        self._places.set_places(result.by_destination)
        self._following.show_result(result)
        self._show_trace()
        roads = road_lines(city, result)
        self._roads.set_lines(roads)
        self._sticking.setVisible(bool(roads))
        self._free.setVisible(not roads)

    def _show_trace(self) -> None:
        """The curve of the people shown: of all over all runs, of a group in the run that is followed."""
        result, trace, group = self._evacuations.result, self._evacuations.traces.found, self._context.view.group
        if result is None:
            return
        self._following.show_trace(result)
        known = self._evacuations.traces.asked is not None
        self._play.setEnabled(known)
        self._play.setToolTip(_PLAY if known else "Evacuate once more to follow a run: this one felt the outages of a cascade "
                                                  "that is not at hand")
        if self._wanted and trace is not None:
            self._on_city()
        curves = curves_of(trace, group) if trace is not None and group in trace.groups else None
        told = f"{group.capitalize()} over time in run no. {trace.replicate}" if curves and trace is not None else _ALL
        self._curve_title.setText(told)
        self._chart.set_curves(curves or result.curve, result.horizon_h)
        self._show_hour()

    def _show_hour(self) -> None:
        hour, trace = self._context.session.hour, self._evacuations.traces.found
        self._chart.set_hour(hour)
        self._places.set_now(people_at(trace, hour) if trace is not None else {})

    def _on_city(self) -> None:
        """Show the followed run on the city, once it is ready."""
        view, session, traces = self._context.view, self._context.session, self._evacuations.traces
        self._wanted = traces.found is None
        if traces.found is None:
            if not traces.running:
                traces.follow(traces.which)
            return
        view.set_colour(PEOPLE.name, ME)
        view.set_page("city", ME)
        if session.hour > traces.found.horizon_h:
            session.set_hour(traces.found.order_h, ME)

    @property
    def _evacuations(self) -> Evacuations:
        return self._context.session.evacuations

    def _chosen(self, row: int) -> None:
        id = self._roads.id_at(row)
        if id in self._context.session.city.index:
            self._context.session.select(id, ME)


def _part(title: QWidget, content: QWidget) -> QWidget:
    """A titled part of the page."""
    part = QWidget()
    layout = column(title, content, margins=(12, 6, 12, 6))
    layout.setStretch(1, 1)
    part.setLayout(layout)
    return part


def _drawing(context: Context) -> QPushButton:
    made = QPushButton("Draw zones…", toolTip="Zones, closed roads, contraflow, routes and ways out, with the mouse on the city")
    made.clicked.connect(lambda: draw_orders(context))
    return made


def _split(way: Qt.Orientation, sizes: list[int], *parts: QWidget) -> QSplitter:
    """Parts with a thin line between them that can be moved."""
    made = QSplitter(orientation=way)
    for part in parts:
        made.addWidget(part)
    made.setSizes(sizes)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    return made

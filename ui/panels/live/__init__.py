"""The live city: what every sensor says and how sure that is, what comes, who has to know. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHeaderView, QPushButton, QSplitter, QStackedLayout, QTableView, QVBoxLayout, QWidget

from app.bus import CityChanged, ReadingsArrived, ScenarioChanged, SelectionChanged
from app.notices import of_error
from app.situation import SituationChanged
from stratum_core.errors import Cancelled, StratumError
from stratum_core.model.city import City
from stratum_core.pipeline.situation.alerting import Watch
from stratum_core.pipeline.situation.board import Picture
from stratum_core.ports import CancelToken, Progress
from ui.charts.sensor_chart import SensorChart, SensorPlot
from ui.dialogs.cap_draft import save_draft
from ui.dialogs.networks import NetworksDialog
from ui.events import LookChanged
from ui.panels.live.lines import ALERTS, READING, SENSORS, alert_lines, number_text, plot_of, sensor_lines, sensor_text
from ui.panels.live.sources import Sources
from ui.panels.live.time_bar import TimeBar
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.rows import column, row, words

ME = "live"
_EVERY_MS, _LOOK_MS = 30_000, 1_000


@panel("live", "centre", order=6, title="Live")
def make(context: Context) -> QWidget:
    """The panel."""
    return Live(context)


class Live(QWidget):
    """Time, sensors with their chart, alerts; one sentence where the city has no sensors or nothing was heard."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._chosen = context, ""
        self._asking = self._again = False
        self._bar = TimeBar(context)
        self._sensors, self._alerts = PlainModel(SENSORS), PlainModel(ALERTS)
        self.readings = plain_table(self._sensors, "Sensors", row=23)
        self._open = plain_table(self._alerts, "Open alerts", row=23)
        # measuring all rows at every reading would take longer than all the rest
        self.readings.horizontalHeader().setSectionResizeMode(READING, QHeaderView.ResizeMode.Interactive)
        self._chart, self._told = SensorChart(context.look), words("", "small", wrap=True)
        self._title, self._count = words("", "title"), words("Alerts", "title")
        self._run = QPushButton("Run from here", toolTip="Answer the question, beginning with what the readings say then")
        self._take, self._draft = QPushButton("Acknowledge"), QPushButton("CAP draft ...")
        self._missing = words("", "second", wrap=True)
        self.sources = Sources(context)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self._full())
        self._ages = QTimer(self, interval=_EVERY_MS, timeout=context.session.situation.refresh)
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._fill)
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_MS, timeout=context.session.situation.refresh)
        self._connect()
        self._fill()

    def _empty(self) -> QWidget:
        """One sentence and one button."""
        page, button = QWidget(), QPushButton("Listen to the declared sources")
        button.clicked.connect(self.sources.listen)
        layout = column(self._missing, margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(button, None))
        layout.addStretch(1)
        page.setLayout(layout)
        self._first = button
        return page

    def _full(self) -> QWidget:
        left, right, alerts = QWidget(), QWidget(), QWidget()
        left.setLayout(_over(self.readings))
        networks = QPushButton("Power and pressures ...", toolTip="What readings tell of buses and junctions without a sensor")
        networks.clicked.connect(lambda: NetworksDialog(self._context, self).open())
        beside = _over(row(self._title, None, networks, self._run), self._chart, self._told)
        beside.setStretch(1, 1)
        right.setLayout(beside)
        alerts.setLayout(_over(row(self._count, None, self._take, self._draft), self._open))
        abreast, below = QSplitter(), QSplitter()
        for split, parts, sizes in ((abreast, (left, right), [540, 420]), (below, (alerts, self.sources), [480, 480])):
            for part in parts:
                split.addWidget(part)
            split.setSizes(sizes)
        split = QSplitter(orientation=Qt.Orientation.Vertical)
        split.addWidget(abreast)
        split.addWidget(below)
        split.setSizes([400, 170])
        for one in (abreast, below, split):
            one.setHandleWidth(1)
            one.setChildrenCollapsible(False)
        page = QWidget()
        layout = column(self._bar, spacing=0)
        layout.addWidget(split, 1)
        page.setLayout(layout)
        return page

    def _connect(self) -> None:
        bus = self._context.bus
        for kind in (SituationChanged, CityChanged, ScenarioChanged):
            bus.subscribe(kind, lambda event: self._due.start())
        bus.subscribe(LookChanged, lambda event: self._chart.update())
        bus.subscribe(SelectionChanged, self._on_selection)
        bus.subscribe(ReadingsArrived, self._arrived)
        self.readings.clicked.connect(lambda index: self._choose(self._sensors.id_at(index.row())))
        self.readings.activated.connect(lambda index: self._choose(self._sensors.id_at(index.row())))
        self._run.clicked.connect(self._run_from_here)
        self._take.clicked.connect(self._acknowledge)
        self._draft.clicked.connect(self._save_draft)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the situation is worked out when somebody looks at it, and ages go on while they do."""
        super().showEvent(event)
        self._context.session.situation.refresh()
        self._ages.start()

    def _arrived(self, event: ReadingsArrived) -> None:
        """New readings are shown at once; what they mean is worked out within a second."""
        if not self._soon.isActive():
            self._soon.start()
        situation = self._context.session.situation
        if self.isVisible() and situation.shown is not None and situation.chosen is None:
            switches = self._context.session.city.sensors.quantity == "status"
            self._sensors.set_column(READING, {at: number_text(float(event.latest.value[at]), bool(switches[at]))
                                               for at in event.sensors})

    def _fill(self) -> None:
        session = self._context.session
        picture = session.situation.shown
        self._stack.setCurrentIndex(1 if picture is not None else 0)
        if picture is None:
            known = bool(len(session.city.sensors))
            self._missing.setText("Nothing was heard of the sensors yet." if known else
                                  "This city has no sensors. Import a table of them.")
            self._first.setVisible(known)
            return
        self._bar.refresh()
        self._sensors.set_lines(sensor_lines(session.city, picture))
        self._alerts.set_lines(alert_lines(picture.alerts))
        waiting = f"; {session.situation.untuned} models are being tuned" if session.situation.untuned else ""
        self._count.setText(f"Alerts, {len(picture.alerts)} open{waiting}")
        for button in (self._take, self._draft):
            button.setEnabled(bool(picture.alerts))
        self._run.setEnabled(session.scenario is not None and not session.running)
        if self._chosen not in picture.sensors and len(picture.sensors):
            self._chosen = str(picture.sensors[min(picture.tracks, default=0)])
        self._show_chosen()

    def _choose(self, id: str) -> None:
        self._chosen = id
        self._show_chosen()
        rows = self._context.session.city.sensors
        component = next((str(one) for one in rows.component[rows.id == id]), id)  # a tank without a gauge has a row of its own
        if component:
            self._context.session.select(component, ME)

    def _show_chosen(self) -> None:
        session = self._context.session
        picture = session.situation.shown
        at = next((n for n, id in enumerate(session.city.sensors.id) if id == self._chosen), None)
        if picture is None or at is None:
            return
        _mark(self.readings, at)
        rows = session.city.sensors
        unit = str(rows.unit[at])
        self._title.setText(f"{rows.name[at] or rows.id[at]}{f', {unit}' if unit != '1' else ''}")
        self._ask(session.city, picture, at, session.situation.watches)

    def _ask(self, city: City, picture: Picture, at: int, watches: tuple[Watch, ...]) -> None:
        """Work out chart and words on the compute thread; while that is on, only the newest question waits."""
        if self._asking:
            self._again = True
            return
        self._asking = True

        def work(progress: Progress, cancel: CancelToken) -> tuple[SensorPlot, tuple[str, str]]:
            return plot_of(city, picture, at, watches), sensor_text(city, picture, at, watches)

        self._context.session.jobs.compute(work, self._show_answer, self._no_answer, lambda *_: None)

    def _show_answer(self, found: tuple[SensorPlot, tuple[str, str]]) -> None:
        plot, (told, verdict) = found
        self._chart.show_plot(plot)
        self._told.setText(told)
        self._told.setToolTip(verdict)
        self._answered()

    def _no_answer(self, error: StratumError) -> None:
        if not isinstance(error, Cancelled):
            self._context.session.notify(of_error(error))
        self._answered()

    def _answered(self) -> None:
        again, self._asking, self._again = self._again, False, False
        if again:
            self._show_chosen()

    def _on_selection(self, event: SelectionChanged) -> None:
        """The first sensor on what was selected elsewhere."""
        rows = self._context.session.city.sensors
        found = [str(id) for id, component in zip(rows.id, rows.component, strict=True) if component == event.asset]
        if event.initiator != ME and found and self._chosen not in found:
            self._chosen = found[0]
            self._show_chosen()

    def _run_from_here(self) -> None:
        session = self._context.session
        try:
            session.run(from_now=True)
        except StratumError as error:
            session.notify(of_error(error))

    def _alert(self) -> str:
        """The id of the alert that is marked, else of the first."""
        index = self._open.currentIndex()
        return self._alerts.id_at(index.row() if index.isValid() else 0)

    def _acknowledge(self) -> None:
        session = self._context.session
        try:
            session.situation.acknowledge(self._alert(), session.edits.author)
        except StratumError as error:
            session.notify(of_error(error))

    def _save_draft(self) -> None:
        picture = self._context.session.situation.shown
        found = [one for one in picture.alerts if one.id == self._alert()] if picture is not None else []
        if found:
            save_draft(self._context, self, found[0])

    def shut(self) -> None:
        """Stop the timers."""
        for timer in (self._ages, self._due, self._soon):
            timer.stop()
        self._bar.shut()


def _over(*parts: object) -> QVBoxLayout:
    layout = column(margins=(12, 8, 12, 6), spacing=6)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)  # type: ignore[arg-type]
    return layout


def _mark(view: QTableView, at: int) -> None:
    model = view.selectionModel()
    model.setCurrentIndex(view.model().index(at, 0),
                          QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows)

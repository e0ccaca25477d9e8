"""Time: play over the hours, and people without the service on the same x scale. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from app.bus import HourChanged, ResultChosen, RunEnded, RunStarted, ScenarioChanged
from app.evacuations import EvacuationChanged
from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import Band
from stratum_core.number_format import between, clock, count, weekday_time
from ui.answer import start_of
from ui.charts.band_chart import LEFT, RIGHT, BandChart
from ui.colouring import LOSING, PEOPLE
from ui.events import ChainShown, ColourChosen, LookChanged, PageChosen, ServiceChosen
from ui.shell.places import Context, panel
from ui.widgets.play_buttons import player_icon
from ui.widgets.rows import column, row, strong, words
from ui.widgets.thin_slider import ThinSlider

ME = "timeline"
_TICK_MS = 100
_ROOMY = 560
_SPEEDS = (("5\u202fmin per s", 1 / 12), ("15\u202fmin per s", 0.25), ("1\u202fh per s", 1.0), ("3\u202fh per s", 3.0),
           ("6\u202fh per s", 6.0), ("12\u202fh per s", 12.0))
#: at most so fast from the start on, while people are followed
_PEOPLE_SPEED = 1
#: slider steps for one hour, and minutes of a key press
_FINE, _KEY = 60, 10


@panel("timeline", "bottom", order=0, title="Time", stretch=5)
def make(context: Context) -> QWidget:
    """The panel."""
    return Timeline(context)


class Timeline(QWidget):
    """Buttons, clock, slider, chart."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._timer = QTimer(self, interval=_TICK_MS, timeout=self._tick)
        names = ("To the start", "Play", "To the end")
        self._first, self._play, self._last = (QPushButton(accessibleName=name, toolTip=name) for name in names)
        self._speed = QComboBox(accessibleName="Speed")
        for text, speed in _SPEEDS:
            self._speed.addItem(text, speed)
        self._speed.setCurrentIndex(3)
        self._clock, self._local, self._now = words("", "headline"), words("", "second"), words("", "second")
        self._slider = ThinSlider(context.look, left=LEFT, right=RIGHT, knob=6.0, accessibleName="Hour")
        self._slider.setFixedHeight(26)
        self._slider.setPageStep(6 * _FINE)
        self._slider.setSingleStep(_KEY)
        self._caption = words("", "small")
        self._chart = BandChart(context.look)
        self._lay_out()
        self._connect()
        self._show_result()
        self._icons()

    def _lay_out(self) -> None:
        for button in (self._first, self._play, self._last):
            button.setFixedWidth(30)
        buttons = row(self._first, self._play, self._last, self._speed, 6, self._clock, self._local, None, self._now,
                      margins=(12, 8, 12, 0), spacing=6)
        head, caption = QWidget(), QWidget()
        head.setLayout(buttons)
        caption.setLayout(row(self._caption, None, margins=(12, 0, 12, 0)))
        layout = column(head, self._slider, caption, margins=(0, 0, 0, 6), spacing=0)
        layout.addWidget(self._chart, 1)
        self.setLayout(layout)
        self.setMinimumWidth(330)
        self.setFocusProxy(self._slider)

    def _connect(self) -> None:
        bus, session = self._context.bus, self._context.session
        self._slider.valueChanged.connect(lambda value: session.set_hour(value / _FINE, ME))
        self._play.clicked.connect(self._toggle)
        self._first.clicked.connect(lambda: session.set_hour(0.0, ME))
        self._last.clicked.connect(lambda: session.set_hour(self._horizon(), ME))
        bus.subscribe(HourChanged, lambda event: self._show_hour())
        bus.subscribe(ResultChosen, lambda event: self._show_result())
        for kind in (ServiceChosen, ScenarioChanged, EvacuationChanged):
            bus.subscribe(kind, lambda event: self._show_result())
        bus.subscribe(ColourChosen, self._on_colour)
        bus.subscribe(PageChosen, lambda event: self._show_result())
        bus.subscribe(RunStarted, lambda event: self._chart.set_stale(True))
        bus.subscribe(RunEnded, lambda event: self._chart.set_stale(False))
        bus.subscribe(LookChanged, lambda event: self._icons())
        bus.subscribe(ChainShown, lambda event: self._slider.set_marks(tuple(s.t_h * _FINE for s in event.steps)))

    def _icons(self) -> None:
        tokens = self._context.look.tokens
        playing = self._timer.isActive()
        names = ("start", "pause" if playing else "play", "end")
        for button, name in zip((self._first, self._play, self._last), names, strict=True):
            button.setIcon(player_icon(name, tokens))

    def _on_colour(self, event: ColourChosen) -> None:
        """People move by minutes: their hours and their pace."""
        if event.mode == PEOPLE.name:
            self._speed.setCurrentIndex(min(self._speed.currentIndex(), _PEOPLE_SPEED))
            if self._context.session.hour > self._horizon():
                self._context.session.set_hour(0.0, ME)
        self._show_result()

    @property
    def _leaving(self) -> EvacuationResult | None:
        """The evacuation, while its people are on the city or its page is shown."""
        view = self._context.view
        shown = view.colour == PEOPLE.name or view.page == "people"
        return self._context.session.evacuations.result if shown else None

    def _horizon(self) -> float:
        session = self._context.session
        if self._leaving is not None:
            return self._leaving.horizon_h
        if session.result is not None:
            return float(session.result.horizon_h)
        return session.scenario.spec.run.horizon_h if session.scenario is not None else 72.0

    def _band(self) -> Band | None:
        if self._leaving is not None:
            return self._leaving.curve["arrived"]
        result = self._context.session.result
        return result.people_without_service.get(self._context.view.service) if result is not None else None

    def _show_result(self) -> None:
        result, band = self._context.session.result, self._band()
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, round(self._horizon() * _FINE))
        service = LOSING.get(self._context.view.service, self._context.view.service).removeprefix("their ")
        total = f" of {count(result.people_total)}" if result is not None and result.people_total else ""
        if self._leaving is not None:
            self._caption.setText(f"{strong('People arrived')}, middle run and the middle 90\u202f% of runs")
        elif band is not None:
            self._caption.setText(f"{strong(f'People without {service}')}{total}, middle run and the middle 90\u202f% of runs")
        else:
            self._caption.setText(self._missing(service))
        self._chart.set_band(band, self._horizon())
        if band is not None and self._leaving is None and self._context.session.hour == 0.0:
            self._context.session.set_hour(float(band.h[int(np.argmax(band.p50 + band.p95))]), ME)
        self._show_hour()

    def _missing(self, service: str) -> str:
        """Why there is no chart, and what to do."""
        session = self._context.session
        if not service:
            return "No people are counted: the project holds no population or service areas. Import them."
        if session.scenario is None and session.result is None:
            return f"{strong(f'People without {service}')}. Choose a scenario first."
        if session.result is None:
            return f"{strong(f'People without {service}')}. Press Answer to fill this chart."
        return f"This run does not tell who is without {service}."

    def _show_hour(self) -> None:
        hour, scenario = self._context.session.hour, self._context.session.scenario
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(hour * _FINE))
        self._clock.setText(clock(hour))
        start = start_of(scenario.start) if scenario is not None else None
        self._local.setText(weekday_time(start, hour) if start is not None else "")
        self._chart.set_hour(hour)
        band = self._band()
        if band is None:
            self._now.setText("")
            return
        low, middle, high = (float(np.interp(hour, band.h, line)) for line in (band.p05, band.p50, band.p95))
        what = "arrived" if self._leaving is not None else "without"
        self._now.setText(f"now {strong(between(low, high))} {what}")
        self._now.setToolTip(f"9 in 10 runs: {between(low, high)}; middle run {count(middle)}")
        told = f"{between(low, high)}, middle run {count(middle)}"
        of = "People arrived" if self._leaving is not None else "People without the service"
        self._chart.setAccessibleName(f"{of} at {clock(hour)}: {told}")

    def _toggle(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
        else:
            if self._context.session.hour >= self._horizon():
                self._context.session.set_hour(0.0, ME)
            self._timer.start()
        self._play.setAccessibleName("Pause" if self._timer.isActive() else "Play")
        self._icons()

    def _tick(self) -> None:
        hour = self._context.session.hour + float(self._speed.currentData()) * _TICK_MS / 1000
        self._context.session.set_hour(min(hour, self._horizon()), ME)
        if hour >= self._horizon():
            self._timer.stop()
            self._icons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a narrow panel leaves out what the chart says anyway."""
        super().resizeEvent(event)
        self._now.setVisible(event.size().width() >= _ROOMY)

    def shut(self) -> None:
        """Stop the timer."""
        self._timer.stop()

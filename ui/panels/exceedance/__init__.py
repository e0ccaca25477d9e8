"""The chance of more than N people, or of more than N hours, without a service: slider and curve. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QPushButton, QWidget

from app.bus import ResultChosen, RunEnded, RunStarted
from stratum_core.model.fields import Floats
from stratum_core.number_format import NARROW, percent, percent_between, whole
from ui.charts.axes import nice_step
from ui.charts.exceedance_chart import LEFT, RIGHT, ExceedanceChart, exceedance
from ui.colouring import services_of
from ui.events import ServiceChosen
from ui.shell.places import Context, panel
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, row, strong, words
from ui.widgets.thin_slider import ThinSlider


@panel("exceedance", "bottom", order=1, title="Chance of more than N", stretch=3)
def make(context: Context) -> QWidget:
    """The panel."""
    return Exceedance(context)


class Exceedance(QWidget):
    """Title, N, slider, curve."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._number = words("", "second")
        self._by_hours = False
        self._what = QPushButton("people", toolTip="People at the worst hour, or hours with 1 % of the people or more without it")
        self._what.setProperty("slim", True)
        self._what.clicked.connect(self._turn)
        self._slider = ThinSlider(context.look, left=LEFT, right=RIGHT, knob=4.5, accessibleName="N people")
        self._slider.setFixedHeight(20)
        self._slider.valueChanged.connect(self._moved)
        self._chart = ExceedanceChart(context.look)
        head = QWidget()
        head.setFixedHeight(36)
        line = row(margins=(14, 8, 20, 0))
        line.addWidget(ElidedLabel("Chance of more than N", "title"), 1)
        line.addWidget(self._what)
        line.addWidget(self._number)
        head.setLayout(line)
        layout = column(head, self._slider, margins=(0, 0, 0, 6), spacing=0)
        layout.addWidget(self._chart, 1)
        self.setLayout(layout)
        self.setMinimumWidth(250)
        self.setFocusProxy(self._slider)
        bus = context.bus
        bus.subscribe(ResultChosen, lambda event: self._show())
        bus.subscribe(ServiceChosen, lambda event: self._show())
        bus.subscribe(RunStarted, lambda event: self._chart.set_stale(True))
        bus.subscribe(RunEnded, lambda event: self._chart.set_stale(False))
        self._show()

    def _turn(self) -> None:
        self._by_hours = not self._by_hours
        self._what.setText("hours" if self._by_hours else "people")
        self._show()

    def _values(self) -> Floats | None:
        """What is counted, one number a replicate; None without a run."""
        result, service = self._context.session.result, self._context.view.service
        if result is None:
            return None
        return (result.hours_by_replicate if self._by_hours else result.peak_by_replicate).get(service)

    def _show(self) -> None:
        peaks = self._values()
        top = float(peaks.max()) if peaks is not None and len(peaks) else 0.0
        step = nice_step(max(top, 4.0), 3)
        high = max(-(-top * 1.05 // step), 1) * step
        self._chart.set_peaks(peaks, high)
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, round(high))
            self._slider.setPageStep(max(round(step), 1))
            self._slider.setValue(round(top * 0.6 / max(step / 10, 1)) * round(max(step / 10, 1)) if peaks is not None else 0)
        self._slider.setEnabled(peaks is not None)
        self._moved(self._slider.value())

    def _moved(self, people: int) -> None:
        counted = bool(services_of(self._context.session.city))
        unit = f"{NARROW}h" if self._by_hours else ""
        self._number.setText(f"N = {strong(whole(people))}{unit}" if counted else "nobody is counted")
        self._chart.set_people(float(people))
        peaks = self._values()
        if peaks is not None:
            found = exceedance(peaks, people)
            interval = f"95 % interval {percent_between(*found.bounds)}"
            what = f"{whole(people)} {'hours' if self._by_hours else 'people'}"
            self._chart.setAccessibleName(f"Chance of more than {what}: {percent(found.value)}, {interval}")

"""From the oldest reading through now: what did we know then? Main thread only."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from ui.shell.places import Context
from ui.widgets.rows import row, words
from ui.widgets.thin_slider import ThinSlider

_MINUTE_US = 60_000_000
_STEP_MIN = 5


class TimeBar(QWidget):
    """A slider over the readings that are held, in steps of five minutes; its right end is now."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._situation = context.session.situation
        self._slider = ThinSlider(context.look, knob=6.0, accessibleName="Moment that is looked at")
        self._slider.setFixedHeight(24)
        self._slider.setPageStep(60 // _STEP_MIN)
        self._told = words("", "bold")
        self._told.setMinimumWidth(190)
        self._now = QPushButton("Now", toolTip="Follow the newest readings")
        self._now.clicked.connect(lambda: self._situation.look_at(None))
        self._known = QCheckBox("as known then", toolTip="Leave out readings that arrived after the moment that is looked at")
        self._known.toggled.connect(lambda on: self._situation.look_at(self._situation.chosen, as_known=on))
        self._due = QTimer(self, singleShot=True, interval=60, timeout=self._ask)
        self._slider.valueChanged.connect(lambda value: self._due.start())
        line = row(self._told, margins=(12, 6, 12, 4))
        line.addWidget(self._slider, 1)
        line.addWidget(self._known)
        line.addWidget(self._now)
        self.setLayout(line)

    def refresh(self) -> None:
        """Follow the situation."""
        span, shown, chosen = self._situation.span, self._situation.shown, self._situation.chosen
        self.setEnabled(span is not None)
        self._now.setEnabled(chosen is not None)
        self._known.setEnabled(chosen is not None)
        if span is None or shown is None:
            self._told.setText("")
            return
        first, last = span
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, max((last - first) // (_STEP_MIN * _MINUTE_US), 1))
            if not self._due.isActive():
                self._slider.setValue(self._slider.maximum() if chosen is None else
                                      round((chosen - first) / (_STEP_MIN * _MINUTE_US)))
        moment = datetime.fromtimestamp(shown.at / 1e6, UTC)
        past = "as known then" if self._situation.as_known else "with late readings"
        word = past if chosen is not None else "newest, recorded" if self._situation.recorded else "now"
        self._told.setText(f"{moment:%a} {moment.day} {moment:%b %H:%M}Z, {word}")

    def _ask(self) -> None:
        span = self._situation.span
        if span is None:
            return
        last = self._slider.value() == self._slider.maximum()
        self._situation.look_at(None if last else span[0] + self._slider.value() * _STEP_MIN * _MINUTE_US)

    def shut(self) -> None:
        """Stop the timer."""
        self._due.stop()

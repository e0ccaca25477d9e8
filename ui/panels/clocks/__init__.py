"""Clocks in the menu bar: simulated, local and Zulu. Main thread only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from app.bus import HourChanged, ScenarioChanged
from stratum_core.number_format import clock
from ui.answer import start_of
from ui.shell.places import Context, panel
from ui.theme import font
from ui.widgets.rows import row, words

_EVERY_MS = 5000
#: the menu bar gives its corner room once, so each clock keeps the room of its longest text
_WIDEST = ("T+000:00", "Wed 28 Mar 00:00 UTC+00:00", "00:00Z")


@panel("brand", "menu", order=0, title="Stratum")
def make_brand(context: Context) -> QWidget:
    """The program's name at the left of the menus."""
    box = QWidget()
    box.setLayout(row(words("Stratum", "bold"), margins=(12, 1, 6, 0)))
    box.setFixedHeight(27)
    return box


@panel("clocks", "menu", order=1, title="Clocks")
def make(context: Context) -> QWidget:
    """The panel."""
    return Clocks(context)


class Clocks(QWidget):
    """The run's clock; local and Zulu are the run's moment where its start is known, else now."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._values = [words("", "bold") for _ in _WIDEST]
        for label, widest in zip(self._values, _WIDEST, strict=True):
            label.setMinimumWidth(QFontMetrics(font(13, bold=True)).horizontalAdvance(widest))
        self._local = words("Local", "second")
        names = (words("Simulated", "second"), self._local, words("Zulu", "second"))
        parts: list[QWidget | int] = []
        for name, value in zip(names, self._values, strict=True):
            parts += [name, value, 8]
        self.setLayout(row(*parts, margins=(0, 0, 4, 0)))
        self.setFixedHeight(27)
        self._tick = QTimer(self, interval=_EVERY_MS, timeout=self._show)
        self._tick.start()
        context.bus.subscribe(HourChanged, lambda event: self._show())
        context.bus.subscribe(ScenarioChanged, lambda event: self._show())
        self._show()

    def _show(self) -> None:
        session = self._context.session
        start = start_of(session.scenario.start) if session.scenario else None
        moment = start + timedelta(hours=session.hour) if start else datetime.now().astimezone()
        self._local.setText("Local" if start else "Local now")
        zulu = moment.astimezone(UTC)
        texts = (clock(session.hour), f"{moment:%a} {moment.day} {moment:%b %H:%M} {moment.tzname()}", f"{zulu:%H:%M}Z")
        for label, text in zip(self._values, texts, strict=True):
            label.setText(text)

    def shut(self) -> None:
        """Stop the timer."""
        self._tick.stop()

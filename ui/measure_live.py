"""From a message to its repaint at a steady rate: for bench only, as ``ui.measure``.

A source makes READINGS_S readings a second as JSON messages, whose times are the moments at which they were made; they are
checked, stored and shown on the live page. The delay of a message ends with the first paint of the table that shows it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer

from app.bus import ReadingsArrived
from stratum_core.ingest.delivery import Delivery, Done
from stratum_core.ingest.feed import Feed
from stratum_core.ingest.intake import Intake
from stratum_core.model.fields import Floats
from stratum_core.store.project import Project
from ui.workbench import Workbench

READINGS_S, SECONDS = 10_000, 20.0
_LEAST = 100  # messages that come together, oldest first but for one that comes late
_LATE = 60
_ORDER = (*range(_LEAST - 1, _LATE, -1), *range(_LATE - 1, -1, -1), _LATE)
_WARM_S = 3.0  # until the first pages are painted and the kernels are there
_EVERY_MS = 5


class Metronome:
    """A source that makes its messages when they are due, hands over all that wait, and keeps when each lot was due."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids, self._count, self._start = list(ids), 0, 0.0
        self.made: list[tuple[int, int]] = []  # when a message was due, microseconds UTC, and how many came with it
        self.ended = False

    def open(self, done: Done) -> None:
        """Begin to count."""
        self._start = time.monotonic()

    def read(self, timeout: float) -> Sequence[Delivery]:
        """All that is due, in lots of _LEAST; the messages of a lot are a microsecond apart."""
        time.sleep(max(self._start + (self._count + _LEAST) / READINGS_S - time.monotonic(), 0.0))
        texts: list[str] = []
        offset = time.time_ns() // 1000 - int(time.monotonic() * 1e6)
        while self._start + (self._count + _LEAST) / READINGS_S <= time.monotonic():
            self._count += _LEAST
            due = int((self._start + self._count / READINGS_S) * 1e6) + offset
            self.made.append((due, _LEAST))
            texts += [json.dumps({"time": due - n, "sensor": self._ids[n % len(self._ids)], "value": float(n)})
                      for n in _ORDER]
        self.ended = time.monotonic() - self._start > SECONDS + _WARM_S
        return [Delivery("messages", texts)]

    def stored(self, delivery: Delivery) -> None:
        """Nothing to acknowledge."""

    def close(self) -> None:
        """Nothing to disconnect."""


class Watch(QObject):
    """Which message the table shows at each paint, and how late the event loop is."""

    def __init__(self, workbench: Workbench, source: Metronome) -> None:
        super().__init__(workbench.window)
        self.source, self._shown, self._next = source, 0, 0
        self.delays: list[float] = []
        self.late: list[float] = []
        self._last = time.perf_counter()
        page = workbench.window.panels["live"]
        page.readings.viewport().installEventFilter(self)  # type: ignore[attr-defined]
        workbench.bus.subscribe(ReadingsArrived, self._arrived)
        self.timer = QTimer(self, interval=_EVERY_MS, timeout=self._tick)
        self.timer.start()

    def _arrived(self, event: ReadingsArrived) -> None:
        self._shown = int(event.latest.time.max())

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append((now - self._last) * 1000 - _EVERY_MS)
        self._last = now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a paint ends the delay of all messages that it shows."""
        if event.type() == QEvent.Type.Paint:
            now = time.time_ns() // 1000
            while self._next < len(self.source.made) and self.source.made[self._next][0] <= self._shown:
                self.delays.append((now - self.source.made[self._next][0]) / 1000)
                self._next += 1
        return False


def start(workbench: Workbench) -> tuple[Watch, Metronome]:
    """Show the live page and let the messages come."""
    session, view = workbench.session, workbench.view
    ids = session.city.sensors.id.tolist()
    source = Metronome(ids)
    view.set_page("live", "measure")
    free = np.full(len(ids), np.nan)
    sensors = replace(session.city.sensors.with_columns(low=free, high=free, most_rate=free))

    def feeds(project: Project) -> list[Feed]:
        from stratum_core.ingest.mapping import read_mapping

        return [Feed("metronome", source, Intake(project.readings(), sensors, "metronome",
                                                 read_mapping({"time_format": "epoch_us"}, "metronome")))]

    session.live.start(feeds, ids)
    return Watch(workbench, source), source


def summary(watch: Watch) -> dict[str, float]:
    """Milliseconds from message to repaint, and of the event loop; what came while warming up is left out."""
    first = int(_WARM_S * READINGS_S / _LEAST)
    delays, late = np.array(watch.delays[first:]), np.array(watch.late[round(_WARM_S * 1000 / _EVERY_MS) :])

    def at(values: Floats, share: float) -> float:
        return float(np.quantile(values, share)) if len(values) else float("nan")

    return {"p50_ms": at(delays, 0.5), "p99_ms": at(delays, 0.99), "max_ms": at(delays, 1.0), "loop_p99_ms": at(late, 0.99),
            "messages": float(len(delays) * _LEAST), "made": float(sum(n for _, n in watch.source.made[first:]))}

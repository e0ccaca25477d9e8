"""Live sources of the open project: each polled by a thread of its own, stored on the data thread, told on the bus.

A source reads on only when what it brought is stored, so a slow store slows it. What arrives while the owner's thread
is busy is told in one event.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from app.bus import Bus, ReadingsArrived, SourceChanged
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import StratumError
from stratum_core.ingest.feed import Feed, SourceHealth
from stratum_core.ingest.intake import Arrivals
from stratum_core.model.readings import LatestValues
from stratum_core.ports import CancelToken
from stratum_core.store.project import Project
from stratum_core.store.readings import Readings

_POLL_S = 0.1
_SLICE = 20_000  # records that are stored in one step: some 50 ms of the data thread
_PAUSE_S = 0.08  # between two steps of one source, so that a fast one is stored in lots and the window has time to answer
_HEALTH_S = 0.5  # between two events of a source whose counts alone have changed


class Live:
    """Starts and stops listening; owned by the owner's thread."""

    def __init__(self, project: Project, jobs: Jobs, bus: Bus) -> None:
        self._project, self._jobs, self._bus = project, jobs, bus
        self._tokens: list[CancelToken] = []
        self._lock = threading.Lock()
        self._sensors: set[int] = set()  # since the last event; these three under the lock
        self._stored = 0
        self._latest: LatestValues | None = None

    @property
    def listening(self) -> bool:
        """True while sources are polled."""
        return bool(self._tokens)

    def start(self, feeds: Callable[[Project], Sequence[Feed]], ids: Sequence[str]) -> None:
        """Listen to the feeds that ``feeds`` makes on the data thread; ids: the sensors in the city's order."""
        self._jobs.data(lambda: feeds(self._project), lambda found: self._begin(found, list(ids)), self._failed)

    def stop(self) -> None:
        """Ask all sources to end; what they hand over last is still stored."""
        for token in self._tokens:
            token.cancel()
        self._tokens = []

    def _begin(self, feeds: Sequence[Feed], ids: list[str]) -> None:
        self._tokens += [self._jobs.source(feed.name, partial(self._listen, feed, ids), partial(self._broken, feed))
                         for feed in feeds]

    def _listen(self, feed: Feed, ids: list[str], cancel: CancelToken) -> None:
        """On the source's thread."""
        told = _Told(self._bus, self._jobs)
        readings = self._jobs.store(self._project.readings)
        try:
            while not cancel.cancelled and not feed.health.ended:
                began = time.monotonic()
                for delivery in feed.poll(_POLL_S):
                    step = partial(_step, feed.take(delivery, _SLICE), readings, ids)
                    while (done := self._jobs.store(step)) is not None:
                        self._add(*done)
                    feed.stored(delivery)
                told.tell(feed.health)
                time.sleep(max(began + _PAUSE_S - time.monotonic(), 0.0))
            if feed.fault is not None:
                raise feed.fault
        finally:
            self._jobs.store(feed.close)
            told.tell(feed.health, at_once=True)

    def _add(self, arrivals: Arrivals, latest: LatestValues) -> None:
        with self._lock:
            pending = self._latest is not None
            self._sensors.update(arrivals.sensors.tolist())
            self._stored += arrivals.stored
            self._latest = latest
        if not pending:
            self._jobs.deliver(self._publish)

    def _publish(self) -> None:
        """On the owner's thread."""
        with self._lock:
            sensors, stored, latest = tuple(sorted(self._sensors)), self._stored, self._latest
            self._sensors, self._stored, self._latest = set(), 0, None
        if latest is not None and stored:
            self._bus.publish(ReadingsArrived(sensors, stored, latest))

    def _broken(self, feed: Feed, error: StratumError) -> None:
        """Show that a source has ended by a fault."""
        self._bus.publish(SourceChanged(replace(feed.health, ended=True, connected=False, last_error=str(error))))
        self._failed(error)

    def _failed(self, error: StratumError) -> None:
        self._bus.publish(of_error(error))


def _step(steps: Iterator[Arrivals], readings: Readings, ids: Sequence[str]) -> tuple[Arrivals, LatestValues] | None:
    """Store the next step and look at the newest values; None at the end. On the data thread."""
    arrivals = next(steps, None)
    return None if arrivals is None else (arrivals, readings.latest(ids))


class _Told:
    """What was last told of a source, so that counts alone do not flood the owner's thread."""

    def __init__(self, bus: Bus, jobs: Jobs) -> None:
        self._bus, self._jobs = bus, jobs
        self._at = 0.0
        self._state: object = None

    def tell(self, health: SourceHealth, *, at_once: bool = False) -> None:
        """Publish, if it is time or the source came, went or failed."""
        state, now = (health.connected, health.ended, health.last_error, health.refused_parts), time.monotonic()
        if at_once or state != self._state or now - self._at >= _HEALTH_S:
            self._at, self._state = now, state
            self._jobs.deliver(lambda: self._bus.publish(SourceChanged(health)))

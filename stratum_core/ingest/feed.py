"""One source on its way into the store: polled on one thread, stored on the data thread, its health to be read from any.

A source that is lost is opened again after half a second, then after twice that each time, up to half a minute.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stratum_core.errors import InputError, StratumError
from stratum_core.ingest.delivery import Delivery, Done, Source, SourceLost
from stratum_core.ingest.intake import Arrivals, Intake
from stratum_core.store.scanning import CHUNK

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0
_MOST_TOLD = 20
_SPAN_S = 10.0  # of the rate that is shown


@dataclass(frozen=True)
class SourceHealth:
    """How a source is: lag_s is the age of its newest reading when it arrived (null: none yet); rate over ten seconds.

    last_error: stays when the source is back, with its time; refused_parts: files of which nothing was taken, refusals: why,
    of the last 20. All since it was started.
    """

    name: str
    connected: bool
    ended: bool
    records: int
    stored: int
    duplicates: int
    quarantined: int
    rate_per_s: float
    lag_s: float | None
    last_error: str = ""
    refused_parts: int = 0
    refusals: tuple[str, ...] = ()


class Feed:
    """A source and its intake."""

    def __init__(self, name: str, source: Source, intake: Intake) -> None:
        """Called on the data thread: it reads how far the store is."""
        self.name, self._source, self._intake = name, source, intake
        parts = intake.readings.parts(intake.source)
        self._done = Done({one.part: one.next for one in parts}, {one.part for one in parts if one.complete})
        self.health = SourceHealth(name, False, False, 0, 0, 0, 0, 0.0, None)
        self.fault: InputError | None = None  # what no retry will mend
        self._wait_s, self._retry_at = _FIRST_WAIT_S, 0.0
        self._recent: deque[tuple[float, int]] = deque()

    def poll(self, timeout: float) -> Sequence[Delivery]:
        """What came within ``timeout`` seconds; call it again only when that is stored. On the source's thread."""
        try:
            if not self.health.connected:
                wait = self._retry_at - time.monotonic()
                if wait > 0:
                    time.sleep(min(wait, timeout))
                    return ()
                self._source.open(self._done)
                self.health = replace(self.health, connected=True)
                self._wait_s = _FIRST_WAIT_S
            found = self._source.read(timeout)
        except InputError as error:
            self._source.close()
            self.fault = error
            self.health = replace(self.health, connected=False, ended=True, last_error=self._dated(error))
            return ()
        except SourceLost as error:
            self._source.close()
            self.health = replace(self.health, connected=False, last_error=self._dated(error))
            self._retry_at = time.monotonic() + self._wait_s
            self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
            return ()
        self.health = replace(self.health, ended=self._source.ended)
        return found

    def take(self, delivery: Delivery, size: int = CHUNK) -> Iterator[Arrivals]:
        """Store a delivery, step by step of ``size`` records. On the data thread.

        A delivery that as a whole does not fit is left, told, and noted in the store.
        """
        try:
            for arrivals in self._intake.take(delivery, size):
                self._count(arrivals)
                yield arrivals
        except InputError as error:
            self._intake.note_refusal(delivery, error)
            told = (*self.health.refusals, str(error))[-_MOST_TOLD:]
            self.health = replace(self.health, refused_parts=self.health.refused_parts + 1, refusals=told)

    def stored(self, delivery: Delivery) -> None:
        """Acknowledge a delivery. On the source's thread, after ``take`` has ended."""
        self._source.stored(delivery)

    def close(self) -> None:
        """Disconnect."""
        self._source.close()
        self._intake.close()
        self.health = replace(self.health, connected=False)

    def _dated(self, error: StratumError) -> str:
        return f"{error} ({self._intake.clock():%H:%M:%S} UTC)"

    def _count(self, arrivals: Arrivals) -> None:
        now, old = time.monotonic(), self.health
        self._recent.append((now, arrivals.records))
        while self._recent[0][0] < now - _SPAN_S:
            self._recent.popleft()
        lag = self._intake.clock().timestamp() - arrivals.newest / 1e6 if arrivals.stored else old.lag_s
        self._done.next[arrivals.part] = arrivals.next
        span = max(now - self._recent[0][0], 1.0)
        self.health = replace(
            old, records=old.records + arrivals.records, stored=old.stored + arrivals.stored, lag_s=lag,
            duplicates=old.duplicates + arrivals.duplicates, quarantined=old.quarantined + arrivals.refused,
            rate_per_s=sum(count for _, count in self._recent) / span)

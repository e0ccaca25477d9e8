"""A typed, queued event bus: panels know the bus and the session, never each other.

All of it runs on the owner's thread (the main thread of a window, or the command line's).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from stratum_core.ingest.feed import SourceHealth
from stratum_core.model.readings import LatestValues


@dataclass(frozen=True)
class CityChanged:
    """The city was edited (or opened): which ids of which table, and who did it."""

    table: str
    ids: tuple[str, ...]
    initiator: str


@dataclass(frozen=True)
class SelectionChanged:
    """The chosen component; None: nothing is chosen."""

    asset: str | None
    initiator: str


@dataclass(frozen=True)
class HourChanged:
    """The hour that the time slider stands at."""

    hour: float
    initiator: str


@dataclass(frozen=True)
class ScenarioChanged:
    """Another scenario, or the same one with other settings."""

    name: str
    initiator: str


@dataclass(frozen=True)
class RunStarted:
    """A run began."""

    scenario: str


@dataclass(frozen=True)
class RunProgressed:
    """Work done of all, and the seconds that are left (None while unknown)."""

    done: int
    total: int
    eta_s: float | None


@dataclass(frozen=True)
class RunEnded:
    """A run ended: its id, or None when it was cancelled or failed."""

    run: str | None


@dataclass(frozen=True)
class ResultChosen:
    """The result that panels show is another one (or None)."""

    run: str | None


@dataclass(frozen=True)
class LedgerChanged:
    """The ledger has another entry."""

    sequence: int


@dataclass(frozen=True)
class BriefingMade:
    """A briefing was written to this path."""

    path: str


@dataclass(frozen=True)
class ReadingsArrived:
    """Readings were stored since the last such event: places of their sensors in the city's table, how many, and the newest
    reading of every sensor (a snapshot)."""

    sensors: tuple[int, ...]
    stored: int
    latest: LatestValues


@dataclass(frozen=True)
class SourceChanged:
    """How a live source is."""

    health: SourceHealth


E = TypeVar("E")
Handler = Callable[[Any], None]


class Bus:
    """Delivers each event to all handlers of its type, in order; events published meanwhile wait."""

    def __init__(self) -> None:
        self._handlers: dict[type[Any], list[Handler]] = {}
        self._queue: deque[Any] = deque()
        self._delivering = False

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call ``handler`` for every event of ``kind``; returns what ends it."""
        handlers = self._handlers.setdefault(kind, [])
        handlers.append(handler)
        return lambda: handlers.remove(handler)

    def publish(self, event: Any) -> None:
        """Deliver ``event`` now, or after the one that is being delivered."""
        self._queue.append(event)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._queue:
                self._deliver(self._queue.popleft())
        finally:
            self._delivering = False
            self._queue.clear()

    def _deliver(self, event: Any) -> None:
        for handler in tuple(self._handlers.get(type(event), ())):
            handler(event)

"""What an engine asks of its surroundings: to report progress, to be cancelled, to know the time."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stratum_core.errors import Cancelled


class Progress(Protocol):
    """Called with work done and work in all; safe to call from any thread."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


def silent(done: int, total: int, note: str = "") -> None:
    """Progress that nobody watches."""


class CancelToken:
    """A flag that any thread may set and every engine checks each 50-100 ms of work."""

    def __init__(self) -> None:
        self._event = Event()

    def cancel(self) -> None:
        """Ask the work to stop; nothing of it is stored."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """True once somebody cancelled."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled if somebody cancelled."""
        if self._event.is_set():
            raise Cancelled("Cancelled; nothing was stored.")


class Evaluate(Protocol):
    """What portfolios come to: (n, options) flags in, (n, objectives) out, less is better."""

    def __call__(self, portfolios: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]: ...


class Clock(Protocol):
    """Where the time of a record comes from; tests hand in a fixed one."""

    def __call__(self) -> datetime: ...


def today() -> str:
    """The date of the wall clock in UTC, ISO 8601."""
    return utc_now().date().isoformat()


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)

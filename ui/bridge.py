"""The one way back to the main thread: a call travels on a queued signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Runs calls of worker threads on the thread that made the bridge (the main thread)."""

    _called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the main thread soon; safe from any thread, silent after ``close``."""
        if self._open:
            self._called.emit(call)

    def close(self) -> None:
        """Drop what still comes: the window is gone."""
        self._open = False

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._open:
            call()

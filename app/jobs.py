"""Background work in two pools: data (one thread, the only one that touches the store) and compute; and a thread a live source.

Results come back to the owner's thread through ``deliver``, which the window's bridge
provides; headless, they come back on the worker's thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from stratum_core.errors import StratumError
from stratum_core.ports import CancelToken, Progress

R = TypeVar("R")
Deliver = Callable[[Callable[[], None]], None]


def at_once(call: Callable[[], None]) -> None:
    """Deliver by calling: for the command line and tests."""
    call()


class Eta:
    """Seconds left, from work done so far; None until 2 % is done."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, done: int, total: int) -> float | None:
        """Seconds left at ``done`` of ``total``."""
        if done * 50 < total or done == 0:
            return None
        return (time.monotonic() - self._started) * (total - done) / done


class Jobs:
    """Starts work and brings back its end; ``close`` cancels and waits for all of it."""

    def __init__(self, deliver: Deliver = at_once, *, compute_threads: int | None = None) -> None:
        self._deliver = deliver
        self.compute_threads = compute_threads or max((os.cpu_count() or 2) - 1, 1)
        self._data = ThreadPoolExecutor(1, thread_name_prefix="data")
        self._compute = ThreadPoolExecutor(1, thread_name_prefix="compute")
        self._tokens: set[CancelToken] = set()
        self._sources: list[threading.Thread] = []

    def data(self, work: Callable[[], R], then: Callable[[R], None], failed: Callable[[StratumError], None]) -> None:
        """Run ``work`` on the data thread; then ``then`` or ``failed`` on the owner's thread."""
        self._data.submit(self._finish, work, then, failed, None)

    def compute(
        self,
        work: Callable[[Progress, CancelToken], R],
        then: Callable[[R], None],
        failed: Callable[[StratumError], None],
        progressed: Callable[[int, int, float | None], None],
    ) -> CancelToken:
        """Run ``work`` on a compute thread; progress, end or failure come on the owner's thread. Returns its cancel token."""
        token, eta = CancelToken(), Eta()
        self._tokens.add(token)

        def progress(done: int, total: int, note: str = "") -> None:
            self._deliver(lambda: progressed(done, total, eta(done, total)))

        self._compute.submit(self._finish, lambda: work(progress, token), then, failed, token)
        return token

    def source(self, name: str, work: Callable[[CancelToken], None], failed: Callable[[StratumError], None]) -> CancelToken:
        """Run ``work`` on a thread of its own until it returns or its token is cancelled: for one live source."""
        token = CancelToken()
        self._tokens.add(token)
        thread = threading.Thread(target=self._finish, args=(lambda: work(token), lambda _: None, failed, token), name=name)
        self._sources.append(thread)
        thread.start()
        return token

    def deliver(self, call: Callable[[], None]) -> None:
        """Call on the owner's thread."""
        self._deliver(call)

    def close(self) -> None:
        """Cancel what runs, wait for it, end the threads."""
        for token in tuple(self._tokens):
            token.cancel()
        for thread in self._sources:
            thread.join()
        self._compute.shutdown(wait=True, cancel_futures=True)
        self._data.shutdown(wait=True, cancel_futures=True)

    def store(self, work: Callable[[], R]) -> R:
        """Run ``work`` on the data thread and wait for it: for compute threads that must reach the store."""
        return self._data.submit(work).result()

    def wait_data(self) -> None:
        """Wait until the data thread has done what was asked of it before."""
        self.store(lambda: None)

    def _finish(
        self, work: Callable[[], R], then: Callable[[R], None], failed: Callable[[StratumError], None], token: CancelToken | None
    ) -> None:
        try:
            result = work()
        except StratumError as error:
            caught = error
            self._deliver(lambda: failed(caught))
        except Exception as error:  # noqa: BLE001  a worker must hand any fault to the person, with its text
            fault = StratumError(f"The program failed: {type(error).__name__}: {error}. Report this with what you did.")
            fault.__cause__ = error
            self._deliver(lambda: failed(fault))
        else:
            self._deliver(lambda: then(result))
        finally:
            if token is not None:
                self._tokens.discard(token)

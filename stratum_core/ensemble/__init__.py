"""The same run on one core or on all: executors that hand chunks back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from stratum_core.errors import Cancelled
from stratum_core.ports import CancelToken, Progress

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")
_POLL_S = 0.05


class Job(Protocol[R_co]):
    """Work in chunks: any thread may run any chunk; ``stop[0]`` ends running kernels early."""

    stop: npt.NDArray[np.bool_]

    @property
    def chunks(self) -> int: ...

    def run_chunk(self, number: int) -> R_co: ...


def run_in_order(job: Job[R], *, threads: int, progress: Progress, cancel: CancelToken) -> Generator[R, None, None]:
    """Results of all chunks in order; at most ``threads`` run at once and two more wait.

    Raises Cancelled when ``cancel`` is set; running kernels stop after their replicate.
    """
    waiting: deque[Future[R]] = deque()
    try:
        with ThreadPoolExecutor(threads, thread_name_prefix="ensemble") as pool:
            try:
                yield from _in_order(job, pool, waiting, threads, progress, cancel)
            finally:
                job.stop[0] = True
                for future in waiting:
                    future.cancel()
    finally:
        job.stop[0] = False


def _in_order(
    job: Job[R], pool: ThreadPoolExecutor, waiting: deque[Future[R]], threads: int, progress: Progress, cancel: CancelToken
) -> Iterator[R]:
    issued = 0
    for done in range(job.chunks):
        while issued < job.chunks and len(waiting) < threads + 2:
            waiting.append(pool.submit(job.run_chunk, issued))
            issued += 1
        yield _wait(waiting.popleft(), cancel)
        progress(done + 1, job.chunks)


def _wait(future: Future[R], cancel: CancelToken) -> R:
    while True:
        if cancel.cancelled:
            raise Cancelled("Cancelled; nothing was stored.")
        try:
            return future.result(timeout=_POLL_S)
        except TimeoutError:
            if future.done():
                raise

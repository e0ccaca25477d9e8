"""The composition of a propagation run: job in, folded result out, on one core or on all."""

from __future__ import annotations

import os
import time

from stratum_core.cascade.propagation import PropagationJob, PropagationResult, fold
from stratum_core.ensemble import run_in_order
from stratum_core.ports import CancelToken, Progress, silent

_TRIED = 20  # replicates that tell how long the others take
_WORTH_THREADS_S = 0.005  # starting threads costs about a millisecond


def run_propagation(
    job: PropagationJob, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None,
) -> PropagationResult:
    """Run ``job``; ``threads`` 0 means all cores. The result is the same for any number. Raises Cancelled.

    Work of a few milliseconds stays in the calling thread.
    """
    token = cancel or CancelToken()
    token.check()
    if _takes_no_time(job):
        found = fold(job, map(job.run_chunk, range(job.chunks)))
        progress(job.chunks, job.chunks)
        return found
    return fold(job, run_in_order(job, threads=threads or os.cpu_count() or 1, progress=progress, cancel=token))


def _takes_no_time(job: PropagationJob) -> bool:
    replicates = job.hits.replicates
    if replicates < 10 * _TRIED:
        return False
    started = time.perf_counter()
    job.run(0, _TRIED)
    return (time.perf_counter() - started) / _TRIED * replicates < _WORTH_THREADS_S

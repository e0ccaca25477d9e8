"""The composition of a propagation run: job in, folded result out, on one core or on all."""

from __future__ import annotations

import os

from stratum_core.cascade.propagation import PropagationJob, PropagationResult, fold
from stratum_core.ensemble import run_in_order
from stratum_core.ports import CancelToken, Progress, silent


def run_propagation(
    job: PropagationJob, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None,
) -> PropagationResult:
    """Run ``job``; ``threads`` 0 means all cores. The result is the same for any number. Raises Cancelled."""
    threads = threads or os.cpu_count() or 1
    return fold(job, run_in_order(job, threads=threads, progress=progress, cancel=cancel or CancelToken()))

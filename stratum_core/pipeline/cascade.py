"""The composition of a cascade: city and scenario in, result out."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import replace

from stratum_core.cascade.compiled import compile_city
from stratum_core.cascade.fold import fold, until_converged
from stratum_core.cascade.result import assemble
from stratum_core.cascade.run import CascadeJob, ChunkResult
from stratum_core.cascade.why import chain_in
from stratum_core.ensemble import run_in_order
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult, Step
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.what_if import Baseline
from stratum_core.ports import CancelToken, Progress, silent


def cascade_job(city: City, scenario: Scenario) -> CascadeJob:
    """City and scenario, compiled and sampled; raises InputError for what does not fit."""
    compiled = compile_city(city, scenario.spec)
    return CascadeJob(compiled, scenario.prepare(city))


def run_job(
    job: CascadeJob, scenario: Scenario, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None
) -> CascadeResult:
    """Run a prepared cascade; ``threads`` 0 means all cores.

    The result's digest is the same for any number of threads. Raises Cancelled or EngineError.
    """
    return run_keeping_rows(job, scenario, threads=threads, progress=progress, cancel=cancel)[0]


def run_keeping_rows(
    job: CascadeJob, scenario: Scenario, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None
) -> tuple[CascadeResult, ChunkResult]:
    """As ``run_job``, with the rows by replicate that a what-if starts from.

    With a tolerance in the spec the run ends after the first chunk at which it is reached, on any number of threads.
    """
    started = time.perf_counter()
    threads = threads or os.cpu_count() or 1
    with closing(run_in_order(job, threads=threads, progress=progress, cancel=cancel or CancelToken())) as chunks:
        folded = fold(job, until_converged(chunks, job.compiled.spec.run.tolerance))
    job = job.of(len(folded.money))
    elapsed = time.perf_counter() - started
    result = assemble(job, folded, scenario=scenario.name, spec_digest=scenario.digest(), threads=threads, seconds=elapsed)
    return result, folded


def baseline(
    job: CascadeJob, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None
) -> Baseline:
    """The run of ``job`` as the start of what-ifs. Raises Cancelled or EngineError."""
    chunks = run_in_order(job, threads=threads or os.cpu_count() or 1, progress=progress, cancel=cancel or CancelToken())
    return Baseline.of(job, fold(job, chunks))


def run_cascade(
    city: City, scenario: Scenario, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None
) -> CascadeResult:
    """Run the cascade of ``scenario`` on ``city``; also raises InputError for what does not fit."""
    return run_job(cascade_job(city, scenario), scenario, threads=threads, progress=progress, cancel=cancel)


def why(city: City, scenario: Scenario, asset: str, replicate: int) -> tuple[Step, ...]:
    """The causal chain of ``asset`` in one replicate, replayed; empty if it stays up there."""
    job = cascade_job(city, scenario)
    state, _ = job.replay(replicate)
    return chain_in(job, state, city.index[city.resolve(asset, where="asset")])


def of_replicates(scenario: Scenario, replicates: int) -> Scenario:
    """The scenario with another number of replicates."""
    return replace(scenario, spec=replace(scenario.spec, run=replace(scenario.spec.run, replicates=replicates)))

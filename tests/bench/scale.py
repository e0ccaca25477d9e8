"""Size: a flood-sized question on the sample, a metro of 100,000 assets, and the cost of a replicate from 1k to 100k assets."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model.city import City
from stratum_core.model.spec import CascadeSpec, RunSpec
from stratum_core.pipeline.cascade import baseline, cascade_job, run_job
from stratum_core.pipeline.scenario import Scenario, read_scenario
from stratum_core.pipeline.synthetic import synthetic_city
from stratum_core.policy.actions import Break, Protect
from stratum_core.policy.what_if import what_if
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

from . import RUNS, Row, paired, within

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
#: of a metro's components this share may fail at once, each with this chance
EXPOSED, CHANCE = 0.005, 0.2
MOST_GB = 4.0


def rows() -> Iterator[Row]:
    """Sample, what-if, cost by size, metro."""
    threads = os.cpu_count() or 1
    city, scenario = read_city(resource("sample/city")), read_scenario(resource("sample/scenarios/flood.toml"))
    job = cascade_job(city, scenario)
    seconds, _ = paired(lambda: run_job(job, scenario, threads=threads), runs=RUNS)
    size = f"{len(city.component_ids):,} components"
    work = f"{job.replicates:,} replicates of the exercise flood on {threads} threads, result and digest included"
    yield within("sample flood", work, size, seconds, 3.0)
    yield from _what_ifs(job, size, threads)
    yield from _by_size(threads)


def _what_ifs(job: CascadeJob, size: str, threads: int) -> Iterator[Row]:
    base = baseline(job, threads=threads)
    worst = int(np.argmax(np.bincount(base.damaged, minlength=len(job.compiled.kinds))))
    for name, action in (("one thing mended", Protect(worst)), ("one thing broken", Break(worst))):
        seconds, _ = paired(lambda action=action: what_if(base, [action], most=200, threads=threads), runs=RUNS)
        yield within("what-if", f"{name}, first answer from 200 of {job.replicates:,} replicates", size, seconds, 1.0)
        seconds, _ = paired(lambda action=action: what_if(base, [action], threads=threads), runs=RUNS)
        yield within("what-if", f"{name}, all {job.replicates:,} replicates behind it", size, seconds, 5.0)


def _by_size(threads: int) -> Iterator[Row]:
    for assets in SIZES:
        city = synthetic_city(assets)
        scenario = metro_outage(city, 1000 if assets == SIZES[-1] else 200)
        job = cascade_job(city, scenario)
        job.run_chunk(0)
        size = f"{len(city.component_ids):,} components"
        if assets == SIZES[-1]:
            started = time.perf_counter()
            run_job(job, scenario, threads=threads)
            seconds = time.perf_counter() - started
            held = getrusage(RUSAGE_SELF).ru_maxrss / 1e6
            yield within("metro", f"1,000 replicates on {threads} threads; the process held {held:.1f} GB", size, seconds, 60.0)
            yield within("metro memory", "most that the process held", size, held, MOST_GB, "GB")
        each = [_chunk_ms(job, number) for number in range(1, 6)]
        work = f"CPU time of one replicate, {EXPOSED:.1%} of the components exposed, each out with a chance of {CHANCE:g}"
        yield Row("replicate", work, size, statistics.median(each), None, "", "ms", None, "none", None, "no peer")


def _chunk_ms(job: CascadeJob, number: int) -> float:
    started = time.thread_time()
    rows = job.run_chunk(number)
    return (time.thread_time() - started) / len(rows.money) * 1e3


def metro_outage(city: City, replicates: int) -> Scenario:
    """Some of a city's components, drawn once, each out in a fifth of the replicates; then mended."""
    random = np.random.default_rng(1)
    exposed = tuple(random.choice(city.component_ids, max(int(len(city.component_ids) * EXPOSED), 5), replace=False))
    spec = replace(CascadeSpec(), run=RunSpec(replicates=replicates))
    outage = OutageSpec(exposed, at_h=1.0, lasts_h=1.0, probability=CHANCE)
    return Scenario("outage", "", "", (outage,), ("outage",), spec, Path())

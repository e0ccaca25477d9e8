"""Compile the kernels once and leave them in the cache, so that no person waits for it in front of an answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from stratum_core.ports import CancelToken
from stratum_core.resource_files import resource


def is_warm() -> bool:
    """True when this version's kernels were compiled on this machine before."""
    return _marker().is_file()


def warm() -> None:
    """Run one replicate of the sample city and evacuate it once, which compiles (or loads) the kernels of both."""
    from stratum_core.pipeline.cascade import run_cascade
    from stratum_core.pipeline.evacuation import evacuate, with_replicates
    from stratum_core.pipeline.scenario import read_scenario
    from stratum_core.store.bundle import read_city

    scenario = read_scenario(resource("sample/scenarios/flood.toml"))
    once = replace(scenario, spec=replace(scenario.spec, run=replace(scenario.spec.run, replicates=1)))
    city = read_city(resource("sample/city"))
    run_cascade(city, once, threads=1)
    evacuate(city, with_replicates(once, 1), threads=1)
    _marker().parent.mkdir(parents=True, exist_ok=True)
    _marker().touch()


def warm_in_child() -> subprocess.Popen[bytes] | None:
    """Start compiling in a process of its own; None when there is nothing to do. Compiling here would hold the GIL."""
    if is_warm():
        return None
    return subprocess.Popen([sys.executable, str(Path(__file__).resolve().parents[1] / "main.py"), "warm", "--quiet"])


def wait_until_warm(child: subprocess.Popen[bytes] | None, cancel: CancelToken) -> None:
    """Wait for the compiling process, if there is one; raises Cancelled when ``cancel`` is set meanwhile."""
    while child is not None and child.poll() is None:
        cancel.check()
        time.sleep(0.05)


def _marker() -> Path:
    return Path(os.environ["NUMBA_CACHE_DIR"]) / "warm"

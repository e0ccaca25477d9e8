"""The window against its own limits: first 3D frame, and the event loop while a run is on. It runs ``main.py`` itself."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import RUNS, Row, broken, within

FIRST_FRAME_S, EVENT_LOOP_MS = 5.0, 50.0
_MAIN = Path(__file__).resolve().parents[2] / "main.py"
_CITY = "sample city, 22,329 components"


def rows() -> Iterator[Row]:
    """Two rows; where there is no screen, Xvfb gives one."""
    if not (os.environ.get("DISPLAY") or shutil.which("xvfb-run") or sys.platform in ("win32", "darwin")):
        yield broken("window", "there is no screen; install xvfb")
        return
    with tempfile.TemporaryDirectory() as home:
        measured("first_frame", home)
        frames = [measured("first_frame", home)["first_frame_s"] for _ in range(RUNS)]
        yield within("first 3D frame", "from process start, warm", _CITY, statistics.median(frames), FIRST_FRAME_S)
        loop = measured("event_loop", home)
        work = f"delay while {loop['replicates']:,} replicates run, 99th percentile of {loop['samples']:,} timer ticks"
        yield within("event loop", work, _CITY, loop["p99_ms"], EVENT_LOOP_MS, "ms", f"longest {loop['max_ms']:.0f} ms; no peer")


def measured(what: str, home: str) -> dict[str, float]:
    """Start the window as a process of its own and read what it measured."""
    has_screen = bool(os.environ.get("DISPLAY")) or not shutil.which("xvfb-run")
    screen = [] if has_screen else ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"]
    environment = {**os.environ, "STRATUM_HOME": home, "STRATUM_MEASURE": what}
    done = subprocess.run(
        [*screen, sys.executable, str(_MAIN)], env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])

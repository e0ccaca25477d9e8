"""Measures a window from inside, prints JSON and closes it: for bench only. Main thread only.

STRATUM_MEASURE=first_frame: seconds from the start of the process to the first 3D frame.
STRATUM_MEASURE=event_loop: delays of the event loop while a run is on, in milliseconds.
STRATUM_MEASURE=live_delay: from a message of a live source to the repaint that shows it, in milliseconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.bus import RunEnded
from ui import measure_live
from ui.panels.city.panel import CityPanel
from ui.workbench import Workbench

_EVERY_MS = 5


def measure(what: str, workbench: Workbench) -> None:
    """Measure ``what`` in the open window; the window closes itself afterwards."""
    city = workbench.window.panels["city"]
    assert isinstance(city, CityPanel)
    if what == "first_frame":
        city.view.first_frame.connect(lambda: _finish(workbench, {"first_frame_s": process_age()}))
    elif what == "live_delay":
        city.view.first_frame.connect(lambda: _watch_live(workbench))
    else:
        city.view.first_frame.connect(lambda: _watch_run(workbench))


def process_age() -> float:
    """Seconds since the process was started, by the system's own count."""
    stat = Path(f"/proc/{os.getpid()}/stat")
    if not stat.is_file():
        return time.process_time()
    ticks = float(stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    up = float(Path("/proc/uptime").read_text(encoding="utf-8").split()[0])
    return up - ticks / os.sysconf("SC_CLK_TCK")


def _watch_run(workbench: Workbench) -> None:
    """Time a 5 ms timer from the first progress of a run to its end; what exceeds 5 ms is delay."""
    delays: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        if workbench.session.running:
            delays.append((now - last) * 1000 - _EVERY_MS)
        last = now

    timer = QTimer(workbench.window, interval=_EVERY_MS, timeout=tick)
    timer.start()

    def ended(event: RunEnded) -> None:
        timer.stop()
        ranked = sorted(delays)
        at = {name: max(ranked[min(int(share * len(ranked)), len(ranked) - 1)], 0.0) for name, share in _QUANTILES.items()}
        result = workbench.session.result
        _finish(workbench, {**at, "samples": len(ranked), "replicates": result.replicates if result else 0})

    workbench.bus.subscribe(RunEnded, ended)
    QTimer.singleShot(500, workbench.session.run)


def _watch_live(workbench: Workbench) -> None:
    """Let messages come at a steady rate until their source ends, and half a second more."""
    watch, source = measure_live.start(workbench)
    ends = QTimer(workbench.window, interval=200)

    def look() -> None:
        if source.ended:
            ends.stop()
            QTimer.singleShot(500, lambda: _finish(workbench, measure_live.summary(watch)))

    ends.timeout.connect(look)
    ends.start()


_QUANTILES = {"p50_ms": 0.50, "p99_ms": 0.99, "max_ms": 1.0}


def _finish(workbench: Workbench, found: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    workbench.close()
    QTimer.singleShot(0, QApplication.quit)

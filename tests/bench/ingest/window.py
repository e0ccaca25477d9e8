"""From a message to its repaint in the window; there is no peer."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

from .. import Row, broken, within
from ..workbench import measured

DELAY_MS, EVENT_LOOP_MS = 250.0, 50.0


def rows() -> Iterator[Row | str]:
    """Delay and event loop at 10,000 readings a second for 20 s, stored, estimated and shown."""
    if not (os.environ.get("DISPLAY") or shutil.which("xvfb-run") or sys.platform in ("win32", "darwin")):
        yield broken("message to repaint", "there is no screen; install xvfb")
        return
    yield "10,000 readings a second into the window for 20 s"
    with tempfile.TemporaryDirectory() as home:
        measured("first_frame", home)
        found = measured("live_delay", home)
    size = f"{found['messages']:,.0f} of {found['made']:,.0f} readings shown"
    work = "at 10,000 readings a second, 99th percentile"
    note = f"middle {found['p50_ms']:.0f} ms, longest {found['max_ms']:.0f} ms; no peer"
    yield within("message to repaint", work, size, found["p99_ms"], DELAY_MS, "ms", note)
    yield within("event loop", "delay meanwhile, 99th percentile", size, found["loop_p99_ms"], EVENT_LOOP_MS, "ms")

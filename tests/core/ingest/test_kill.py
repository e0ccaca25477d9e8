"""Kill -9 in the middle of a load loses nothing and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
from intake_cases import intake, stored

ROWS = 400_000
CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {cases!r})
from intake_cases import intake
from stratum_core.ingest.delivery import Delivery
door = intake(Path({folder!r}))
print("open", flush=True)
for delivery in {deliveries}:
    for arrivals in door.take(delivery, 20_000):
        print(arrivals.next, flush=True)
print("done", flush=True)
"""
FILE = "[Delivery('big.csv', path=Path({path!r}), shape='csv')]"
STREAM = ("(Delivery('topic/0', texts=lines[n:n + 4000], positions=__import__('numpy').arange(n, min(n + 4000, len(lines)))) "
          "for lines in [Path({path!r}).read_text().splitlines()] for n in range(0, len(lines), 4000))")


def _time(second):
    return str(np.datetime64("2026-02-01T00:00:00") + np.timedelta64(second, "s"))


def _load(folder, deliveries, wait):
    """Load in a child that is killed after ``wait`` seconds of work; None: let it end. Returns what it said last."""
    code = CHILD.format(cases=os.path.dirname(__file__), folder=str(folder), deliveries=deliveries)
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "open\n"
    if wait is not None:
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
    said = child.communicate(timeout=120)[0].split()
    return said[-1] if said else ""


def _kill_and_finish(folder, deliveries, rows):
    draw = random.Random(5)
    interrupted = 0
    for _ in range(6):
        interrupted += _load(folder, deliveries, draw.uniform(0.02, 0.35)) != "done"
        door = intake(folder)
        kept = door.readings.tables.rows("SELECT count(*), count(DISTINCT record) FROM readings")[0]
        part = (door.readings.parts() or [None])[0]
        assert kept == ((part.next, part.next) if part else (0, 0))  # what is stored and how far it says it is, agree
        door.readings.close()
    assert interrupted >= 2
    assert _load(folder, deliveries, None) == "done"
    door = intake(folder)
    assert door.readings.tables.rows("SELECT count(*), count(DISTINCT record), count(DISTINCT time), min(record), max(record) "
                                     "FROM readings")[0] == (rows, rows, rows, 0, rows - 1)
    assert door.readings.tables.rows("SELECT count(*) FROM quarantine")[0][0] == 0
    return door


def test_a_file_is_loaded_once_however_often_it_is_killed(tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("time,sensor,value\n" + "\n".join(f"{_time(n)},flow,{n % 50}" for n in range(ROWS)) + "\n")
    door = _kill_and_finish(tmp_path, FILE.format(path=str(path)), ROWS)
    assert door.readings.parts()[0].complete
    assert len(stored(door)) == ROWS


def test_a_stream_with_offsets_is_stored_once_however_often_it_is_killed(tmp_path):
    rows, path = 80_000, tmp_path / "messages"
    path.write_text("\n".join(f'{{"time":"{_time(n)}","sensor":"flow","value":{n % 50}}}' for n in range(rows)))
    door = _kill_and_finish(tmp_path, STREAM.format(path=str(path)), rows)
    assert door.readings.parts()[0].next == rows
    assert len(stored(door)) == rows

"""Streams in batches, each durable before the next is taken: cells as a player hands them over, and JSON messages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.intake import Intake
from stratum_core.model.readings import Parsed
from stratum_core.store.readings import Readings

from .. import RUNS, Row
from .files import SENSORS, sensors

BATCH, BATCHES, LEAST_RATE = 10_000, 60, 3e5
_BEGIN = np.datetime64("2026-01-01T00:00:00", "us").astype(np.int64)


def rows() -> Iterator[Row | str]:
    """Both kinds of stream."""
    for name, made in (("cells", _cells), ("JSON messages", _messages)):
        yield f"{BATCHES} batches of {name}, {RUNS} times"
        deliveries = [made(n) for n in range(BATCHES)]
        rate = float(np.median([_rate(deliveries) for _ in range(RUNS)]))
        size, target = f"{BATCHES} batches of {BATCH:,} readings", f"above {LEAST_RATE:,.0f} readings/s"
        yield Row("stream", f"{name}, validated and de-duplicated, each batch durable", size, rate, None, "", "readings/s", None,
                  target, rate > LEAST_RATE, "there is no peer")


def _rate(deliveries: Sequence[Delivery]) -> float:
    """Readings a second into a fresh store."""
    with tempfile.TemporaryDirectory() as folder:
        readings = Readings(Path(folder) / "columns.duckdb")
        with Intake(readings, sensors(), "bench") as intake:
            began = time.perf_counter()
            kept = sum(arrivals.stored for delivery in deliveries for arrivals in intake.take(delivery))
            seconds = time.perf_counter() - began
        readings.close()
    if kept != BATCH * len(deliveries):
        raise ValueError(f"{kept:,} readings were kept of {BATCH * len(deliveries):,}")
    return kept / seconds


def _cells(batch: int) -> Delivery:
    row = batch * BATCH + np.arange(BATCH)
    parsed = Parsed(row, (row % SENSORS).astype(np.int32), _BEGIN + row // SENSORS * 1_000_000, 50 + row % 7 * 0.01,
                    np.zeros(BATCH, dtype=bool))
    return Delivery("cells", parsed=parsed)


def _messages(batch: int) -> Delivery:
    cells = _cells(batch).parsed
    assert cells is not None
    times = cells.time.astype("datetime64[us]").astype(str)
    texts = [f'{{"time":"{when}Z","sensor":"tag/{tag}","value":{value:.2f}}}'
             for when, tag, value in zip(times, cells.tag, cells.value, strict=True)]
    return Delivery("messages", texts, cells.record)

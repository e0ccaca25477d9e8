"""Readings by minute, hour and day, and how long the single ones are kept."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from stratum_core.model.readings import Codes
from stratum_core.store.reading_tables import stored_time
from stratum_core.store.readings import Readings

SPANS = ("minute", "hour", "day")


def roll_up(readings: Readings) -> int:
    """Make the rollups of all days that readings were added to since the last time; returns how many days."""
    tables = readings.tables
    days = tables.rows("SELECT day FROM touched_days")
    if not days:
        return 0
    with tables.transaction():
        tables.run("DELETE FROM rollups WHERE start::DATE IN (SELECT day FROM touched_days)")
        first, last = min(day for (day,) in days), max(day for (day,) in days)
        for span in SPANS:
            tables.run(f"INSERT INTO rollups SELECT '{span}', sensor, date_trunc('{span}', time)::TIMESTAMP AS start, count(*), "
                       "avg(value), min(value), max(value) FROM readings WHERE time >= ? AND time < ?::DATE + 1 "
                       "AND time::DATE IN (SELECT day FROM touched_days) GROUP BY sensor, start", first, last)
        tables.run("DELETE FROM touched_days")
    return len(days)


def forget_before(readings: Readings, moment: datetime) -> int:
    """Drop single readings of whole days before ``moment``, after their rollups are made; returns how many."""
    roll_up(readings)
    day = stored_time(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    with readings.tables.transaction():
        count = readings.tables.rows("SELECT count(*) FROM readings WHERE time < ?", day)[0][0]
        readings.tables.run("DELETE FROM readings WHERE time < ?", day)
        readings.tables.run("INSERT INTO kept_from VALUES (?)", day)
    return int(count)


def rolled(readings: Readings, id: str, span: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """start (microseconds UTC), count, mean, low and high of one sensor by ``span``."""
    code: Codes = readings.codes([id])
    found = readings.tables.columns("SELECT epoch_us(start) AS start, count, mean, low, high FROM rollups WHERE sensor = ? AND "
                                    "span = ? ORDER BY start", int(code[0]), span)
    return {name: np.asarray(column) for name, column in found.items()}

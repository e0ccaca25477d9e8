"""A small town's sensors, a clock that stands, and hostile rows with the verdict that each must get."""

import json
from datetime import UTC, datetime

from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.intake import Intake
from stratum_core.ingest.mapping import read_mapping
from stratum_core.model.tables import Sensors
from stratum_core.store.readings import Readings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

SENSORS = Sensors(
    id=["net/sensor/tank", "net/sensor/flow"], name=["tank", "flow"], quantity=["level", "flow"], unit=["m", "l/s"],
    low=[0.0, 0.0], high=[6.0, 50.0], most_rate=[2.0, float("nan")],
)

#: time, sensor, value as text, the rule that refuses it (empty: stored; "same": dropped as repeated)
HOSTILE = [
    ("2026-03-01T00:00:00Z", "tank", "3.0", ""),
    ("2026-03-01T01:00:00Z", "tank", "3.5", ""),
    ("2026-03-01T01:00:00Z", "tank", "3.5", "same"),
    ("2026-03-01T01:00:00Z", "tank", "3.6", "conflict"),
    ("2026-03-01T02:00:00Z", "tank", "6.5", "range"),
    ("2026-03-01T02:00:00Z", "tank", "5.6", "impossible rate"),  # 2.1 m in an hour
    ("2026-03-01T03:00:00Z", "tank", "5.6", ""),  # 2.1 m in two hours
    ("2026-03-01T02:30:00Z", "tank", "4.0", ""),  # late
    ("2026-03-01T02:30:00Z", "tank", "4.1", "conflict"),
    ("2026-03-01T00:00:00Z", "tank", "3.0", "same"),
    ("2026-03-01T04:00:00Z", "tank", "", "no value"),
    ("2026-03-01T04:00:00Z", "tank", "full", "no number"),
    ("2026-03-01T04:00:00Z", "tank", "inf", "no number"),
    ("2026-02-30T04:00:00Z", "tank", "4.0", "unreadable time"),
    ("", "tank", "4.0", "unreadable time"),
    ("2026-03-01T04:00:00Z", "boiler", "4.0", "unknown sensor"),
    ("2026-03-02T12:04:00Z", "tank", "4.0", ""),  # four minutes ahead of the clock
    ("2026-03-02T12:06:00Z", "tank", "4.0", "future"),
    ("2026-03-01T06:00:00+02:00", "flow", "10", ""),  # 04:00 UTC
    ("2026-03-01T04:00:00Z", "flow", "10", "same"),
    ("2026-03-01T04:01:00Z", "flow", "49", ""),  # no limit of rate is known
]


def intake(folder, mapping=None, source="test", sensors=SENSORS):
    """An intake into a fresh or existing store in ``folder``."""
    return Intake(Readings(folder / "columns.duckdb"), sensors, source, read_mapping(mapping or {}, "test"), clock=lambda: NOW)


def texts(rows):
    """Hostile rows as JSON texts."""
    return [json.dumps({"time": time, "sensor": sensor, "value": value}) for time, sensor, value, _ in rows]


def take(door, **delivery):
    """All arrivals of one delivery."""
    return list(door.take(Delivery(**delivery)))


def stored(door):
    """(sensor, time, value, quality, part, record) of every stored reading."""
    return door.readings.tables.rows(
        "SELECT id, strftime(time, '%d %H:%M'), value, quality, p.part, r.record FROM readings r JOIN reading_sensors s ON "
        "r.sensor = s.code JOIN reading_parts p ON r.part = p.code ORDER BY id, time")

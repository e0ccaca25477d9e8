"""5 million readings from one file: ours against plain DuckDB doing the same in SQL, and against its barest form.

The same: sensor, range, clock and duplicates (the first in the file wins) are checked, each reading keeps its row in the
file and when it arrived, refused rows go to a table with their reason. The barest form keeps sensor, time and value of
whichever duplicate comes first to hand, and forgets what it refuses. Ours also checks the rate of change and conflicts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.intake import Intake
from stratum_core.model.readings import Shape
from stratum_core.model.tables import Sensors
from stratum_core.store.readings import Readings

from .. import Row, faster, paired, version

COUNT, SENSORS = 5_000_000, 1_000
LEAST_RATIO, LEAST_RATE = 0.8, 1e6
#: each reading in its order; one in 1,000 repeats the one before it, one in 2,000 is out of range
_MADE = f"""
SELECT 'tag/' || (k % {SENSORS}) AS sensor, TIMESTAMP '2026-01-01' + INTERVAL (60 * (k // {SENSORS})) SECOND AS time,
CASE WHEN i % 2000 = 3 THEN 500.0 ELSE round(50 + 10 * sin(k / 1000.0), 3) END AS value
FROM (SELECT i, CASE WHEN i % 1000 = 7 THEN i - 1 ELSE i END AS k FROM range({COUNT}) t(i))
"""
_READ = {"csv": "read_csv('{}')", "jsonl": "read_json('{}', format='newline_delimited')", "parquet": "read_parquet('{}')"}


def sensors(count: int = SENSORS) -> Sensors:
    """Sensors that believe 0 to 100 and any rate below 100,000 an hour."""
    return Sensors(id=[f"tag/{k}" for k in range(count)], quantity=["level"] * count, unit=["m"] * count,
                   low=[0.0] * count, high=[100.0] * count, most_rate=[1e5] * count)


def rows() -> Iterator[Row | str]:
    """Two rows a format, and the rate from Parquet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shapes: tuple[Shape, ...] = ("csv", "jsonl", "parquet")
        for shape in shapes:
            path = folder / f"r.{shape}"
            option = " (FORMAT json)" if shape == "jsonl" else ""
            duckdb.connect().execute(f"COPY ({_MADE}) TO '{path}'{option}")
            yield f"{COUNT:,} readings from {shape}, ours and SQL in turn, 12 times"
            yield from _compared(folder, path, shape)
            path.unlink()


def _compared(folder: Path, path: Path, shape: Shape) -> Iterator[Row]:
    ours, same, bare = folder / "ours.duckdb", folder / "same.duckdb", folder / "bare.duckdb"
    kept = {load(path, shape, ours), plain(path, shape, same), barest(path, shape, bare)}
    if len(kept) > 1:
        raise ValueError(f"not the same number of readings of {shape} was kept: {kept}")
    size, peer_version = f"{COUNT:,} readings of {SENSORS:,} sensors", f"DuckDB {version('duckdb')}"
    seconds, peer = paired(lambda: load(path, shape, ours), lambda: plain(path, shape, same))
    assert peer is not None
    work = "validated and de-duplicated into a durable file, against the same in SQL"
    yield faster(f"load {shape}", work, size, seconds, peer, peer_version, LEAST_RATIO)
    again, least = paired(lambda: load(path, shape, ours), lambda: barest(path, shape, bare))
    assert least is not None
    work = "the same, against the barest SQL, without lineage and quarantine"
    yield Row(f"load {shape}", work, size, again, least, peer_version, "s", least / again, "none", None)
    if shape == "parquet":
        rate = COUNT / seconds
        yield Row("load rate", "the same, from Parquet", size, rate, None, "", "readings/s", None,
                  f"above {LEAST_RATE:,.0f} readings/s", rate > LEAST_RATE, "there is no peer")


def load(path: Path, shape: Shape, target: Path) -> int:
    """The project's own way into a fresh file; returns how many readings were kept."""
    _clear(target)
    readings = Readings(target)
    with Intake(readings, sensors(), "bench") as intake:
        kept = sum(arrivals.stored for arrivals in intake.take(Delivery(path.name, path=path, shape=shape)))
    readings.close()
    return kept


def plain(path: Path, shape: str, target: Path) -> int:
    """The same in SQL, staged once so that the file is parsed once; returns how many readings were kept."""
    with _fresh(target, "sensor INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, part INTEGER, record BIGINT, "
                "arrived TIMESTAMP") as database:
        database.execute("CREATE TABLE quarantine (record BIGINT, sensor VARCHAR, time TIMESTAMP, value DOUBLE, reason VARCHAR)")
        database.execute("BEGIN")
        database.execute(
            "CREATE TEMP TABLE staged AS SELECT row_number() OVER () AS record, sensor, code, time, value, "
            "CASE WHEN code IS NULL THEN 'unknown sensor' WHEN NOT value BETWEEN low AND high THEN 'range' "
            "WHEN time > now()::TIMESTAMP THEN 'future' "
            f"END AS reason FROM {_READ[shape].format(path)} r LEFT JOIN sensors s ON r.sensor = s.tag")
        database.execute(
            "INSERT INTO readings SELECT code, time, value, 0, 1, record, now()::TIMESTAMP FROM staged WHERE reason IS NULL "
            "QUALIFY row_number() OVER (PARTITION BY code, time ORDER BY record) = 1")
        database.execute("INSERT INTO quarantine SELECT record, sensor, time, value, reason FROM staged WHERE reason IS NOT NULL")
        database.execute("COMMIT")
        return _kept(database)


def barest(path: Path, shape: str, target: Path) -> int:
    """One statement; returns how many readings were kept."""
    with _fresh(target, "sensor INTEGER, time TIMESTAMP, value DOUBLE") as database:
        database.execute(
            f"INSERT INTO readings SELECT code, time, value FROM {_READ[shape].format(path)} r JOIN sensors s "
            "ON r.sensor = s.tag WHERE value BETWEEN low AND high AND time < now()::TIMESTAMP "
            "QUALIFY row_number() OVER (PARTITION BY code, time) = 1")
        return _kept(database)


def _fresh(target: Path, columns: str) -> duckdb.DuckDBPyConnection:
    _clear(target)
    database = duckdb.connect(str(target))
    database.execute("CREATE TABLE sensors AS SELECT 'tag/' || k AS tag, k::INTEGER AS code, 0.0 AS low, 100.0 AS high "
                     f"FROM range({SENSORS}) t(k)")
    database.execute(f"CREATE TABLE readings ({columns})")
    return database


def _kept(database: duckdb.DuckDBPyConnection) -> int:
    count: int = database.execute("SELECT count(*) FROM readings").fetchall()[0][0]
    return count


def _clear(target: Path) -> None:
    target.unlink(missing_ok=True)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)

"""Large columns of results in DuckDB: chances by component and hour, quantities by replicate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from stratum_core.model.fields import Floats
from stratum_core.model.results import CascadeResult
from stratum_core.store.damage import unreadable

_TABLES = (
    "CREATE TABLE IF NOT EXISTS down_share (run VARCHAR, component INTEGER, hour SMALLINT, share FLOAT)",
    "CREATE TABLE IF NOT EXISTS peak (run VARCHAR, service VARCHAR, replicate INTEGER, people DOUBLE)",
    "CREATE TABLE IF NOT EXISTS hours_without (run VARCHAR, service VARCHAR, replicate INTEGER, hours DOUBLE)",
    "CREATE TABLE IF NOT EXISTS damage (run VARCHAR, replicate INTEGER, money DOUBLE)",
)


class Columns:
    """The DuckDB file of one project; used from one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._database = duckdb.connect(str(path))
            for statement in _TABLES:
                self._database.execute(statement)
        except duckdb.Error as error:
            raise unreadable(path, error) from error

    def write(self, result: CascadeResult) -> None:
        """Store the columns of a run in one transaction; writing a run again replaces it."""
        component, hour = np.nonzero(result.down_share_by_hour)
        shares = pa.table(
            {
                "component": component.astype(np.int32),
                "hour": hour.astype(np.int16),
                "share": result.down_share_by_hour[component, hour],
            }
        )
        money = pa.table({"replicate": np.arange(len(result.damage_by_replicate)), "money": result.damage_by_replicate})
        self._database.begin()
        self._forget(result.run)
        self._insert("down_share", result.run, shares)
        self._insert("damage", result.run, money)
        for name, by_service in (("peak", result.peak_by_replicate), ("hours_without", result.hours_by_replicate)):
            for service, values in by_service.items():
                table = pa.table({"service": [service] * len(values), "replicate": np.arange(len(values)), "value": values})
                self._insert(name, result.run, table)
        self._database.commit()

    def read(self, run: str, components: int, hours: int) -> dict[str, Any]:
        """The columns of ``CascadeResult.COLUMNS`` by name."""
        try:
            return self._read(run, components, hours)
        except duckdb.Error as error:
            raise unreadable(self._path, error) from error

    def _read(self, run: str, components: int, hours: int) -> dict[str, Any]:
        found = self._database.execute("SELECT component, hour, share FROM down_share WHERE run = ?", [run]).fetchnumpy()
        shares = np.zeros((components, hours), dtype=np.float32)
        shares[np.asarray(found["component"]), np.asarray(found["hour"])] = np.asarray(found["share"])
        money = self._database.execute("SELECT money FROM damage WHERE run = ? ORDER BY replicate", [run]).fetchnumpy()
        return {
            "down_share_by_hour": shares,
            "peak_by_replicate": self._by_service("peak", "people", run),
            "hours_by_replicate": self._by_service("hours_without", "hours", run),
            "damage_by_replicate": np.asarray(money["money"], dtype=float),
        }

    def _by_service(self, table: str, column: str, run: str) -> dict[str, Floats]:
        by_replicate = f"list({column} ORDER BY replicate)"
        statement = f"SELECT service, {by_replicate} FROM {table} WHERE run = ? GROUP BY service ORDER BY service"
        rows = self._database.execute(statement, [run]).fetchall()
        return {service: np.array(values) for service, values in rows}

    def sweep(self, known: set[str]) -> int:
        """Remove columns of runs that have no row: left by a crash between the two. Returns how many."""
        stored = {run for (run,) in self._database.execute("SELECT DISTINCT run FROM damage").fetchall()}
        for run in stored - known:
            self._forget(run)
        return len(stored - known)

    def close(self) -> None:
        """Flush and close."""
        self._database.close()

    def _insert(self, table: str, run: str, rows: pa.Table) -> None:
        self._database.register("arriving", rows)
        self._database.execute(f"INSERT INTO {table} SELECT ? AS run, * FROM arriving", [run])
        self._database.unregister("arriving")

    def _forget(self, run: str) -> None:
        for table in ("down_share", "peak", "hours_without", "damage"):
            self._database.execute(f"DELETE FROM {table} WHERE run = ?", [run])

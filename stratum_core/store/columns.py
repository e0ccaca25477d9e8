"""Large columns of results in DuckDB: chances by component and hour, quantities by replicate."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from stratum_core.model.fields import Floats
from stratum_core.model.results import CascadeResult
from stratum_core.store.damage import unreadable

_TABLES = (
    "CREATE TABLE IF NOT EXISTS down_share (run VARCHAR, component INTEGER, hour SMALLINT, share FLOAT)",
    "CREATE TABLE IF NOT EXISTS peak (run VARCHAR, service VARCHAR, replicate INTEGER, people DOUBLE)",
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
        for service, peak in result.peak_by_replicate.items():
            table = pa.table({"service": [service] * len(peak), "replicate": np.arange(len(peak)), "people": peak})
            self._insert("peak", result.run, table)
        self._database.commit()

    def read(self, run: str, components: int, hours: int) -> tuple[np.ndarray, dict[str, Floats], Floats]:
        """(chance down by component and hour, peak by service and replicate, money by replicate)."""
        try:
            return self._read(run, components, hours)
        except duckdb.Error as error:
            raise unreadable(self._path, error) from error

    def _read(self, run: str, components: int, hours: int) -> tuple[np.ndarray, dict[str, Floats], Floats]:
        found = self._database.execute("SELECT component, hour, share FROM down_share WHERE run = ?", [run]).fetchnumpy()
        shares = np.zeros((components, hours), dtype=np.float32)
        shares[np.asarray(found["component"]), np.asarray(found["hour"])] = np.asarray(found["share"])
        rows = self._database.execute(
            "SELECT service, list(people ORDER BY replicate) FROM peak WHERE run = ? GROUP BY service ORDER BY service", [run]
        ).fetchall()
        money = self._database.execute("SELECT money FROM damage WHERE run = ? ORDER BY replicate", [run]).fetchnumpy()
        return shares, {service: np.array(people) for service, people in rows}, np.asarray(money["money"], dtype=float)

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
        for table in ("down_share", "peak", "damage"):
            self._database.execute(f"DELETE FROM {table} WHERE run = ?", [run])

"""The DuckDB tables behind readings, and the four ways in which all that touches them speaks to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from stratum_core.store.damage import unreadable

_TABLES = (
    "CREATE TABLE IF NOT EXISTS reading_sensors (code INTEGER, id VARCHAR)",
    "CREATE TABLE IF NOT EXISTS reading_parts (code INTEGER, source VARCHAR, part VARCHAR, shape VARCHAR, header VARCHAR, "
    "next BIGINT, records BIGINT, stored BIGINT, duplicates BIGINT, refused BIGINT, complete BOOLEAN, changed TIMESTAMP)",
    "ALTER TABLE reading_parts ADD COLUMN IF NOT EXISTS refusal VARCHAR DEFAULT ''",
    "CREATE TABLE IF NOT EXISTS readings (sensor INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, part INTEGER, "
    "record BIGINT, arrived TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS reading_notes (part INTEGER, record BIGINT, said VARCHAR)",
    "CREATE SEQUENCE IF NOT EXISTS quarantine_ids",
    "CREATE TABLE IF NOT EXISTS quarantine (id BIGINT, part INTEGER, record BIGINT, raw VARCHAR, rule VARCHAR, reason VARCHAR, "
    "arrived TIMESTAMP, state VARCHAR, decided TIMESTAMP, author VARCHAR)",
    "CREATE TABLE IF NOT EXISTS rollups (span VARCHAR, sensor INTEGER, start TIMESTAMP, count BIGINT, mean DOUBLE, low DOUBLE, "
    "high DOUBLE)",
    "CREATE TABLE IF NOT EXISTS touched_days (day DATE)",
    "CREATE TABLE IF NOT EXISTS kept_from (moment TIMESTAMP)",
)


class ReadingTables:
    """One connection to the file of readings; used from one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.database = duckdb.connect(str(path))
            for statement in _TABLES:
                self.database.execute(statement)
        except duckdb.Error as error:
            raise unreadable(path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; durable when it ends."""
        self.database.begin()
        try:
            yield
            self.database.commit()
        except BaseException as error:
            self.database.rollback()
            if isinstance(error, duckdb.Error):
                raise unreadable(self.path, error) from error
            raise

    def run(self, statement: str, *values: Any) -> None:
        """Carry out a statement."""
        self.database.execute(statement, list(values))

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        found: list[tuple[Any, ...]] = self.database.execute(statement, list(values)).fetchall()
        return found

    def columns(self, statement: str, *values: Any) -> dict[str, Any]:
        """The columns of a query as arrays; where a value may be NULL the statement says what stands for it."""
        return dict(self.database.execute(statement, list(values)).fetchnumpy())

    def with_table(self, name: str, table: pa.Table, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement that names ``table``."""
        self.database.register(name, table)
        try:
            return self.rows(statement, *values)
        finally:
            self.database.unregister(name)

    def close(self) -> None:
        """Flush and close."""
        self.database.close()


def stored_time(moment: datetime) -> datetime:
    """UTC without its zone, as the tables hold it; a time without zone is taken as UTC."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)

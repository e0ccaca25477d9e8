"""SQL tables made from the field specs, and the numbered migrations that lead to them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, MetaData, String, Table, Text

from stratum_core.model.city import TABLES
from stratum_core.model.fields import Field

_SQL_TYPES = {"str": Text, "float": Float, "int": Integer, "bool": Boolean, "path": LargeBinary}

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("run", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("created", String, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("replicates", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("page", LargeBinary, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("hash", String, nullable=False, unique=True),
    Column("entry", Text, nullable=False),
)


def _city_table(name: str, specs: dict[str, Field]) -> Table:
    columns = [Column(spec.name, _SQL_TYPES[spec.dtype]()) for spec in specs.values()]
    return Table(name, metadata, Column("row", Integer, primary_key=True), *columns)


city_tables: dict[str, Table] = {name: _city_table(f"city_{name}", cls.specs()) for name, cls in TABLES.items()}


def _create_all(connection: Connection) -> None:
    metadata.create_all(connection)


#: migration n brings schema_version n - 1 to n; never edit one that was released
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create_all,)
VERSION = len(MIGRATIONS)

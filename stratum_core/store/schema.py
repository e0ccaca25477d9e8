"""SQL tables made from the field specs, and the numbered migrations that lead to them."""

from __future__ import annotations

import json
from collections.abc import Callable

import rfc8785
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
)

from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.stored import NO_HEAD, UNSIGNED_HEAD
from stratum_core.model.city import TABLES
from stratum_core.model.fields import Field

LEDGER_HEAD = "ledger_head"  # the row of meta that holds the signed head of the ledger
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


history = Table(
    "history",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("table", String, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("change", Text, nullable=False),
)


def _results(name: str) -> Table:
    """A table of results of one kind; see ``stored_results``."""
    return Table(
        name,
        metadata,
        Column("run", String, primary_key=True),
        Column("scenario", Text, nullable=False),
        Column("created", String, nullable=False),
        Column("digest", String, nullable=False),
        Column("recipe", Text, nullable=False),
        Column("page", LargeBinary, nullable=False),
        Column("columns", LargeBinary, nullable=False),
    )


evacuations = _results("evacuations")
optimisations = _results("optimisations")


alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("raised", BigInteger, nullable=False),
    Column("alert", Text, nullable=False),
)


def _city_table(name: str, specs: dict[str, Field]) -> Table:
    columns = [Column(spec.name, _SQL_TYPES[spec.dtype]()) for spec in specs.values()]
    return Table(name, metadata, Column("row", Integer, primary_key=True), *columns)


city_tables: dict[str, Table] = {name: _city_table(f"city_{name}", cls.specs()) for name, cls in TABLES.items()}


def _create_all(connection: Connection) -> None:
    metadata.create_all(connection)


def _make_canonical(connection: Connection) -> None:
    """Entries as the canonical bytes that their hash is over, and a head that says that their number was never signed."""
    rows = connection.execute(select(ledger.c.sequence, ledger.c.entry)).all()
    for row in rows:
        try:
            entry = canonical_json(json.loads(row.entry)).decode()
        except (ValueError, rfc8785.CanonicalizationError):
            continue  # verify names it
        connection.execute(ledger.update().where(ledger.c.sequence == row.sequence).values(entry=entry))
    connection.execute(meta.delete().where(meta.c.key == LEDGER_HEAD))
    connection.execute(insert(meta), [{"key": LEDGER_HEAD, "value": UNSIGNED_HEAD if rows else NO_HEAD}])


def _add_what_is_missing(connection: Connection) -> None:
    """Tables and columns of the city that this version knows and an older project lacks; rows take the column's default."""
    metadata.create_all(connection)
    for name, cls in TABLES.items():
        there = {column["name"] for column in inspect(connection).get_columns(f"city_{name}")}
        for spec in cls.specs().values():
            if spec.name not in there:
                column = city_tables[name].c[spec.name]
                kind = column.type.compile(connection.dialect)
                connection.execute(text(f'ALTER TABLE city_{name} ADD COLUMN "{spec.name}" {kind}'))
                if spec.default == spec.default and spec.default is not None:
                    connection.execute(city_tables[name].update().values({column: spec.default}))


#: migration n brings schema_version n - 1 to n; never edit one that was released
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _create_all,
    _make_canonical,
    _add_what_is_missing,  # strength, author, date and note of dependencies; the history
    _add_what_is_missing,  # pressure of assets
    _add_what_is_missing,  # sensors
    _add_what_is_missing,  # how sure levels are; alerts
    _add_what_is_missing,  # industries and their trade; who works in a block
    _add_what_is_missing,  # trips; how roads slow down with flow
    _add_what_is_missing,  # routes of buses
    _add_what_is_missing,  # evacuations
    _add_what_is_missing,  # optimisations
)
VERSION = len(MIGRATIONS)

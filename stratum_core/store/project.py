"""A project on disk: a folder ``<name>.stratum`` with project.sqlite, columns.duckdb and attachments.

Every write is one transaction; a run's columns are durable before its row, its row before
its ledger entry. One process has it open, one thread writes.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    LargeBinary,
    cast,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DatabaseError

from stratum_core.errors import InputError, unknown
from stratum_core.ledger import StoredEntry
from stratum_core.ledger.canonical import column_page, page_digest, result_page
from stratum_core.model.changes import Change, Recorded
from stratum_core.model.city import City
from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.model.results import CascadeResult
from stratum_core.store.alert_rows import read_alerts, write_alerts
from stratum_core.store.city_rows import read_city_rows, write_city_rows
from stratum_core.store.columns import Columns
from stratum_core.store.damage import unreadable
from stratum_core.store.evacuations import StoredEvacuations
from stratum_core.store.history_rows import read_history, write_change, write_history
from stratum_core.store.locking import ProjectLock
from stratum_core.store.readings import Readings
from stratum_core.store.result_pages import page_of, typed_result
from stratum_core.store.schema import LEDGER_HEAD, MIGRATIONS, VERSION, ledger, meta, optimisations, runs
from stratum_core.store.stored_results import StoredResults

SUFFIX = ".stratum"
RUN_DIGITS = 12  # a run's id is so many digits of its digest


@dataclass(frozen=True)
class RunRow:
    """A stored run without its numbers; ``recipe`` says how it was made: scenario file and settings."""

    run: str
    kind: str
    scenario: str
    created: str
    seed: int
    replicates: int
    digest: str
    recipe: dict[str, Any]

    @property
    def title(self) -> str:
        """The scenario and what was set otherwise, by which runs of one scenario are told apart."""
        set_otherwise = {k: v for k, v in self.recipe.get("settings", {}).items() if k not in ("run.replicates", "run.seed")}
        said = [f"{key.rpartition('.')[2].replace('_', ' ')} {value}" for key, value in set_otherwise.items()]
        return f"{self.scenario}: {', '.join(said)}" if said else self.scenario


class Project:
    """An open project; close it, or use it in a ``with``."""

    def __init__(self, folder: Path) -> None:
        """Open the project in ``folder``; raises InputError where there is none or it is in use."""
        if not (folder / "project.sqlite").is_file():
            raise InputError("there is no project", where=str(folder), repair="make one with 'new' or 'import'")
        self.folder = folder
        self._lock = ProjectLock(folder)
        self._engine = _engine(folder / "project.sqlite")
        self._columns: Columns | None = None
        self._readings: Readings | None = None
        try:
            _migrate(self._engine, folder)
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path, city: City) -> Project:
        """A new project holding ``city``; raises InputError if the folder is already one."""
        if (folder / "project.sqlite").exists():
            raise InputError("a project is already there", where=str(folder), repair="choose another name")
        (folder / "attachments").mkdir(parents=True, exist_ok=True)
        engine = _engine(folder / "project.sqlite")
        with engine.begin() as connection:
            for migration in MIGRATIONS:
                migration(connection)
            connection.execute(insert(meta), [{"key": "schema_version", "value": str(VERSION)}])
            write_city_rows(connection, city)
        engine.dispose()
        return cls(folder)

    @property
    def attachments(self) -> Path:
        """The folder of files that belong to the project."""
        return self.folder / "attachments"

    @property
    def scenarios(self) -> Path:
        """The folder of the project's own scenarios."""
        return self.attachments / "scenarios"

    @property
    def sources(self) -> Path:
        """The folder of declared live sources."""
        return self.attachments / "sources"

    def readings(self) -> Readings:
        """The readings of the project, opened when first asked; it is closed with the project."""
        if self._readings is None:
            self._readings = Readings(self.folder / "columns.duckdb")
        return self._readings

    @property
    def evacuations(self) -> StoredEvacuations:
        """The evacuations of the project."""
        return StoredEvacuations(self._engine, self.folder)

    @property
    def optimisations(self) -> StoredResults[OptimiseResult]:
        """Searches over options."""
        return StoredResults(self._engine, self.folder, optimisations, OptimiseResult, "search over options",
                             "optimise '{scenario}' again, which gives the same figures")

    @property
    def interventions(self) -> Path:
        """Folder of the project's own interventions."""
        return self.attachments / "interventions"

    def city(self) -> City:
        """The city as it is stored."""
        try:
            with self._engine.connect() as connection:
                return read_city_rows(connection)
        except (KeyError, TypeError, ValueError) as error:
            raise unreadable(self.folder / "project.sqlite", error) from error

    def save_city(self, city: City) -> None:
        """Replace the stored city, all or nothing."""
        with self._engine.begin() as connection:
            write_city_rows(connection, city)

    def save_change(self, change: Change, *, at: str, author: str, reason: str = "") -> None:
        """Store one changed row and add it to the history, both or neither; ``at``: UTC, ISO 8601."""
        self.save_changes([change], at=at, author=author, reason=reason)

    def save_changes(self, changes: Sequence[Change], *, at: str, author: str, reason: str = "") -> None:
        """Store changed rows in order and add them to the history, all or nothing."""
        with self._engine.begin() as connection:
            for change in changes:
                write_change(connection, change)
                write_history(connection, change, at, author, reason)

    def history(self, table: str | None = None, id: str | None = None) -> list[Recorded]:
        """Recorded changes, oldest first: all, of one table, or of one row."""
        with self._engine.connect() as connection:
            return read_history(connection, table, id)

    def alerts(self) -> list[dict[str, Any]]:
        """All alerts of the live city, the oldest first."""
        with self._engine.connect() as connection:
            return read_alerts(connection)

    def save_alerts(self, changed: Sequence[Mapping[str, Any]]) -> None:
        """Keep alerts, or bring them up to date, in one transaction."""
        with self._engine.begin() as connection:
            write_alerts(connection, changed)

    def save_run(self, result: CascadeResult, recipe: dict[str, Any], created: str) -> None:
        """Store a run: columns first, then its row; a run with the same digest is kept once."""
        self._open_columns().write(result)
        page = zlib.compress(json.dumps(result_page(result)).encode(), 6)
        row = {
            "run": result.run,
            "kind": "cascade",
            "scenario": result.scenario,
            "created": created,
            "seed": result.seed,
            "replicates": result.replicates,
            "digest": result.digest,
            "recipe": json.dumps(recipe),
            "page": page,
        }
        with self._engine.begin() as connection:
            connection.execute(runs.delete().where(runs.c.run == result.run))
            connection.execute(insert(runs), [row])

    def runs(self) -> list[RunRow]:
        """All runs, newest first."""
        columns = [runs.c[name] for name in RunRow.__dataclass_fields__]
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(runs.c.created.desc(), runs.c.run)).all()
        return [RunRow(**{**row._asdict(), "recipe": json.loads(row.recipe)}) for row in rows]

    def run_row(self, run: str) -> RunRow:
        """The run whose id begins with ``run``; raises InputError that offers the nearest."""
        known = self.runs()
        found = [row for row in known if row.run.startswith(run)] if run else []
        if len(found) != 1:
            raise unknown("run", run, [row.run for row in known], where=str(self.folder))
        return found[0]

    def result(self, run: str) -> CascadeResult:
        """The stored result of a run."""
        row = self.run_row(run)
        with self._engine.connect() as connection:
            stored = connection.execute(select(runs.c.page).where(runs.c.run == row.run)).scalar_one()
        try:
            page = page_of(stored)
            columns = self._open_columns().read(row.run, len(page["assets"]), int(page["horizon_h"]) + 1)
            if len(columns["damage_by_replicate"]) != row.replicates:
                raise ValueError("columns are missing")
            return typed_result(CascadeResult, page, columns)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(
                f"the stored run {row.run} is damaged", where=str(self.folder),
                repair=f"run '{row.scenario}' again, which gives the same figures; 'verify' tells what else was changed",
            ) from error

    def stored_digest(self, digest: str) -> str | None:
        """The digest that the stored page and columns of a run really have; None where no run of that id is stored.

        Empty where they cannot be read or name another run. The columns are compared with the digests on the page.
        """
        run = digest[:RUN_DIGITS]
        with self._engine.connect() as connection:
            row = connection.execute(select(runs).where(runs.c.run == run)).one_or_none()
        if row is None:
            return None
        try:
            page = page_of(row.page)
            components, hours = len(page["assets"]), int(page["horizon_h"]) + 1
            columns = self._open_columns().read(run, components, hours)
            whole = all(column_page(columns[name]) == page[name] for name in columns if name in page)
            named = (page["run"], page["digest"], page["seed"], page["replicates"], page["scenario"])
            agreeing = named == (row.run, row.digest, row.seed, row.replicates, row.scenario)
        except (InputError, KeyError, TypeError, ValueError, IndexError):
            return ""
        return page_digest(page, CascadeResult.UNDIGESTED) if whole and agreeing else ""

    def ledger_rows(self) -> list[StoredEntry]:
        """The ledger as its bytes are stored, in order."""
        chosen = select(ledger.c.sequence, cast(ledger.c.hash, LargeBinary), cast(ledger.c.entry, LargeBinary))
        with self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(ledger.c.sequence)).all()
        return [StoredEntry(int(sequence), bytes(digest or b""), bytes(data or b"")) for sequence, digest, data in rows]

    def ledger_head(self) -> str | None:
        """The signed head of the ledger; None where it is gone."""
        with self._engine.connect() as connection:
            head = connection.execute(
                select(cast(meta.c.value, LargeBinary)).where(meta.c.key == LEDGER_HEAD)
            ).scalar_one_or_none()
        return None if head is None else bytes(head).decode(errors="replace")

    def append_ledger(self, entry: StoredEntry, head: str) -> None:
        """Append one entry and renew the signed head, both or neither; raises InputError if the sequence is not the next."""
        with self._engine.begin() as connection:
            count = connection.execute(select(func.count()).select_from(ledger)).scalar_one()
            if entry.sequence != count + 1:
                raise InputError(
                    f"entry {entry.sequence} does not follow {count}", where="ledger", repair="read the ledger again"
                )
            row = {"sequence": entry.sequence, "hash": entry.hash.decode(), "entry": entry.data.decode()}
            connection.execute(insert(ledger), [row])
            connection.execute(meta.delete().where(meta.c.key == LEDGER_HEAD))
            connection.execute(insert(meta), [{"key": LEDGER_HEAD, "value": head}])

    def close(self) -> None:
        """Close files and give the lock back."""
        for opened in (self._readings, self._columns):
            if opened is not None:
                opened.close()
        self._columns = self._readings = None
        self._engine.dispose()
        self._lock.release()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_columns(self) -> Columns:
        if self._columns is None:
            self._columns = Columns(self.folder / "columns.duckdb")
            self._columns.sweep({row.run for row in self.runs()})
        return self._columns


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: object) -> None:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
        except connection.DatabaseError as error:
            raise unreadable(path, error) from error

    @event.listens_for(engine, "handle_error")
    def _explain(context: ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, DatabaseError):
            raise unreadable(path, context.original_exception) from context.original_exception

    return engine


def _version(connection: Connection, folder: Path) -> int:
    if not inspect(connection).has_table("meta"):
        raise InputError("project.sqlite is not a Stratum project", where=str(folder), repair="name another folder")
    version = connection.execute(select(meta.c.value).where(meta.c.key == "schema_version")).scalar_one_or_none()
    if version is None or not str(version).isdigit():
        raise unreadable(folder / "project.sqlite", None)
    return int(version)


def _migrate(engine: Engine, folder: Path) -> None:
    """Bring an older project up to date after a backup; refuse a newer one."""
    with engine.connect() as connection:
        version = _version(connection, folder)
    if version > VERSION:
        raise InputError(
            f"the project has schema {version}, this program knows {VERSION}", where=str(folder), repair="update the program"
        )
    if version < VERSION:
        shutil.copy2(folder / "project.sqlite", folder / f"project.sqlite.backup-{version}")
        with engine.begin() as connection:
            for migration in MIGRATIONS[version:]:
                migration(connection)
            connection.execute(meta.update().where(meta.c.key == "schema_version").values(value=str(VERSION)))

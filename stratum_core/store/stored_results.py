"""Stored results of one kind: a row each, with its page and its columns compressed beside it."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Generic

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, Table, insert, select

from stratum_core.errors import InputError, unknown
from stratum_core.ledger.canonical import column_page, result_page
from stratum_core.store.result_pages import Result, page_of, typed_result


class StoredResults(Generic[Result]):
    """The results of one kind of a project; ``again`` says in an error how to get one anew, with {scenario}."""

    def __init__(self, engine: Engine, folder: Path, table: Table, kind: type[Result], what: str, again: str) -> None:
        self._engine, self._folder, self._table, self._what, self._again = engine, folder, table, what, again
        self._kind: type[Result] = kind
        self._newest = table.c.created.desc(), table.c.run

    def save(self, result: Result, recipe: dict[str, Any], created: str) -> None:
        """Store one, in one transaction; one with the same digest is kept once. created: UTC, ISO 8601."""
        row = {
            "run": result.run, "scenario": result.scenario, "created": created, "digest": result.digest,
            "recipe": json.dumps(recipe), "page": zlib.compress(json.dumps(result_page(result)).encode(), 6),
            "columns": _packed({name: getattr(result, name) for name in self._kind.COLUMNS}),
        }
        with self._engine.begin() as connection:
            connection.execute(self._table.delete().where(self._table.c.run == result.run))
            connection.execute(insert(self._table), [row])

    def ids(self) -> list[str]:
        """Ids of all, newest first."""
        with self._engine.connect() as connection:
            return [str(row.run) for row in connection.execute(select(self._table.c.run).order_by(*self._newest))]

    def asked(self, spec_digest: str) -> list[str]:
        """Ids of those that were asked the same, by the recipe, newest first."""
        return [id for id, recipe in self.recipes() if recipe.get("asked") == spec_digest]

    def result(self, run: str) -> Result:
        """The one whose id begins with ``run``; raises InputError for none and for one that is damaged."""
        known = self.ids()
        found = [id for id in known if id.startswith(run)] if run else []
        if len(found) != 1:
            raise unknown(self._what, run, known, where=str(self._folder))
        with self._engine.connect() as connection:
            row = connection.execute(select(self._table).where(self._table.c.run == found[0])).one()
        try:
            page, columns = page_of(row.page), _unpacked(row.columns)
            if any(column_page(columns[name]) != page[name] for name in self._kind.COLUMNS):
                raise ValueError("columns are not those of the page")
            typed: Result = typed_result(self._kind, page, columns)
            return typed
        except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
            raise InputError(f"the stored {self._what} {found[0]} is damaged", where=str(self._folder),
                             repair=self._again.format(scenario=row.scenario)) from error

    def recipes(self) -> list[tuple[str, dict[str, Any]]]:
        """(id, how it came about) of all, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(self._table.c.run, self._table.c.recipe).order_by(*self._newest)).all()
        return [(str(row.run), json.loads(row.recipe)) for row in rows]


def _packed(columns: dict[str, npt.NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def _unpacked(data: bytes) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (zlib.error, zipfile.BadZipFile) as error:
        raise ValueError("the columns are damaged") from error

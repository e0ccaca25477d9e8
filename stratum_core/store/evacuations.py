"""Stored evacuations: a row each, with its page and its columns compressed beside it."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, insert, select

from stratum_core.errors import InputError, unknown
from stratum_core.ledger.canonical import column_page, result_page
from stratum_core.model.people_results import EvacuationResult
from stratum_core.store.result_pages import page_of, typed_result
from stratum_core.store.schema import evacuations

_NEWEST = evacuations.c.created.desc(), evacuations.c.run


class StoredEvacuations:
    """The evacuations of one project."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder

    def save(self, result: EvacuationResult, recipe: dict[str, Any], created: str) -> None:
        """Store one, in one transaction; one with the same digest is kept once. created: UTC, ISO 8601."""
        row = {
            "run": result.run, "scenario": result.scenario, "created": created, "digest": result.digest,
            "recipe": json.dumps(recipe), "page": zlib.compress(json.dumps(result_page(result)).encode(), 6),
            "columns": _packed({name: getattr(result, name) for name in EvacuationResult.COLUMNS}),
        }
        with self._engine.begin() as connection:
            connection.execute(evacuations.delete().where(evacuations.c.run == result.run))
            connection.execute(insert(evacuations), [row])

    def ids(self) -> list[str]:
        """Ids of all, newest first."""
        with self._engine.connect() as connection:
            return [str(row.run) for row in connection.execute(select(evacuations.c.run).order_by(*_NEWEST))]

    def asked(self, spec_digest: str) -> list[str]:
        """Ids of those that were asked the same, by the recipe, newest first."""
        return [id for id, recipe in self._recipes() if recipe.get("asked") == spec_digest]

    def result(self, run: str) -> EvacuationResult:
        """The one whose id begins with ``run``; raises InputError for none and for one that is damaged."""
        known = self.ids()
        found = [id for id in known if id.startswith(run)] if run else []
        if len(found) != 1:
            raise unknown("evacuation", run, known, where=str(self._folder))
        with self._engine.connect() as connection:
            row = connection.execute(select(evacuations).where(evacuations.c.run == found[0])).one()
        try:
            page, columns = page_of(row.page), _unpacked(row.columns)
            if any(column_page(columns[name]) != page[name] for name in EvacuationResult.COLUMNS):
                raise ValueError("columns are not those of the page")
            return typed_result(EvacuationResult, page, columns)
        except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
            raise InputError(f"the stored evacuation {found[0]} is damaged", where=str(self._folder),
                             repair=f"evacuate '{row.scenario}' again, which gives the same figures") from error

    def newest(self, disaster: str, city_digest: str, cascade: str) -> EvacuationResult | None:
        """The newest in which people felt the outages of ``cascade``, else none, in a city and a disaster (its digest, as the
        recipe has it); None without any."""
        of_it = [self.result(id) for id, recipe in self._recipes() if recipe.get("disaster") == disaster]
        fitting = [found for found in of_it if found.city_digest == city_digest and found.cascade in (cascade, "")]
        return min(fitting, key=lambda found: found.cascade == "", default=None)

    def _recipes(self) -> list[tuple[str, dict[str, Any]]]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(evacuations.c.run, evacuations.c.recipe).order_by(*_NEWEST)).all()
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

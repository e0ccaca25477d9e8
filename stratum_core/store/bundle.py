"""A city as a folder of Parquet files and one JSON page: small, readable anywhere, easy to compare.

The sample city is committed in this form; a project on disk is made from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stratum_core.errors import InputError
from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Field, Table

SCHEMA = "stratum.city/1"


def write_city(city: City, folder: Path) -> None:
    """Write ``city`` as <table>.parquet files and city.json into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in city.tables().items():
        pq.write_table(to_arrow(rows), folder / f"{name}.parquet", compression="zstd", compression_level=19)
    page = {"schema": SCHEMA, "name": city.name, "crs": city.crs, "currency": city.currency, "price_year": city.price_year}
    (folder / "city.json").write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")


def read_city(folder: Path) -> City:
    """The city in ``folder``; raises InputError where it is not one."""
    page_file = folder / "city.json"
    if not page_file.is_file():
        raise InputError("there is no city.json", where=str(folder), repair="name a folder that write_city made")
    page = json.loads(page_file.read_text(encoding="utf-8"))
    if page.get("schema") != SCHEMA:
        raise InputError(f"schema '{page.get('schema')}' is not {SCHEMA}", where=str(page_file), repair="use a matching version")
    files = {name: folder / f"{name}.parquet" for name in TABLES}
    tables = {name: from_arrow(TABLES[name], pq.read_table(file)) for name, file in files.items() if file.is_file()}
    return City(name=page["name"], crs=page["crs"], currency=page["currency"], price_year=page["price_year"], **tables)  # type: ignore[arg-type]


def to_arrow(rows: Table) -> pa.Table:
    """A model table as an Arrow table; paths become lists of float64 (x0, y0, x1, y1, ...)."""
    return pa.table({name: _to_arrow(array, rows.specs()[name]) for name, array in rows.columns().items()})


def from_arrow(cls: type[Table], arrow: pa.Table) -> Table:
    """A model table from an Arrow table; columns that it lacks take their default."""
    specs = cls.specs()
    return cls(**{name: _from_arrow(arrow[name], specs[name]) for name in arrow.column_names if name in specs})


def _to_arrow(array: npt.NDArray[Any], spec: Field) -> pa.Array:
    if spec.dtype == "path":
        return pa.array([None if p is None else np.asarray(p, dtype=float).ravel() for p in array], pa.list_(pa.float64()))
    return pa.array(array.tolist() if spec.dtype == "str" else array, pa.string() if spec.dtype == "str" else None)


def _from_arrow(values: pa.ChunkedArray, spec: Field) -> Any:
    if spec.dtype == "path":
        return [None if p is None else np.array(p, dtype=float).reshape(-1, 2) for p in values.to_pylist()]
    if spec.dtype == "str":
        return values.to_pylist()
    return values.to_numpy()

"""A city to and from SQL rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Field, Table
from stratum_core.store.schema import city_tables, meta

_PROPERTIES = ("name", "crs", "currency", "price_year")


def write_city_rows(connection: Connection, city: City) -> None:
    """Replace the stored city by ``city`` within the caller's transaction."""
    connection.execute(delete(meta).where(meta.c.key.in_(_PROPERTIES)))
    connection.execute(insert(meta), [{"key": name, "value": str(getattr(city, name))} for name in _PROPERTIES])
    for name, rows in city.tables().items():
        connection.execute(delete(city_tables[name]))
        if len(rows):
            connection.execute(insert(city_tables[name]), _records(rows))


def read_city_rows(connection: Connection) -> City:
    """The stored city."""
    found = dict(connection.execute(select(meta.c.key, meta.c.value)).all())
    tables: dict[str, Any] = {name: _table(connection, name, cls) for name, cls in TABLES.items()}
    return City(name=found["name"], crs=found["crs"], currency=found["currency"], price_year=int(found["price_year"]), **tables)


def _records(rows: Table) -> list[dict[str, Any]]:
    specs = rows.specs()
    columns = {name: _to_sql(array, specs[name]) for name, array in rows.columns().items()}
    columns["row"] = list(range(len(rows)))
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def sql_row(row: Mapping[str, Any], specs: dict[str, Field]) -> dict[str, Any]:
    """One plain row (``model.changes``) as its SQL values."""
    return {name: _to_sql(np.array([_cell(row[name], specs[name])]) if specs[name].dtype != "path" else [row[name]],
                          specs[name])[0] for name in specs}


def _cell(value: Any, spec: Field) -> Any:
    return (np.nan if value is None else float(value)) if spec.dtype == "float" else value


def _to_sql(array: Any, spec: Field) -> list[Any]:
    if spec.dtype == "path":
        return [None if path is None else np.asarray(path, dtype="<f8").tobytes() for path in array]
    if spec.dtype == "float":
        return [None if value != value else value for value in array.tolist()]
    values: list[Any] = array.tolist()
    return values


def _table(connection: Connection, name: str, cls: type[Table]) -> Table:
    table, specs = city_tables[name], cls.specs()
    records = connection.execute(select(*(table.c[column] for column in specs)).order_by(table.c.row)).all()
    columns = list(zip(*records, strict=True)) if records else [()] * len(specs)
    return cls(**{column: _from_sql(values, specs[column]) for column, values in zip(specs, columns, strict=True)})


def _from_sql(values: tuple[Any, ...], spec: Field) -> list[Any]:
    if spec.dtype == "path":
        return [None if value is None else np.frombuffer(value, dtype="<f8").reshape(-1, 2) for value in values]
    if spec.dtype == "float":
        return [np.nan if value is None else value for value in values]
    return list(values)

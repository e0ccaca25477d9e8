"""Canonical bytes and digests: RFC 8785 JSON and SHA-256, so that two machines hash the same thing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt
import rfc8785

from stratum_core.model.city import City
from stratum_core.model.fields import Table
from stratum_core.model.results import jsonable


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 bytes of plain data or of a result dataclass."""
    return rfc8785.dumps(jsonable(value))


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def array_digest(array: npt.NDArray[Any]) -> str:
    """SHA-256 of dtype, shape and little-endian bytes; strings are UTF-8 with a zero after each."""
    if array.dtype == object:
        body = b"".join(_text(item) for item in array)
    else:
        body = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
    head = f"{array.dtype.kind}{array.dtype.itemsize}{array.shape}".encode()
    return hashlib.sha256(head + body).hexdigest()


def table_digest(table: Table) -> str:
    """SHA-256 over ids and the names and digests of all columns in which any row says more than the default."""
    specs = table.specs()
    return digest_of({name: array_digest(column) for name, column in table.columns().items()
                      if name == "id" or not _silent(column, specs[name].default)})


def city_digest(city: City) -> str:
    """SHA-256 over everything in a city that a run can depend on; a table or column that nobody filled does not count, so that
    one that is new to the program changes no digest."""
    page: dict[str, Any] = {"name": city.name, "crs": city.crs, "currency": city.currency, "price_year": city.price_year}
    tables = {name: table for name, table in city.tables().items() if len(table)}
    return digest_of(page | {name: table_digest(table) for name, table in tables.items()})


def result_digest(result: Any) -> str:
    """The digest of a result: its JSON page without identity, times and machine (DESIGN section 4)."""
    return page_digest(result_page(result), result.UNDIGESTED)


def page_digest(page: Mapping[str, Any], undigested: Collection[str]) -> str:
    """The digest of a result from its JSON page, without the fields ``undigested``."""
    return digest_of({name: value for name, value in page.items() if name not in undigested})


def result_page(result: Any) -> dict[str, Any]:
    """A result as plain data; its large columns stand as {"sha256": ...}."""
    page: dict[str, Any] = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if field.name in result.COLUMNS:
            page[field.name] = column_page(value)
        elif field.name in result.NULL_IF_EMPTY and not value:
            page[field.name] = None
        else:
            page[field.name] = jsonable(value)
    return page


def column_page(value: Any) -> Any:
    """What stands on a page for a large column: the digest of its bytes, by name where it is several arrays."""
    if isinstance(value, dict):
        return {name: column_page(array) for name, array in value.items()}
    return {"sha256": array_digest(value)}


def _silent(column: npt.NDArray[Any], default: Any) -> bool:
    """True if every row has the default; NaN is one."""
    if column.dtype == object:
        return all(item is default or (isinstance(item, str) and item == default) for item in column)
    return bool(np.array_equal(column, np.full_like(column, default), equal_nan=column.dtype.kind == "f"))


def _text(item: Any) -> bytes:
    if isinstance(item, np.ndarray):
        return np.ascontiguousarray(item, dtype="<f8").tobytes() + b"\x00"
    return str(item).encode() + b"\x00" if item is not None else b"\x01"

"""A result from its JSON page and its columns, typed again."""

from __future__ import annotations

import json
import types
import typing
import zlib
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import CascadeResult

Result = TypeVar("Result", CascadeResult, EvacuationResult, OptimiseResult)


def page_of(stored: bytes) -> dict[str, Any]:
    """The page of a run from its compressed bytes; raises ValueError where they are damaged."""
    try:
        page = json.loads(zlib.decompress(stored))
    except (zlib.error, TypeError, RecursionError) as error:
        raise ValueError("the page is damaged") from error
    if not isinstance(page, dict):
        raise ValueError("the page is damaged")
    return page


def typed_result(kind: type[Result], page: dict[str, Any], columns: dict[str, Any]) -> Result:
    """The result of class ``kind`` whose page and columns were stored."""
    hints = typing.get_type_hints(kind)
    known = [f for f in fields(kind) if f.name in page or f.name not in kind.ADDED]
    given = {f.name: columns[f.name] if f.name in columns else page[f.name] for f in known}
    values = {
        name: value if name in columns else _empty(hints[name]) if value is None and name in kind.NULL_IF_EMPTY
        else _typed(hints[name], value)
        for name, value in given.items()
    }
    return kind(**values)


def _empty(hint: Any) -> Any:
    """{} of a dict, '' of a text, 0 of a number."""
    return (typing.get_origin(hint) or hint)()


def _typed(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _typed(arguments[0], value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{f.name: _typed(hints[f.name], value[f.name]) for f in fields(hint)
                       if f.init and (f.name in value or f.default is MISSING)})
    if origin is np.ndarray:
        return _array(value)
    if origin is tuple:
        inner = arguments[0]
        return tuple(_typed(inner, item) for item in value)
    if origin is dict:
        return {name: _typed(arguments[1], item) for name, item in value.items()}
    return float(value) if hint is float and value is not None else value


def _array(value: list[Any]) -> np.ndarray:
    if value and isinstance(value[0], str):
        return np.array(value, dtype=object)
    array = np.array(
        [[np.nan if v is None else v for v in row] if isinstance(row, list) else np.nan if row is None else row for row in value],
        dtype=float,
    )
    array.flags.writeable = False
    return array

"""JSON Schemas of results, made from their dataclasses, so that page and schema cannot drift apart.

A result that has no field ``schema`` of its own gets it on its page, where ``labelled`` puts it first.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from inspect import cleandoc
from typing import Any

import numpy as np

from stratum_core.model.results import jsonable

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE = {str: "string", float: "number", int: "integer", bool: "boolean"}


def labelled(value: Any, schema: str, **more: Any) -> dict[str, Any]:
    """The page of a result that has no label of its own: ``schema`` first, its fields, then ``more``."""
    return {"schema": schema, **jsonable(value), **more}


def schema_of(cls: type[Any], title: str, **more: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a result's page; its large columns stand as {"sha256": ...}. ``more``: fields that the page adds."""
    columns = getattr(cls, "COLUMNS", ())
    hints = typing.get_type_hints(cls)
    properties = {f.name: _column() if f.name in columns else _schema(hints[f.name]) for f in fields(cls)}
    for name in getattr(cls, "NULL_IF_EMPTY", ()):
        properties[name] = {"anyOf": [properties[name], {"type": "null"}]}
    if "schema" not in properties:
        properties = {"schema": {"const": title}, **properties, **{name: dict(inner) for name, inner in more.items()}}
    page = {
        "$schema": DRAFT,
        "title": title,
        "description": cleandoc(cls.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    definitions = _definitions(cls)
    return {**page, "$defs": definitions} if definitions else page


def _column() -> dict[str, Any]:
    digest = {"type": "object", "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}, "required": ["sha256"]}
    return {"anyOf": [digest, {"type": "object", "additionalProperties": digest}]}


def _schema(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(argument) for argument in arguments if argument is not type(None)] + [{"type": "null"}]}
    if origin is np.ndarray:
        return {"type": "array", "items": {"type": ["number", "string", "null", "array"]}}
    if origin is tuple and len(set(arguments) - {...}) > 1:
        return {"type": "array", "prefixItems": [_schema(argument) for argument in arguments], "items": False}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if is_dataclass(hint) and isinstance(hint, type):
        return {"$ref": f"#/$defs/{hint.__name__}"} if _holds(hint, hint) else _inner(hint)
    return {"type": _SIMPLE[hint]}


def _inner(cls: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    properties = {f.name: _schema(hints[f.name]) for f in fields(cls)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "description": cleandoc(cls.__doc__ or ""),
    }


def _definitions(cls: type[Any]) -> dict[str, Any]:
    """The schemas of dataclasses within ``cls`` that hold themselves."""
    return {inner.__name__: _inner(inner) for inner in sorted(_reached(cls), key=lambda c: c.__name__) if _holds(inner, inner)}


def _holds(cls: type[Any], other: type[Any]) -> bool:
    return other in _reached(cls)


def _reached(cls: type[Any]) -> frozenset[type[Any]]:
    """All dataclasses that fields of ``cls`` lead to."""
    found: set[type[Any]] = set()
    waiting = list(typing.get_type_hints(cls).values())
    while waiting:
        hint = waiting.pop()
        waiting += [argument for argument in typing.get_args(hint) if not isinstance(argument, (str, int))]
        if is_dataclass(hint) and isinstance(hint, type) and hint not in found:
            found.add(hint)
            waiting += typing.get_type_hints(hint).values()
    return frozenset(found)

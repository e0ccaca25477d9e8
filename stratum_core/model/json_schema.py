"""JSON Schemas of results, made from their dataclasses, so that page and schema cannot drift apart."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from inspect import cleandoc
from typing import Any

import numpy as np

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE = {str: "string", float: "number", int: "integer", bool: "boolean"}


def schema_of(cls: type[Any], title: str) -> dict[str, Any]:
    """The JSON Schema of a result's page; its large columns stand as {"sha256": ...}."""
    columns = getattr(cls, "COLUMNS", ())
    hints = typing.get_type_hints(cls)
    properties = {f.name: _column() if f.name in columns else _schema(hints[f.name]) for f in fields(cls)}
    return {
        "$schema": DRAFT,
        "title": title,
        "description": cleandoc(cls.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _column() -> dict[str, Any]:
    digest = {"type": "object", "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}, "required": ["sha256"]}
    return {"anyOf": [digest, {"type": "object", "additionalProperties": digest}]}


def _schema(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(argument) for argument in arguments if argument is not type(None)] + [{"type": "null"}]}
    if origin is np.ndarray:
        return {"type": "array", "items": {"type": ["number", "string", "null", "array"]}}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if is_dataclass(hint) and isinstance(hint, type):
        inner = typing.get_type_hints(hint)
        properties = {f.name: _schema(inner[f.name]) for f in fields(hint)}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
            "description": cleandoc(hint.__doc__ or ""),
        }
    return {"type": _SIMPLE[hint]}

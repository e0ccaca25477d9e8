"""The part of JSON Schema that case schemas use, checked so that the error names the key.

Known words: type, properties, required, additionalProperties, items, minItems, maxItems, minimum, maximum,
exclusiveMinimum, enum, const, anyOf (of required), $ref into $defs. All others are documentation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stratum_core.errors import InputError, unknown

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,), "boolean": (bool,),
    "null": (type(None),),
}


def check(value: Any, schema: Mapping[str, Any], where: str, root: Mapping[str, Any] | None = None) -> None:
    """Raise InputError at the first place where ``value`` does not fit ``schema``."""
    root = schema if root is None else root
    if "$ref" in schema:
        return check(value, root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], where, root)
    _type(value, schema, where)
    _value(value, schema, where)
    if isinstance(value, dict):
        _object(value, schema, where, root)
    elif isinstance(value, list):
        _array(value, schema, where, root)


def _type(value: Any, schema: Mapping[str, Any], where: str) -> None:
    names = schema.get("type")
    if names is None:
        return
    allowed = [names] if isinstance(names, str) else names
    fits = any(isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in allowed)
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(f"{_shown(value)} is no {' or '.join(allowed)}", where=where, repair=f"give {_article(allowed[0])}")


def _value(value: Any, schema: Mapping[str, Any], where: str) -> None:
    if "const" in schema and value != schema["const"]:
        raise InputError(f"{_shown(value)} is not '{schema['const']}'", where=where, repair=f"write '{schema['const']}'")
    if "enum" in schema and value not in schema["enum"]:
        raise unknown("value", str(value), [str(v) for v in schema["enum"]], where=where)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return
    low, high, above = (schema.get(word) for word in ("minimum", "maximum", "exclusiveMinimum"))
    if (low is not None and value < low) or (above is not None and value <= above) or (high is not None and value > high):
        least = f"above {above:g}" if above is not None else f"from {low:g}" if low is not None else "any"
        unit = f" {schema['unit']}" if schema.get("unit") else ""
        raise InputError(f"{value} is out of range", where=where,
                         repair=f"give a value {least}{f' to {high:g}' if high is not None else ''}{unit}")


def _object(value: dict[str, Any], schema: Mapping[str, Any], where: str, root: Mapping[str, Any]) -> None:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise InputError(f"key '{name}' is missing", where=where, repair="add it")
    ways = [way["required"] for way in schema.get("anyOf", ()) if "required" in way]
    if ways and not any(all(name in value for name in way) for way in ways):
        raise InputError("too little is given", where=where, repair=f"give {' or '.join(' and '.join(way) for way in ways)}")
    others = schema.get("additionalProperties", True)
    for name, part in value.items():
        if name in known:
            check(part, known[name], f"{where}.{name}", root)
        elif others is False:
            raise unknown("key", name, known, where=where)
        elif isinstance(others, dict):
            check(part, others, f"{where}.{name}", root)


def _array(value: list[Any], schema: Mapping[str, Any], where: str, root: Mapping[str, Any]) -> None:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf):
        raise InputError(f"it has {len(value)} entries", where=where,
                         repair=f"give {schema.get('minItems', 0)} to {schema.get('maxItems', 'any number')}")
    for number, part in enumerate(value):
        if "items" in schema:
            check(part, schema["items"], f"{where}[{number}]", root)


def _shown(value: Any) -> str:
    text = str(value)
    return f"'{text}'" if len(text) < 40 else f"'{text[:36]}...'"


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeio" else f"a {name}"

"""Columns of a layer whose name says what they are and in which unit; all others are told, never guessed.

A field that has a unit needs it in the column's name: ``diameter_mm``, ``length [km]``, ``demand (l/s)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from stratum_core.importers.gis_mapping import TABLES, Column
from stratum_core.model.fields import Field
from stratum_core.units import INTERNAL, UNITS, quantity_of

#: other names of our fields
_ALSO = {
    "elevation": "z", "ground_height": "z", "label": "name", "population": "residents", "inhabitants": "residents",
    "hazen_williams": "roughness", "hw_c": "roughness", "replacement_value": "value",
}
#: the quantity of a field that is in the row's own unit
_OWN_UNIT = {"demand": ("flow", "power", "mass flow"), "capacity": ("flow", "power", "volume", "mass flow", "vehicles")}
_FIELDS = {
    "assets": ("name", "z", "demand", "capacity", "voltage", "pressure", "equipment_height", "people"),
    "links": ("name", "length", "diameter", "roughness", "capacity", "voltage", "resistance", "reactance", "lanes",
              "free_flow_time"),
    "blocks": ("name", "z", "residents", "children", "elderly", "households", "vehicles"),
}
_COUNTS = ("people", "1", "")
_UNIT_NAMES = {re.sub(r"[^a-z0-9%]", "", name.lower()): name for name in UNITS if name not in ("1", "money", "people")}
_POSITIONS = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"), ("easting", "northing"))


def obvious(table: str, columns: Iterable[str]) -> dict[str, Column]:
    """Field -> column, for columns whose name leaves no doubt; a field that two columns could be is left out."""
    found: dict[str, Column] = {}
    doubtful: set[str] = set()
    for column in columns:
        field, unit = _meaning(column)
        if field not in _FIELDS[table] or not _fits(table, field, unit):
            continue
        if field in found:
            doubtful.add(field)
        found[field] = Column(column, unit)
    kept = {field: column for field, column in found.items() if field not in doubtful}
    own = {INTERNAL[quantity_of(c.unit)] for field, c in kept.items() if field in _OWN_UNIT}
    if len(own) > 1:
        kept = {field: column for field, column in kept.items() if field not in _OWN_UNIT}
    elif own:
        kept["unit"] = Column(value=own.pop())
    return kept


def position_columns(columns: Iterable[str]) -> tuple[str, str] | None:
    """The columns of a table that are plainly its positions; None where there are none."""
    known: Mapping[str, str] = {column.strip().lower(): column for column in columns}
    return next(((known[x], known[y]) for x, y in _POSITIONS if x in known and y in known), None)


def _meaning(column: str) -> tuple[str, str]:
    """(field, unit) of a column's name; the unit is empty where the name says none."""
    words = re.sub(r"[^a-z0-9%/]+", "_", column.strip().lower()).strip("_")
    for head, tail in ((words[:i], words[i + 1 :]) for i, sign in enumerate(words) if sign == "_"):
        unit = _UNIT_NAMES.get(re.sub(r"[^a-z0-9%]", "", tail))
        if unit is not None:
            return _ALSO.get(head, head), unit
    return _ALSO.get(words, words), ""


def _fits(table: str, field: str, unit: str) -> bool:
    spec: Field = TABLES[table].specs()[field]
    if field in _OWN_UNIT:
        return bool(unit) and quantity_of(unit) in _OWN_UNIT[field]
    if spec.unit in _COUNTS:
        return not unit
    return bool(unit) and quantity_of(unit) == quantity_of(spec.unit)

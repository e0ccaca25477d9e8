"""What the columns of a GIS layer mean: a small TOML file, or the sector alone.

    [ky4_pipes]                     # name of the layer; [layer] is for any
    table = "links"                 # assets, links or blocks; by the geometry if not given
    sector = "water"
    kind = "pipe"
    id = "name"                     # column of the id; the row number if not given
    name = "name"
    start = "start_node_name"       # columns that name the ends; else ends are snapped
    end = "end_node_name"
    snap_m = 1.0
    crs = "EPSG:3547"               # only where the file lacks one
    x = "lon"                       # columns of a CSV
    y = "lat"
    [ky4_pipes.columns]
    diameter = { column = "diameter", unit = "m" }
    provenance = { value = "derived" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.importers.source_file import SourceFile
from stratum_core.model import Assets, Blocks, Links
from stratum_core.model.fields import Field, Table
from stratum_core.model.kinds import kind as known_kind
from stratum_core.model.kinds import kinds
from stratum_core.model.tables import SECTORS
from stratum_core.units import UNITS, quantity_of

TABLES: dict[str, type[Table]] = {"assets": Assets, "links": Links, "blocks": Blocks}
_OURS = ("id", "source", "x", "y", "path", "sector", "kind", "start", "end")


@dataclass(frozen=True)
class Column:
    """Where a field comes from: a column in a unit, or one value for all rows."""

    column: str = ""
    unit: str = ""
    value: Any = None


@dataclass(frozen=True)
class Layer:
    """How the features of one layer become rows."""

    table: str = ""
    sector: str = ""
    kind: str = ""
    id: str = ""
    name: str = ""
    start: str = ""
    end: str = ""
    snap_m: float = 1.0
    crs: str = ""
    x: str = ""
    y: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)


def layer_mapping(file: SourceFile | None, name: str, sector: str | None) -> Layer | None:
    """The mapping of the layer called ``name``; by the sector alone without a file; None if neither says.

    Raises InputError for an unknown key, field, kind, sector or unit.
    """
    if file is None:
        return Layer(sector=sector) if sector else None
    page = _page(file)
    chosen = page.get(name, page.get("layer"))
    if chosen is None:
        return Layer(sector=sector) if sector else None
    if not isinstance(chosen, dict):
        raise InputError("a table is meant here", where=f"{file.name}, {name}", repair=f"write [{name}] and its keys below it")
    where = f"{file.name}, [{name if name in page else 'layer'}]"
    return _layer({"columns": page.get("columns", {}), **chosen}, sector, where)


def _page(file: SourceFile) -> dict[str, Any]:
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is no TOML: {error}", where=file.name, repair="mend it at that place") from error


def _layer(data: dict[str, Any], sector: str | None, where: str) -> Layer:
    known = {f.name: f for f in fields(Layer)}
    for key, value in data.items():
        if key not in known:
            raise unknown("key", key, known, where=where)
        meant: dict[str, tuple[type, ...]] = {"snap_m": (int, float), "columns": (dict,)}
        if not isinstance(value, meant.get(key, (str,))):
            raise InputError(f"'{value}' does not fit key '{key}'", where=where, repair="see the manual for its form")
    layer = Layer(**{"sector": sector or "", **data, "columns": {}})
    _check_words(layer, where)
    return Layer(**{**vars(layer), "columns": _columns(data["columns"], layer, where)})


def _check_words(layer: Layer, where: str) -> None:
    if layer.table and layer.table not in TABLES:
        raise unknown("table", layer.table, TABLES, where=where)
    if layer.sector and layer.sector not in SECTORS:
        raise unknown("sector", layer.sector, SECTORS, where=where)
    if layer.kind and known_kind(layer.kind, where=where).sector != layer.sector and layer.sector:
        raise InputError(f"kind '{layer.kind}' is of sector {kinds()[layer.kind].sector}, not {layer.sector}", where=where,
                         repair="change one of the two")


def _columns(data: dict[str, Any], layer: Layer, where: str) -> dict[str, Column]:
    tables = [TABLES[layer.table]] if layer.table else list(TABLES.values())
    known = {name: spec for table in tables for name, spec in table.specs().items() if name not in _OURS}
    found = {}
    for name, entry in data.items():
        if name not in known:
            raise unknown("field", name, known, where=f"{where}, columns")
        found[name] = _column(known[name], entry, f"{where}, {name}")
    return found


def _column(spec: Field, entry: Any, where: str) -> Column:
    entry = {"column": entry} if isinstance(entry, str) else entry
    given = entry.keys() if isinstance(entry, dict) else set()
    if not given <= {"column", "unit", "value"} or ("column" in given) == ("value" in given):
        raise InputError("a field needs a column or a value", where=where,
                         repair='write { column = "NAME", unit = "kW" } or { value = 1 }')
    unit = str(entry.get("unit", ""))
    if unit and unit not in UNITS:
        raise unknown("unit", unit, UNITS, where=where)
    if unit and spec.unit in UNITS and quantity_of(unit) != quantity_of(spec.unit):
        raise InputError(f"unit '{unit}' measures {quantity_of(unit)}, not {quantity_of(spec.unit)}", where=where,
                         repair=f"give it in {spec.unit} or another unit of {quantity_of(spec.unit)}")
    return Column(str(entry.get("column", "")), unit, entry.get("value"))

"""GIS layers (GeoJSON, GeoPackage, Shapefile, SpatiaLite, CSV with positions), read through GDAL.

Points become assets or blocks, lines become links, polygons become blocks at a
point inside. What the columns mean is said by a mapping file (``gis_mapping``), or
not at all: then the features get the plain kind of the sector asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.gis_columns import obvious, position_columns
from stratum_core.importers.gis_mapping import TABLES, Column, Layer, layer_mapping
from stratum_core.importers.snapping import node_kind
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.kinds import kinds

_MOST_COLUMNS = 12  # named in a note
_BINARY = (".gpkg", ".shp", ".fgb", ".sqlite")
_TABLE_OF = {"Point": "assets", "LineString": "links", "MultiLineString": "links", "Polygon": "blocks", "MultiPolygon": "blocks"}


def claims(file: SourceFile, request: Request) -> bool:
    """True for binary layers and GeoJSON; for CSV only where its columns x and y are plain, or a mapping names them."""
    if file.suffix == ".csv":
        layer = layer_mapping(request.mapping, file.path.stem, None) if request.mapping else None
        if layer is not None:
            return bool(layer.x and layer.y)
        return request.sector is not None and position_columns(_header(file)) is not None
    if file.suffix in _BINARY:
        return True
    return isinstance(file.json, dict) and file.json.get("type") in ("FeatureCollection", "Feature")


def read(file: SourceFile, request: Request) -> Draft:
    """The rows of every layer of ``file`` that the mapping or the sector explains."""
    draft = request.draft(file)
    draft.drawn = True
    names = _layers(file)
    systems = set()
    for name in names:
        mapping = layer_mapping(request.mapping, name, request.sector)
        if mapping is None:
            draft.note(f"layer {name} of {file.name} was left out: no mapping explains it")
            continue
        if file.suffix == ".csv" and not mapping.x:
            x, y = position_columns(_header(file)) or ("", "")
            mapping = replace(mapping, x=x, y=y)
        features = _features(file, name, mapping)
        systems.add(features.crs or mapping.crs)
        _Reader(draft, name, mapping, features, by_name=request.mapping is None).enter_all()
    if not systems:
        raise InputError(f"nothing says what its layers mean: {', '.join(names[:8])}", where=file.name,
                         repair="give --sector, or a mapping file with a table for the layer")
    if len(systems) > 1:
        raise InputError("its layers are in different coordinate systems", where=file.name,
                         repair="import them from files of their own")
    draft.crs = systems.pop()
    if not any(draft.rows.values()) and not draft.bad:
        raise InputError("it holds no features", where=file.name, repair="export the layer again, with its features")
    return draft


def _header(file: SourceFile) -> list[str]:
    """The column names of a CSV."""
    line = file.lines[0] if file.lines else ""
    return [cell.strip().strip('"') for cell in line.split(max(",;\t", key=line.count))]


@dataclass(frozen=True)
class _Features:
    """One layer as GDAL gives it: coordinate system, columns, geometries."""

    crs: str
    columns: dict[str, Any]
    geometries: Any


def _layers(file: SourceFile) -> list[str]:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        return [str(name) for name, _ in pyogrio.list_layers(file.path)]
    except DataSourceError as error:
        raise _unreadable(file, error) from error


def _features(file: SourceFile, name: str, mapping: Layer) -> _Features:
    import pyogrio.raw
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    options = {"X_POSSIBLE_NAMES": mapping.x, "Y_POSSIBLE_NAMES": mapping.y, "AUTODETECT_TYPE": "YES"}
    try:
        options = options if file.suffix == ".csv" else {}
        meta, _, geometries, columns = pyogrio.raw.read(str(file.path), layer=name, force_2d=True, **options)
        shapes = shapely.from_wkb(geometries if geometries is not None else [None] * len(columns[0]))
    except (DataSourceError, DataLayerError, FieldError, GeometryError, shapely.errors.ShapelyError) as error:
        raise _unreadable(file, error) from error
    return _Features(meta["crs"] or "", dict(zip(meta["fields"], columns, strict=True)), shapes)


def _unreadable(file: SourceFile, error: Exception) -> InputError:
    return InputError(f"GDAL cannot read it: {error}", where=file.name, repair="export the layer again")


class _Reader:
    """One layer being read."""

    def __init__(self, draft: Draft, name: str, mapping: Layer, features: _Features, *, by_name: bool) -> None:
        self.draft, self.name, self.features = draft, name, features
        self.mapping = self._by_name(mapping) if by_name else mapping
        mapping = self.mapping
        columns = [mapping.id, mapping.name, mapping.start, mapping.end, *(c.column for c in mapping.columns.values())]
        for column in filter(None, columns):
            if column not in features.columns:
                raise unknown("column", column, features.columns, where=f"{draft.file.name}, layer {name}")

    def _by_name(self, mapping: Layer) -> Layer:
        """The mapping with the columns whose name says what they are; the others are told."""
        types = {_TABLE_OF.get(shape.geom_type, "") for shape in self.features.geometries if shape is not None}
        table = mapping.table or (types.pop() if len(types) == 1 else "")
        columns = obvious(table, self.features.columns) if table else {}
        used = {column.column for column in columns.values()} | {mapping.x, mapping.y}
        left = [column for column in self.features.columns if column not in used]
        if left:
            more = f" and {len(left) - _MOST_COLUMNS} more" if len(left) > _MOST_COLUMNS else ""
            self.draft.note(f"columns of layer {self.name} left out, because name and unit do not say what they are: "
                            f"{', '.join(left[:_MOST_COLUMNS])}{more}; say it in a mapping file (--mapping), or call them "
                            "diameter_mm, length_km, demand_l/s, elevation_m")
        return replace(mapping, columns=columns)

    def enter_all(self) -> None:
        """Enter every feature; those without a usable geometry are bad rows."""
        for number, shape in enumerate(self.features.geometries, start=1):
            identifier = self._cell(self.mapping.id, number) or number
            where = f"{self.draft.file.name}, layer {self.name}, row {number}{f', {identifier!r}' if self.mapping.id else ''}"
            shape_type = "" if shape is None or shape.is_empty else shape.geom_type
            table = self.mapping.table or _TABLE_OF.get(shape_type, "")
            if not shape_type or not table or (_TABLE_OF.get(shape_type) == "links") != (table == "links"):
                self.draft.refuse(where, f"a geometry of type '{shape_type or 'none'}' makes no row of {table or 'any table'}",
                                  "give points for assets, lines for links")
                continue
            values = self._values(table, number, where)
            identifier = self.draft.component_id(self.name, identifier)
            if table == "links":
                self._links(identifier, where, number, shape, values)
            else:
                self._point(table, identifier, where, shape, values)

    def _cell(self, column: str, number: int) -> Any:
        """A cell as a Python value; None where it is empty."""
        if not column:
            return None
        cell = self.features.columns[column][number - 1]
        cell = cell.item() if isinstance(cell, np.generic) else cell
        cell = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
        return None if cell is None or cell != cell else cell

    def _values(self, table: str, number: int, where: str) -> dict[str, Any]:
        """The mapped fields of a row in internal units."""
        values = {"name": str(self._cell(self.mapping.name, number) or "")}
        specs = TABLES[table].specs()
        for name, column in self.mapping.columns.items():
            if name in specs:
                given = column.value if not column.column else self._cell(column.column, number)
                if given is not None:
                    values[name] = self._value(specs[name].dtype, given, column, f"{where}", name)
        return values

    def _value(self, dtype: str, given: Any, column: Column, where: str, name: str) -> Any:
        if dtype in ("float", "int"):
            return self.draft.number(given, where, name, column.unit or "1")
        if dtype == "bool":
            return str(given).lower() in ("1", "true", "yes", "open", "on")
        return str(given)

    def _kind(self, table: str) -> str:
        """The mapped kind, else the plain node or link of the sector."""
        if self.mapping.kind:
            return self.mapping.kind
        links = (kind.name for kind in kinds().values() if kind.sector == self.mapping.sector and kind.role == "link")
        return next(links, "") if table == "links" else node_kind(self.mapping.sector)

    def _point(self, table: str, identifier: str, where: str, shape: Any, values: dict[str, Any]) -> None:
        inside = shape if shape.geom_type == "Point" else shape.representative_point()
        if table == "assets":
            values |= {"sector": self.mapping.sector, "kind": self._kind(table)}
        self.draft.add(table, identifier, where, x=inside.x, y=inside.y, **values)

    def _links(self, identifier: str, where: str, number: int, shape: Any, values: dict[str, Any]) -> None:
        """A link; the parts of a multi-line become links of their own, -2 and on."""
        ends = {"start": self._cell(self.mapping.start, number), "end": self._cell(self.mapping.end, number)}
        if all(value is not None for value in ends.values()):
            found: dict[str, Any] = {"ends_by_name": True, **{field: str(value) for field, value in ends.items()}}
        else:
            found = {"snap": self.mapping.snap_m, "start": "", "end": ""}
        for part, line in enumerate(_lines(shape), start=1):
            self.draft.add("links", identifier + (f"-{part}" if part > 1 else ""), where, path=np.array(line.coords),
                           layer=self.name, sector=self.mapping.sector, kind=self._kind("links"),
                           measured_on_map="length" not in values, **found, **values)


def _lines(shape: Any) -> Iterator[Any]:
    yield from (shape.geoms if shape.geom_type == "MultiLineString" else [shape])


IMPORTERS.register("gis")(Format((".csv", ".geojson", ".json", *_BINARY), claims, read, general=True))

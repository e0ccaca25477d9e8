"""Tables of people: ``block,residents`` with optional columns x and y (or lon and lat), children, elderly and others.

Numbers are counts of people, households or vehicles; x, y and z are in metres or in the coordinate system asked for.
"""

from __future__ import annotations

import math

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.table_rows import Cells, header, table_rows

_NUMBERS = ("residents", "x", "y", "lon", "lat", "z", "children", "elderly", "households", "vehicles", "workers", "confidence")
_TEXTS = ("name", "use", "industry")
_USES = ("residential", "commercial", "industrial")


def claims(file: SourceFile, request: Request) -> bool:
    """True if the header names a block and its residents, and no mapping says what the columns are."""
    return request.mapping is None and {"block", "residents"} <= set(header(file))


def read(file: SourceFile, request: Request) -> Draft:
    """The blocks of ``file``; industries are looked up once all files are read."""
    draft, columns = request.draft(file), set(header(file))
    if columns & {"x", "y"} and columns & {"lon", "lat"}:
        raise InputError("positions stand there in metres (x, y) and in degrees (lon, lat)", where=f"{file.name}, line 1",
                         repair="leave out one of the two pairs of columns")
    for where, cells in table_rows(draft, ("block", *_TEXTS, *_NUMBERS), "block"):
        _block(draft, where, cells)
    draft.drawn = any("x" in row for row in draft.rows["blocks"])
    draft.crs = "EPSG:4326" if "lon" in columns else ""
    return draft


def _block(draft: Draft, where: str, cells: Cells) -> None:
    name, use = cells.get("block", ""), cells.get("use") or "residential"
    if not name:
        draft.refuse(where, "it names no block", "give each block a name or number of its own")
    if use not in _USES:
        draft.refuse(where, f"use '{use}' is unknown", f"known: {', '.join(_USES)}")
    values = {field: draft.number(cells[field], where, field) for field in _NUMBERS if cells.get(field)}
    if "residents" not in values:
        draft.refuse(where, f"block '{name}' has no residents", "write how many people live there, 0 for nobody")
    if values.get("children", 0) + values.get("elderly", 0) > values.get("residents", 0) + 0.5:
        draft.refuse(where, f"block '{name}' has more children and elderly than residents", "mend one of the three")
    if values.get("households", 0) > values.get("residents", math.inf) + 0.5:
        draft.refuse(where, f"block '{name}' has more households than residents", "mend one of the two")
    place = {axis: values.pop(degrees) for axis, degrees in (("x", "lon"), ("y", "lat")) if degrees in values}
    if len({"x", "y"} & {*values, *place}) == 1:
        draft.refuse(where, f"block '{name}' has one coordinate", "give both or none")
        return
    draft.add("blocks", draft.component_id("block", name), where, name=cells.get("name") or name, use=use,
              industry=cells.get("industry", ""), **values, **place)


IMPORTERS.register("census_csv")(Format((".csv",), claims, read))

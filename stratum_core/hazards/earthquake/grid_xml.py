"""The bytes of a ShakeMap grid.xml or uncertainty.xml: fields by name, on a regular grid of longitude and latitude.

The parser reads no document type and no entities, so that a file cannot reach for others or swell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats, Ints

_LARGEST = 50_000_000  # cells


@dataclass
class Page:
    """What the file says, as text."""

    event: dict[str, str] = field(default_factory=dict)
    grid: dict[str, str] = field(default_factory=dict)
    fields: list[dict[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """Fields of one file: longitude of the columns rising, latitude of the rows falling; values (rows, columns) by name.

    lon, lat: degrees. units: as the file gives them.
    """

    lon: Floats
    lat: Floats
    values: dict[str, Floats]
    units: dict[str, str]
    magnitude: str


def read_grid(path: Path) -> Grid:
    """The grid in a file; raises InputError naming what is missing or wrong."""
    page = _page(path)
    columns = _columns(page, path)
    lon, lat = _axis(page, "lon", path), _axis(page, "lat", path)[::-1]
    table = _table(page, len(columns), len(lon) * len(lat), path)
    cell = _cells(table[:, columns["LON"]], table[:, columns["LAT"]], lon, lat, path)
    values = {name: _placed(table[:, column], cell, (len(lat), len(lon))) for name, column in columns.items()
              if name not in ("LON", "LAT")}
    units = {str(f.get("name", "")).upper(): f.get("units", "") for f in page.fields}
    return Grid(lon, lat, values, units, page.event.get("magnitude", ""))


def _page(path: Path) -> Page:
    page, inside = Page(), [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit(":", 1)[-1]
        inside[0] = tag == "grid_data"
        if tag == "event":
            page.event = attributes
        elif tag == "grid_specification":
            page.grid = attributes
        elif tag == "grid_field":
            page.fields.append(attributes)

    def end(name: str) -> None:
        inside[0] = False

    def text(characters: str) -> None:
        if inside[0]:
            page.data.append(characters)

    def refuse(*_: object) -> NoReturn:
        raise InputError("the file declares a document type or entities", where=str(path),
                         repair="give the grid.xml as ShakeMap writes it")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        raise InputError(f"this is no XML: {error}", where=str(path), repair="fetch the file again") from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise InputError(f"the file's encoding cannot be read: {error}", where=str(path), repair="save it as UTF-8") from error
    return page


def _columns(page: Page, path: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in page.fields:
        name, index = str(entry.get("name", "")).strip().upper(), entry.get("index", "")
        if not name or not index.isdecimal() or not 1 <= int(index) <= len(page.fields) or name in found:
            raise InputError(f"grid_field '{name}' has no index of its own", where=str(path), repair="number the fields from 1")
        found[name] = int(index) - 1
    if len(set(found.values())) != len(found):
        raise InputError("two fields have one index", where=str(path), repair="number the fields from 1")
    for name in ("LON", "LAT"):
        if name not in found:
            raise InputError(f"the grid has no field {name}", where=str(path), repair="give a grid.xml with LON, LAT and PGA")
    return found


def _axis(page: Page, axis: str, path: Path) -> Floats:
    try:
        low, high = float(page.grid[f"{axis}_min"]), float(page.grid[f"{axis}_max"])
        size = int(page.grid[f"n{axis}"])
    except (KeyError, ValueError) as error:
        raise InputError(f"grid_specification has no number for {axis}_min, {axis}_max or n{axis}", where=str(path),
                         repair="fetch the file again") from error
    if axis == "lon" and high < low:  # across the date line
        high += 360.0
    limit = 540.0 if axis == "lon" else 90.0
    if not (-limit <= low < high <= limit) or not 2 <= size <= _LARGEST:
        raise InputError(f"grid_specification gives {axis} from {low:g} to {high:g} in {size} steps", where=str(path),
                         repair="fetch the file again")
    return np.linspace(low, high, size)


def _table(page: Page, fields: int, cells: int, path: Path) -> Floats:
    words = "".join(page.data).split()
    if cells > _LARGEST or len(words) != fields * cells:
        raise InputError(f"grid_data holds {len(words)} numbers where {fields} fields of {cells} cells need {fields * cells}",
                         where=str(path), repair="fetch the file again, it may be cut off")
    try:
        table = np.array(words, dtype=np.float64).reshape(cells, fields)
    except ValueError as error:
        raise InputError(f"grid_data holds something that is no number: {error}", where=str(path),
                         repair="fetch the file again") from error
    if not np.isfinite(table).all():
        bad = int((~np.isfinite(table)).any(axis=1).sum())
        raise InputError(f"{bad} rows of grid_data hold values that are not finite", where=str(path),
                         repair="fetch the file again, or fill those cells")
    return table


def _cells(lon: Floats, lat: Floats, columns: Floats, rows: Floats, path: Path) -> Ints:
    """Number of the cell that each row of the data means; every cell must occur once."""
    wide, high = columns[1] - columns[0], rows[0] - rows[1]
    column = np.rint(((lon - columns[0] + 180.0) % 360.0 - 180.0 if columns[-1] > 180.0 else lon - columns[0]) / wide)
    row = np.rint((rows[0] - lat) / high)
    inside = (column >= 0) & (column < len(columns)) & (row >= 0) & (row < len(rows))
    cell = np.where(inside, row * len(columns) + column, -1.0).astype(np.int64)
    if not inside.all() or len(np.unique(cell)) != len(cell):
        raise InputError("the positions of grid_data are not those of grid_specification", where=str(path),
                         repair="fetch the file again")
    return cell


def _placed(values: Floats, cell: Ints, shape: tuple[int, int]) -> Floats:
    placed = np.empty(shape[0] * shape[1])
    placed[cell] = values
    return placed.reshape(shape)

"""The tables of a pandapower JSON file, and where its elements are, without pandapower."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.importers.source_file import SourceFile

Cells = dict[str, Any]
_REFERENCES = ("bus", "from_bus", "to_bus", "hv_bus", "lv_bus", "et", "element")
Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """One table of the net: column names, index, rows."""

    columns: tuple[str, ...] = ()
    index: tuple[Any, ...] = ()
    data: tuple[Any, ...] = ()

    def rows(self) -> Iterator[tuple[Any, Cells]]:
        """Index and cells by column of each row."""
        for index, row in zip(self.index, self.data, strict=True):
            yield index, dict(zip(self.columns, row, strict=True))


class Net:
    """A pandapower net as its file has it."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._content: Mapping[str, Any] = file.json["_object"]

    def frame(self, name: str) -> Frame:
        """The table ``name``; empty where the net has none. Raises InputError if it cannot be read."""
        stored = self._content.get(name)
        if not isinstance(stored, dict) or stored.get("_class") != "DataFrame":
            return Frame()
        try:
            inner = stored["_object"]
            inner = json.loads(inner) if isinstance(inner, str) else inner
            frame = Frame(tuple(map(str, inner["columns"])), tuple(inner["index"]), tuple(inner["data"]))
            if len(frame.index) != len(frame.data) or any(len(row) != len(frame.columns) for row in frame.data):
                raise ValueError("rows and columns do not match")
            for _, row in frame.rows():
                hash(tuple(row.get(column) for column in _REFERENCES))
            hash(frame.index)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"table '{name}' cannot be read", where=self._file.name,
                             repair="save the net again with pandapower.to_json of version 2 or newer") from error
        return frame

    def places(self, *tables: str) -> dict[Any, Points]:
        """Points of the elements by index, from the first of ``tables`` that holds coordinates.

        A column ``geo`` (pandapower 3) is GeoJSON; tables that end in _geodata (pandapower 2) hold x and y
        or coords. An element whose geometry cannot be read is left out.
        """
        for table in tables:
            found = {index: points for index, cells in self.frame(table).rows() if (points := _points(cells)) is not None}
            if found:
                return found
        return {}


def _points(cells: Cells) -> Points | None:
    """The (n, 2) points in a row, None where there are none."""
    geo = cells.get("geo")
    try:
        geo = json.loads(geo) if isinstance(geo, str) else geo
        if isinstance(geo, dict):
            given = geo["coordinates"]
        else:
            given = cells["coords"] if cells.get("coords") else [cells["x"], cells["y"]]
        points = np.array(given, dtype=np.float64)
        points = points.reshape(-1, points.shape[-1])[:, :2]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return points if points.shape[1] == 2 and len(points) and np.isfinite(points).all() else None


def is_lonlat(points: Mapping[Any, Points]) -> bool:
    """True if most of the points can be longitude and latitude."""
    if not points:
        return False
    first = np.array([place[0] for place in points.values()])
    inside = (np.abs(first[:, 0]) <= 180) & (np.abs(first[:, 1]) <= 90)
    return bool(inside.mean() > 0.5)


def missing(value: Any) -> bool:
    """True for a cell without value: null, NaN or empty."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))

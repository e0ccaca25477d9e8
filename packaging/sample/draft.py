"""A city while it is being built: rows as they come, tables at the end.

Positions are rounded to the centimetre, so that two builds write the same bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Table
from stratum_core.model.kinds import kind

GENERATED = {"provenance": "generated", "source": "stratum-sample", "confidence": 0.5}
DERIVED = {"provenance": "derived", "source": "stratum-sample", "confidence": 0.8}


class Draft:
    """Rows of every table, in the order in which they were added."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.at: dict[str, np.ndarray] = {}

    def source(self, **row: Any) -> None:
        """Add a source."""
        self.rows["sources"].append(row)

    def asset(self, id: str, kind_name: str, xy: Any, **row: Any) -> str:
        """Add an asset of a known kind at ``xy`` (m); returns its id."""
        self.at[id] = np.round(np.asarray(xy, dtype=float), 2)
        self.rows["assets"].append({"id": id, "kind": kind_name, "sector": kind(kind_name).sector,
                                    "x": self.at[id][0], "y": self.at[id][1], **row})
        return id

    def link(self, id: str, kind_name: str, start: str, end: str, *, path: Any = None, **row: Any) -> str:
        """Add a link of a known kind; its length (m) is its path's unless given. Returns its id."""
        path = np.array([self.at[start], self.at[end]]) if path is None else np.round(np.asarray(path, dtype=float), 2)
        row.setdefault("length", round(float(path_length(path)), 2))
        self.rows["links"].append({"id": id, "kind": kind_name, "sector": kind(kind_name).sector, "start": start,
                                   "end": end, "path": path if len(path) > 2 else None, **row})
        return id

    def need(self, dependent: str, service: str, supplier: str, *, hours: tuple[float, float, float] = (0, 0, 0),
             **row: Any) -> None:
        """Add a dependency with its buffer (low, mode, high) in hours."""
        low, mode, high = hours
        self.rows["dependencies"].append({
            "id": f"need/{dependent}/{service}", "dependent": dependent, "supplier": supplier, "service": service,
            "group": f"{dependent}/{service}", "buffer": mode, "buffer_low": low, "buffer_high": high, **GENERATED, **row})

    def ids(self, *kinds: str) -> list[str]:
        """Ids of the assets of these kinds."""
        return [row["id"] for row in self.rows["assets"] if row["kind"] in kinds]

    def nearest(self, ids: list[str], xy: Any) -> str:
        """The asset among ``ids`` that stands nearest to ``xy``."""
        points = np.array([self.at[i] for i in ids])
        return ids[int(np.hypot(*(points - np.asarray(xy, dtype=float)).T).argmin())]

    def city(self, name: str) -> City:
        """All rows as a frozen city in EPSG:25832 with money in EUR of 2023."""
        for row in [*self.rows["assets"], *self.rows["links"]]:
            _price(row)
        tables = {table: _table(TABLES[table], rows) for table, rows in self.rows.items()}
        return City(name=name, crs="EPSG:25832", currency="EUR", price_year=2023, **tables)  # type: ignore[arg-type]


def path_length(path: np.ndarray) -> float:
    """The length of a path of vertices, in its own unit."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def _price(row: dict[str, Any]) -> None:
    """The replacement value of the kind, marked as assumed."""
    value = kind(row["kind"]).value
    if "value" not in row and not np.isnan(value):
        row["value"] = value
        row["assumed_fields"] = ",".join(filter(None, [row.get("assumed_fields", ""), "value"]))


def _table(cls: type[Table], rows: list[dict[str, Any]]) -> Table:
    specs = cls.specs()
    stray = {key for row in rows for key in row} - set(specs)
    if stray:
        raise ValueError(f"{cls.__name__} has no column {sorted(stray)}")
    return cls(**{name: [row.get(name, spec.default) for row in rows] for name, spec in specs.items()})

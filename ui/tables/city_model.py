"""A table of the city as a Qt model: headers from field specs, sorted and filtered by NumPy. Main thread only."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from stratum_core.model.city import TABLES, City
from stratum_core.model.fields import Field, Table
from ui.names import field_title, unit_text
from ui.tables.field_model import shown

Index = QModelIndex | QPersistentModelIndex
_NUMBERS = ("float", "int")


class CityModel(QAbstractTableModel):
    """Rows of one table; columns that are empty throughout are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._city: City | None = None
        self._table = "assets"
        self._columns: list[Field] = []
        self._order = np.zeros(0, dtype=np.int64)
        self._text, self._sorted_by = "", (-1, Qt.SortOrder.AscendingOrder)

    def show_table(self, city: City, table: str) -> None:
        """Show a table of a city."""
        self.beginResetModel()
        self._city, self._table = city, table
        rows = getattr(city, table)
        specs = TABLES[table].specs().values()
        self._columns = [s for s in specs if s.dtype != "path" and _has_values(getattr(rows, s.name), s)]
        self._arrange()
        self.endResetModel()

    def find(self, text: str) -> None:
        """Keep the rows whose name, id or kind holds ``text``."""
        self.beginResetModel()
        self._text = text.strip().lower()
        self._arrange()
        self.endResetModel()

    def _rows(self) -> Table:
        return getattr(self._city, self._table)  # type: ignore[no-any-return]

    def _arrange(self) -> None:
        rows: Any = self._rows()
        chosen = np.arange(len(rows))
        if self._text:
            searched = [n for n in ("name", "id", "kind") if n in rows.specs()]
            joined = [" ".join(parts).lower() for parts in zip(*(getattr(rows, n) for n in searched), strict=True)]
            chosen = np.array([i for i, words in enumerate(joined) if self._text in words], dtype=np.int64)
        column, order = self._sorted_by
        if 0 <= column < len(self._columns) and len(chosen):
            values = getattr(rows, self._columns[column].name)[chosen]
            values = values.astype(str) if values.dtype == object else values
            ranked = np.argsort(values, kind="stable")
            chosen = chosen[ranked if order == Qt.SortOrder.AscendingOrder else ranked[::-1]]
        self._order = chosen

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        if self._city is not None:
            self._arrange()
        self.layoutChanged.emit()

    def id_at(self, row: int) -> str:
        """The id of a shown row."""
        rows: Any = self._rows()
        return str(rows.id[self._order[row]])

    def row_of(self, id: str) -> int:
        """The shown row of an id; -1 where it is not shown."""
        rows: Any = self._rows()
        found = np.flatnonzero(rows.id[self._order] == id)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: name and unit; the meaning is the tooltip."""
        if way != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        spec = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            unit = unit_text(spec.unit, self._city.currency if self._city else "")
            return f"{field_title(spec)}, {unit}" if unit else field_title(spec)
        if role == Qt.ItemDataRole.ToolTipRole:
            return spec.meaning
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(spec)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        spec = self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            value = getattr(self._rows(), spec.name)[self._order[index.row()]]
            return _number(value) if spec.dtype == "float" else shown(value, spec)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(spec)
        return None


def _side(spec: Field) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if spec.dtype in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _has_values(column: Any, spec: Field) -> bool:
    if spec.dtype == "float":
        return bool(np.isfinite(column).any())
    return bool(len(column)) and (spec.dtype != "str" or any(column))

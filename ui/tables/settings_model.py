"""Settings as a table, each by its key or by what it means; values can be written. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from stratum_core.pipeline.scenario_settings import Setting
from ui.theme import Look, font

Index = QModelIndex | QPersistentModelIndex
Columns = Mapping[str, Callable[[Setting], str]]
VALUE = 1
_UNIT: Columns = {"Unit": lambda row: row.unit if row.unit != "1" else "", "Range": lambda row: row.range}
SETTINGS: Columns = {"Setting": lambda row: row.key, "Value": lambda row: row.value,
                     "In the file": lambda row: row.original if row.edited else "", **_UNIT, "Meaning": lambda row: row.meaning}
ASSUMPTIONS: Columns = {"Assumption": lambda row: row.meaning, "Value": lambda row: row.value, **_UNIT,
                        "Source": lambda row: row.source}


class SettingsModel(QAbstractTableModel):
    """Rows of settings; a value that is written goes to ``change``, which says whether it was taken."""

    def __init__(self, look: Look, change: Callable[[str, str], bool], columns: Columns = SETTINGS) -> None:
        super().__init__()
        self._look, self._change, self._columns = look, change, columns
        self._rows: list[Setting] = []

    def set_rows(self, rows: list[Setting]) -> None:
        """Show other rows; the same keys keep the view where it stands."""
        if [row.key for row in rows] == [row.key for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, key: str) -> int:
        """The row of a key; -1 without it."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._columns)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return tuple(self._columns)[section] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: only values can be written, and only single ones."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base | Qt.ItemFlag.ItemIsEditable if index.column() == VALUE and not self._rows[index.row()].fixed else base

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what was changed is semibold, and the file's value stands beside it."""
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return tuple(self._columns.values())[index.column()](row)
        if role == Qt.ItemDataRole.ToolTipRole:
            more = (f"Source: {row.source}" if row.source else "", f"In the file: {row.original}" if row.edited else "")
            return "\n".join((row.meaning, *filter(None, more)))
        if role == Qt.ItemDataRole.FontRole:
            return font(12, bold=row.edited and index.column() <= VALUE)
        if role == Qt.ItemDataRole.ForegroundRole:
            shade = "accent" if row.edited and index.column() == VALUE else "text" if index.column() <= VALUE else "second"
            return self._look.tokens.colour("third" if row.fixed and index.column() == VALUE else shade)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt."""
        row = self._rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() == row.value:
            return False
        return self._change(row.key, str(value))

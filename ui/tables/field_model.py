"""One row of a table of the city as a list of fields; a changed value goes through the session. Main thread only."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.notices import of_error
from app.session import Session
from stratum_core.errors import InputError
from stratum_core.model.city import TABLES
from stratum_core.model.fields import Field
from ui.names import field_title, unit_text

ME = "fields"
_FIXED = frozenset({"id", "sector", "kind", "start", "end", "path"})
Index = QModelIndex | QPersistentModelIndex


class FieldModel(QAbstractTableModel):
    """Field, value, unit."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._table, self._row, self._id = "", -1, ""
        self._fields: list[Field] = []

    def show_row(self, table: str, row: int, id: str) -> None:
        """Show another row; fields without a value come last."""
        self.beginResetModel()
        self._table, self._row, self._id = table, row, id
        specs = [s for s in TABLES[table].specs().values() if s.dtype != "path"]
        self._fields = sorted(specs, key=lambda spec: shown(self._value(spec), spec) == "")
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._fields)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return 3

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        if role == Qt.ItemDataRole.DisplayRole and way == Qt.Orientation.Horizontal:
            return ("Field", "Value", "Unit")[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        spec = self._fields[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{spec.meaning}{self._assumed(spec)}"
        if role == Qt.ItemDataRole.EditRole and index.column() == 1:
            return shown(self._value(spec), spec)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return field_title(spec) + (" *" if self._assumed(spec) else "")
        if index.column() == 1:
            return shown(self._value(spec), spec) or "not known"
        return self._unit(spec)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: values can be edited, ids and ends cannot."""
        plain = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        editable = index.column() == 1 and self._fields[index.row()].name not in _FIXED
        return plain | Qt.ItemFlag.ItemIsEditable if editable else plain

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: a changed value is an edit of the session; a bad one is told as a notice."""
        spec = self._fields[index.row()]
        if str(value) == shown(self._value(spec), spec):
            return False
        try:
            self._session.edits.change(self._table, self._id, spec.name, _typed(str(value), spec), ME)
        except InputError as error:
            self._session.notify(of_error(error))
            return False
        return True

    def _value(self, spec: Field) -> Any:
        return getattr(getattr(self._session.city, self._table), spec.name)[self._row]

    def _assumed(self, spec: Field) -> str:
        row = getattr(self._session.city, self._table)
        assumed = str(row.assumed_fields[self._row]).split(",") if hasattr(row, "assumed_fields") else []
        return "; assumed" if spec.name in assumed else ""

    def _unit(self, spec: Field) -> str:
        if spec.name in ("capacity", "demand"):
            return unit_text(str(getattr(self._session.city, self._table).unit[self._row]))
        return unit_text(spec.unit, self._session.city.currency)


def shown(value: Any, spec: Field) -> str:
    """A value as text; empty where it is not known."""
    if spec.dtype == "bool":
        return "yes" if value else "no"
    if spec.dtype == "float":
        return "" if not np.isfinite(value) else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)


def _typed(text: str, spec: Field) -> Any:
    if spec.dtype == "bool":
        return text.strip().lower() in ("yes", "true", "1")
    return text.strip()

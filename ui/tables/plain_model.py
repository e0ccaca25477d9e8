"""A small table of ready texts; columns of figures stand right. Main thread only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Heading:
    """A column: title with unit, whether it holds figures, and what it means."""

    title: str
    figures: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Line:
    """A row: texts, what they are sorted by, and the id it is about."""

    texts: tuple[str, ...]
    keys: tuple[Any, ...]
    id: str = ""


class PlainModel(QAbstractTableModel):
    """Rows that somebody else made."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        super().__init__()
        self._headings, self._lines = tuple(headings), tuple[Line, ...]()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def set_column(self, column: int, texts: Mapping[int, str]) -> None:
        """Show other texts in some rows of a column, all else staying as it is; views are told once."""
        lines = list(self._lines)
        for row, text in texts.items():
            before = lines[row].texts
            lines[row] = replace(lines[row], texts=(*before[:column], text, *before[column + 1 :]))
        self._lines = tuple(lines)
        if texts:
            self.dataChanged.emit(self.index(min(texts), column), self.index(max(texts), column), [Qt.ItemDataRole.DisplayRole])

    def id_at(self, row: int) -> str:
        """What a row is about; empty for nothing."""
        return self._lines[row].id

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._headings)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        if way != Qt.Orientation.Horizontal:
            return None
        heading = self._headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return heading.meaning or heading.title
        return self._side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.texts[index.column()]
        return self._side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt."""
        if 0 <= column < len(self._headings):
            self.layoutAboutToBeChanged.emit()
            down = order == Qt.SortOrder.DescendingOrder
            self._lines = tuple(sorted(self._lines, key=lambda line: line.keys[column], reverse=down))
            self.layoutChanged.emit()

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._headings[column].figures else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

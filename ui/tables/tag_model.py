"""Tags of a source with the sensor and the unit of each, chosen by a person. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from stratum_core.ingest.sample import sensors_by_tag
from stratum_core.model.tables import Sensors
from stratum_core.units import UNITS, quantity_of
from ui.names import unit_text
from ui.tables.plain_model import Index

_TITLES = ("Tag", "Sensor", "Unit of its values", "Match")
_SENSOR, _UNIT = 1, 2
_CHOICES = Qt.ItemDataRole.UserRole  # (text, value) pairs that a cell may take
_UNMATCHED = "? unmatched"


class TagModel(QAbstractTableModel):
    """``chosen``: the sensor's id by tag, empty for none; ``units``: the unit by tag, where it is not the sensor's own."""

    changed = Signal()

    def __init__(self, sensors: Sensors) -> None:
        super().__init__()
        self._rows, self._tags = sensors, tuple[str, ...]()
        self._place = {id: at for at, id in enumerate(sensors.id.tolist())}
        self.chosen: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self._guessed: dict[str, str] = {}

    def set_tags(self, tags: Sequence[str], chosen: Mapping[str, str], units: Mapping[str, str]) -> None:
        """Show other tags; what was chosen for a tag before is kept, else it is as in ``chosen``, else matched by its name."""
        self.beginResetModel()
        self._tags, self._guessed = tuple(tags), sensors_by_tag(tags, self._rows)
        known = sensors_by_tag(list(chosen.values()), self._rows)
        self.chosen = {tag: self.chosen.get(tag, known.get(chosen.get(tag, ""), self._guessed[tag])) for tag in tags}
        self.units = {tag: unit for tag in tags if (unit := self.units.get(tag, units.get(tag, "")))}
        self.endResetModel()

    @property
    def unmatched(self) -> int:
        """How many tags have no sensor."""
        return sum(not id for id in self.chosen.values())

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(self._tags)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Qt."""
        return len(_TITLES)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter if role == Qt.ItemDataRole.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: sensor and unit can be chosen."""
        tag = self._tags[index.row()]
        editable = index.column() == _SENSOR or (index.column() == _UNIT and bool(self.chosen[tag]))
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if editable else Qt.ItemFlag.NoItemFlags)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt."""
        tag, at = self._tags[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (tag, self._title(self.chosen[tag]), self._unit(tag), self._match(tag))[at]
        if role == Qt.ItemDataRole.EditRole:
            return (tag, self.chosen[tag], self.units.get(tag, ""), "")[at]
        if role == _CHOICES:
            return self._sensors() if at == _SENSOR else self._units(tag)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt."""
        tag = self._tags[index.row()]
        if index.column() == _SENSOR:
            self.chosen[tag] = value
            self.units.pop(tag, None)
        else:
            self.units[tag] = value
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(_TITLES) - 1))
        self.changed.emit()
        return True

    def _match(self, tag: str) -> str:
        id = self.chosen[tag]
        return _UNMATCHED if not id else "by its name" if id == self._guessed[tag] else "chosen"

    def _title(self, id: str) -> str:
        return str(self._rows.name[self._place[id]] or id) if id else "no sensor"

    def _own(self, tag: str) -> str:
        id = self.chosen[tag]
        return str(self._rows.unit[self._place[id]]) if id else ""

    def _unit(self, tag: str) -> str:
        own = self._own(tag)
        said = self.units.get(tag, "")
        return _shown(said) if said else f"{_shown(own)}, the sensor's own" if own else ""

    def _sensors(self) -> list[tuple[str, str]]:
        listed = sorted(((self._title(id), id) for id in self._place), key=lambda pair: pair[0])
        return [("no sensor", ""), *listed]

    def _units(self, tag: str) -> list[tuple[str, str]]:
        own = self._own(tag)
        same = [unit for unit in UNITS if own in UNITS and quantity_of(unit) == quantity_of(own)]
        return [(f"{_shown(own)}, the sensor's own", ""), *((_shown(unit), unit) for unit in same if unit != own)]


def _shown(unit: str) -> str:
    return "no unit" if unit == "1" else unit_text(unit) or unit


class ChoiceDelegate(QStyledItemDelegate):
    """Edits a cell with a combo box of what its model says that it may take."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Qt."""
        box = QComboBox(parent)
        for text, value in index.data(_CHOICES):
            box.addItem(text, value)
        box.activated.connect(self._kept(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _kept(self, box: QComboBox) -> Callable[[int], None]:
        def keep(_: int) -> None:
            self.commitData.emit(box)
            self.closeEditor.emit(box)

        return keep

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt."""
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(editor.findData(index.data(Qt.ItemDataRole.EditRole)), 0))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Qt."""
        assert isinstance(editor, QComboBox)
        if editor.currentData() != index.data(Qt.ItemDataRole.EditRole):
            model.setData(index, editor.currentData())

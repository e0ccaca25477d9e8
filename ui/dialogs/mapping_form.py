"""What the columns of a file mean, as a form; says a mapping without its tags. Main thread only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from stratum_core.ingest.mapping import Mapping
from stratum_core.units import UNITS

_FORMS = ("iso", "epoch_s", "epoch_ms", "epoch_us", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
_NO_COLUMN = "none"


class MappingForm(QWidget):
    """``changed`` when the person says something else; a column may also be a JSON path."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mapping = Mapping()
        self.wide = _choice("Rows", [("one reading each", False), ("one column for each tag", True)])
        self.delimiter = _choice("Delimiter", [("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")])
        self.decimal = _choice("Decimal sign", [("point", "."), ("comma", ",")])
        self.time, self.sensor, self.value, self.unit_column = map(_column, ("Time", "Sensor", "Value", "Column of units"))
        self.time_format = _column("Form of the time", _FORMS)
        self.time_format.setToolTip("iso, epoch_s, epoch_ms, epoch_us, or a pattern such as %d.%m.%Y %H:%M")
        self.zone = QLineEdit(accessibleName="Zone", toolTip="of times that name none, such as Europe/Berlin")
        self.unit = _choice("Unit of the values", [("each sensor's own", ""), *((unit, unit) for unit in UNITS)])
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for box in (self.wide, self.delimiter, self.decimal, self.time, self.time_format, self.zone, self.sensor, self.value,
                    self.unit, self.unit_column):
            form.addRow(box.accessibleName(), box)
            (box.textChanged if isinstance(box, QLineEdit) else box.currentTextChanged).connect(lambda text: self._said())

    def say(self, mapping: Mapping) -> None:
        """Show a mapping; ``changed`` once."""
        self._mapping = mapping
        self.blockSignals(True)
        for box, value in ((self.wide, mapping.wide), (self.delimiter, mapping.delimiter), (self.decimal, mapping.decimal),
                           (self.unit, mapping.unit)):
            if box.findData(value) < 0:
                box.addItem(str(value), value)
            box.setCurrentIndex(box.findData(value))
        for box, text in ((self.time, mapping.time), (self.sensor, mapping.sensor), (self.value, mapping.value),
                          (self.unit_column, mapping.unit_column or _NO_COLUMN), (self.time_format, mapping.time_format)):
            box.setCurrentText(text)
        self.zone.setText(mapping.zone)
        self.blockSignals(False)
        self._said()

    def _said(self) -> None:
        for box in (self.sensor, self.value, self.unit_column):
            box.setEnabled(not self.wide.currentData())
        self.changed.emit()

    def set_columns(self, columns: Sequence[str]) -> None:
        """Offer these columns; what is said stays."""
        for box in (self.time, self.sensor, self.value, self.unit_column):
            said = box.currentText()
            box.blockSignals(True)
            box.clear()
            box.addItems([*([_NO_COLUMN] if box is self.unit_column else []), *columns])
            box.setCurrentText(said)
            box.blockSignals(False)

    def mapping(self) -> Mapping:
        """What is said."""
        wide, units = bool(self.wide.currentData()), self.unit_column.currentText().strip()
        said = replace(
            self._mapping, wide=wide, delimiter=self.delimiter.currentData(), decimal=self.decimal.currentData(),
            time=self.time.currentText().strip(), time_format=self.time_format.currentText().strip(),
            zone=self.zone.text().strip(), unit=self.unit.currentData(), tags={}, tag_units={})
        if wide:
            return replace(said, unit_column="", sensor=Mapping.sensor, value=Mapping.value)
        return replace(said, sensor=self.sensor.currentText().strip(), value=self.value.currentText().strip(),
                       unit_column="" if units == _NO_COLUMN else units)


def _choice(title: str, pairs: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox(accessibleName=title)
    for text, data in pairs:
        box.addItem(text, data)
    return box


def _column(title: str, choices: Sequence[str] = ()) -> QComboBox:
    box = QComboBox(accessibleName=title, editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
    box.addItems(list(choices))
    return box

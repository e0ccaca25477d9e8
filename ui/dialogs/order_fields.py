"""What is told of a zone, of closed roads and of a way out while they are drawn. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QPushButton, QWidget

from app.orders import Drawn
from ui.widgets.rows import column, row, words


class ZoneFields(QWidget):
    """Name, hour of the order or to stay, and the corners so far."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.order = QLineEdit("Zone 1", accessibleName="Name"), _hours(0.0, "Hour of the order")
        self.stay, self.count = QCheckBox("told to stay at home instead"), words("", "second")
        self.stay.toggled.connect(self.order.setDisabled)
        self.add = QPushButton("&Add zone", autoDefault=False)
        layout, form = column(margins=(0, 0, 0, 0), spacing=8), _form()
        form.addRow("Name", self.name)
        form.addRow("Order goes out at", self.order)
        form.addRow("", self.stay)
        layout.addLayout(form)
        layout.addLayout(row(self.count, None, self.add))
        self.setLayout(layout)

    @property
    def told(self) -> tuple[str, float, bool]:
        """Name, hour of the order, whether to stay."""
        return self.name.text(), self.order.value(), self.stay.isChecked()

    def tell(self, name: str, order_h: float, stay: bool) -> None:
        """Fill them in."""
        self.name.setText(name)
        self.order.setValue(order_h)
        self.stay.setChecked(stay)


class ClosureFields(QWidget):
    """Between which hours roads are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.begin, self.end = _hours(0.0, "Closed from"), _hours(12.0, "Closed until")
        self.open_end = QCheckBox("to the end", checked=True)
        self.open_end.toggled.connect(self.end.setDisabled)
        self.end.setDisabled(True)
        form = _form()
        form.addRow("Closed from", self.begin)
        form.addRow("Closed until", row(self.end, self.open_end, None))
        self.setLayout(form)

    @property
    def hours(self) -> tuple[float, float | None]:
        """From, and until; None: to the end."""
        return self.begin.value(), None if self.open_end.isChecked() else self.end.value()


class ExitFields(QWidget):
    """Who leaves by a way out."""

    def __init__(self) -> None:
        super().__init__()
        self.whose, form = QComboBox(accessibleName="Who leaves there"), _form()
        form.addRow("Who leaves there", self.whose)
        self.setLayout(form)

    @property
    def zone(self) -> int:
        """The place of the zone in its list; -1: everybody."""
        return int(self.whose.currentData())

    def show_zones(self, zones: list[Drawn]) -> None:
        """Everybody, and each zone."""
        at = self.whose.currentIndex()
        self.whose.clear()
        self.whose.addItem("Everybody", -1)
        for one in zones:
            self.whose.addItem(one.name, one.at)
        self.whose.setCurrentIndex(at if 0 <= at < self.whose.count() else 0)


def _form() -> QFormLayout:
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setVerticalSpacing(8)
    return made


def _hours(value: float, name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox(minimum=0.0, maximum=720.0, value=value, suffix=" h", decimals=2, singleStep=0.5, accessibleName=name)
    made.setFixedWidth(110)
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made

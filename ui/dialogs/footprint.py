"""A footprint drawn on the city: while it is open, every click on the ground is a corner. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QFormLayout, QLineEdit, QPushButton, QWidget

from stratum_core.errors import StratumError
from stratum_core.number_format import counted
from ui.events import DrawingChanged
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

ME = "footprint"


class FootprintDialog(QDialog):
    """Name, chance and hours; the corners come from the city. Not modal, so that the city can be clicked and turned."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle("Draw a footprint")
        self.setMinimumWidth(380)
        self.name = QLineEdit("Drawn footprint", accessibleName="Name")
        self.chance = _spin(0.0, 100.0, 100.0, " %", "Chance that what is inside stops")
        self.hours = _spin(0.0, 720.0, 12.0, " h", "Hours until repair can start")
        self.count = words("", "second")
        self.report = words("", "small", wrap=True)
        back, self._make, close = QPushButton("Take the last corner &back"), QPushButton("&Make and choose"), QPushButton("Close")
        self._make.setProperty("filled", True)
        back.clicked.connect(lambda: context.view.set_drawing((context.view.drawing or ())[:-1], ME))
        self._make.clicked.connect(self.make)
        close.clicked.connect(self.reject)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow("Name", self.name)
        form.addRow("Chance of stopping inside", self.chance)
        form.addRow("Repair can start after", self.hours)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addWidget(words("Click corners on the city, one after the other. A line counts as inside when any of it is; "
                               "kinds of components can be told apart in the scenario's settings.", "small", wrap=True))
        layout.addLayout(form)
        layout.addLayout(row(self.count, None, back))
        layout.addWidget(self.report)
        layout.addLayout(row(None, close, self._make))
        self.setLayout(layout)
        self._stop = context.bus.subscribe(DrawingChanged, lambda event: self._show())
        self.finished.connect(self._ended)
        context.view.set_page("city", ME)
        context.view.set_drawing((), ME)
        self._show()

    def _show(self) -> None:
        corners = len(self._context.view.drawing or ())
        self.count.setText(counted(corners, "corner"))
        self._make.setEnabled(corners >= 3)

    def make(self) -> None:
        """Write the scenario and choose it; what does not fit is said here."""
        ring = np.array(self._context.view.drawing, dtype=float)
        try:
            self._context.session.question.new_footprint(
                self.name.text(), ring, self.chance.value() / 100, self.hours.value(), ME)
        except StratumError as error:
            self.report.setText(str(error))
            return
        self._context.view.set_colour("hazard", ME)
        self.accept()

    def _ended(self) -> None:
        self._stop()
        self._context.view.set_drawing(None, ME)


def _spin(low: float, high: float, value: float, unit: str, name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox(minimum=low, maximum=high, value=value, suffix=unit, decimals=0, accessibleName=name)
    made.setFixedWidth(110)
    return made

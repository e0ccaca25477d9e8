"""The city over some hours as a film: what is shown now, picture by picture. Main thread only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.notices import Notice
from stratum_core.errors import StratumError
from stratum_core.number_format import counted
from ui.dialogs import choosing
from ui.scene3d.film_writers import Format, Writer, formats
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

ME = "film"
Spin = TypeVar("Spin", bound=QAbstractSpinBox)
#: height of the pictures in pixels; 0: as on the screen
_HEIGHTS = ((0, "as on the screen"), (720, "720 pixels high"), (1080, "1,080 pixels high"))
#: a picture of the city: hour, height in pixels (0: as on the screen)
Shoot = Callable[[float, int], QImage]


class FilmDialog(QDialog):
    """Format, place, hours, pace and size; then progress, and Cancel that leaves nothing."""

    def __init__(self, context: Context, shoot: Shoot, end_h: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shoot, self._formats = context, shoot, formats()
        self._writer: Writer | None = None
        self._number, self._total, self._before = 0, 0, context.session.hour
        self.setWindowTitle("Record a film")
        self.setMinimumWidth(440)
        self.format_box, self.height_box = QComboBox(accessibleName="Format"), QComboBox(accessibleName="Size")
        for one in self._formats:
            self.format_box.addItem(one.title)
        for height, text in _HEIGHTS:
            self.height_box.addItem(text, height)
        self.place = QLineEdit(accessibleName="Place")
        self.begin, self.end = _hours(0.0, "From"), _hours(end_h, "To")
        self.pace = _right(QDoubleSpinBox(minimum=0.1, maximum=600.0, value=10.0, suffix=" min per s", decimals=1,
                                          accessibleName="Pace"))
        self.rate = _right(QSpinBox(minimum=1, maximum=60, value=20, suffix=" pictures per s",
                                    accessibleName="Pictures per second"))
        self.told, self.report, self.bar = words("", "second"), words("", "small", wrap=True), QProgressBar()
        self._record, self._close = QPushButton("&Record"), QPushButton("Close")
        self._timer = QTimer(self, interval=0, timeout=self._next)
        self._lay_out()
        for changed in (self.begin.valueChanged, self.end.valueChanged, self.pace.valueChanged, self.rate.valueChanged):
            changed.connect(lambda value: self._tell())
        self.format_box.currentIndexChanged.connect(lambda at: self._suggest())
        self._record.clicked.connect(self.start)
        self._close.clicked.connect(self.stop)
        self._suggest()
        self._tell()

    def _lay_out(self) -> None:
        browse, form = QPushButton("Choose…", autoDefault=False), QFormLayout()
        browse.clicked.connect(self._browse)
        self._record.setProperty("filled", True)
        self._close.setAutoDefault(False)
        self.bar.setTextVisible(False)
        self.bar.hide()
        form.setVerticalSpacing(8)
        form.addRow("Format", self.format_box)
        form.addRow("Place", row(self.place, browse))
        form.addRow("Hours", row(self.begin, words("to", "second"), self.end, None))
        form.addRow("Pace", row(self.pace, self.rate, None))
        form.addRow("Size", self.height_box)
        layout = column(words("The city is recorded as it is shown: camera, colours, layers and people.", "small", wrap=True),
                        margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(form)
        for part in (self.told, self.bar, self.report):
            layout.addWidget(part)
        layout.addLayout(row(None, self._close, self._record))
        self.setLayout(layout)

    @property
    def _format(self) -> Format:
        return self._formats[self.format_box.currentIndex()]

    @property
    def frames(self) -> int:
        """Pictures of the film."""
        return max(int((self.end.value() - self.begin.value()) * 60.0 / self.pace.value() * self.rate.value()) + 1, 0)

    def _suggest(self) -> None:
        folder = Path(self._context.session.project.folder) / "films"
        number, name = 1, "evacuation"
        while (folder / f"{name}{self._format.suffix}").exists():
            number += 1
            name = f"evacuation_{number}"
        self.place.setText(str(folder / f"{name}{self._format.suffix}"))

    def _browse(self) -> None:
        chosen = choosing.choose_film(self, self.place.text(), self._format.suffix)
        if chosen:
            self.place.setText(chosen)

    def _tell(self) -> None:
        self.told.setText(f"{counted(self.frames, 'picture')}, {self.frames / self.rate.value():.0f}\u202fs")
        self._record.setEnabled(self._writer is None and self.frames > 1)

    def start(self) -> None:
        """Begin; what cannot be written is said here."""
        self.report.setText("")
        try:
            self._writer = self._format.start(Path(self.place.text()).expanduser(), float(self.rate.value()))
        except StratumError as error:
            self.report.setText(str(error))
            return
        self._number, self._total, self._before = 0, self.frames, self._context.session.hour
        self.bar.setRange(0, self._total)
        self.bar.show()
        self._close.setText("Cancel")
        self._tell()
        self._timer.start()

    def _next(self) -> None:
        if self._writer is None:
            return
        try:
            step = self.pace.value() / 60.0 / self.rate.value()
            self._writer.add(self._shoot(self.begin.value() + self._number * step, int(self.height_box.currentData())))
            self._number += 1
            self.bar.setValue(self._number)
            if self._number == self._total:
                self._writer.finish()
                self._writer = None
                self._context.session.notify(Notice("note", f"The film is in {self.place.text()}."))
                self._end()
                self.accept()
        except StratumError as error:
            self._drop()
            self.report.setText(str(error))

    def stop(self) -> None:
        """Cancel the film, which leaves nothing; without one, close."""
        if self._writer is None:
            self.reject()
        else:
            self._drop()
            self.report.setText("Cancelled; nothing was written.")

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.drop()
            self._writer = None
            self._end()

    def _end(self) -> None:
        self._timer.stop()
        self.bar.hide()
        self._close.setText("Close")
        self._context.session.set_hour(self._before, ME)
        self._tell()

    def reject(self) -> None:
        """Qt: Esc and the window's cross cancel too."""
        self._drop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: nothing half-written stays."""
        self._drop()
        super().closeEvent(event)


def _right(box: Spin) -> Spin:
    """The number at the right."""
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    return box


def _hours(value: float, name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox(minimum=0.0, maximum=720.0, value=value, suffix=" h", decimals=2, singleStep=0.5, accessibleName=name)
    made.setFixedWidth(110)
    return _right(made)

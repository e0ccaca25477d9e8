"""A slider as a thin line with a round knob; all keys of a Qt slider work. Main thread only."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider

from ui.theme import Look


class ThinSlider(QAbstractSlider):
    """``left`` and ``right`` are the margins of the line, so that it can share the x scale of a chart below it."""

    def __init__(self, look: Look, *, left: int = 5, right: int = 5, knob: float = 3.5, **properties: Any) -> None:
        super().__init__(**properties)
        self._look, self._knob = look, knob
        self._left, self._right = left, right
        self._marks: tuple[float, ...] = ()
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(16)

    def set_marks(self, values: tuple[float, ...]) -> None:
        """Small marks above the line, such as events."""
        self._marks = values
        self.update()

    def sizeHint(self) -> QSize:
        """Qt."""
        return QSize(80, 16)

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Qt: a change repaints."""
        super().sliderChange(change)
        self.update()

    def _x(self, value: float) -> float:
        span = max(self.maximum() - self.minimum(), 1)
        return self._left + (value - self.minimum()) / span * (self.width() - self._left - self._right)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() - 8.0 if self._knob > 4 else self.height() / 2
        x = self._x(self.value())
        big = self._knob > 4
        for start, end, colour in ((x, self.width() - self._right, "divider"), (self._left, x, "accent" if big else "control")):
            painter.setPen(QPen(tokens.colour(colour), 3 if big else 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(start, middle), QPointF(end, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("second"))
        for mark in self._marks:
            at = self._x(mark)
            painter.drawPolygon([QPointF(at - 4, middle - 11), QPointF(at + 4, middle - 11), QPointF(at, middle - 5)])
        painter.setBrush(tokens.colour("text" if big else "second"))
        painter.drawEllipse(QPointF(x, middle), self._knob, self._knob)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.colour("focus"), 2))
            painter.drawEllipse(QRectF(x - self._knob - 2, middle - self._knob - 2, 2 * self._knob + 4, 2 * self._knob + 4))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a press moves the knob there."""
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: a drag takes the knob along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        share = (x - self._left) / max(self.width() - self._left - self._right, 1)
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))

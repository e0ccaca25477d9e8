"""The frame of a chart: scales, horizontal grid, tick labels. Main thread only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import Tokens, font


@dataclass(frozen=True)
class Axes:
    """From values to pixels; the y scale begins at ``y_low`` (0 for counts)."""

    area: QRectF
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        """Pixel of an x value."""
        return self.area.left() + (value - self.x_low) / ((self.x_high - self.x_low) or 1.0) * self.area.width()

    def y(self, value: float) -> float:
        """Pixel of a y value."""
        return self.area.bottom() - (value - self.y_low) / ((self.y_high - self.y_low) or 1.0) * self.area.height()

    def at(self, x: float, y: float) -> QPointF:
        """The pixel of a point."""
        return QPointF(self.x(x), self.y(y))


def nice_step(span: float, parts: int = 4) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts ``span`` into about ``parts``."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / parts))
    return next((step * power for step in (1, 2, 2.5, 5, 10) if step * power * parts >= span * 0.999), 10 * power)


Ticks = list[tuple[float, str]]


def draw_grid(painter: QPainter, axes: Axes, tokens: Tokens, y_labels: Ticks, x_labels: Ticks) -> None:
    """Horizontal lines with their values at the left, x values below."""
    painter.setFont(font(11))
    metrics = painter.fontMetrics()
    for value, text in y_labels:
        y = round(axes.y(value)) + 0.5
        painter.setPen(QPen(tokens.colour("control" if value == axes.y_low else "divider"), 1))
        painter.drawLine(QPointF(axes.area.left(), y), QPointF(axes.area.right(), y))
        painter.setPen(tokens.colour("third"))
        box = QRectF(0, y - 8, axes.area.left() - 7, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    for value, text in x_labels:
        wide = metrics.horizontalAdvance(text) + 2
        left = min(max(axes.x(value) - wide / 2, 0), axes.area.right() + 18 - wide)
        painter.setPen(QPen(tokens.colour("control"), 1))
        painter.drawLine(QPointF(axes.x(value), axes.area.bottom()), QPointF(axes.x(value), axes.area.bottom() + 3))
        painter.setPen(tokens.colour("third"))
        painter.drawText(QRectF(left, axes.area.bottom() + 4, wide, 15), Qt.AlignmentFlag.AlignCenter, text)


def tag(painter: QPainter, at: QRectF, text: str, tokens: Tokens, *, bold: bool = False) -> None:
    """A direct label on a line, with the panel's colour behind it."""
    painter.setFont(font(11, bold=bold))
    back = tokens.colour("panel")
    back.setAlpha(190)
    painter.fillRect(at, back)
    painter.setPen(tokens.colour("text" if bold else "second"))
    painter.drawText(at, Qt.AlignmentFlag.AlignCenter, text)

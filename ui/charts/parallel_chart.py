"""Plans as lines over parallel axes; a drag along an axis brushes a range. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.theme import Look, font

_TOP, _BOTTOM, _SIDE, _REACH = 60, 20, 74, 14.0


@dataclass(frozen=True)
class Column:
    """An axis: title, how a value is said, and the value of each plan."""

    title: str
    show: Callable[[float], str]
    values: Mapping[str, float]
    more_is_better: bool = False


class ParallelChart(QWidget):
    """The better end of every axis is below, so that a good plan runs low; plans outside a brush are faint."""

    brushed = Signal(int, object)  # number of the axis, (low, high) or None

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="Plans over all objectives")
        self._look = look
        self._columns: tuple[Column, ...] = ()
        self._ranges: dict[int, tuple[float, float]] = {}
        self._inside: set[str] = set()
        self._pair = ("", "")
        self._drag: tuple[int, float] | None = None
        self.setMinimumSize(280, 140)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other axes; brushes end."""
        self._columns, self._ranges = tuple(columns), {}
        self.update()

    def set_ranges(self, ranges: dict[int, tuple[float, float]], inside: set[str]) -> None:
        """Brushed ranges by axis, and the plans that lie in all of them; none: all."""
        self._ranges, self._inside = ranges, inside
        self.update()

    def set_chosen(self, first: str, second: str) -> None:
        """Draw the two plans that are compared strongly."""
        self._pair = (first, second)
        self.update()

    def _x(self, number: int) -> float:
        return _SIDE + number * (self.width() - 2 * _SIDE) / max(len(self._columns) - 1, 1)

    def _ends(self, column: Column) -> tuple[float, float]:
        values = list(column.values.values()) or [0.0, 1.0]
        low, high = min(values), max(values)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _y(self, column: Column, value: float) -> float:
        low, high = self._ends(column)
        share = (value - low) / (high - low)
        share = 1.0 - share if column.more_is_better else share
        return self.height() - _BOTTOM - share * (self.height() - _TOP - _BOTTOM)

    def _value(self, column: Column, y: float) -> float:
        low, high = self._ends(column)
        share = (self.height() - _BOTTOM - y) / (self.height() - _TOP - _BOTTOM)
        share = min(max(share, -0.02), 1.02)
        return high - share * (high - low) if column.more_is_better else low + share * (high - low)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = set(self._columns[0].values) if self._columns else set()
        for name in sorted(names, key=lambda n: (n in self._inside, n in self._pair)):
            self._line(painter, name)
        for number, column in enumerate(self._columns):
            self._axis(painter, number, column)
        painter.end()

    def _line(self, painter: QPainter, name: str) -> None:
        tokens = self._look.tokens
        points = [QPointF(self._x(k), self._y(c, c.values[name])) for k, c in enumerate(self._columns) if name in c.values]
        strong = name in self._pair
        painter.setOpacity(1.0 if strong else 0.12 if self._inside and name not in self._inside else 0.6)
        style = Qt.PenStyle.DotLine if strong and name == self._pair[1] else Qt.PenStyle.SolidLine
        painter.setPen(QPen(tokens.colour("text" if strong else "accent"), 2.4 if strong else 1.2, style))
        painter.drawPolyline(QPolygonF(points))
        painter.setOpacity(1.0)

    def _axis(self, painter: QPainter, number: int, column: Column) -> None:
        tokens, x = self._look.tokens, self._x(number)
        low, high = self._ends(column)
        painter.setPen(QPen(tokens.colour("control"), 1))
        painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height() - _BOTTOM))
        wide = min((self.width() - 2 * _SIDE) / max(len(self._columns) - 1, 1), 2.0 * _SIDE) - 6
        painter.setFont(font(11))
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(x - wide / 2, 0, wide, _TOP - 16), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                         | Qt.TextFlag.TextWordWrap, column.title)
        painter.setPen(tokens.colour("third"))
        top, bottom = (low, high) if column.more_is_better else (high, low)
        painter.drawText(QRectF(x - wide / 2, _TOP - 16, wide, 14), Qt.AlignmentFlag.AlignCenter, column.show(top))
        painter.drawText(QRectF(x - wide / 2, self.height() - _BOTTOM + 2, wide, 14), Qt.AlignmentFlag.AlignCenter,
                         column.show(bottom))
        if number in self._ranges:
            ends = [self._y(column, value) for value in self._ranges[number]]
            fill = tokens.colour("focus")
            fill.setAlpha(70)
            painter.fillRect(QRectF(x - 5, min(ends), 10, abs(ends[1] - ends[0])), fill)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        x = event.position().x()
        near = min(range(len(self._columns)), key=lambda k: abs(self._x(k) - x), default=-1)
        if near >= 0 and abs(self._x(near) - x) <= _REACH:
            self._drag = (near, event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        if self._drag is not None:
            number, first = self._drag
            ends = sorted(self._value(self._columns[number], y) for y in (first, event.position().y()))
            self.brushed.emit(number, (ends[0], ends[1]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click without a drag ends the brush of an axis."""
        if self._drag is not None and abs(event.position().y() - self._drag[1]) < 3:
            self.brushed.emit(self._drag[0], None)
        self._drag = None

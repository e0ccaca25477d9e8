"""How parts add up to a total: each bar begins where the one above ends. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import Look, font

_ROW, _BAR, _NAME, _FIGURE, _TOP = 22, 12, 140, 92, 20


class WaterfallChart(QWidget):
    """(name, amount) by row, then the total; each amount stands behind its bar."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="From the parts to the total")
        self._look = look
        self._parts: tuple[tuple[str, float], ...] = ()
        self._title = ""
        self._show: Callable[[float], str] = str

    def set_parts(self, parts: Sequence[tuple[str, float]], title: str, show: Callable[[float], str]) -> None:
        """Show other parts; title: what they are of, with unit and year; show: an amount in words."""
        self._parts, self._title, self._show = tuple(parts), title, show
        self.setMinimumSize(_NAME + _FIGURE + 120, _TOP + _ROW * (len(parts) + 1) + 4)
        self.setAccessibleDescription("; ".join(f"{name}: {show(amount)}" for name, amount in self._rows()))
        self.update()

    def _rows(self) -> list[tuple[str, float]]:
        return [*self._parts, ("Total", sum(amount for _, amount in self._parts))]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens, begin = QPainter(self), self._look.tokens, 0.0
        rows = self._rows()
        scale = max(self.width() - _NAME - _FIGURE, 10) / max(rows[-1][1], 1e-9)
        painter.setFont(font(11))
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(0, 0, self.width() - 4, 16), Qt.AlignmentFlag.AlignLeft, self._title)
        painter.setPen(QPen(tokens.colour("control"), 1))
        painter.drawLine(QPointF(_NAME - 0.5, _TOP), QPointF(_NAME - 0.5, _TOP + _ROW * len(rows)))
        for number, (name, amount) in enumerate(rows):
            total = number == len(self._parts)
            top = _TOP + number * _ROW
            begin = 0.0 if total else begin
            left, end = _NAME + begin * scale, _NAME + (begin + amount) * scale
            painter.setFont(font(12, bold=total))
            painter.setPen(tokens.colour("text"))
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _NAME - 10)
            painter.drawText(QRectF(0, top, _NAME - 8, _ROW), Qt.AlignmentFlag.AlignVCenter, shown)
            bar = QRectF(left, top + (_ROW - _BAR) / 2, max(end - left, 1.5), _BAR)
            painter.fillRect(bar, tokens.colour("third" if total else "accent"))
            painter.drawText(QRectF(end + 6, top, _FIGURE - 6, _ROW), Qt.AlignmentFlag.AlignVCenter, self._show(amount))
            begin += amount
            if number < len(self._parts) - 1:
                painter.setPen(QPen(tokens.colour("divider"), 1))
                painter.drawLine(QPointF(end, bar.bottom()), QPointF(end, bar.bottom() + _ROW - _BAR))
        painter.end()

"""The chance that a loss is exceeded, with marked amounts named at the right. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from stratum_core.model.fields import Floats
from stratum_core.number_format import NARROW
from ui.charts.axes import Axes, draw_grid, nice_step
from ui.theme import Look, font

_LEFT, _TOP, _BOTTOM, _LABELS, _ROW = 46, 24, 38, 178, 17


class LossChart(QWidget):
    """Amounts to the right, share of runs above them upwards; a line leads from each marked amount to its words."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="Loss exceedance")
        self._look = look
        self._amounts = self._chance = np.zeros(0)
        self._marks: tuple[tuple[str, float, str], ...] = ()
        self._title = ""
        self._show: Callable[[float], str] = str
        self.setMinimumSize(380, 150)

    def set_curve(
        self, amounts: Floats, chance: Floats, marks: Sequence[tuple[str, float, str]], title: str, show: Callable[[float], str]
    ) -> None:
        """Show another curve; marks: (words, amount, amount in words); title: of the amounts, with unit and year; show: an amount
        of the axis in words."""
        self._amounts, self._chance, self._title, self._show = amounts, chance, title, show
        self._marks = tuple(sorted(marks, key=lambda mark: mark[1]))
        self.setAccessibleDescription("; ".join(f"{words}: {said}" for words, _, said in self._marks))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        if not len(self._amounts):
            return
        painter, tokens = QPainter(self), self._look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = max([float(self._amounts[-1]), *(amount for _, amount, _ in self._marks), 1e-9]) * 1.02
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _LABELS, self.height() - _TOP - _BOTTOM)
        axes = Axes(area, 0.0, high, 0.0, 100.0)
        shares = [(float(v), f"{v}{NARROW}%") for v in (0, 25, 50, 75, 100)]
        step = nice_step(high, max(int(area.width() / 90), 2))
        draw_grid(painter, axes, tokens, shares, [(float(v), self._show(float(v))) for v in np.arange(0.0, high, step)])
        painter.setFont(font(11))
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(0, 2, self.width(), 16), Qt.AlignmentFlag.AlignLeft, "Share of runs that cost more")
        painter.drawText(QRectF(0, self.height() - 17, area.right(), 16), Qt.AlignmentFlag.AlignRight, self._title)
        self._lead(painter, axes)
        painter.setPen(QPen(tokens.colour("accent"), 2.2))
        painter.drawPolyline(QPolygonF([axes.at(a, 100.0 * c) for a, c in zip(self._amounts, self._chance, strict=True)]))
        painter.end()

    def _lead(self, painter: QPainter, axes: Axes) -> None:
        """From the axis up and to the right; the least amount leads to the highest words, so that no two lines cross."""
        tokens, area = self._look.tokens, axes.area
        for number, (words, amount, said) in enumerate(self._marks):
            x, y = axes.x(amount), area.top() + area.height() * 0.04 + number * _ROW + _ROW / 2
            painter.setPen(QPen(tokens.colour("control"), 1, Qt.PenStyle.DashLine if "CVaR" in words else Qt.PenStyle.SolidLine))
            painter.drawPolyline(QPolygonF([QPointF(x, area.bottom()), QPointF(x, y), QPointF(area.right() + 6, y)]))
            painter.setFont(font(12))
            painter.setPen(tokens.colour("text"))
            painter.drawText(QRectF(area.right() + 10, y - 9, _LABELS - 12, 18), Qt.AlignmentFlag.AlignVCenter,
                             f"{words}: {said}")

"""People who have heard, set out and arrived by hour, middle run; arrivals with the middle 90 % of runs. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from stratum_core.model.fields import Floats
from stratum_core.model.results import Band
from stratum_core.number_format import whole
from ui.charts.axes import Axes, draw_grid, nice_step, tag
from ui.theme import Look, font

_LEFT, _RIGHT = 50, 26
#: width of an hour's mark, in pixels
_MARK = 50
#: curve, its words, and the colour of its line
_CURVES = (("aware", "have heard", "third"), ("departed", "have set out", "second"), ("arrived", "have arrived", "accent"))


class LeavingChart(QWidget):
    """Three curves that can only rise, and a line at the hour of the city."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="People who have heard, set out and arrived, by hour")
        self._look = look
        self._curves: dict[str, Band] = {}
        self._horizon, self._hour = 12.0, 0.0
        self.setMinimumHeight(120)

    def set_curves(self, curves: dict[str, Band], horizon: float) -> None:
        """Show another result."""
        self._curves, self._horizon = curves, horizon
        self.update()

    def set_hour(self, hour: float) -> None:
        """Move the line of the current hour."""
        self._hour = hour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max((float(band.p95.max(initial=0.0)) for band in self._curves.values()), default=4.0)
        step = nice_step(max(top, 4.0))
        axes = Axes(QRectF(_LEFT, 8, self.width() - _LEFT - _RIGHT, self.height() - 30), 0.0, self._horizon, 0.0,
                    float(np.ceil(max(top, 1.0) / step) * step))
        self._grid(painter, axes, step)
        taken: list[QRectF] = []
        for name, _, colour in _CURVES:
            if name in self._curves:
                self._curve(painter, axes, self._curves[name], colour, filled=name == "arrived")
        for name, words, _ in _CURVES:
            if name in self._curves:
                self._name(painter, axes, self._curves[name], words, taken)
        if 0.0 <= self._hour <= self._horizon:
            painter.setPen(QPen(self._look.tokens.colour("text"), 1.2))
            painter.drawLine(QPointF(axes.x(self._hour), 2), QPointF(axes.x(self._hour), axes.area.bottom()))
        painter.end()

    def _grid(self, painter: QPainter, axes: Axes, step: float) -> None:
        rows = [(float(value), whole(value)) for value in np.arange(0, axes.y_high * 1.001, step)]
        parts = min(8.0, axes.area.width() / _MARK)
        hours = next((h for h in (1.0, 2.0, 4.0, 6.0, 12.0, 24.0) if self._horizon <= parts * h), 48.0)
        marks = [(h, f"T+{h:.0f}\u202fh") for h in np.arange(0, self._horizon + 0.01, hours)]
        draw_grid(painter, axes, self._look.tokens, rows, marks)

    def _curve(self, painter: QPainter, axes: Axes, band: Band, name: str, *, filled: bool) -> None:
        colour = self._look.tokens.colour(name)
        if filled:
            fill = self._look.tokens.colour(name)
            fill.setAlphaF(0.16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF([*_points(axes, band.h, band.p95), *reversed(_points(axes, band.h, band.p05))]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2.2 if filled else 1.6))
        painter.drawPolyline(QPolygonF(_points(axes, band.h, band.p50)))

    def _name(self, painter: QPainter, axes: Axes, band: Band, words: str, taken: list[QRectF]) -> None:
        """Above the curve where it is flat, else below it, where no other name stands."""
        wide = QFontMetricsF(font(11, bold=True)).horizontalAdvance(words) + 8
        for share, shift in ((0.6, -11.0), (0.6, 11.0), (0.8, -11.0), (0.8, 11.0)):
            hour = share * self._horizon
            y = axes.y(float(np.interp(hour, band.h, band.p50))) + shift
            box = QRectF(axes.x(hour) - wide / 2, y - 7, wide, 15)
            if axes.area.adjusted(0, -8, 0, 0).contains(box) and not any(box.intersects(other) for other in taken):
                tag(painter, box, words, self._look.tokens, bold=words == _CURVES[-1][1])
                taken.append(box)
                return


def _points(axes: Axes, hours: Floats, values: Floats) -> list[QPointF]:
    return [axes.at(float(h), float(v)) for h, v in zip(hours, values, strict=True)]

"""People without a service over time: middle run, 5 and 95 % lines, the band between them. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from stratum_core.model.results import Band
from stratum_core.number_format import whole
from ui.charts.axes import Axes, draw_grid, nice_step, tag
from ui.theme import Look, font

LEFT, RIGHT = 50, 26


class BandChart(QWidget):
    """Shares its x scale with the time slider above it: the same LEFT and RIGHT."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._band: Band | None = None
        self._hour, self._horizon, self._stale = 0.0, 72.0, False
        self.setMinimumHeight(96)

    def set_band(self, band: Band | None, horizon: float) -> None:
        """Show another band; None: an empty frame."""
        self._band, self._horizon = band, horizon
        self.update()

    def set_hour(self, hour: float) -> None:
        """Move the line of the current hour."""
        self._hour = hour
        self.update()

    def set_stale(self, stale: bool) -> None:
        """True while a new run is on: the old lines turn to the second text colour."""
        self._stale = stale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = self._axes()
        self._grid(painter, axes)
        if self._band is not None:
            self._lines(painter, axes, self._band)
        painter.end()

    def _axes(self) -> Axes:
        top = 10.0 if self._band is None else float(np.max(self._band.p95, initial=0.0))
        step = nice_step(max(top, 4.0))
        high = max(np.ceil(top / step), 1) * step
        return Axes(QRectF(LEFT, 8, self.width() - LEFT - RIGHT, self.height() - 30), 0.0, self._horizon, 0.0, float(high))

    def _grid(self, painter: QPainter, axes: Axes) -> None:
        step = nice_step(axes.y_high)
        rows = [(value, whole(value)) for value in np.arange(0, axes.y_high * 1.001, step)] if self._band else [(0.0, "0")]
        hours = next((step for step in (2.0, 6.0, 12.0, 24.0, 48.0, 120.0) if self._horizon <= 6.5 * step), 240.0)
        marks = [(h, f"T+{h:.0f}\u202fh") for h in np.arange(0, self._horizon + 0.1, hours)]
        draw_grid(painter, axes, self._look.tokens, rows, marks)

    def _lines(self, painter: QPainter, axes: Axes, band: Band) -> None:
        tokens = self._look.tokens
        colour = tokens.colour("second" if self._stale else "accent")
        low, middle, high = (_polygon(axes, band, line) for line in (band.p05, band.p50, band.p95))
        fill = tokens.colour("accent")
        fill.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*high, *reversed(list(low))]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        painter.drawPolyline(low)
        painter.drawPolyline(high)
        painter.setPen(QPen(colour, 2.2))
        painter.drawPolyline(middle)
        self._labels(painter, axes, band)
        self._now(painter, axes, band)

    def _labels(self, painter: QPainter, axes: Axes, band: Band) -> None:
        """Each line is named beside it, where it is far from the others; what has no room is left out."""
        taken: list[QRectF] = []
        named = (
            (band.p50, "middle run", True, -11.0),
            (band.p95, "95 in 100 runs lie below", False, -11.0),
            (band.p05, "5 in 100 runs lie below", False, 10.0),
        )
        for line, text, bold, shift in named:
            metrics = QFontMetricsF(font(11, bold=bold))
            wide = metrics.horizontalAdvance(text) + 8
            for share in (0.34, 0.5, 0.62, 0.2, 0.76):
                hour = share * self._horizon
                y = axes.y(float(np.interp(hour, band.h, line))) + shift
                box = QRectF(axes.x(hour) - wide / 2, y - 7.5, wide, 15)
                inside = axes.area.adjusted(0, -6, 8, 4).contains(box)
                if inside and not any(box.intersects(other) for other in taken) and not self._crosses(axes, band, box):
                    tag(painter, box, text, self._look.tokens, bold=bold)
                    taken.append(box)
                    break

    def _crosses(self, axes: Axes, band: Band, box: QRectF) -> bool:
        hours = np.linspace(axes.x_low, axes.x_high, 200)
        x = axes.area.left() + (hours - axes.x_low) / (axes.x_high - axes.x_low) * axes.area.width()
        near = (x > box.left()) & (x < box.right())
        for line in (band.p05, band.p50, band.p95):
            y = axes.area.bottom() - np.interp(hours[near], band.h, line) / axes.y_high * axes.area.height()
            if ((y > box.top() + 1) & (y < box.bottom() - 1)).any():
                return True
        return False

    def _now(self, painter: QPainter, axes: Axes, band: Band) -> None:
        tokens = self._look.tokens
        x = axes.x(self._hour)
        painter.setPen(QPen(tokens.colour("text"), 1.2))
        painter.drawLine(QPointF(x, 0), QPointF(x, axes.area.bottom()))
        painter.setBrush(tokens.colour("text"))
        painter.setPen(QPen(tokens.colour("panel"), 1.5))
        painter.drawEllipse(axes.at(self._hour, float(np.interp(self._hour, band.h, band.p50))), 4.5, 4.5)


def _polygon(axes: Axes, band: Band, line: np.ndarray) -> QPolygonF:
    return QPolygonF([axes.at(float(h), float(v)) for h, v in zip(band.h, line, strict=True)])

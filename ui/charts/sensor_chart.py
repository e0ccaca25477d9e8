"""One sensor: readings, estimate and forecast with their bands, and the thresholds of its alerts. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from stratum_core.model.fields import Floats, Ints
from ui.charts.axes import Axes, draw_grid, nice_step, tag
from ui.theme import Look

_HOUR_US = 3_600_000_000
_LEFT, _RIGHT = 50, 16
_NOTHING = np.empty(0)


@dataclass(frozen=True)
class Course:
    """Mean and band by time (microseconds UTC)."""

    time: Ints
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class SensorPlot:
    """What is drawn. now: the moment that is looked at; estimate and forecast hold 80 %; thresholds: value and rule."""

    now: int
    past_h: float
    ahead_h: float
    time: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    value: Floats = field(default_factory=lambda: _NOTHING)
    estimate: Course | None = None
    forecast: Course | None = None
    thresholds: tuple[tuple[float, str], ...] = ()


class SensorChart(QWidget):
    """Hours before and after now; the y scale follows what is drawn and need not begin at 0."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="Readings, estimate and forecast of a sensor")
        self._look, self._plot = look, None
        self.setMinimumHeight(110)

    def show_plot(self, plot: SensorPlot | None) -> None:
        """Draw something else; None: an empty frame."""
        self._plot = plot  # type: ignore[assignment]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        plot: SensorPlot | None = self._plot
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if plot is not None:
            axes, step = self._axes(plot)
            self._grid(painter, axes, step, plot)
            painter.setClipRect(axes.area.adjusted(-2, -4, 2, 1))
            for value, name in plot.thresholds:
                self._threshold(painter, axes, value, name)
            for course, dashed in ((plot.estimate, False), (plot.forecast, True)):
                if course is not None and len(course.time):
                    self._course(painter, axes, course, plot.now, dashed=dashed)
            self._readings(painter, axes, plot)
            self._now(painter, axes)
        painter.end()

    def _axes(self, plot: SensorPlot) -> tuple[Axes, float]:
        """The scales, and the step of the y labels."""
        inside = (plot.time >= plot.now - plot.past_h * _HOUR_US) & (plot.time <= plot.now)
        parts = [plot.value[inside], *(values for course in (plot.estimate, plot.forecast) if course is not None
                                       for values in (course.low, course.high))]
        shown = np.concatenate([part[np.isfinite(part)] for part in parts]) if parts else _NOTHING
        low, high = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 1.0)
        near = [value for value, _ in plot.thresholds if low - (high - low) <= value <= high + (high - low)]
        low, high = min([low, *near]), max([high, *near])
        room = 0.08 * (high - low) or max(abs(high) * 0.05, 0.5)
        step = nice_step(high - low + 2 * room)
        area = QRectF(_LEFT, 10, self.width() - _LEFT - _RIGHT, self.height() - 34)
        first, last = np.floor((low - room if low < 0 else max(low - room, 0.0)) / step), np.ceil((high + room) / step)
        return Axes(area, -plot.past_h, plot.ahead_h, float(first * step), float(last * step)), step

    def _grid(self, painter: QPainter, axes: Axes, step: float, plot: SensorPlot) -> None:
        values = step * np.arange(round(axes.y_low / step), round(axes.y_high / step) + 1)
        rows = [(float(v), f"{float(f'{v:.6g}'):,g}") for v in values]
        hours = next((h for h in (3.0, 6.0, 12.0, 24.0) if plot.past_h + plot.ahead_h <= 8 * h), 48.0)
        first = np.ceil((plot.now / _HOUR_US - plot.past_h) / hours) * hours - plot.now / _HOUR_US
        marks = [(h, self._clock(plot.now, h)) for h in np.arange(first, plot.ahead_h + 0.01, hours)]
        draw_grid(painter, axes, self._look.tokens, rows, marks)

    def _clock(self, now: int, hours: float) -> str:
        moment = datetime.fromtimestamp(round(now / _HOUR_US + hours) * 3600, UTC)
        return f"{moment:%a %H}Z" if moment.hour == 0 else f"{moment:%H}Z"

    def _course(self, painter: QPainter, axes: Axes, course: Course, now: int, *, dashed: bool) -> None:
        hours = (course.time - now) / _HOUR_US
        keep = hours >= axes.x_low
        low, mean, high = ([axes.at(float(h), float(v)) for h, v in zip(hours[keep], line[keep], strict=True)]
                           for line in (course.low, course.mean, course.high))
        colour = self._look.tokens.colour("accent")
        fill = self._look.tokens.colour("accent")
        fill.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*high, *reversed(low)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2.0, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        painter.drawPolyline(QPolygonF(mean))

    def _readings(self, painter: QPainter, axes: Axes, plot: SensorPlot) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.tokens.colour("text"))
        hours = (plot.time - plot.now) / _HOUR_US
        for hour, value in zip(hours, plot.value, strict=True):
            if axes.x_low <= hour <= 0 and np.isfinite(value):
                painter.drawEllipse(axes.at(float(hour), float(value)), 1.3, 1.3)

    def _threshold(self, painter: QPainter, axes: Axes, value: float, name: str) -> None:
        if not axes.y_low <= value <= axes.y_high:
            return
        y = axes.y(value)
        painter.setPen(QPen(self._look.tokens.colour("second"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(axes.area.left(), y), QPointF(axes.area.right(), y))
        wide = painter.fontMetrics().horizontalAdvance(name) + 10
        tag(painter, QRectF(axes.area.left() + 6, y - 15, wide, 14), name, self._look.tokens)

    def _now(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(QPen(self._look.tokens.colour("text"), 1.2))
        painter.drawLine(QPointF(axes.x(0), axes.area.top() - 4), QPointF(axes.x(0), axes.area.bottom()))

"""The chance of more than N people: share of runs whose worst hour exceeds N. Main thread only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from stratum_core.model.results import Share
from stratum_core.model.statistics import share as share_of
from stratum_core.number_format import NARROW, percent, percent_between, whole
from ui.charts.axes import Axes, draw_grid, nice_step
from ui.theme import Look, font

LEFT, RIGHT = 50, 22


def exceedance(peaks: npt.NDArray[np.float64], people: float) -> Share:
    """The share of runs with more than ``people``, with its 95 % interval."""
    return share_of(float((peaks > people).sum()), len(peaks))


class ExceedanceChart(QWidget):
    """Shares its x scale with the N slider above it: the same LEFT and RIGHT."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._peaks: npt.NDArray[np.float64] | None = None
        self._high, self._people, self._stale = 100.0, 0.0, False
        self.setMinimumHeight(96)

    def set_peaks(self, peaks: npt.NDArray[np.float64] | None, high: float) -> None:
        """Show the worst hours of all runs, up to ``high`` people."""
        self._peaks, self._high = None if peaks is None else np.sort(peaks), high
        self.update()

    def set_people(self, people: float) -> None:
        """Move N."""
        self._people = people
        self.update()

    def set_stale(self, stale: bool) -> None:
        """True while a new run is on."""
        self._stale = stale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = Axes(QRectF(LEFT, 12, self.width() - LEFT - RIGHT, self.height() - 34), 0, self._high, 0, 100)
        step = nice_step(self._high, 3)
        rows = [(float(v), f"{v}{NARROW}%") for v in (0, 25, 50, 75, 100)]
        marks = [(float(v), whole(v)) for v in np.arange(0, self._high * 1.001, step)] if self._peaks is not None else []
        draw_grid(painter, axes, tokens, rows, marks)
        if self._peaks is not None:
            self._curve(painter, axes, self._peaks)
            self._mark(painter, axes, self._peaks)
        painter.end()

    def _curve(self, painter: QPainter, axes: Axes, peaks: npt.NDArray[np.float64]) -> None:
        share = 100.0 * float((peaks > 0).mean())
        points = [axes.at(0, share)]
        for value in np.unique(peaks[peaks > 0]):
            points.append(axes.at(float(value), share))
            share = 100.0 * float((peaks > value).mean())
            points.append(axes.at(float(value), share))
        points.append(axes.at(self._high, share))
        painter.setPen(QPen(self._look.tokens.colour("second" if self._stale else "accent"), 2.2))
        painter.drawPolyline(QPolygonF(points))

    def _mark(self, painter: QPainter, axes: Axes, peaks: npt.NDArray[np.float64]) -> None:
        tokens, found = self._look.tokens, exceedance(peaks, self._people)
        at = axes.at(self._people, 100 * found.value)
        painter.setPen(QPen(tokens.colour("text"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(axes.area.left(), at.y()), at)
        painter.drawLine(at, QPointF(at.x(), axes.area.bottom()))
        painter.setPen(QPen(tokens.colour("panel"), 1.5))
        painter.setBrush(tokens.colour("text"))
        painter.drawEllipse(at, 4.5, 4.5)
        text = f"{percent(found.value)} ({percent_between(*found.bounds)})"
        made = font(12, bold=True)
        wide = QFontMetricsF(made).horizontalAdvance(text) + 8
        left = min(max(axes.area.left() + 3, at.x() - wide - 8), axes.area.right() - wide)
        top = at.y() - 19 if at.y() > axes.area.top() + 16 else at.y() + 4
        box = QRectF(left, top, wide, 16)
        back = tokens.colour("panel")
        back.setAlpha(200)
        painter.fillRect(box, back)
        painter.setFont(made)
        painter.setPen(tokens.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

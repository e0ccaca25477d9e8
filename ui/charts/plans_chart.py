"""Plans by cost and one objective: where each was found, and what the futures make of it. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from ui.charts.axes import Axes, draw_grid, nice_step, tag
from ui.theme import Look, font

_LEFT, _RIGHT, _REACH = 64, 22, 12.0
#: room above the points, as a share of their span
_AIR = 0.06


@dataclass(frozen=True)
class Mark:
    """One plan. found: in the runs it was chosen by; mean, low, high: over the futures, None where it was not tried there.

    rule: nothing, greedy or knapsack; empty for a plan of the front.
    """

    name: str
    cost: float
    found: float
    mean: float | None = None
    low: float = 0.0
    high: float = 0.0
    rule: str = ""

    @property
    def value(self) -> float:
        """Where its main point stands."""
        return self.found if self.mean is None else self.mean


class PlansChart(QWidget):
    """A click chooses a plan, with Ctrl the second one; a drag brushes a range of costs and values, a double click ends that."""

    chosen = Signal(str, bool)
    brushed = Signal(object)  # (cost low, high, value low, high) or None

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="Plans by cost and effect", focusPolicy=Qt.FocusPolicy.StrongFocus)
        self._look = look
        self._marks: tuple[Mark, ...] = ()
        self._inside: set[str] = set()
        self._pair = ("", "")
        self._show: Callable[[float], str] = str
        self._price: Callable[[float], str] = str
        self._title = ""
        self._from: QPointF | None = None
        self._to: QPointF | None = None
        self.setMinimumSize(280, 170)
        self.setMouseTracking(True)

    def set_marks(self, marks: Sequence[Mark], title: str, show: Callable[[float], str], price: Callable[[float], str]) -> None:
        """Show other plans; show: a value in words, price: a cost in words."""
        self._marks, self._title, self._show, self._price = tuple(marks), title, show, price
        self.setAccessibleDescription("; ".join(f"{m.name}: {price(m.cost)}, {show(m.value)}" for m in self._marks))
        self.update()

    def set_chosen(self, first: str, second: str) -> None:
        """Ring the two plans that are compared."""
        self._pair = (first, second)
        self.update()

    def set_inside(self, names: set[str]) -> None:
        """Plans that the brush holds; the others are faint."""
        self._inside = names
        self.update()

    def _axes(self) -> Axes:
        costs = [m.cost for m in self._marks] or [1.0]
        ends = [v for m in self._marks for v in ((m.found,) if m.mean is None else (m.found, m.low, m.high))] or [0.0, 1.0]
        low, high = min(ends), max(ends)
        low = 0.0 if low < 0.5 * high else low - _AIR * (high - low)
        return Axes(QRectF(_LEFT, 22, self.width() - _LEFT - _RIGHT, self.height() - 60), 0.0, max(costs) * 1.04 or 1.0, low,
                    high + _AIR * (high - low) or 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = self._axes()
        painter.setFont(font(11))
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(4, 2, self.width() - 8, 16), Qt.AlignmentFlag.AlignLeft, f"{self._title}; lower is better")
        painter.drawText(QRectF(_LEFT, self.height() - 17, axes.area.width(), 15), Qt.AlignmentFlag.AlignRight, "cost")
        draw_grid(painter, axes, tokens, _ticks(axes.y_low, axes.y_high, self._show), _ticks(0.0, axes.x_high, self._price))
        self._stair(painter, axes)
        taken: list[QRectF] = []
        for mark in sorted(self._marks, key=lambda m: (bool(m.rule), m.mean is not None)):
            self._mark(painter, axes, mark)
        for mark in self._marks:
            if mark.rule or mark.name in self._pair:
                self._label(painter, axes, mark, taken)
        if self._from is not None and self._to is not None:
            painter.setPen(QPen(tokens.colour("focus"), 1, Qt.PenStyle.DashLine))
            fill = tokens.colour("focus")
            fill.setAlpha(30)
            painter.setBrush(fill)
            painter.drawRect(QRectF(self._from, self._to).normalized())
        painter.end()

    def _stair(self, painter: QPainter, axes: Axes) -> None:
        """What no tried plan beats, as found."""
        front = sorted((m.cost, m.found) for m in self._marks if not m.rule)
        points, best = [], np.inf
        for cost, value in front:
            if value >= best:
                continue
            if points:
                points.append(QPointF(axes.x(cost), points[-1].y()))
            points.append(axes.at(cost, value))
            best = value
        painter.setPen(QPen(self._look.tokens.colour("divider"), 1.4))
        painter.drawPolyline(QPolygonF(points))

    def _mark(self, painter: QPainter, axes: Axes, mark: Mark) -> None:
        tokens = self._look.tokens
        faint = bool(self._inside) and mark.name not in self._inside
        colour = tokens.colour("third" if mark.rule else "accent")
        painter.setOpacity(0.25 if faint else 1.0)
        at, found = axes.at(mark.cost, mark.value), axes.at(mark.cost, mark.found)
        if mark.mean is not None:
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(axes.at(mark.cost, mark.low), axes.at(mark.cost, mark.high))
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(tokens.colour("panel"))
            painter.drawEllipse(found, 3.2, 3.2)
        painter.setPen(QPen(tokens.colour("casing"), 1))
        painter.setBrush(colour)
        size = 5.0 if mark.mean is not None else 3.0
        if mark.rule:
            painter.drawPolygon(QPolygonF([at + QPointF(0, -6), at + QPointF(6, 0), at + QPointF(0, 6), at + QPointF(-6, 0)]))
        else:
            painter.drawEllipse(at, size, size)
        if mark.name in self._pair:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.colour("text"), 2, Qt.PenStyle.SolidLine if mark.name == self._pair[0]
                                else Qt.PenStyle.DotLine))
            painter.drawEllipse(at, 9, 9)
        painter.setOpacity(1.0)

    def _label(self, painter: QPainter, axes: Axes, mark: Mark, taken: list[QRectF]) -> None:
        letter = {self._pair[0]: "A: ", self._pair[1]: "B: "}.get(mark.name, "")
        text, at = f"{letter}{mark.name}", axes.at(mark.cost, mark.value)
        bold = bool(letter)
        wide = QFontMetricsF(font(11, bold=bold)).horizontalAdvance(text) + 8
        for dx, dy in ((12, -8), (12, 8), (-12 - wide, -8), (-12 - wide, 8), (12, -24), (12, 24)):
            box = QRectF(min(max(at.x() + dx, 2), self.width() - wide - 2), at.y() + dy - 8, wide, 16)
            if not any(box.intersects(other) for other in taken):
                break
        taken.append(box)
        tag(painter, box, text, self._look.tokens, bold=bold)

    def _near(self, point: QPointF) -> Mark | None:
        axes = self._axes()
        places = [(np.hypot(axes.x(m.cost) - point.x(), axes.y(m.value) - point.y()), m) for m in self._marks]
        best = min(places, key=lambda pair: pair[0], default=(np.inf, None))
        return best[1] if best[0] <= _REACH else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        mark = self._near(event.position())
        if mark is not None:
            self.chosen.emit(mark.name, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        if self._from is not None:
            self._to = event.position()
            self.update()
            return
        mark = self._near(event.position())
        words = f"{mark.name}: {self._price(mark.cost)}, {self._show(mark.value)}" if mark is not None else ""
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        if self._from is not None and self._to is not None:
            axes, box = self._axes(), QRectF(self._from, self._to).normalized()
            if box.width() > 4 and box.height() > 4:
                across, up = axes.x_high / axes.area.width(), (axes.y_high - axes.y_low) / axes.area.height()
                self.brushed.emit(((box.left() - axes.area.left()) * across, (box.right() - axes.area.left()) * across,
                                   axes.y_low + (axes.area.bottom() - box.bottom()) * up,
                                   axes.y_low + (axes.area.bottom() - box.top()) * up))
        self._from = self._to = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        self.brushed.emit(None)


def _ticks(low: float, high: float, show: Callable[[float], str]) -> list[tuple[float, str]]:
    step = nice_step(high - low, 4)
    first = np.ceil(low / step - 1e-9) * step
    return [(float(value), show(float(value))) for value in np.arange(first, high * 1.0001, step)]

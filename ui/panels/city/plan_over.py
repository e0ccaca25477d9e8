"""Where the measures of a plan stand, painted over the city. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from ui.scene3d.frame import Frame, Points
from ui.shell.places import Context
from ui.theme import font

Project = Callable[[Points], Points]


def draw_plan(painter: QPainter, context: Context, frame: Frame, project: Project) -> list[QRectF]:
    """A diamond at each target with what is done there; measures without a place stand in a list. Returns what is covered."""
    plan = context.view.plan
    if not plan:
        return []
    tokens, boxes = context.look.tokens, list[QRectF]()
    by_place: dict[tuple[float, float], list[str]] = {}
    for option in plan:
        if option.x is not None and option.y is not None:
            by_place.setdefault((option.x, option.y), []).append(option.name)
    for place, names in by_place.items():
        x, y, depth = project(frame.place(np.array([place]), 4.0))[0]
        if depth <= 0:
            continue
        at = QPointF(x, y)
        painter.setPen(QPen(tokens.colour("casing"), 2))
        painter.setBrush(tokens.colour("accent"))
        painter.drawPolygon(QPolygonF([at + QPointF(0, -9), at + QPointF(9, 0), at + QPointF(0, 9), at + QPointF(-9, 0)]))
        boxes.append(_tag(painter, context, at, names, boxes))
    return boxes


def _tag(painter: QPainter, context: Context, at: QPointF, names: list[str], taken: list[QRectF]) -> QRectF:
    """The sentences, one below the other, beside the diamond where there is room."""
    tokens, made = context.look.tokens, font(12)
    metrics = QFontMetricsF(made)
    wide = max(metrics.horizontalAdvance(name) for name in names) + 14
    high = 18.0 * len(names) + 4
    places = [QRectF(at.x() + 14, at.y() - high / 2 + dy, wide, high) for dy in (0, -high, high, -2 * high, 2 * high)]
    places += [QRectF(at.x() - 14 - wide, at.y() - high / 2 + dy, wide, high) for dy in (0, -high, high)]
    box = next((one for one in places if not any(one.intersects(other) for other in taken)), places[0])
    painter.setPen(QPen(tokens.colour("accent"), 1))
    painter.setBrush(tokens.colour("panel"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(made)
    painter.setPen(tokens.colour("text"))
    for number, name in enumerate(names):
        painter.drawText(QRectF(box.left() + 7, box.top() + 2 + 18 * number, wide, 18), Qt.AlignmentFlag.AlignVCenter, name)
    return box

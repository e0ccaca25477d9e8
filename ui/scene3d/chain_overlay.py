"""Labels and the causal chain, painted over the scene at projected places. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from ui.scene3d.frame import Points
from ui.theme import Tokens, font

MOST_LABELS = 12
_DISC = 10.5
_STEM = 26.0


@dataclass(frozen=True)
class Label:
    """A name at a projected place; those with the least rank are placed first."""

    text: str
    x: float
    y: float
    rank: int
    strong: bool = False


def draw_chain(painter: QPainter, places: Points, tokens: Tokens) -> list[QRectF]:
    """Arcs from step to step with arrowheads, numbered discs on stems; returns what the discs cover."""
    discs = [QPointF(x, y - _STEM) for x, y, _ in places]
    for first, last in pairwise(discs):
        _arc(painter, first, last, tokens)
    for (x, y, _), disc in zip(places, discs, strict=True):
        painter.setPen(QPen(tokens.colour("chain"), 1.6))
        painter.drawLine(QPointF(x, y), QPointF(disc.x(), disc.y() + _DISC))
    for number, disc in enumerate(discs, start=1):
        _disc(painter, disc, number, tokens)
    return [QRectF(d.x() - 14, d.y() - 14, 28, 28) for d in discs]


def _arc(painter: QPainter, first: QPointF, last: QPointF, tokens: Tokens) -> None:
    delta = last - first
    length = float(np.hypot(delta.x(), delta.y()))
    if length < 2 * _DISC:
        return
    middle = (first + last) / 2
    bend = min(0.24 * length, 60.0)
    control = QPointF(middle.x() - delta.y() / length * bend * np.sign(delta.x() or 1) * -1, middle.y() - bend)
    path = QPainterPath(first)
    path.quadTo(control, last)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("casing", 8.0), ("chain", 3.6)):
        painter.setPen(QPen(tokens.colour(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)
    _arrow(painter, path.pointAtPercent(0.54), path.angleAtPercent(0.54), tokens)


def _arrow(painter: QPainter, at: QPointF, angle: float, tokens: Tokens) -> None:
    painter.save()
    painter.translate(at)
    painter.rotate(-angle)
    painter.setPen(QPen(tokens.colour("casing"), 2.0))
    painter.setBrush(tokens.colour("chain"))
    painter.drawPolygon(QPolygonF([QPointF(10, 0), QPointF(-6, -8), QPointF(-6, 8)]))
    painter.restore()


def _disc(painter: QPainter, at: QPointF, number: int, tokens: Tokens) -> None:
    painter.setPen(QPen(tokens.colour("casing"), 2.0))
    painter.setBrush(tokens.colour("chain"))
    painter.drawEllipse(at, _DISC + 1, _DISC + 1)
    painter.setFont(font(13, bold=True))
    painter.setPen(tokens.colour("casing"))
    box = QRectF(at.x() - _DISC, at.y() - _DISC, 2 * _DISC, 2 * _DISC)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def draw_labels(painter: QPainter, labels: list[Label], taken: list[QRectF], tokens: Tokens, area: QRectF) -> list[QRectF]:
    """At most MOST_LABELS tags, each beside or above its place; those that would cover another are left out."""
    placed: list[QRectF] = []
    for label in sorted(labels, key=lambda one: one.rank):
        if len(placed) >= MOST_LABELS:
            break
        metrics = QFontMetricsF(font(12, bold=label.strong))
        box = _spot(label, metrics.horizontalAdvance(label.text) + 14, taken + placed, area)
        if box is not None:
            placed.append(box)
            _tag(painter, box, label, tokens)
    return placed


def _spot(label: Label, width: float, taken: list[QRectF], area: QRectF) -> QRectF | None:
    height = 20.0
    gap = 18.0 if label.rank == 0 else 6.0
    lift = _STEM if label.rank == 0 else 0.0
    spots = (
        (label.x + gap, label.y - lift - height / 2),
        (label.x - width - gap, label.y - lift - height / 2),
        (label.x - width / 2, label.y - lift - height - (gap - 2)),
        (label.x - width / 2, label.y + 16),
    )
    order = spots if label.rank == 0 else (spots[2], spots[0], spots[1], spots[3])
    for x, y in order:
        box = QRectF(round(x), round(y), round(width), height)
        if area.contains(box) and not any(box.intersects(other.adjusted(-2, -2, 2, 2)) for other in taken):
            return box
    return None


def _tag(painter: QPainter, box: QRectF, label: Label, tokens: Tokens) -> None:
    painter.setPen(QPen(tokens.colour("control" if label.strong else "divider"), 1))
    back = QColor(tokens.colour("panel"))
    painter.setBrush(back)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(font(12, bold=label.strong))
    painter.setPen(tokens.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)

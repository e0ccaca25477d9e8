"""Zones, closed roads, contraflow, routes and ways out of the scenario, painted over the city. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ui.layers import ORDERS
from ui.scene3d.frame import Frame, Points
from ui.scene3d.routes import segments_of
from ui.shell.places import Context
from ui.theme import Tokens, font

Project = Callable[[Points], Points]
_BACK = "/back"


def draw_orders(painter: QPainter, context: Context, frame: Frame, project: Project) -> list[QRectF]:
    """All that is drawn, while its layer is shown, and the roads under the brush; returns what the tags cover."""
    tags: list[QRectF] = []
    drawn = context.session.orders.drawn()
    if not context.view.layer(ORDERS).visible:
        drawn = []
    tokens, scenario = context.look.tokens, context.session.scenario
    for one in drawn:
        if one.kind == "zones" and scenario is not None:
            ring = np.array(scenario.evacuation.zones[one.at]["polygon"], dtype=float)
            tags += _zone(painter, tokens, frame, project, ring, f"{one.name}, {one.told}")
    for road in [one.name for one in drawn if one.kind == "closures"] + list(context.view.brushed):
        _closed(painter, context, frame, project, road)
    for one in drawn:
        if one.kind == "contraflow":
            _turned(painter, context, frame, project, one.name)
        elif one.kind == "routes":
            _marked(painter, context, frame, project, one.name)
        elif one.kind == "exits":
            tags += _exit(painter, context, frame, project, one.name, "Way out")
        elif one.kind == "zones" and scenario is not None:
            for node in scenario.evacuation.zones[one.at].get("exits", ()):
                tags += _exit(painter, context, frame, project, str(node), f"Way out of {one.name}")
    return tags


def _zone(painter: QPainter, tokens: Tokens, frame: Frame, project: Project, ring: Points, words: str) -> list[QRectF]:
    seen = project(frame.place(ring, 1.0))
    corners = [QPointF(x, y) for x, y, depth in seen if depth > 0]
    if len(corners) < 3:
        return []
    fill = tokens.colour("accent")
    fill.setAlpha(28)
    painter.setBrush(fill)
    for colour, width in (("casing", 4.0), ("accent", 2.0)):
        painter.setPen(QPen(tokens.colour(colour), width, Qt.PenStyle.DashLine if width == 2.0 else Qt.PenStyle.SolidLine))
        painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = QPointF(sum(corner.x() for corner in corners), sum(corner.y() for corner in corners)) / len(corners)
    return [_tag(painter, tokens, middle, words)]


def _tag(painter: QPainter, tokens: Tokens, at: QPointF, words: str) -> QRectF:
    wide = QFontMetricsF(font(12, bold=True)).horizontalAdvance(words) + 14
    box = QRectF(round(at.x() - wide / 2) + 0.5, round(at.y() - 10) + 0.5, round(wide), 20)
    painter.setPen(QPen(tokens.colour("accent"), 1))
    painter.setBrush(tokens.colour("panel"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font(12, bold=True))
    painter.setPen(tokens.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    return box


def _line(context: Context, frame: Frame, project: Project, road: str) -> list[QPointF]:
    """The pixels of a road; empty where it is none or lies behind."""
    city = context.session.city
    row = city.index.get(road, -1) - len(city.assets)
    if row < 0:
        return []
    ends = segments_of(city, np.array([row])).ends
    if not len(ends):
        return []
    seen = project(frame.place(np.vstack([ends[:, :2], ends[-1:, 2:]]), 2.0))
    return [QPointF(x, y) for x, y, _ in seen] if (seen[:, 2] > 0).all() else []


def _closed(painter: QPainter, context: Context, frame: Frame, project: Project, road: str) -> None:
    """A red line with a cross in its middle."""
    line = _line(context, frame, project, road)
    if not line:
        return
    tokens = context.look.tokens
    red = tokens.status["R"]
    for colour, width in ((tokens.casing, 7.0), (red, 4.0)):
        painter.setPen(QPen(QColor(f"#{colour}"), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(line))
    middle = (line[(len(line) - 1) // 2] + line[len(line) // 2]) / 2
    for colour, width in ((tokens.casing, 5.0), (red, 2.4)):
        painter.setPen(QPen(QColor(f"#{colour}"), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            painter.drawLine(middle + QPointF(-6, -6 * side), middle + QPointF(6, 6 * side))


def _marked(painter: QPainter, context: Context, frame: Frame, project: Project, road: str) -> None:
    """A dashed line in the colour of what is safe."""
    line = _line(context, frame, project, road)
    tokens = context.look.tokens
    safe, casing = QColor(f"#{tokens.people['safe']}"), tokens.colour("casing")
    for colour, width, style in ((casing, 7.0, Qt.PenStyle.SolidLine), (safe, 4.0, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(colour, width, style, Qt.PenCapStyle.FlatCap))
        painter.drawPolyline(QPolygonF(line))


def _turned(painter: QPainter, context: Context, frame: Frame, project: Project, road: str) -> None:
    """An accent line with two arrowheads the way that all its lanes go."""
    line = _line(context, frame, project, road.removesuffix(_BACK))
    if not line:
        return
    if road.endswith(_BACK):
        line.reverse()
    tokens = context.look.tokens
    for colour, width in (("casing", 7.0), ("accent", 4.0)):
        painter.setPen(QPen(tokens.colour(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(line))
    way = line[-1] - line[0]
    length = max(float(np.hypot(way.x(), way.y())), 1e-6)
    ahead = way / length
    aside, middle = QPointF(-ahead.y(), ahead.x()), (line[(len(line) - 1) // 2] + line[len(line) // 2]) / 2
    painter.setPen(QPen(tokens.colour("casing"), 1))
    painter.setBrush(tokens.colour("accent"))
    for shift in (-6.0, 4.0):
        at = middle + ahead * shift
        painter.drawPolygon(QPolygonF([at + ahead * 8, at - ahead * 3 + aside * 7, at - ahead * 3 - aside * 7]))


def _exit(painter: QPainter, context: Context, frame: Frame, project: Project, node: str, words: str) -> list[QRectF]:
    city = context.session.city
    row = city.index.get(node, -1)
    if not 0 <= row < len(city.assets):
        return []
    x, y, depth = project(frame.place(np.array([[city.assets.x[row], city.assets.y[row]]]), 2.0))[0]
    if depth <= 0:
        return []
    painter.setPen(QPen(context.look.tokens.colour("accent"), 2))
    painter.setBrush(context.look.tokens.colour("panel"))
    painter.drawEllipse(QPointF(x, y), 6, 6)
    return [_tag(painter, context.look.tokens, QPointF(x, y - 20), words)]

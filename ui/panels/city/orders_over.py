"""Zones, closed roads, contraflow, routes and ways out of the scenario, painted over the city. Main thread only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ui.layers import ORDERS
from ui.scene3d.frame import Frame, Points
from ui.scene3d.routes import segments_of
from ui.shell.places import Context
from ui.theme import Tokens, font

Project = Callable[[Points], Points]
#: where its middle is to be, and its words
Tag = tuple[QPointF, str]
_BACK = "/back"
#: pixels of a zone's name in its tag, and from tag to tag; tags that one gives way to
_WIDEST, _ROW, _ROWS = 150.0, 24.0, 4


def draw_orders(
    painter: QPainter, context: Context, frame: Frame, project: Project, taken: list[QRectF], area: QRectF
) -> list[QRectF]:
    """All that is drawn, while its layer is shown, and the roads under the brush; returns what the tags cover, which is nothing
    of what is ``taken``."""
    tags, marks = list[Tag](), list[QRectF]()
    drawn = context.session.orders.drawn()
    if not context.view.layer(ORDERS).visible:
        drawn = []
    tokens, scenario = context.look.tokens, context.session.scenario
    for one in drawn:
        if one.kind == "zones" and scenario is not None:
            ring = np.array(scenario.evacuation.zones[one.at]["polygon"], dtype=float)
            tags += _zone(painter, tokens, frame, project, ring, area, f"{_short(one.name)}, {one.told}")
    for road in [one.name for one in drawn if one.kind == "closures"] + list(context.view.brushed):
        _closed(painter, context, frame, project, road)
    exits = [(one.name, "Way out") for one in drawn if one.kind == "exits"]
    for one in drawn:
        if one.kind == "contraflow":
            _turned(painter, context, frame, project, one.name)
        elif one.kind == "routes":
            _marked(painter, context, frame, project, one.name)
        elif one.kind == "zones" and scenario is not None:
            own = scenario.evacuation.zones[one.at].get("exits", ())
            exits += [(str(node), f"Way out of {_short(one.name)}") for node in own]
    for node, words in exits:
        at = _exit(painter, context, frame, project, node)
        if at is not None and area.contains(at):
            marks.append(QRectF(at.x() - 6, at.y() - 6, 12, 12))
            tags.append((at - QPointF(0, 20), words))
    return _draw_tags(painter, tokens, tags, taken + marks, area)


def _zone(painter: QPainter, tokens: Tokens, frame: Frame, project: Project, ring: Points, area: QRectF, words: str) -> list[Tag]:
    """Its outline, and its tag in the middle of what is seen of it."""
    corners = QPolygonF([QPointF(x, y) for x, y, depth in project(frame.place(ring, 1.0)) if depth > 0])
    if len(corners) < 3:
        return []
    fill = tokens.colour("accent")
    fill.setAlpha(28)
    painter.setBrush(fill)
    for colour, width in (("casing", 4.0), ("accent", 2.0)):
        painter.setPen(QPen(tokens.colour(colour), width, Qt.PenStyle.DashLine if width == 2.0 else Qt.PenStyle.SolidLine))
        painter.drawPolygon(corners)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    seen = corners.intersected(QPolygonF(area))
    return [(seen.boundingRect().center(), words)] if len(seen) else []


def _short(name: str) -> str:
    return QFontMetricsF(font(12, bold=True)).elidedText(name, Qt.TextElideMode.ElideRight, _WIDEST)


def _draw_tags(painter: QPainter, tokens: Tokens, tags: list[Tag], taken: list[QRectF], area: QRectF) -> list[QRectF]:
    """Each as near to its place as lets it cover nothing; one without room is left out."""
    painter.setFont(font(12, bold=True))
    placed: list[QRectF] = []
    for at, words in tags:
        wide = round(QFontMetricsF(painter.font()).horizontalAdvance(words)) + 14
        covered = [one.adjusted(-2, -2, 2, 2) for one in taken + placed]
        box = next((one for one in _spots(at, wide, area) if not any(one.intersects(other) for other in covered)), None)
        if box is not None:
            placed.append(box)
            painter.setPen(QPen(tokens.colour("accent"), 1))
            painter.setBrush(tokens.colour("panel"))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(tokens.colour("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    return placed


def _spots(at: QPointF, wide: int, area: QRectF) -> Iterator[QRectF]:
    """Boxes within the area on a place, above and below it and beside it, the nearest first."""
    aside = wide / 2 + 12
    shifts = [(across, _ROW * down) for down in range(-_ROWS, _ROWS + 1) for across in (0.0, aside, -aside)]
    for across, down in sorted(shifts, key=lambda shift: math.hypot(*shift)):
        left = max(min(at.x() - wide / 2 + across, area.right() - wide - 1), area.left())
        box = QRectF(round(left) + 0.5, round(at.y() - 10 + down) + 0.5, wide, 20)
        if area.contains(box):
            yield box


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


def _exit(painter: QPainter, context: Context, frame: Frame, project: Project, node: str) -> QPointF | None:
    """A ring around a crossing; returns where it is seen."""
    city = context.session.city
    row = city.index.get(node, -1)
    if not 0 <= row < len(city.assets):
        return None
    x, y, depth = project(frame.place(np.array([[city.assets.x[row], city.assets.y[row]]]), 2.0))[0]
    if depth <= 0:
        return None
    painter.setPen(QPen(context.look.tokens.colour("accent"), 2))
    painter.setBrush(context.look.tokens.colour("panel"))
    painter.drawEllipse(QPointF(x, y), 6, 6)
    return QPointF(x, y)

"""The key of people and traffic over the city, with the people in each state, and arrows on the roads. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from stratum_core.number_format import NARROW, clock, count
from ui.crowds import DENSITIES, Crowd
from ui.layers import PEOPLE, TRAFFIC
from ui.scene3d.city_scene import CityScene
from ui.scene3d.frame import Points
from ui.scene3d.legend import WIDTH
from ui.shell.places import Context
from ui.theme import Tokens, font

_LINE, _HEAD, _RAMP, _GAP = 19, 22, 30, 7
#: arrows at most, and pixels between two of them
_ARROWS, _APART = 70, 46
_PER_AREA = f"people per{NARROW}hectare"
_LARGE = ("held up", "no way to leave")


class PeopleKey:
    """What the dots or the cells mean, who is how many, and what the colours of roads mean."""

    def __init__(self, context: Context, crowd: Crowd, *, far: bool) -> None:
        self._context, self._crowd, self._far = context, crowd, far
        looks = [context.view.layer(name).visible for name in (PEOPLE, TRAFFIC)]
        self._people, self._traffic = looks

    def box(self, height: int) -> QRectF:
        """The lower left corner."""
        parts = [_HEAD + _LINE * 4] if self._people else []
        parts += [_GAP + _HEAD + _RAMP] * ((self._people and self._far) + (self._people and self._traffic))
        tall = 2 * _GAP + sum(parts) + (0 if self._people else _HEAD + _RAMP)
        return QRectF(12, height - 12 - tall, WIDTH, tall)

    def draw(self, painter: QPainter, tokens: Tokens, box: QRectF) -> None:
        """The key in its box."""
        painter.setPen(QPen(tokens.colour("divider"), 1))
        painter.setBrush(tokens.colour("panel"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        session, left, wide = self._context.session, box.left() + 13, box.width() - 26
        trace = session.evacuations.traces.found
        title = (self._context.view.group or "People").capitalize() if self._people else "Traffic"
        told = f"one run, no. {trace.replicate}, {clock(session.hour)}" if trace is not None else ""
        top = self._title(painter, tokens, QRectF(left, box.top() + _GAP, wide, _HEAD), title, told)
        if self._people:
            top = self._states(painter, tokens, left, top, wide)
            if self._far:
                edges = ("0", *(f"{edge:g}" for edge in DENSITIES), "")
                top = self._title(painter, tokens, QRectF(left, top + _GAP, wide, _HEAD), "Not yet in safety", _PER_AREA)
                top = _ramp(painter, tokens, QRectF(left, top, wide, 12), ("", *tokens.ramp), edges)
        if self._traffic:
            if self._people:
                top = self._title(painter, tokens, QRectF(left, top + _GAP, wide, _HEAD), "Traffic", "vehicles, % of a jam")
            _ramp(painter, tokens, QRectF(left, top, wide, 12), (tokens.accent, *tokens.ramp),
                  ("0", "5", "20", "40", "60", "80", "100"))

    def _title(self, painter: QPainter, tokens: Tokens, line: QRectF, title: str, note: str) -> float:
        painter.setFont(font(12, bold=True))
        painter.setPen(tokens.colour("text"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font(11))
        painter.setPen(tokens.colour("second"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        return line.bottom()

    def _states(self, painter: QPainter, tokens: Tokens, left: float, top: float, wide: float) -> float:
        """Two columns: mark, word, people. From afar cells stand for the dots, so the marks are left out."""
        painter.setFont(font(11))
        half = wide * 0.45
        for number, (word, code) in enumerate(tokens.people.items()):
            x, y = left + (number % 2) * half, top + (number // 2) * _LINE
            size = 0.0 if self._far else 9.0 if word in _LARGE else 6.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(f"#{code}"))
            painter.drawRect(QRectF(x + 5 - size / 2, y + 9 - size / 2, size, size))
            line = QRectF(x + (0 if self._far else 15), y, 0, 18)
            line.setRight(left + (wide if number % 2 else half - 12))
            painter.setPen(tokens.colour("second"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, word)
            painter.setPen(tokens.colour("text"))
            people = count(float(self._crowd.counts[number + 1]))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, people)
        return top + 4 * _LINE


def _ramp(painter: QPainter, tokens: Tokens, box: QRectF, ramp: tuple[str, ...], edges: tuple[str, ...]) -> float:
    """Classes with their edges below; a class without a colour is only outlined. Returns where the next line begins."""
    wide = box.width() / len(ramp)
    for number, code in enumerate(ramp):
        cell = QRectF(box.left() + number * wide, box.top(), wide + 0.5, box.height())
        painter.setPen(Qt.PenStyle.NoPen if code else QPen(tokens.colour("divider"), 1))
        painter.setBrush(QColor(f"#{code}") if code else Qt.BrushStyle.NoBrush)
        painter.drawRect(cell)
    painter.setFont(font(11))
    painter.setPen(tokens.colour("second"))
    for number, edge in enumerate(edges):
        flags = Qt.AlignmentFlag.AlignHCenter
        spot = QRectF(box.left() + number * wide - 20, box.bottom() + 2, 40, 16)
        if number == 0:
            spot, flags = QRectF(box.left(), spot.top(), 40, 16), Qt.AlignmentFlag.AlignLeft
        elif number == len(edges) - 1:
            spot, flags = QRectF(box.right() - 40, spot.top(), 40, 16), Qt.AlignmentFlag.AlignRight
        painter.drawText(spot, flags, edge)
    return box.top() + _RAMP


def draw_directions(
    painter: QPainter, context: Context, crowd: Crowd, scene: CityScene, project: Callable[[Points], Points], area: QRect
) -> None:
    """Arrows on the roads with most flow, apart from each other: which way vehicles drive."""
    trace, frame = context.session.evacuations.traces.found, scene.frame
    if trace is None or frame is None or not context.view.layer(TRAFFIC).visible:
        return
    busy = np.argsort(-crowd.flow, kind="stable")[:2000]
    busy = busy[crowd.flow[busy] > 0]
    if not len(busy):
        return
    side = np.full(len(busy), 2.5 * frame.scale)
    seen = [project(frame.place(trace.roads.along(busy, np.full(len(busy), part), side), 2.0)) for part in (0.45, 0.55)]
    taken: set[tuple[int, int]] = set()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(context.look.tokens.colour("text"))
    for (x, y, depth), (x2, y2, _) in zip(*seen, strict=True):
        spot = (int(x // _APART), int(y // _APART))
        length = float(np.hypot(x2 - x, y2 - y))
        if depth <= 0 or not area.contains(int(x), int(y)) or spot in taken or length < 1e-3:
            continue
        taken.add(spot)
        ahead = QPointF((x2 - x) / length, (y2 - y) / length)
        aside = QPointF(-ahead.y(), ahead.x())
        at = QPointF((x + x2) / 2, (y + y2) / 2)
        painter.drawPolygon(QPolygonF([at + ahead * 6, at - ahead * 3 + aside * 3.6, at - ahead * 3 - aside * 3.6]))
        if len(taken) >= _ARROWS:
            return

"""The legend, the scale bar and the north arrow over the scene. Main thread only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from stratum_core.number_format import NARROW
from ui.scene3d.camera import Camera
from ui.theme import Tokens, font
from ui.widgets.marks import draw_provenance

WIDTH = 276
Swatch = tuple[str, str]
PROVENANCE_WORDS = (
    ("measured", "measured"),
    ("generated", "generated, outlined"),
    ("derived", "derived"),
    ("assumed", "assumed, hatched"),
)


@dataclass(frozen=True)
class Legend:
    """What the colours mean: a ramp with its edges, or swatches with words."""

    title: str
    note: str
    ramp: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    swatches: tuple[Swatch, ...] = ()
    unknown: str = ""


def legend_box(legend: Legend, height: int, *, top: bool = False) -> QRectF:
    """What the legend covers: the lower left corner, or the upper one."""
    box = QRectF(12, 12, WIDTH, _head(legend) + _body(legend) + 48)
    if not top:
        box.moveBottom(height - 12)
    return box


def _head(legend: Legend) -> int:
    """Height of the title, and of the note where it does not fit beside it."""
    return 38 if _beside(legend) else 54


def _body(legend: Legend) -> int:
    return 44 if legend.ramp else 19 * math.ceil(len(legend.swatches) / 3)


def _beside(legend: Legend) -> bool:
    """True when title and note fit one line."""
    title = QFontMetricsF(font(12, bold=True)).horizontalAdvance(legend.title)
    return title + QFontMetricsF(font(11)).horizontalAdvance(legend.note) + 16 <= WIDTH - 26


def draw_legend(painter: QPainter, legend: Legend, tokens: Tokens, box: QRectF) -> None:
    """The legend in its box."""
    head, body = _head(legend), _body(legend)
    painter.setPen(QPen(tokens.colour("divider"), 1))
    painter.setBrush(tokens.colour("panel"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    _heading(painter, box, legend, tokens)
    if legend.ramp:
        _ramp(painter, box, legend, tokens)
    else:
        _swatches(painter, box, legend, tokens)
    _provenances(painter, box.adjusted(13, head + body, -12, 0), tokens)


def _heading(painter: QPainter, box: QRectF, legend: Legend, tokens: Tokens) -> None:
    line = QRectF(box.left() + 13, box.top() + 8, box.width() - 26, 20)
    title, note = font(12, bold=True), font(11)
    painter.setFont(title)
    painter.setPen(tokens.colour("text"))
    cut = QFontMetricsF(title).elidedText(legend.title, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
    painter.setFont(note)
    painter.setPen(tokens.colour("second"))
    side = Qt.AlignmentFlag.AlignRight
    if not _beside(legend):
        line.translate(0, 17)
        side = Qt.AlignmentFlag.AlignLeft
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | side, legend.note)


def _ramp(painter: QPainter, box: QRectF, legend: Legend, tokens: Tokens) -> None:
    width = (box.width() - 26) / len(legend.ramp)
    left, top = box.left() + 13, box.top() + _head(legend) - 4
    painter.setPen(Qt.PenStyle.NoPen)
    for number, colour in enumerate(legend.ramp):
        painter.setBrush(QColor(f"#{colour}"))
        painter.drawRect(QRectF(left + number * width, top, width + 0.5, 12))
    painter.setFont(font(11))
    painter.setPen(tokens.colour("second"))
    for number, edge in enumerate(legend.edges):
        spot = QRectF(left + number * width - 20, top + 15, 40, 16)
        flags = Qt.AlignmentFlag.AlignHCenter
        if number == 0:
            spot, flags = QRectF(left, top + 15, 40, 16), Qt.AlignmentFlag.AlignLeft
        elif number == len(legend.edges) - 1:
            spot, flags = QRectF(left + number * width - 40, top + 15, 40, 16), Qt.AlignmentFlag.AlignRight
        painter.drawText(spot, flags, edge)


def _swatches(painter: QPainter, box: QRectF, legend: Legend, tokens: Tokens) -> None:
    painter.setFont(font(11))
    wide = (box.width() - 26) / 3
    for number, (word, colour) in enumerate(legend.swatches):
        left, top = box.left() + 13 + (number % 3) * wide, box.top() + _head(legend) - 6 + 19 * (number // 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(f"#{colour}"))
        painter.drawRect(QRectF(left, top + 4, 10, 10))
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(left + 15, top, wide - 15, 18), Qt.AlignmentFlag.AlignVCenter, word)


def _provenances(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    painter.setFont(font(11))
    for number, (provenance, words) in enumerate(PROVENANCE_WORDS):
        left, top = box.left() + (number % 2) * 128, box.top() + (number // 2) * 19
        draw_provenance(painter, QRectF(left, top + 4, 10, 10), provenance, tokens)
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(left + 16, top, 120, 18), Qt.AlignmentFlag.AlignVCenter, words)


def draw_scale(painter: QPainter, camera: Camera, tokens: Tokens, width: int, height: int, note: str, metres: bool) -> None:
    """The scale bar at the centre of the view, lower right, with a note to its left."""
    per_pixel = camera.metres_per_pixel(height)
    length = _round_length(84 * per_pixel)
    pixels = length / per_pixel
    right, base = width - 18.0, height - 15.0
    words = f"{length / 1000:g}{NARROW}km" if length >= 1000 else f"{length:g}{NARROW}m"
    painter.setFont(font(11))
    text = f"{words} at centre" if metres else "schematic, no scale"
    box = QRectF(right - max(pixels, 110), base - 22, max(pixels, 110), 16)
    wide = painter.fontMetrics().horizontalAdvance(note) + 14 if note else 0
    back = QRectF(box.left() - wide - 8, base - 25, box.width() + wide + 16, 34)
    _tag(painter, back, tokens)
    painter.setPen(tokens.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    if note:
        painter.setPen(tokens.colour("second"))
        painter.drawText(QRectF(back.left() + 8, base - 22, wide, 16), Qt.AlignmentFlag.AlignVCenter, note)
    if metres:
        painter.setPen(QPen(tokens.colour("text"), 1.6))
        line = [QPointF(right - pixels, base - 4), QPointF(right - pixels, base), QPointF(right, base), QPointF(right, base - 4)]
        painter.drawPolyline(line)


def _tag(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    back = QColor(tokens.colour("ground"))
    back.setAlpha(215)
    painter.setBrush(back)
    painter.drawRoundedRect(box, 4, 4)


def _round_length(length: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(length, 1e-6)))
    return max((step * power for step in (1, 2, 5, 10) if step * power <= length * 1.01), default=power)


def draw_north(painter: QPainter, camera: Camera, tokens: Tokens, width: int) -> None:
    """An arrow to the north, turned with the camera, upper right."""
    painter.save()
    painter.translate(width - 38, 44)
    painter.save()
    painter.rotate(-camera.azimuth)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.colour("text"))
    painter.drawPolygon(QPolygonF([QPointF(0, -15), QPointF(8, 13), QPointF(0, 7), QPointF(-8, 13)]))
    painter.restore()
    painter.setFont(font(11, bold=True))
    painter.setPen(tokens.colour("text"))
    painter.drawText(QRectF(-12, 17, 24, 16), Qt.AlignmentFlag.AlignCenter, "N")
    painter.restore()

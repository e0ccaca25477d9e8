"""Painted marks: provenance, status and sector shapes. Nothing speaks by colour alone. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.theme import Tokens, font
from ui.widgets.sector_shapes import sector_path

STATUS_WORDS = {"R": "Unstable", "Y": "Limited", "G": "Stable", "?": "Unknown"}


def draw_provenance(painter: QPainter, box: QRectF, provenance: str, tokens: Tokens) -> None:
    """measured: filled; derived: half filled; generated: dashed outline; assumed: hatched."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ink = tokens.colour("text")
    edge = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if provenance == "measured":
        painter.fillRect(box, ink)
    elif provenance == "derived":
        painter.setPen(QPen(ink, 1))
        painter.drawRect(edge)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([box.topLeft(), box.topRight(), box.bottomLeft()]))
    elif provenance == "generated":
        painter.setPen(QPen(ink, 1.2))
        for corner, x, y in _corners(edge):
            painter.drawLine(corner, corner + QPointF(x, 0))
            painter.drawLine(corner, corner + QPointF(0, y))
    else:
        painter.setPen(QPen(ink, 1))
        painter.drawRect(edge)
        painter.setClipRect(box)
        for shift in range(-10, 11, 4):
            painter.drawLine(QPointF(box.left() + shift, box.bottom()), QPointF(box.left() + shift + box.height(), box.top()))
    painter.restore()


def _corners(box: QRectF) -> list[tuple[QPointF, float, float]]:
    """Each corner and the way of its two short strokes: a dashed outline that is whole at every corner."""
    across, down = box.width() * 0.34, box.height() * 0.34
    return [
        (box.topLeft(), across, down),
        (box.topRight(), -across, down),
        (box.bottomLeft(), across, -down),
        (box.bottomRight(), -across, -down),
    ]


def draw_status(painter: QPainter, box: QRectF, letter: str, tokens: Tokens, *, hollow: bool = False) -> None:
    """R: square, Y: triangle, G: circle, ?: dashed diamond; each with its letter."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(f"#{tokens.status[letter]}")
    if letter == "?" or hollow:
        pen = QPen(colour, 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    _shape(painter, box, letter)
    dark_letter = tokens.scheme != "light" or letter == "Y"
    ink = colour if letter == "?" or hollow else QColor("#14181D" if dark_letter else "#FFFFFF")
    painter.setPen(ink)
    painter.setFont(font(max(int(box.height() * 0.52), 9), bold=True))
    shift = box.height() * 0.12 if letter == "Y" else 0
    painter.drawText(box.translated(0, shift), Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def _shape(painter: QPainter, box: QRectF, letter: str) -> None:
    middle = box.center()
    if letter == "R":
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 1.5, 1.5)
    elif letter == "Y":
        painter.drawPolygon(QPolygonF([QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()]))
    elif letter == "G":
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        corners = [QPointF(middle.x(), box.top()), QPointF(box.right(), middle.y())]
        painter.drawPolygon(QPolygonF([*corners, QPointF(middle.x(), box.bottom()), QPointF(box.left(), middle.y())]))


def draw_sector(painter: QPainter, box: QRectF, sector: str, colour: QColor) -> None:
    """The shape of a sector, filled."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    painter.fillPath(sector_path(sector), colour)
    painter.restore()


def sector_colour(sector: str, tokens: Tokens) -> QColor:
    """The colour of a sector; of homes and ground the second text colour."""
    code = tokens.sector.get(sector)
    return QColor(f"#{code}") if code else tokens.colour("third")


class SectorMark(QWidget):
    """A sector's shape as a widget."""

    def __init__(self, tokens: Tokens, sector: str = "", size: int = 16) -> None:
        super().__init__()
        self._tokens, self._sector = tokens, sector
        self.setFixedSize(size, size)

    def set_sector(self, sector: str, tokens: Tokens) -> None:
        """Show another sector."""
        self._sector, self._tokens = sector, tokens
        self.setAccessibleName(sector)
        self.setToolTip(sector)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        if self._sector:
            draw_sector(painter, QRectF(self.rect()), self._sector, sector_colour(self._sector, self._tokens))
        painter.end()


class ProvenanceMark(QWidget):
    """A provenance mark as a widget, with its word as tooltip and accessible name."""

    def __init__(self, tokens: Tokens, provenance: str = "") -> None:
        super().__init__()
        self._tokens = tokens
        self.setFixedSize(QSize(14, 14))
        self.set_provenance(provenance, tokens)

    def set_provenance(self, provenance: str, tokens: Tokens) -> None:
        """Show another provenance."""
        self._provenance, self._tokens = provenance, tokens
        self.setToolTip(provenance)
        self.setAccessibleName(provenance)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        if self._provenance:
            draw_provenance(painter, QRectF(2, 2, 10, 10), self._provenance, self._tokens)
        painter.end()


def status_icon(letter: str, tokens: Tokens, size: int = 18) -> QIcon:
    """A status as an icon."""
    picture = QPixmap(size * 2, size * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_status(painter, QRectF(1, 1, size - 2, size - 2), letter, tokens)
    painter.end()
    return QIcon(picture)

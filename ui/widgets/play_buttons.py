"""Icons of the time buttons, painted in the text colour. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPolygonF

from ui.theme import Tokens

_TRIANGLE = [QPointF(4, 3), QPointF(13, 8), QPointF(4, 13)]


def player_icon(name: str, tokens: Tokens) -> QIcon:
    """start, play, pause or end."""
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(2, 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.colour("text"))
    if name == "pause":
        for left in (3.5, 9.0):
            painter.drawRect(QRectF(left, 3, 3.5, 10))
    elif name == "play":
        painter.drawPolygon(QPolygonF(_TRIANGLE))
    else:
        if name == "start":
            painter.translate(16, 0)
            painter.scale(-1, 1)
        painter.drawPolygon(QPolygonF(_TRIANGLE))
        painter.drawRect(QRectF(12, 3, 2, 10))
    painter.end()
    return QIcon(picture)

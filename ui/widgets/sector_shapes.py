"""The shape of each sector in a 16 x 16 box."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF


def _polygon(*corners: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def _drop() -> QPainterPath:
    path = QPainterPath(QPointF(8, 1))
    path.cubicTo(QPointF(12, 6), QPointF(13.2, 8), QPointF(13.2, 10.2))
    path.cubicTo(QPointF(13.2, 13.2), QPointF(10.9, 15), QPointF(8, 15))
    path.cubicTo(QPointF(5.1, 15), QPointF(2.8, 13.2), QPointF(2.8, 10.2))
    path.cubicTo(QPointF(2.8, 8), QPointF(4, 6), QPointF(8, 1))
    return path


def _bowl() -> QPainterPath:
    path = QPainterPath(QPointF(1.5, 4.5))
    path.lineTo(14.5, 4.5)
    path.cubicTo(QPointF(14.5, 10.5), QPointF(12, 13.5), QPointF(8, 13.5))
    path.cubicTo(QPointF(4, 13.5), QPointF(1.5, 10.5), QPointF(1.5, 4.5))
    return path


def _mast() -> QPainterPath:
    path = _polygon((8, 5), (11, 15), (5, 15))
    path.addEllipse(QRectF(5.6, 1, 4.8, 4.8))
    return path


def _person() -> QPainterPath:
    path = _polygon((4, 15), (4, 10), (6, 7), (10, 7), (12, 10), (12, 15))
    path.addEllipse(QRectF(5.3, 0.8, 5.4, 5.4))
    return path


def _waves() -> QPainterPath:
    path = QPainterPath()
    for top in (3.0, 7.0, 11.0):
        path.addPath(
            _polygon((1, top + 2), (4, top), (8, top + 2), (12, top), (15, top + 1.5), (15, top + 3), (12, top + 1.6),
                     (8, top + 3.6), (4, top + 1.6), (1, top + 3.6))
        )
    return path


_SHAPES = {
    "power": lambda: _polygon((9.5, 0.5), (3, 9), (7.2, 9), (6, 15.5), (13, 6.4), (8.6, 6.4)),
    "water": _drop,
    "wastewater": _bowl,
    "gas": lambda: _polygon((8, 1), (14.5, 8), (8, 15), (1.5, 8)),
    "heat": lambda: _polygon((8, 1.5), (15, 14), (1, 14)),
    "telecom": _mast,
    "roads": lambda: _polygon((5.5, 2), (10.5, 2), (14.5, 14), (1.5, 14)),
    "health": lambda: _polygon(
        (5.6, 1), (10.4, 1), (10.4, 5.6), (15, 5.6), (15, 10.4), (10.4, 10.4), (10.4, 15), (5.6, 15), (5.6, 10.4), (1, 10.4),
        (1, 5.6), (5.6, 5.6)
    ),
    "homes": lambda: _polygon((8, 1.5), (15, 7.5), (13, 7.5), (13, 14.5), (3, 14.5), (3, 7.5), (1, 7.5)),
    "ground": lambda: _polygon((1, 14), (6, 5), (8.8, 9.6), (10.6, 7), (15, 14)),
    "sheet": _waves,
    "people": _person,
}


def sector_path(sector: str) -> QPainterPath:
    """The path of a sector's shape; a diamond where it has none."""
    name = "health" if sector == "community" else sector
    return _SHAPES.get(name, _SHAPES["gas"])()

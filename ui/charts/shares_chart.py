"""Shares as bars, one row each. Main thread only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from stratum_core.number_format import percent
from ui.theme import Look, font

_ROW, _NAME, _FIGURE = 24, 108, 56


class SharesChart(QWidget):
    """(name, share, whether it is one of the rules beside the search)."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(accessibleName=name)
        self._look = look
        self._rows: tuple[tuple[str, float, bool], ...] = ()

    def set_rows(self, rows: Sequence[tuple[str, float, bool]]) -> None:
        """Show other shares."""
        self._rows = tuple(rows)
        self.setMinimumHeight(_ROW * len(self._rows) + 4)
        self.setAccessibleDescription("; ".join(f"{name}: {percent(share)}" for name, share, _ in self._rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        painter.setFont(font(12))
        wide = max(self.width() - _NAME - _FIGURE, 10)
        for number, (name, share, rule) in enumerate(self._rows):
            top = number * _ROW
            painter.setPen(tokens.colour("second" if rule else "text"))
            painter.drawText(QRectF(0, top, _NAME - 8, _ROW), Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(QRectF(_NAME, top + 7, wide, _ROW - 14), tokens.colour("divider"))
            painter.fillRect(QRectF(_NAME, top + 7, wide * share, _ROW - 14), tokens.colour("third" if rule else "accent"))
            painter.drawText(QRectF(_NAME + wide, top, _FIGURE - 2, _ROW),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share))
        painter.end()

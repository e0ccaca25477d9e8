"""What is begun in which year, and what is left of the first objective once it stands. Main thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from stratum_core.model.optimise_results import Step
from ui.theme import Look, font

_ROW, _TOP, _WORDS, _AFTER = 26, 40, 0.46, 92


class ScheduleChart(QWidget):
    """One row a measure: its words, a bar in its year as wide as the year, and the objective after it."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="What is begun in which year")
        self._look = look
        self._steps: tuple[Step, ...] = ()
        self._names: dict[str, str] = {}
        self._show: Callable[[float], str] = str
        self._years, self._title = 1, ""

    def set_steps(
        self, steps: Sequence[Step], names: dict[str, str], years: int, title: str, show: Callable[[float], str]
    ) -> None:
        """Show another plan; names: of options; title: of the objective."""
        self._steps, self._names, self._show, self._title = tuple(steps), names, show, title
        self._years = max([years, *(step.year for step in steps)])
        self.setMinimumHeight(_TOP + _ROW * len(self._steps) + 8)
        self.setAccessibleDescription("; ".join(f"year {s.year}: {names[s.option]}, then {show(s.after)}" for s in self._steps))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self.width() * _WORDS
        wide = max(self.width() - left - _AFTER - 12, 20.0) / self._years
        painter.setFont(font(11))
        for year in range(self._years):
            painter.setPen(tokens.colour("third"))
            painter.drawText(QRectF(left + year * wide, _TOP - 18, wide, 15), Qt.AlignmentFlag.AlignCenter, f"Year {year + 1}")
            painter.setPen(QPen(tokens.colour("divider"), 1))
            painter.drawLine(QPointF(left + year * wide, _TOP), QPointF(left + year * wide, _TOP + _ROW * len(self._steps)))
        painter.setPen(tokens.colour("second"))
        head = QRectF(4, 2, self.width() - 10, 18)
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, f"{self._title}, once it stands")
        for row, step in enumerate(self._steps):
            top = _TOP + row * _ROW
            name = painter.fontMetrics().elidedText(self._names[step.option], Qt.TextElideMode.ElideRight, int(left - 12))
            painter.setPen(tokens.colour("text"))
            painter.drawText(QRectF(4, top, left - 8, _ROW), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("accent"))
            painter.drawRoundedRect(QRectF(left + (step.year - 1) * wide + 2, top + 6, wide - 4, _ROW - 12), 2, 2)
            painter.setPen(tokens.colour("text"))
            painter.drawText(QRectF(self.width() - _AFTER, top, _AFTER - 6, _ROW),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._show(step.after))
        painter.end()

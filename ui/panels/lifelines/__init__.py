"""The strip of eight community lifelines at the current hour. Main thread only."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.bus import HourChanged, ResultChosen
from app.situation import SituationChanged
from stratum_core.number_format import clock
from ui.events import LookChanged
from ui.lifelines import Lifeline, courses, data_ages, lifelines_at
from ui.shell.places import Context, panel
from ui.theme import font
from ui.widgets.marks import STATUS_WORDS, draw_status
from ui.widgets.rows import row


@panel("lifelines", "strip", title="Lifelines", stretch=1)
def make(context: Context) -> QWidget:
    """The panel."""
    return Strip(context)


class Strip(QWidget):
    """Eight equal cells."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._cells = [Cell(context) for _ in lifelines_at(None, 0.0)]
        self.setLayout(row(*self._cells, spacing=0))
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._fill)
        for kind in (HourChanged, ResultChosen, LookChanged, SituationChanged):
            context.bus.subscribe(kind, lambda event: self._due.start())
        context.bus.subscribe(ResultChosen, lambda event: self._fill_courses())
        self._fill_courses()
        self._fill()

    def _fill(self) -> None:
        session = self._context.session
        found = zip(self._cells, lifelines_at(session.result, session.hour),
                    data_ages(session.city, session.situation.shown), strict=True)
        for cell, lifeline, age in found:
            cell.show_lifeline(lifeline, age)

    def _fill_courses(self) -> None:
        for cell, course in zip(self._cells, courses(self._context.session.result), strict=True):
            cell.show_course(course)

    def shut(self) -> None:
        """Stop the timer."""
        self._due.stop()


class Cell(QWidget):
    """Shape with letter, name, what limits it, its course over time; the rule is in the tooltip."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._lifeline: Lifeline | None = None
        self._course = self._age = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_lifeline(self, lifeline: Lifeline, age: str) -> None:
        """Show another status; age: of the data of sensors, empty without any."""
        self._lifeline, self._age = lifeline, age
        when = f" at {clock(self._context.session.hour)}" if lifeline.letter != "?" else ""
        heard = f"\nNewest reading of its sensors: {age.removeprefix('data ')}" if age else ""
        self.setToolTip(f"{lifeline.name}: {STATUS_WORDS[lifeline.letter]}{when}\n{lifeline.details}{heard}")
        self.setAccessibleName(f"{lifeline.name}: {STATUS_WORDS[lifeline.letter]}, {lifeline.impact}")
        self.update()

    def show_course(self, course: str) -> None:
        """Show another course: a letter for each hour."""
        self._course = course
        spans = [f"{STATUS_WORDS[letter]} from T+{start} h" for letter, start, _ in _spans(course)]
        self.setAccessibleDescription(", ".join(spans))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens, lifeline = QPainter(self), self._context.look.tokens, self._lifeline
        width, height = self.width(), self.height()
        painter.setPen(tokens.colour("divider"))
        painter.drawLine(width - 1, 0, width - 1, height)
        if self.hasFocus():
            painter.setPen(tokens.colour("focus"))
            painter.drawRect(1, 1, width - 4, height - 3)
        if lifeline is not None:
            draw_status(painter, QRectF(12, height / 2 - 11, 22, 22), lifeline.letter, tokens)
            self._write(painter, lifeline, width, height)
        if set(self._course) - {"?"}:
            self._draw_course(painter, width, height)
        painter.end()

    def _draw_course(self, painter: QPainter, width: int, height: int) -> None:
        """Status over the whole run along the lower edge, thicker where worse, with the hour that is shown."""
        tokens, last = self._context.look.tokens, max(len(self._course) - 1, 1)
        left, wide = 12.0, width - 25.0
        for letter, start, end in _spans(self._course):
            thick = {"R": 5.0, "Y": 3.0}.get(letter, 1.0)
            part = QRectF(left + wide * start / last, height - 3.0 - thick, wide * (end - start) / last, thick)
            painter.fillRect(part, QColor(f"#{tokens.status[letter]}") if letter != "?" else tokens.colour("divider"))
        x = left + wide * min(self._context.session.hour / last, 1.0)
        painter.fillRect(QRectF(x - 0.75, height - 10.0, 1.5, 8.0), tokens.colour("text"))

    def _write(self, painter: QPainter, lifeline: Lifeline, width: int, height: int) -> None:
        tokens, session = self._context.look.tokens, self._context.session
        wide = width - 44 - 8
        name, plain = font(12, bold=True), font(12)
        painter.setFont(name)
        painter.setPen(tokens.colour("text"))
        cut = QFontMetrics(name).elidedText(lifeline.name, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(44, height / 2 - 20, wide, 20), Qt.AlignmentFlag.AlignVCenter, cut)
        word = lifeline.impact if lifeline.letter == "?" else f"{STATUS_WORDS[lifeline.letter]}, {lifeline.impact}"
        if lifeline.letter == "G" or QFontMetrics(plain).horizontalAdvance(word) > wide:
            word = STATUS_WORDS[lifeline.letter] if lifeline.letter != "?" else word
        age = self._age or (clock(session.hour) if lifeline.letter != "?" else "")
        if QFontMetrics(plain).horizontalAdvance(word) + QFontMetrics(font(11)).horizontalAdvance(age) + 8 > wide:
            age = ""
        painter.setFont(font(11))
        painter.setPen(tokens.colour("third"))
        line = QRectF(44, height / 2, wide, 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, age)
        painter.setFont(plain)
        painter.setPen(tokens.colour("second"))
        word = QFontMetrics(plain).elidedText(word, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, word)


def _spans(course: str) -> list[tuple[str, int, int]]:
    """(letter, first hour, hour of the next) of each stretch of one status."""
    found: list[tuple[str, int, int]] = []
    start = 0
    for letter, stretch in groupby(course):
        end = start + len(list(stretch))
        found.append((letter, start, min(end, len(course) - 1)))
        start = end
    return found

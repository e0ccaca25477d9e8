"""The head of the inspector: name, provenance, share of runs in which it fails. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from stratum_core.number_format import clock, percent
from ui.colouring import CLASSES, at_hour
from ui.panels.inspector.subject import Subject, facts, failure_lines, seen_by
from ui.shell.places import Context
from ui.theme import Look
from ui.widgets.marks import ProvenanceMark, SectorMark
from ui.widgets.rows import column, row, words


class Head(QWidget):
    """What it is and how sure."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tokens = context.look.tokens
        self._subject: Subject | None = None
        self._icon, self._mark = SectorMark(tokens, size=18), ProvenanceMark(tokens)
        self._name, self._provenance = words("", "asset", wrap=True), words("", "small")
        self._kind = words("", "note", wrap=True)
        self._headline, self._interval = words("", "headline"), words("", "small")
        self._bar = ShareBar(context.look)
        self._facts = QGridLayout()
        self._facts.setContentsMargins(0, 6, 0, 4)
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(3)
        self._facts.setColumnStretch(1, 1)
        title = row(self._icon, spacing=8)
        title.addWidget(self._name, 1)
        title.addWidget(self._mark)
        title.addWidget(self._provenance)
        layout = column(margins=(16, 10, 16, 8), spacing=5)
        layout.addLayout(title)
        for widget in (self._kind, self._headline, self._bar, self._interval):
            layout.addWidget(widget)
        layout.addLayout(self._facts)
        self.setLayout(layout)

    def show_subject(self, subject: Subject) -> None:
        """Show another component."""
        self._subject = subject
        tokens, session = self._context.look.tokens, self._context.session
        self._icon.set_sector(subject.sector, tokens)
        self._mark.set_provenance(subject.provenance, tokens)
        self._name.setText(subject.name)
        self._provenance.setText(subject.provenance)
        self._kind.setText(f"{subject.kind}, {subject.sector}. Source: {subject.source}")
        known = session.result is not None and subject.index >= 0 and subject.index < len(session.result.failure_probability)
        for widget in (self._headline, self._bar, self._interval):
            widget.setVisible(known)
        if known:
            headline, (share, low, high), interval = failure_lines(session.city, session.result, subject)  # type: ignore[arg-type]
            self._headline.setText(headline)
            self._bar.set_share(share, low, high)
            self._interval.setText(interval)
        self.show_hour()

    def show_hour(self) -> None:
        """The facts, with the share of runs in which it is down now."""
        subject, session = self._subject, self._context.session
        if subject is None:
            return
        lines = [*facts(session.city, session.result, subject), *seen_by(session.situation, subject.id)]
        if session.result is not None and 0 <= subject.index < len(session.result.failure_probability):
            now = float(at_hour(session.result, session.hour)[subject.index])
            lines.insert(0, ("Down now", f"{percent(now)} of runs at {clock(session.hour)}"))
        while self._facts.rowCount() and self._facts.count():
            item = self._facts.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        for number, (what, figure) in enumerate(lines):
            self._facts.addWidget(words(what, "small"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(words(figure, wrap=True), number, 1)


class ShareBar(QWidget):
    """A share of runs as a bar in the colour of its class, with its 95 % interval as whiskers."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._share, self._low, self._high = look, 0.0, 0.0, 0.0
        self.setFixedHeight(18)

    def set_share(self, share: float, low: float, high: float) -> None:
        """Show another share."""
        self._share, self._low, self._high = share, low, high
        self.setAccessibleName(f"{percent(share)} of runs, 95 % interval {percent(low)} to {percent(high)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter, tokens = QPainter(self), self._look.tokens
        width, middle = self.width() - 2, self.height() / 2
        painter.fillRect(QRectF(1, middle - 4, width, 8), tokens.colour("divider"))
        number = sum(self._share >= edge for edge in CLASSES)
        code = tokens.neutral if number == 0 else tokens.ramp[number - 1]
        painter.fillRect(QRectF(1, middle - 4, width * self._share, 8), QColor(f"#{code}"))
        low, high = 1 + width * self._low, min(1 + width * self._high, width)
        for colour, pen in (("panel", 3.4), ("text", 1.6)):
            painter.setPen(QPen(tokens.colour(colour), pen))
            for x in (low, high):
                painter.drawLine(QPointF(x, middle - 7), QPointF(x, middle + 7))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        painter.end()

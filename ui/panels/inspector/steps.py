"""One step of a causal chain: number, sentence, time, value against threshold, rule and source. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from stratum_core.model.results import Step
from stratum_core.number_format import DASH, NARROW, clock, decimal, percent
from ui.names import step_text, unit_text
from ui.shell.places import Context
from ui.theme import font
from ui.widgets.rows import column, row, strong, words

_DISC = 10.0
_WHAT = {"depth": "depth", "storage": "stored", "supply": "supply", "undervoltage": "voltage", "overload": "load"}


class StepRow(QWidget):
    """A click selects what the step is about."""

    def __init__(self, number: int, step: Step, last: bool, context: Context) -> None:
        super().__init__()
        self._number, self._step, self._last, self._context = number, step, last, context
        title = words(step_text(context.session.city, step), "bold", wrap=True)
        time = words(clock(step.t_h), "small")
        head = row(spacing=6)
        head.addWidget(title, 1)
        head.addWidget(time, 0, Qt.AlignmentFlag.AlignTop)
        body = column(margins=(34, 0, 0, 16), spacing=2)
        body.addLayout(head)
        numbers = numbers_of(step)
        if numbers:
            body.addWidget(words(numbers, "small", wrap=True))
        body.addWidget(words(origin_of(step), "note", wrap=True))
        self.setLayout(body)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Step {number}: {step.text} {clock(step.t_h)}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: go to the hour of the step."""
        self._context.session.set_hour(self._step.t_h, "inspector")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the numbered disc, and the line to the next."""
        painter, tokens = QPainter(self), self._context.look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._last:
            painter.setPen(QPen(tokens.colour("control"), 1.4))
            painter.drawLine(QPointF(11, 20), QPointF(11, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("chain"))
        painter.drawEllipse(QPointF(11, 10), _DISC, _DISC)
        painter.setFont(font(12, bold=True))
        painter.setPen(tokens.colour("casing"))
        painter.drawText(QRectF(1, 0, 20, 20), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


def numbers_of(step: Step) -> str:
    """Value, threshold and its range with the unit: depth 0.33 m > 0.30 m (0.20–0.50)."""
    if step.value is None or step.threshold is None or not step.unit:
        return ""
    what = _WHAT.get(step.rule.rsplit(".", 1)[-1], "")
    if step.rule.endswith("reserve"):
        return f"reserve {strong(_figure(step.value, step.unit))} left of {_figure(step.threshold, step.unit)}{_range(step)}"
    if step.rule.endswith(("cut_off", "node_lost", "shortage")):
        what = "supply"
    if step.value == step.threshold:
        return f"{what} {strong(_figure(step.value, step.unit))}".strip()
    sign = "&gt;" if step.value > step.threshold else "&lt;"
    return f"{what} {strong(_figure(step.value, step.unit))} {sign} {_figure(step.threshold, step.unit)}{_range(step)}".strip()


def _range(step: Step) -> str:
    if step.low is None or step.high is None:
        return ""
    return f" (range {decimal(step.low)}{DASH}{decimal(step.high)})"


def _figure(value: float, unit: str) -> str:
    if unit == "1":
        return percent(value)
    return f"{decimal(value)}{NARROW}{unit_text(unit)}"


def origin_of(step: Step) -> str:
    """Rule, provenance and source of the threshold."""
    parts = [f"Rule {step.rule}", f"{step.provenance} data" if step.provenance else ""]
    if step.source:
        parts.append(f"threshold: {step.source}" if step.value is not None and step.unit else f"source: {step.source}")
    return ", ".join(part for part in parts if part)

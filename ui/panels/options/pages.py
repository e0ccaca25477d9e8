"""The pages beside the charts: a plan in words with another beside it, its schedule, the futures. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from stratum_core.model.optimise_results import OptimiseResult, Plan
from stratum_core.number_format import counted, money, with_unit
from stratum_core.pipeline.optimising.words import amount
from ui.charts.schedule_chart import ScheduleChart
from ui.charts.shares_chart import SharesChart
from ui.panels.options.lines import satisfied_rows, say
from ui.theme import Look
from ui.widgets.rows import column, row, scrolled, words
from ui.widgets.thin_slider import ThinSlider

_STEPS = 400


class WordsPage(QWidget):
    """Plan A, and B at its right where there is one, below what tells them apart."""

    def __init__(self) -> None:
        super().__init__()
        self._apart = words("", "second", wrap=True)
        self._titles = words("", "title", wrap=True), words("", "title", wrap=True)
        self._bodies = _body(), _body()
        inner, both = QWidget(), row(spacing=20)
        self._sides = QWidget(), QWidget()
        for side, title, body in zip(self._sides, self._titles, self._bodies, strict=True):
            layout = column(title, body, spacing=6)
            layout.addStretch(1)
            side.setLayout(layout)
            both.addWidget(side, 1)
        layout = column(self._apart, margins=(12, 8, 16, 12), spacing=8)
        layout.addLayout(both, 1)
        inner.setLayout(layout)
        self.setLayout(column(scrolled(inner), spacing=0))

    def show_plans(self, result: OptimiseResult, first: Plan | None, second: Plan | None) -> None:
        """Show one plan or two."""
        for plan, letter, side, title, body in zip((first, second), "AB", self._sides, self._titles, self._bodies, strict=True):
            side.setVisible(plan is not None)
            if plan is not None:
                title.setText(f"{letter}: {plan.name}, {money(plan.cost, result.currency)}")
                body.setText("<p style='margin:0 0 7px 0'>" + "</p><p style='margin:0 0 7px 0'>".join(plan.says) + "</p>")
        self._apart.setVisible(first is not None and second is not None)
        if first is not None and second is not None:
            self._apart.setText(apart(result, first, second))


def apart(result: OptimiseResult, first: Plan, second: Plan) -> str:
    """What tells two plans apart."""
    if second.name in first.ties:
        return "A tie: no interval over the futures tells A from B."
    told, much = [], second.cost - first.cost
    if abs(much) >= 0.5:
        told.append(f"costs {money(abs(much), result.currency)} {'more' if much > 0 else 'less'}")
    for one in result.objectives:
        found = [p.objectives_out.get(one.name, p.objectives_in[one.name]).value for p in (first, second)]
        change = found[1] - found[0]
        told.append(f"{amount(abs(change), one.unit, result.currency)} {'more' if change > 0 else 'less'}: {one.meaning}")
    where = "over the futures" if first.objectives_out and second.objectives_out else "in the runs they were chosen by"
    return f"B against A, {where}: " + "; ".join(told) + "."


class FuturesPage(QWidget):
    """A slider for what is good enough, and the share of futures in which each plan is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._result: OptimiseResult | None = None
        self._which = QComboBox(accessibleName="Objective", sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._limit, self._told = words("", "bold"), words("", "small", wrap=True)
        self._slider = ThinSlider(look, knob=4.5, accessibleName="Good enough")
        self._slider.setRange(0, _STEPS)
        self._bars = SharesChart(look, "Share of futures in which each plan is good enough")
        layout = column(margins=(12, 8, 16, 8), spacing=6)
        layout.addLayout(row(words("Good enough: at most", "second"), self._limit, None, self._which))
        layout.addWidget(self._slider)
        layout.addWidget(scrolled(self._bars), 1)
        layout.addWidget(self._told)
        self.setLayout(layout)
        self._which.currentIndexChanged.connect(lambda index: self._range())
        self._slider.valueChanged.connect(lambda value: self._moved())

    def show_result(self, result: OptimiseResult) -> None:
        """Show another search."""
        self._result = result
        with QSignalBlocker(self._which):
            self._which.clear()
            for one in result.objectives:
                self._which.addItem(one.meaning[0].upper() + one.meaning[1:], one.name)
        self._range()

    def _ends(self) -> tuple[float, float]:
        result, name = self._result, self._which.currentData()
        if result is None or result.futures is None or not name:
            return 0.0, 0.0
        values = [value for plan in result.futures.values.values() for value in plan[name]]
        return min(values), max(values)

    def _range(self) -> None:
        result = self._result
        if result is None or result.futures is None or not self._which.currentData():
            self._told.setText("No plan was tried in futures that the search did not see.")
            self._bars.set_rows([])
            self._limit.setText("")
            return
        low, high = self._ends()
        at = (result.futures.limits.get(self._which.currentData(), high) - low) / max(high - low, 1e-12)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(_STEPS * min(max(at, 0.0), 1.0)))
        ranges = result.futures.ranges.values()
        self._told.setText(f"{counted(result.futures.count, 'future')} of {result.futures.replicates} runs each: other random "
                           f"numbers, and {counted(len(ranges), 'assumption')} drawn from their ranges.")
        self._told.setToolTip("\n".join(f"{one.label}: {with_unit(one.low, one.unit)} to {with_unit(one.high, one.unit)}"
                                        for one in ranges))
        self._moved()

    def _moved(self) -> None:
        result, name = self._result, self._which.currentData()
        if result is None or result.futures is None or not name:
            return
        low, high = self._ends()
        limit = low + (high - low) * self._slider.value() / _STEPS
        row_of = next(one for one in result.objectives if one.name == name)
        self._limit.setText(say(row_of, result.currency)(limit))
        self._bars.set_rows(satisfied_rows(result, name, limit * (1 + 1e-9)))


class SchedulePage(QWidget):
    """What of plan A is begun in which year."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._chart, self._none = ScheduleChart(look), words("", "second", wrap=True)
        inner = QWidget()
        layout = column(self._none, self._chart, margins=(8, 8, 8, 8))
        layout.addStretch(1)
        inner.setLayout(layout)
        self.setLayout(column(scrolled(inner), spacing=0))

    def show_plan(self, result: OptimiseResult, plan: Plan | None) -> None:
        """Show another plan."""
        steps = plan.schedule if plan is not None else ()
        self._chart.setVisible(bool(steps))
        self._none.setVisible(not steps)
        self._none.setText("Nothing is begun in this plan." if plan is not None else "Choose a plan in the chart.")
        if steps:
            first = result.objectives[0]
            self._chart.set_steps(steps, {option.id: option.name for option in result.options}, result.years,
                                  first.meaning[0].upper() + first.meaning[1:], say(first, result.currency))


def _body() -> QLabel:
    made = words("", "", wrap=True)
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made

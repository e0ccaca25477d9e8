"""Options: what can be done for what money, plans beside each other, and how they do in other futures. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QSplitter, QTabWidget, QWidget

from app.bus import CityChanged, ScenarioChanged
from app.notices import of_error
from app.optimisations import OptionsChanged, OptionsProgressed
from stratum_core.errors import StratumError
from stratum_core.model.fields import Floats
from stratum_core.model.optimise_results import ObjectiveRow, OptimiseResult, Plan
from stratum_core.number_format import count, counted, money
from ui.actions import new_measure
from ui.answer import work_words
from ui.charts.parallel_chart import ParallelChart
from ui.charts.plans_chart import Mark, PlansChart
from ui.events import LookChanged
from ui.panels.options.asking import Asking
from ui.panels.options.lines import columns_of, marks_of, plans_of, say, title_of
from ui.panels.options.measures import MeasuresPage
from ui.panels.options.pages import FuturesPage, SchedulePage, WordsPage
from ui.panels.options.repairs import RepairsPage
from ui.shell.places import Context, panel
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, row, words

ME = "options"
#: height of the page from which both charts have room, in pixels
_TWO_CHARTS = 500
_HINT = "Click: plan A. Ctrl and click: plan B. Drag: brush. Double click: all plans again."


@panel("options", "centre", order=8, title="Options")
def make(context: Context) -> QWidget:
    """The panel."""
    return Options(context)


class Options(QWidget):
    """The question above; then the answer, two linked charts, and pages about the chosen plans."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._names = ("", "")
        self._ranges: dict[int, tuple[float, float]] = {}
        self._asking = Asking()
        self._search, self._enough = QPushButton("Search"), QPushButton("Enough")
        self._more, self._cancel = QPushButton("Search on"), QPushButton("Cancel")
        self._new, self._play = QPushButton("New measure…"), QPushButton("Show A on the city")
        self._answer, self._state = words("", "bold", wrap=True), words("", "small")
        self._model, self._missing = ElidedLabel("", "small"), words("", "second", wrap=True)
        self._which = QComboBox(accessibleName="Objective of the chart",
                                sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._plans, self._lines = PlansChart(context.look), ParallelChart(context.look)
        self._words, self._futures, self._schedule = WordsPage(), FuturesPage(context.look), SchedulePage(context.look)
        self._measures, self._repairs = MeasuresPage(context), RepairsPage(context)
        self._below = self._body()
        self._lay_out()
        self._connect()
        self._asking.show_city(context.session.city)
        self._fill()

    def _lay_out(self) -> None:
        head = column(margins=(12, 10, 12, 6), spacing=6)
        question = row(self._asking, spacing=10)
        for button in (self._search, self._enough, self._cancel):
            question.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._search.setProperty("filled", True)
        head.addLayout(question)
        first = row(self._answer, self._state, self._more, self._new, self._play)
        first.setStretch(0, 1)
        head.addLayout(first)
        head.addWidget(self._model)
        layout = column(spacing=0)
        layout.addLayout(head)
        layout.addLayout(row(self._missing, margins=(12, 0, 12, 6)))
        layout.addWidget(self._below, 1)
        self.setLayout(layout)

    def _body(self) -> QWidget:
        self._charts = charts = QSplitter(orientation=Qt.Orientation.Vertical)
        upper, self._lower = QWidget(), QWidget()
        above = column(margins=(12, 4, 6, 2))
        above.addLayout(row(words("Plans", "title"), None, self._which))
        above.addWidget(self._plans, 1)
        upper.setLayout(above)
        below = column(words(_HINT, "small"), margins=(12, 2, 6, 6))
        below.addWidget(self._lines, 1)
        self._lower.setLayout(below)
        for part in (upper, self._lower):
            charts.addWidget(part)
        charts.setSizes([300, 240])
        self._pages = pages = QTabWidget(documentMode=True, accessibleName="About the plans")
        pages.tabBar().setDrawBase(False)
        for page, title in ((self._words, "Plan"), (self._futures, "Futures"), (self._schedule, "Schedule"),
                            (self._measures, "Measures"), (self._repairs, "Repair order")):
            pages.addTab(page, title)
        body = QSplitter()
        for part in (charts, pages):
            body.addWidget(part)
        body.setSizes([560, 440])
        for splitter in (charts, body):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        return body

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is no height for two charts, the second is a page beside the first."""
        super().resizeEvent(event)
        low = self.height() < _TWO_CHARTS
        if low and self._lower.parent() is self._charts:
            self._pages.insertTab(1, self._lower, "Objectives")
        elif not low and self._lower.parent() is not self._charts:
            self._pages.removeTab(self._pages.indexOf(self._lower))
            self._charts.addWidget(self._lower)
            self._lower.show()
        self._show_tabs()

    def _show_tabs(self) -> None:
        """Before a search there is nothing to tell but the order of repairs."""
        found = self._context.session.optimisations.result is not None
        for at in range(self._pages.count()):
            self._pages.setTabVisible(at, found or self._pages.widget(at) is self._repairs)

    def _connect(self) -> None:
        bus, options = self._context.bus, self._context.session.optimisations
        self._search.clicked.connect(lambda: self._run(again=False))
        self._more.clicked.connect(lambda: self._run(again=True))
        self._enough.clicked.connect(options.enough)
        self._cancel.clicked.connect(options.cancel)
        self._new.clicked.connect(lambda: new_measure(self._context))
        self._play.clicked.connect(self._on_city)
        self._which.currentIndexChanged.connect(lambda index: self._show_marks())
        self._plans.chosen.connect(self._choose)
        self._plans.brushed.connect(self._brush_points)
        self._lines.brushed.connect(self._brush_axis)
        for kind in (OptionsChanged, ScenarioChanged):
            bus.subscribe(kind, lambda event: self._fill())
        bus.subscribe(CityChanged, lambda event: self._asking.show_city(self._context.session.city))
        bus.subscribe(OptionsProgressed, self._progressed)
        bus.subscribe(LookChanged, lambda event: self.update())
        self._enough.setToolTip("End the search; what was found is tried in futures and shown")
        self._more.setToolTip("Go on from the plans that are shown, with as many portfolios again")
        self._search.setToolTip("Run portfolios of measures through the cascade engine; measures are files of the project")

    def _run(self, *, again: bool) -> None:
        session = self._context.session
        result = session.optimisations.result
        try:
            asked = self._asking.asked(self._measures.options("must"), self._measures.options("never"))
            session.optimise(asked, self._asking.replicates.value(), go_on=again and result is not None)
        except StratumError as error:
            self._context.bus.publish(of_error(error))

    def _progressed(self, event: OptionsProgressed) -> None:
        options = self._context.session.optimisations
        if options.running:
            front = "" if options.front is None else f", {counted(len(options.front), 'plan')} on the front"
            self._state.setText(f"{work_words(event.done, event.total, event.eta_s, event.what)}{front}")
            if options.front is not None:
                self._show_growing(options.front)

    def _show_growing(self, front: Floats) -> None:
        """The front as far as the search has come, by the first objective that was asked."""
        self._missing.setVisible(False)
        self._charts.setVisible(True)
        first, currency = self._asking.first_objective(), self._context.session.city.currency
        marks = [Mark("so far", float(cost), float(value)) for cost, value in front[:, :2]]
        self._plans.set_chosen("", "")
        self._plans.set_inside(set())
        self._plans.set_marks(marks, f"{first.meaning[0].upper()}{first.meaning[1:]}, so far",
                              say(ObjectiveRow(first.name, first.unit, first.meaning), currency),
                              lambda value: money(value, currency))

    def _fill(self) -> None:
        session = self._context.session
        options = session.optimisations
        running, result = options.running, options.result
        self._search.setEnabled(session.scenario is not None and not running)
        self._more.setEnabled(result is not None and not running)
        for button in (self._enough, self._cancel):
            button.setVisible(running)
        self._state.setText("making the base run ready" if running else "")
        self._missing.setVisible(result is None)
        self._charts.setVisible(result is not None)
        self._show_tabs()
        self._play.setVisible(result is not None)
        self._missing.setText("No portfolio was tried yet. Give a budget, and search: every portfolio is run by the cascade "
                              "engine on the same random numbers." if session.scenario is not None else "No scenario is chosen.")
        self._answer.setText(result.recommendation[0] if result is not None else "")
        if result is not None:
            self._show(result)
        else:
            self._model.setText("")

    def _show(self, result: OptimiseResult) -> None:
        told = (f"{counted(result.evaluations, 'portfolio')} of {counted(len(result.options), 'measure')}, {result.replicates} "
                f"runs each, by {count(result.runs)} runs of the engine, seed {result.seed}, search {result.run}")
        self._model.setText(f"{told}. {result.warnings[0]}")
        self._model.setToolTip("\n".join((told, result.model_class, *result.warnings, *result.left_out)))
        plans = plans_of(result)
        first = next((name for name in plans if result.recommendation[0].split(":")[0].endswith(f" {name}")), "")
        if self._names[0] not in plans:
            self._names = (first or next(iter(plans)), "")
            self._pages.setCurrentIndex(0)
        self._ranges = {}
        self._which.blockSignals(True)
        self._which.clear()
        for one in result.objectives:
            self._which.addItem(one.meaning[0].upper() + one.meaning[1:], one.name)
        self._which.blockSignals(False)
        self._lines.set_columns(columns_of(result))
        self._futures.show_result(result)
        self._show_marks()
        self._show_chosen()

    def _show_marks(self) -> None:
        result = self._context.session.optimisations.result
        if result is None or self._which.currentIndex() < 0:
            return
        one = result.objectives[self._which.currentIndex()]
        self._plans.set_marks(marks_of(result, one), title_of(result, one), say(one, result.currency), columns_of(result)[0].show)

    def _show_chosen(self) -> None:
        result = self._context.session.optimisations.result
        if result is None:
            return
        plans = plans_of(result)
        first, second = (plans.get(name) for name in self._names)
        self._plans.set_chosen(*self._names)
        self._lines.set_chosen(*self._names)
        self._words.show_plans(result, first, second)
        self._schedule.show_plan(result, first)
        self._measures.show_plan(result, first)
        self._play.setEnabled(first is not None and bool(first.options))

    def _choose(self, name: str, second: bool) -> None:
        result = self._context.session.optimisations.result
        if result is None or name not in plans_of(result):
            return
        self._names = (self._names[0], name if name != self._names[1] else "") if second else (name, self._names[1])
        self._show_chosen()

    def _brush_points(self, box: tuple[float, float, float, float] | None) -> None:
        """A box of the upper chart is a range of two axes of the lower one."""
        self._ranges = {} if box is None else {0: box[:2], 1 + self._which.currentIndex(): box[2:]}
        self._show_brush()

    def _brush_axis(self, axis: int, ends: tuple[float, float] | None) -> None:
        self._ranges = {k: v for k, v in self._ranges.items() if k != axis} | ({} if ends is None else {axis: ends})
        self._show_brush()

    def _show_brush(self) -> None:
        result = self._context.session.optimisations.result
        if result is None:
            return
        columns, inside = columns_of(result), set[str]()
        for name in plans_of(result) if self._ranges else ():
            if all(name in columns[k].values and low <= columns[k].values[name] <= high
                   for k, (low, high) in self._ranges.items() if k < len(columns)):
                inside.add(name)
        self._lines.set_ranges(self._ranges, inside)
        self._plans.set_inside(inside)

    def _chosen_plan(self) -> Plan | None:
        result = self._context.session.optimisations.result
        return plans_of(result).get(self._names[0]) if result is not None else None

    def _on_city(self) -> None:
        result, plan = self._context.session.optimisations.result, self._chosen_plan()
        if result is not None and plan is not None:
            chosen = set(plan.options)
            self._context.view.show_plan(tuple(option for option in result.options if option.id in chosen), ME)
            self._context.view.set_page("city", ME)

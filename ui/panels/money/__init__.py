"""What the shown run costs: exceedance, from parts to the total, who bears it, what is assumed. Main thread only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QScrollArea, QSplitter, QStackedLayout, QTabWidget, QWidget

from app.bus import CityChanged, ResultChosen, RunEnded, RunStarted, ScenarioChanged
from app.losses import LossesChanged, LossesProgressed
from stratum_core.model.economics_results import EconomicsResult
from stratum_core.number_format import money
from ui.answer import work_words
from ui.charts.loss_chart import LossChart
from ui.charts.waterfall_chart import WaterfallChart
from ui.events import LookChanged
from ui.panels.money.lines import (
    BORNE,
    DAMAGE,
    LIMITS,
    OUTPUT,
    TITLES,
    assumption_rows,
    borne_lines,
    headline,
    marks_of,
    parts_of,
    told,
    year,
)
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.tables.settings_model import ASSUMPTIONS, SettingsModel
from ui.tables.settings_table import setting_changes, settings_table
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, row, words

ME = "money"
#: height of the page from which both charts have room, in pixels
_TWO_CHARTS = 470


@panel("money", "centre", order=9, title="Money")
def make(context: Context) -> QWidget:
    """The panel."""
    return MoneyPage(context)


class MoneyPage(QWidget):
    """Reckoned when it is first shown with a run, and again for another run; the assumptions drive the next run."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._missing, self._waiting = words("", "second", wrap=True), words("", "small")
        self._answer = words("", "bold", wrap=True)
        self._told, self._state, self._limits = words("", "second", wrap=True), words("", "small"), ElidedLabel("", "small")
        self._first, self._reckon, self._cancel = QPushButton("Answer"), QPushButton("Add up"), QPushButton("Cancel")
        self._answer_again, self._reset = QPushButton("Answer"), QPushButton("Reset to the file")
        self._losses, self._parts = LossChart(context.look), WaterfallChart(context.look)
        self._which = QComboBox(accessibleName="What is added up")
        self._borne = PlainModel(BORNE)
        self.assumptions = SettingsModel(context.look, setting_changes(context, ME), ASSUMPTIONS)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._nothing())
        self._stack.addWidget(self._body())
        self._lay_out()
        self._connect()
        self._fill()

    def _lay_out(self) -> None:
        self._head, head = QWidget(), column(margins=(12, 10, 12, 6))
        first = row(self._answer, self._state, self._reckon, self._cancel)
        first.setStretch(0, 1)
        head.addLayout(first)
        head.addWidget(self._told)
        head.addWidget(self._limits)
        self._head.setLayout(head)
        layout = column(self._head, spacing=0)
        layout.addLayout(self._stack, 1)
        self.setLayout(layout)

    def _nothing(self) -> QWidget:
        page = QWidget()
        layout = column(self._missing, margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(self._first, self._waiting, None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _body(self) -> QWidget:
        self._charts = QSplitter(orientation=Qt.Orientation.Vertical)
        self._upper, self._lower = QWidget(), QWidget()
        self._upper.setLayout(column(words("Loss exceedance", "title"), self._losses, margins=(12, 4, 6, 2)))
        below = column(margins=(12, 4, 6, 4))
        below.addLayout(row(words("From the parts to the total", "title"), None, self._which))
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        area.setWidget(self._parts)
        below.addWidget(area, 1)
        self._lower.setLayout(below)
        self._upper.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self._charts.addWidget(self._upper)
        self._charts.addWidget(self._lower)
        self._charts.setSizes([220, 260])
        self._pages = QTabWidget(documentMode=True, accessibleName="About the losses")
        self._pages.tabBar().setDrawBase(False)
        self._pages.addTab(plain_table(self._borne, "Who bears it"), "Who bears it")
        self._pages.addTab(self._assumed(), "Assumptions")
        body = QSplitter()
        body.addWidget(self._charts)
        body.addWidget(self._pages)
        body.setSizes([540, 460])
        for splitter in (self._charts, body):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        return body

    def _assumed(self) -> QWidget:
        page = QWidget()
        layout = column(settings_table(self.assumptions, "Assumptions", first=196, value=56), margins=(0, 0, 0, 6))
        layout.addLayout(row(words("Values count for the next run. A: assumed.", "small"), None, self._reset, self._answer_again,
                             margins=(12, 0, 12, 0)))
        page.setLayout(layout)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is no height for two charts, the second is a page beside the first."""
        super().resizeEvent(event)
        low = self.height() < _TWO_CHARTS
        if low and self._lower.parent() is self._charts:
            self._pages.insertTab(0, self._lower, "Parts")
        elif not low and self._lower.parent() is not self._charts:
            self._pages.removeTab(self._pages.indexOf(self._lower))
            self._charts.addWidget(self._lower)
            self._lower.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what the shown run costs is reckoned when somebody looks."""
        super().showEvent(event)
        self._look()

    def _connect(self) -> None:
        bus, session = self._context.bus, self._context.session
        self._first.clicked.connect(lambda: session.run() if session.result is None else session.reckon())
        self._reckon.clicked.connect(session.reckon)
        self._cancel.clicked.connect(session.losses.cancel)
        self._answer_again.clicked.connect(session.run)
        self._reset.clicked.connect(lambda: session.question.reset(ME))
        self._which.currentIndexChanged.connect(lambda number: self._show_parts())
        for kind in (LossesChanged, ScenarioChanged, RunStarted, RunEnded, CityChanged):
            bus.subscribe(kind, lambda event: self._fill())
        bus.subscribe(ResultChosen, lambda event: self._look())
        bus.subscribe(LossesProgressed, self._progressed)
        bus.subscribe(LookChanged, lambda event: self.update())

    def _look(self) -> None:
        """Reckon what is shown and not known yet, where the page is in sight."""
        session = self._context.session
        if self.isVisible() and not session.losses.answers(session.result):
            session.reckon()
        self._fill()

    def _progressed(self, event: LossesProgressed) -> None:
        if self._context.session.losses.running:
            for label in (self._state, self._waiting):
                label.setText(work_words(event.done, event.total, event.eta_s, "Step"))

    def _fill(self) -> None:
        session = self._context.session
        losses, run = session.losses, session.result
        result, busy = losses.result, losses.running or session.running
        for part in (self._head, self._stack.widget(1)):
            part.setVisible(result is not None)
        self._stack.setCurrentIndex(1 if result is not None else 0)
        self._cancel.setVisible(losses.running)
        self._reckon.setVisible(not losses.running and run is not None and not losses.answers(run))
        self._first.setText("Answer" if run is None else "Add up")
        self._first.setEnabled((run is not None or session.scenario is not None) and not busy)
        trouble = losses.trouble if losses.answers(run) else ""
        self._missing.setText("No run is shown. Answer the question first." if run is None else trouble or "What the run costs "
                              "is not added up yet.")
        waiting = "adding up" if losses.running else ""
        self._waiting.setText(waiting)
        self._state.setText(waiting or self._age())
        self._answer_again.setEnabled(session.scenario is not None and not session.running)
        self._reset.setEnabled(bool(session.question.settings))
        self.assumptions.set_rows(assumption_rows(session))
        if result is not None and losses.cascade is not None:
            self._answer.setText(headline(result, losses.cascade))
            self._show(result)

    def _age(self) -> str:
        """What the figures are of, where that is not the shown run with these settings."""
        session = self._context.session
        if not session.losses.answers(session.result):
            return "of an earlier run"
        return "of other settings: answer again" if session.outdated else ""

    def _show(self, result: EconomicsResult) -> None:
        self._told.setText(told(result))
        self._limits.setText(f"{year(result)}. {LIMITS}")
        self._limits.setToolTip("\n".join((LIMITS, result.model_class, *result.warnings)))
        self._borne.set_lines(borne_lines(result))
        if result.exceedance is not None:
            self._losses.set_curve(result.exceedance.amounts, result.exceedance.chance, marks_of(result),
                                   f"Damage, {year(result)}", partial(money, currency=result.currency))
        choices = [(title, what) for title, what, there in (
            ("Damage", DAMAGE, bool(result.borne)), ("Output not made", OUTPUT, bool(result.industries))) if there]
        self._which.blockSignals(True)
        self._which.clear()
        for title, what in choices:
            self._which.addItem(title, what)
        self._which.blockSignals(False)
        self._which.setVisible(len(choices) > 1)
        self._upper.setVisible(result.exceedance is not None)
        self._show_parts()

    def _show_parts(self) -> None:
        result, what = self._context.session.losses.result, self._which.currentData()
        if result is not None and what is not None:
            self._parts.set_parts(parts_of(result, what), f"{TITLES[what]}, {year(result)}",
                                  partial(money, currency=result.currency))

"""The result as tables: services, beds and help, bottlenecks, chains. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedLayout, QTableView, QVBoxLayout, QWidget

from app.bus import ResultChosen, RunEnded, RunStarted, ScenarioChanged
from ui.actions import new_outage
from ui.panels.results.lines import (
    BOTTLENECKS,
    CHAINS,
    SERVICES,
    TALLIES,
    bottleneck_lines,
    chain_lines,
    service_lines,
    tally_lines,
)
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.rows import column, row, words

ME = "results"


@panel("results", "centre", order=2, title="Results")
def make(context: Context) -> QWidget:
    """The panel."""
    return Results(context)


class Results(QWidget):
    """Four tables below each other; one sentence and one button before the first run."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._models = [PlainModel(headings) for headings in (SERVICES, TALLIES, BOTTLENECKS, CHAINS)]
        titles = ("People without a service, at its worst hour", "Beds, help, sewage and fuel",
                  "Bottlenecks: what starts the losses", "Most frequent chains")
        full = QWidget()
        layout = QVBoxLayout(full)
        layout.setContentsMargins(12, 10, 12, 0)
        layout.setSpacing(6)
        self._note = words("", "small", wrap=True)
        for number, (title, model) in enumerate(zip(titles, self._models, strict=True)):
            layout.addWidget(words(title, "title"))
            layout.addWidget(self._view(model, title), (5, 4, 4, 4)[number])
            if number == 0:
                layout.addWidget(self._note)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(full)
        context.bus.subscribe(ResultChosen, lambda event: self._fill())
        for kind in (ScenarioChanged, RunStarted, RunEnded):
            context.bus.subscribe(kind, lambda event: self._fill_empty())
        self._fill_empty()
        self._fill()

    def _empty(self) -> QWidget:
        page = QWidget()
        self._missing, self._button = words("", "second"), QPushButton()
        self._button.clicked.connect(self._go)
        layout = column(self._missing, margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(self._button, None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _go(self) -> None:
        """Answer the question; without a scenario, make one first."""
        if self._context.session.scenario is None:
            new_outage(self._context)
        else:
            self._context.session.run()

    def _fill_empty(self) -> None:
        session = self._context.session
        chosen = session.scenario is not None
        self._missing.setText("There is no result yet." if chosen else "There is no result yet, and no scenario is chosen.")
        self._button.setText("Answer the question" if chosen else "New outage scenario")
        self._button.setEnabled(not session.running)

    def _view(self, model: PlainModel, title: str) -> QTableView:
        view = plain_table(model, title)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.activated.connect(lambda index: self._chosen(model.id_at(index.row())))
        return view

    def _chosen(self, id: str) -> None:
        if id.startswith("service:"):
            self._context.view.set_service(id.removeprefix("service:"), ME)
        elif id:
            self._context.session.select(id, ME)

    def _fill(self) -> None:
        session = self._context.session
        self._stack.setCurrentIndex(1 if session.result is not None else 0)
        if session.result is None:
            return
        result, city = session.result, session.city
        found = (service_lines(result), tally_lines(result), bottleneck_lines(city, result), chain_lines(city, result))
        for model, lines in zip(self._models, found, strict=True):
            model.set_lines(lines)
        self._note.setText(f"9 in 10 runs: from the 5 % to the 95 % quantile of runs. 95 %: confidence of a mean. "
                           f"Model: {result.model_class}.")

"""All measures of a search, and which of them must or must not be in the next one. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QPushButton, QWidget

from stratum_core.model.optimise_results import OptimiseResult, Plan
from ui.panels.options.lines import MEASURES, measure_lines
from ui.shell.places import Context
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.rows import column, row, words

ME = "measures"
_RULES = (("Must be in", "must", "The chosen measure is in every plan of the next search"),
          ("Never", "never", "The chosen measure is in no plan of the next search"), ("Free", "", "The next search decides"))


class MeasuresPage(QWidget):
    """The table, and what is to be so in the next search; Enter selects a measure's target."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._shown: tuple[OptimiseResult, Plan | None] | None = None
        self._rules: dict[str, str] = {}  # must or never, by option
        self.model = PlainModel(MEASURES)
        self._table = plain_table(self.model, "Measures")
        # names of measures begin alike, so they are shown whole and the rest is scrolled to
        self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._table.activated.connect(lambda index: self._at_target(index.row()))
        buttons = []
        for text, rule, tip in _RULES:
            button = QPushButton(text, toolTip=tip)
            button.clicked.connect(lambda checked=False, rule=rule: self.set_rule(self._table.currentIndex().row(), rule))
            buttons.append(button)
        layout = column(self._table, spacing=6)
        layout.addLayout(row(words("In the next search", "second"), *buttons, None, margins=(12, 0, 12, 6)))
        self.setLayout(layout)

    def show_plan(self, result: OptimiseResult, plan: Plan | None) -> None:
        """Show a search, and which measures a plan holds."""
        self._shown = (result, plan)
        self.model.set_lines(measure_lines(result, plan, self._rules))

    def set_rule(self, line: int, rule: str) -> None:
        """must, never or nothing, of the measure in a line."""
        if self._shown is not None and line >= 0:
            self._rules = {id: one for id, one in (self._rules | {self.model.id_at(line): rule}).items() if one}
            self.show_plan(*self._shown)
            self._table.selectRow(line)

    def options(self, rule: str) -> tuple[str, ...]:
        """The options that a rule is given for."""
        return tuple(id for id, one in self._rules.items() if one == rule)

    def _at_target(self, line: int) -> None:
        if self._shown is None:
            return
        target = {option.id: option.target for option in self._shown[0].options}[self.model.id_at(line)]
        if target in self._context.session.city.index:
            self._context.session.select(target, ME)

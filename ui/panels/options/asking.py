"""What a planner asks of options: budget, what is to be small, how far to search. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QSpinBox, QWidget

from stratum_core.model.city import City
from stratum_core.pipeline.optimising.study import Asked
from stratum_core.policy.evaluation.measures import LEAVING, OBJECTIVES, Objective
from ui.colouring import services_of

#: the second objective that is none
_NONE = "nothing else"


class Asking(QWidget):
    """Fields in two rows of a grid, their words above them."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = QDoubleSpinBox(maximum=1e12, decimals=0, singleStep=10_000, value=100_000, groupSeparatorShown=True,
                                     accessibleName="Budget")
        self.first, self.second = QComboBox(accessibleName="What is to be small"), QComboBox(accessibleName="And then")
        self.evaluations = _number(10, 100_000, 1000, "Portfolios to try")
        self.replicates = _number(20, 10_000, 200, "Runs of each portfolio")
        self.futures = _number(0, 10_000, 100, "Futures to try plans in")
        self.years = _number(1, 100, 1, "Years to spend it in")
        self.lead = _number(0, 36_500, 0, "Days until it has to stand")
        self.lead.setSpecialValueText("any")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Budget", self.budget), ("Make small", self.first), ("and", self.second), ("Portfolios", self.evaluations),
            ("Runs of each", self.replicates), ("Futures", self.futures), ("Years", self.years),
            ("Ready in, d", self.lead))
        for place, (title, field) in enumerate(fields):
            label = QLabel(title)
            label.setProperty("role", "small")
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
            if isinstance(field, QSpinBox):
                field.setFixedWidth(70)
        self.budget.setFixedWidth(124)
        self.first.setMinimumWidth(224)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        self.setLayout(grid)

    def show_city(self, city: City) -> None:
        """Offer what the city can be asked, in its money."""
        chosen = self.first.currentData() or "people_hours", self.second.currentData() or "damage"
        offered = [(one.meaning[0].upper() + one.meaning[1:], one.name) for one in OBJECTIVES
                   if services_of(city) or one.name.startswith("damage") or one.name in LEAVING]
        for box, none in ((self.first, False), (self.second, True)):
            box.clear()
            for words, name in [*offered, *([(_NONE.capitalize(), "")] if none else [])]:
                box.addItem(words, name)
        for box, name in zip((self.first, self.second), chosen, strict=True):
            box.setCurrentIndex(max(box.findData(name), 0))
        self.budget.setSuffix(f" {city.currency}" if city.currency else "")

    def first_objective(self) -> Objective:
        """What is to be small first."""
        return next(one for one in OBJECTIVES if one.name == self.first.currentData())

    def asked(self, must: tuple[str, ...], must_not: tuple[str, ...]) -> Asked:
        """The question, with options that have to be in and that must not; raises InputError for what does not fit."""
        names = dict.fromkeys(name for name in (self.first.currentData(), self.second.currentData()) if name)
        return Asked(budget=self.budget.value(), objectives=tuple(names), evaluations=self.evaluations.value(),
                     futures=self.futures.value(), years=self.years.value(), must=must, must_not=must_not,
                     lead_d=float(self.lead.value() or "inf"))


def _number(low: int, high: int, value: int, name: str) -> QSpinBox:
    made = QSpinBox(minimum=low, maximum=high, value=value, singleStep=max(value // 10, 1), accessibleName=name,
                    groupSeparatorShown=True)
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made

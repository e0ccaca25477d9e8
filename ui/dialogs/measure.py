"""A measure of one's own: what it changes, where, what it costs. Main thread only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from stratum_core.errors import StratumError
from stratum_core.model.spec import keys
from stratum_core.policy.interventions import PER, WHERE
from stratum_core.policy.interventions.reading import as_data, interventions
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

_WHERE = {"damaged": "what the hazard damages", "down": "what goes down", "all": "everything", 
          "bottleneck": "roads where people queue", "city": "the city as a whole"}
_PER = {"option": "each", "value": "share of the target's value", "metre": "metre of the new line",
        "capacity": "unit of the target's capacity"}


class MeasureDialog(QDialog):
    """Begins with a measure that is there; what is changed is kept as a file of the project."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._known = interventions([context.session.project.interventions])
        self.setWindowTitle("New measure")
        self.setMinimumWidth(620)
        self.like = QComboBox(accessibleName="Like")
        for id, one in sorted(self._known.items(), key=lambda pair: pair[1].name):
            self.like.addItem(one.name, id)
        self.name, self.says = QLineEdit(accessibleName="Name"), QLineEdit(accessibleName="In a sentence")
        self.effect: dict[str, QLineEdit] = {}
        self._effects = QFormLayout()
        self._effects.setVerticalSpacing(8)
        self.where, self.kinds = QComboBox(accessibleName="Where"), QLineEdit(accessibleName="Kinds")
        for choice in WHERE:
            self.where.addItem(_WHERE[choice], choice)
        self.names = QPlainTextEdit(accessibleName="At")
        self.names.setPlaceholderText("ids or names, one a line; empty: by the rule above")
        self.names.setFixedHeight(54)
        self.cost = {name: QLineEdit(accessibleName=f"Cost, {name}") for name in ("low", "mode", "high")}
        self.per, self.upkeep = QComboBox(accessibleName="Per"), QLineEdit(accessibleName="Upkeep")
        for choice in PER:
            self.per.addItem(_PER[choice], choice)
        self.source = QLineEdit(accessibleName="Source of the cost")
        self.currency, self.year = QLineEdit(accessibleName="Currency"), QLineEdit(accessibleName="Price year")
        self.needs, self.excludes = QLineEdit(accessibleName="Needs"), QLineEdit(accessibleName="Excludes")
        self.limits = QLineEdit(accessibleName="Limits")
        for field in (self.needs, self.excludes):
            field.setPlaceholderText(", ".join(sorted(self._known)[:3]) + ", ...")
        self.lead, self.life = QLineEdit(accessibleName="Ready in days"), QLineEdit(accessibleName="Lasts years")
        self.report = words("", "small", wrap=True)
        self._keep, self._close = QPushButton("&Keep in the project"), QPushButton("Close")
        self._keep.setProperty("filled", True)
        self._keep.setDefault(True)
        self._keep.clicked.connect(self.keep)
        self._close.clicked.connect(self.reject)
        self.like.currentIndexChanged.connect(lambda index: self._show())
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        form, money = QFormLayout(), QGridLayout()
        form.setVerticalSpacing(8)
        for title, field in (("Like", self.like), ("Name", self.name), ("In a sentence", self.says)):
            form.addRow(title, field)
        rest = QFormLayout()
        rest.setVerticalSpacing(8)
        rest.addRow("Offered at", self.where)
        rest.addRow("Kinds of assets", self.kinds)
        rest.addRow("Only at", self.names)
        fields = [("Cost, low", self.cost["low"]), ("most likely", self.cost["mode"]), ("high", self.cost["high"]),
                  ("per", self.per), ("Upkeep a year, share", self.upkeep), ("Ready in, d", self.lead), ("Lasts, y", self.life),
                  ("Currency", self.currency), ("Price year", self.year)]
        for place, (title, field) in enumerate(fields):
            money.addWidget(words(title, "small"), 2 * (place // 4), place % 4)
            money.addWidget(field, 2 * (place // 4) + 1, place % 4)
        last = QFormLayout()
        last.setVerticalSpacing(8)
        for title, field in (("Source of the cost", self.source), ("Needs", self.needs), ("Excludes", self.excludes),
                             ("What it leaves out", self.limits)):
            last.addRow(title, field)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        for part in (form, self._effects, rest, money, last):
            layout.addLayout(part)
        layout.addWidget(self.report)
        layout.addLayout(row(None, self._close, self._keep))
        self.setLayout(layout)

    def _show(self) -> None:
        """Fill all fields with what the chosen one says."""
        one = self._known[self.like.currentData()]
        data = as_data(one)
        self.name.setText("" if not self.name.text() else self.name.text())
        self.name.setPlaceholderText(f"such as {one.name}, south")
        self.says.setText(one.says)
        while self._effects.rowCount():
            self._effects.removeRow(0)
        self.effect = {}
        for name, unit, _, meaning, _ in keys(type(one.effect)):
            field = self.effect[name] = QLineEdit(_text(data["effect"][name]), accessibleName=name)
            field.setToolTip(f"{{{name}}} in the sentence")
            self._effects.addRow(f"{meaning[:1].upper()}{meaning[1:]}{f', {unit}' if unit and unit != '1' else ''}", field)
        targets, cost = data["targets"], data["cost"]
        self.where.setCurrentIndex(self.where.findData(targets["where"]))
        self.kinds.setText(", ".join(targets["kinds"]))
        self.names.setPlainText("\n".join(targets["names"]))
        for end, field in self.cost.items():
            field.setText(_text(cost[end]))
        self.per.setCurrentIndex(self.per.findData(cost["per"]))
        self.upkeep.setText(_text(cost["upkeep"]))
        self.source.setText(cost["source"])
        self.currency.setText(cost["currency"] or self._context.session.city.currency)
        self.year.setText(_text(cost["price_year"] or self._context.session.city.price_year))
        self.needs.setText(", ".join(one.needs))
        self.excludes.setText(", ".join(one.excludes))
        self.limits.setText(one.limits)
        self.lead.setText(_text(one.lead_d))
        self.life.setText(_text(one.life_y))
        self.report.setText("")
        self.adjustSize()

    def keep(self) -> None:
        """Write the file; what does not fit is said here."""
        try:
            path = self._context.session.keep_measure(_id(self.name.text()), self._data())
        except StratumError as error:
            self.report.setText(str(error))
            return
        self.report.setText(f"Kept as {path.name}; the next search offers it.")
        self._close.setText("Done")

    def _data(self) -> dict[str, Any]:
        one = self._known[self.like.currentData()]
        data = as_data(one)
        defaults: Mapping[str, Any] = data["effect"]
        effect = {"does": one.does} | {name: _like(defaults[name], field.text()) for name, field in self.effect.items()}
        targets = data["targets"] | {
            "where": self.where.currentData(), "kinds": _listed(self.kinds),
            "names": [line.strip() for line in self.names.toPlainText().splitlines() if line.strip()]}
        cost = data["cost"] | {end: _like(0.0, field.text()) for end, field in self.cost.items()} | {
            "per": self.per.currentData(), "upkeep": _like(0.0, self.upkeep.text()), "source": self.source.text(),
            "currency": self.currency.text().strip(), "price_year": _like(0, self.year.text())}
        return data | {"name": self.name.text(), "says": self.says.text(), "lead_d": _like(0.0, self.lead.text()),
                       "life_y": _like(0.0, self.life.text()), "needs": _listed(self.needs),
                       "excludes": _listed(self.excludes), "limits": self.limits.text(), "effect": effect,
                       "targets": targets, "cost": cost}


def _listed(field: QLineEdit) -> list[str]:
    return [one.strip() for one in field.text().split(",") if one.strip()]


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _like(default: Any, text: str) -> Any:
    """The text as a value of the kind of ``default``; as it is where it is none, which the check then tells."""
    try:
        return type(default)(text.strip()) if isinstance(default, (int, float)) else text.strip()
    except ValueError:
        return text.strip()

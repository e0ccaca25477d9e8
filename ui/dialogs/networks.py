"""Pressures and power by the readings: two tables, each with a plain sentence on what to think of it. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHeaderView, QPushButton, QTableView, QTabWidget, QWidget

from app.situation import Networks, SituationChanged
from stratum_core.number_format import decimal, whole
from ui.shell.places import Context
from ui.tables.plain_model import Heading, Line, PlainModel
from ui.widgets.rows import column, row, words

BUSES = (
    Heading("Bus"),
    Heading("Voltage, V", True, "the most likely one"),
    Heading("95\u202f% between, V", True),
    Heading("Share of nominal", True),
    Heading("Source", False, "measured: by a sensor; estimated: by measurements; assumed loads: it rests on them too"),
)
JUNCTIONS = (
    Heading("Junction"),
    Heading("Pressure, m", True, "metres of water"),
    Heading("80\u202f% between, m", True),
    Heading("Without readings ±", True, "standard deviation of the network model alone"),
    Heading("Source", False, "observed: a sensor is on it; inferred: readings halve the uncertainty or better; model: not"),
)
_SILENT = "Nothing was heard of the sensors yet. Listen to the sources or replay a recording first."
_FAILED = "This could not be worked out; the notice says why."
_TUNING = "The models of {} sensors are still being tuned; what they say is waited for, so that it is said once."
_BUSY = "Being worked out; the pressures take some seconds."


class NetworksDialog(QDialog):
    """Asks on opening, and again by its button."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle("Power and pressures")
        self.resize(980, 620)
        self.power, self.pressures = PlainModel(BUSES), PlainModel(JUNCTIONS)
        self.power_text, self.pressure_text = words(_BUSY, "bold", wrap=True), words(_BUSY, "bold", wrap=True)
        tabs = QTabWidget()
        for title, text, model in (("Power state", self.power_text, self.power),
                                   ("Pressures", self.pressure_text, self.pressures)):
            page = QWidget()
            layout = column(text, margins=(12, 12, 12, 12), spacing=8)
            layout.addWidget(_table(model, title), 1)
            page.setLayout(layout)
            tabs.addTab(page, title)
        self._waiting = False
        self._again, close = QPushButton("Work out again"), QPushButton("Close")
        self._again.clicked.connect(self._ask)
        close.clicked.connect(self.accept)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addWidget(tabs, 1)
        layout.addLayout(row(self._again, None, close))
        self.setLayout(layout)
        self._leave = context.bus.subscribe(SituationChanged, self._show)
        self._ask()

    def _ask(self) -> None:
        self._waiting = True
        self._show(SituationChanged())

    def _show(self, event: SituationChanged) -> None:
        situation = self._context.session.situation
        if self._waiting and not situation.untuned:
            self._waiting = False
            situation.ask_networks()
        busy = self._waiting or situation.asking
        self._again.setEnabled(not busy)
        if busy or situation.networks is None:
            tuning = _TUNING.format(situation.untuned)
            told = tuning if self._waiting else _BUSY if busy else _SILENT if situation.shown is None else _FAILED
            self.power_text.setText(told)
            self.pressure_text.setText(told)
            return
        found = situation.networks
        self.power_text.setText(found.power.text if found.power is not None else found.missing[1])
        self.pressure_text.setText(found.pressures.text if found.pressures is not None else found.missing[0])
        self.power.set_lines(bus_lines(found))
        self.pressures.set_lines(junction_lines(found))

    def done(self, result: int) -> None:
        """Qt: closed."""
        self._leave()
        super().done(result)


def bus_lines(found: Networks) -> list[Line]:
    """One row a bus, measured ones first."""
    rank = {"measured": 0, "estimated": 1, "assumed loads": 2}
    buses = sorted(found.power.buses, key=lambda one: rank[one.source]) if found.power is not None else []
    return [Line((one.name, whole(one.voltage), f"{whole(one.low95)} to {whole(one.high95)}", decimal(one.share, 3), one.source),
                 (one.name, one.voltage, one.low95, one.share, one.source), one.bus) for one in buses]


def junction_lines(found: Networks) -> list[Line]:
    """One row a junction, observed ones first."""
    rank = {"observed": 0, "inferred": 1, "model": 2}
    points = sorted(found.pressures.junctions, key=lambda one: rank[one.source]) if found.pressures is not None else []
    return [Line((one.junction, decimal(one.pressure, 3), f"{decimal(one.low80, 3)} to {decimal(one.high80, 3)}",
                  decimal(one.prior_sd), one.source), (one.junction, one.pressure, one.low80, one.prior_sd, one.source),
                 one.junction) for one in points]


def _table(model: PlainModel, name: str) -> QTableView:
    view = QTableView(accessibleName=name, showGrid=False)
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(23)
    header = view.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return view

"""The scenario: its hazard and every setting of the next run, to be seen, changed and put back. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from app.bus import RunEnded, RunStarted, ScenarioChanged
from stratum_core.number_format import counted
from ui.actions import draw_footprint, new_outage
from ui.events import LookChanged
from ui.shell.places import Context, panel
from ui.tables.settings_model import SettingsModel
from ui.tables.settings_table import setting_changes, settings_table
from ui.widgets.rows import column, row, words

ME = "scenario"


@panel("scenario", "centre", order=4, title="Scenario")
def make(context: Context) -> QWidget:
    """The panel."""
    return ScenarioPage(context)


class ScenarioPage(QWidget):
    """What is asked in words, then a table of settings whose values can be written; they drive the next run."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._name, self._told = words("", "title"), words("", "second", wrap=True)
        self._state = words("", "small")
        self._reset, self._answer = QPushButton("&Reset to the file"), QPushButton("&Answer")
        self._answer.setProperty("filled", True)
        self._reset.clicked.connect(lambda: context.session.question.reset(ME))
        self._answer.clicked.connect(context.session.run)
        self.model = SettingsModel(context.look, setting_changes(context, ME))
        full = QWidget()
        layout = column(self._name, self._told, margins=(12, 10, 12, 0), spacing=6)
        draw = QPushButton("Draw a footprint…")
        draw.clicked.connect(lambda: draw_footprint(context))
        layout.addLayout(row(self._state, None, draw, self._reset, self._answer))
        layout.addWidget(settings_table(self.model, "Settings of the scenario"), 1)
        full.setLayout(layout)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(full)
        for kind in (ScenarioChanged, RunStarted, RunEnded, LookChanged):
            context.bus.subscribe(kind, lambda event: self._fill())
        self._fill()

    def _empty(self) -> QWidget:
        page = QWidget()
        button = QPushButton("New outage scenario")
        button.clicked.connect(lambda: new_outage(self._context))
        layout = column(words("No scenario is chosen.", "second"), margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(button, None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _fill(self) -> None:
        session = self._context.session
        scenario = session.scenario
        self._stack.setCurrentIndex(1 if scenario is not None else 0)
        if scenario is None:
            return
        self._name.setText(scenario.name)
        kinds = ", ".join(kind.replace("_", " ") for kind in scenario.kinds)
        self._told.setText(f"Hazard: {kinds}. {scenario.description}".strip())
        rows = session.question.all_settings()
        edited = sum(setting.edited for setting in rows)
        self._state.setText(f"{counted(edited, 'setting')} changed for the next run; the file stays as it is." if edited
                            else "All settings are as in the file. Write a value to change it for the next run.")
        self._reset.setEnabled(bool(edited))
        self._answer.setEnabled(not session.running)
        self.model.set_rows(rows)

"""The question bar: what if, how many, lose what; and the answer beside it. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QWidget

from app.bus import CityChanged, ResultChosen, RunEnded, RunProgressed, RunStarted, ScenarioChanged
from app.notices import of_error
from stratum_core.errors import StratumError
from ui.answer import details, headline, progress_words, start_of
from ui.colouring import LOSING, services_of
from ui.events import ServiceChosen
from ui.shell.places import Context, panel
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, row, words

ME = "question"


@panel("question", "question", title="Question", stretch=1)
def make(context: Context) -> QWidget:
    """The panel."""
    return QuestionBar(context)


class QuestionBar(QWidget):
    """If the [scenario], how many people lose [service]?"""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._scenario, self._service = _choice("Scenario"), _choice("Service")
        self._button = QPushButton("&Answer")
        self._button.setProperty("filled", True)
        self._button.setProperty("question", True)
        self._button.setAccessibleName("Answer the question")
        self._button.clicked.connect(self._ask)
        self._headline, self._details = ElidedLabel("", "answer"), ElidedLabel("", "small")
        self._lay_out()
        self._fill()
        self.setFocusProxy(self._scenario)
        self._edited = False
        self._subscribe()
        self._answer()

    def _lay_out(self) -> None:
        upright = QFrame(objectName="line")
        upright.setFixedSize(1, 38)
        answer = QWidget()
        answer.setLayout(column(None, self._headline, self._details, None, spacing=1))
        self._asks = words("", "question")
        parts = (words("If the", "question"), self._scenario, self._asks, self._service)
        self._mark = words("?", "question")
        end = (self._mark, 4, self._button, 10, upright, 10)
        line = row(*parts, *end, margins=(12, 0, 12, 0), spacing=7)
        line.addWidget(answer, 1)
        self.setLayout(line)

    def _subscribe(self) -> None:
        bus = self._context.bus
        bus.subscribe(RunStarted, lambda event: self._set_running(True))
        bus.subscribe(RunEnded, lambda event: self._set_running(False))
        bus.subscribe(RunProgressed, self._on_progress)
        bus.subscribe(ResultChosen, lambda event: self._city_is(edited=False))
        bus.subscribe(CityChanged, lambda event: self._city_is(edited=True))
        bus.subscribe(ServiceChosen, lambda event: self._answer())
        bus.subscribe(ScenarioChanged, lambda event: self._on_scenario())
        self._scenario.activated.connect(self._scenario_chosen)
        self._service.activated.connect(self._service_chosen)

    def _fill(self) -> None:
        session = self._context.session
        with QSignalBlocker(self._scenario), QSignalBlocker(self._service):
            self._scenario.clear()
            for name in session.question.names():
                self._scenario.addItem(name.replace("_", " "), name)
            if session.scenario is not None:
                self._scenario.setCurrentIndex(self._scenario.findData(session.scenario.file.stem))
                self._scenario.setToolTip(f"{session.scenario.name}\n{session.scenario.description}")
            self._service.clear()
            for service in services_of(session.city):
                self._service.addItem(LOSING.get(service, service), service)
            self._service.setCurrentIndex(self._service.findData(self._context.view.service))
        counted = self._service.count() > 0
        self._asks.setText("happens, how many people lose" if counted else "happens, what fails?")
        self._service.setVisible(counted)
        self._mark.setVisible(counted)
        self._button.setEnabled(session.scenario is not None and not session.running)

    def _on_scenario(self) -> None:
        self._fill()
        self._answer()

    def _scenario_chosen(self, number: int) -> None:
        try:
            self._context.session.question.choose(str(self._scenario.itemData(number)), ME)
        except StratumError as error:
            self._context.session.notify(of_error(error))
            self._fill()

    def _service_chosen(self, number: int) -> None:
        service = str(self._service.itemData(number))
        self._context.view.set_service(service, ME)
        if self._context.session.result is not None:
            self._context.view.set_colour(f"losing:{service}", ME)

    def _ask(self) -> None:
        self._context.session.run()

    def _set_running(self, running: bool) -> None:
        self._button.setEnabled(not running and self._context.session.scenario is not None)
        for label in (self._headline, self._details):
            label.setProperty("stale", running)
            label.style().unpolish(label)
            label.style().polish(label)
        if not running:
            self._answer()

    def _on_progress(self, event: RunProgressed) -> None:
        if not self._context.session.running:
            return
        replicates = self._context.session.scenario.spec.run.replicates if self._context.session.scenario else event.total
        words_now = progress_words(event.done, event.total, replicates) + "."
        kept = " The answer above is the last run's." if self._context.session.result is not None else ""
        self._details.setText(words_now + kept)

    def _city_is(self, *, edited: bool) -> None:
        self._edited = edited
        self._answer()

    def _answer(self) -> None:
        session, service = self._context.session, self._context.view.service
        if session.result is None:
            self._headline.setText("No answer yet" if not session.running else "The first answer is on its way")
            missing = "No scenario is chosen. Make one of what is selected: File, New outage scenario."
            asked = "Press Answer to run the cascade of this scenario."
            self._details.setText("" if session.running else missing if session.scenario is None else asked)
            return
        start = start_of(session.scenario.start) if session.scenario else None
        self._headline.setText(headline(session.result, service))
        changed = "city" if self._edited else "scenario" if session.outdated else ""
        stale = f"The {changed} was changed since this run: press Answer. " if changed else ""
        self._details.setText(stale + details(session.result, service, start))
        self._details.setToolTip("Model: " + session.result.model_class.replace("; ", "\n"))


def _choice(name: str) -> QComboBox:
    made = QComboBox(accessibleName=name)
    made.setProperty("question", True)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made

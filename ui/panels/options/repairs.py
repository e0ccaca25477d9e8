"""In which order crews repair the damage of the shown run, by every way that was tried. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QPushButton, QSpinBox, QWidget

from app.bus import ResultChosen, ScenarioChanged
from app.restorations import RestorationChanged
from stratum_core.briefing.wording import joined
from stratum_core.model.restoration_results import MethodResult, RepairStep, RestorationResult
from stratum_core.number_format import DASH, between, clock, count, hours, percent
from stratum_core.pipeline.restoring.lines import LIMITS, verdict
from ui.shell.places import Context
from ui.tables.plain_model import Heading, Line, PlainModel
from ui.tables.plain_table import plain_table
from ui.widgets.rows import column, row, words

ME = "repairs"
WAYS = (
    Heading("Way to find an order"),
    Heading("People-hours", True, "without service, mean with its 95 % interval, judged by the cascade"),
    Heading("Against own", True, "paired change against the cascade's own order, mean"),
    Heading("9 in 10 back", True, "hours until nine in ten of those without a service have it back, mean"),
)
STEPS = (
    Heading("Repaired"),
    Heading("Crew", False, "sector, and its number among the crews of it"),
    Heading("Leaves", True),
    Heading("Drive", True),
    Heading("Work", True),
    Heading("Done", True),
    Heading("People who get it back", False, "by service, by the plan's model"),
)


class RepairsPage(QWidget):
    """Crews and a button; then the verdict, the ways, and the order told job by job."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._crews = QSpinBox(maximum=1000, specialValueText="as in the run", accessibleName="Crews of each sector")
        self._start, self._cancel = QPushButton("Put repairs in order"), QPushButton("Cancel")
        self._state, self._verdict = words("", "small"), words("", "bold", wrap=True)
        self._note = words("", "small", wrap=True)
        self._ways, self._steps = PlainModel(WAYS), PlainModel(STEPS)
        steps = plain_table(self._steps, "Order of repair")
        header = steps.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(STEPS) - 1, QHeaderView.ResizeMode.Stretch)
        self._tables = plain_table(self._ways, "Ways to find an order"), steps
        steps.activated.connect(lambda index: context.session.select(self._steps.id_at(index.row()), ME))
        layout = column(margins=(12, 8, 12, 8), spacing=6)
        layout.addLayout(row(words("Crews of each sector", "second"), self._crews, self._start, self._cancel, self._state, None))
        layout.addWidget(self._verdict)
        for table, share in zip(self._tables, (2, 3), strict=True):
            layout.addWidget(table, share)
        layout.addWidget(self._note)
        self.setLayout(layout)
        self._start.clicked.connect(lambda: context.session.restore(self._crews.value()))
        self._cancel.clicked.connect(context.session.restorations.cancel)
        for kind in (RestorationChanged, ResultChosen, ScenarioChanged):
            context.bus.subscribe(kind, self._fill)
        self._fill(None)

    def _fill(self, event: object) -> None:
        session = self._context.session
        restorations, shown = session.restorations, session.result
        found = restorations.result
        if found is not None and (shown is None or found.cascade != shown.run):
            found = None
        self._start.setEnabled(shown is not None and not session.outdated and not restorations.running)
        self._cancel.setVisible(restorations.running)
        share = event.share if isinstance(event, RestorationChanged) else 0.0
        self._state.setText(percent(share) if restorations.running else "")
        for table in self._tables:
            table.setVisible(found is not None)
        if found is None:
            self._verdict.setText("Orders are found for the damage of the shown run, and each is judged by the cascade."
                                  if shown is not None else "No run is shown. Press Answer, then put its repairs in order.")
            self._note.setText("")
            return
        self._verdict.setText(verdict(found))
        self._ways.set_lines([_way(method, method.name == found.recommended) for method in found.methods])
        self._steps.set_lines([_step(one) for one in found.steps])
        self._note.setText(_told(found))
        self._note.setToolTip("\n".join((*LIMITS, *found.warnings, found.model_class)))


def _told(found: RestorationResult) -> str:
    crews = joined([f"{number} of {sector}" for sector, number in found.crews.items()])
    assumed = ", assumed: the run counts none" if found.crews_assumed else ""
    return (f"Crews: {crews}{assumed}. {found.replicates} runs, {found.to_order} with something to put in order; the order is "
            f"that of run no. {found.replicate}. {LIMITS[0]}")


def _way(method: MethodResult, chosen: bool) -> Line:
    low, high = method.people_hours.ci95 or (method.people_hours.mean,) * 2
    change, back = method.change, method.hours_to_90
    texts = (f"{method.name}, recommended" if chosen else method.name, between(low, high, joined=DASH),
             DASH if change is None else f"{'+' if change.change > 0 else '−'}{count(abs(change.change))}",
             DASH if back is None else hours(back.mean))
    keys = (method.name, method.people_hours.mean, change.change if change else 0.0, back.mean if back else float("inf"))
    return Line(texts, keys)


def _step(step: RepairStep) -> Line:
    served = ", ".join(f"{service.replace('_', ' ')} {count(people)}" for service, people in step.served.items() if people >= 0.5)
    texts = (step.name, f"{step.sector} {step.crew}", clock(step.leaves_h), hours(step.drive_h), hours(step.work_h),
             clock(step.done_h), served or DASH)
    return Line(texts, (step.name, step.sector, step.leaves_h, step.drive_h, step.work_h, step.done_h, served), step.asset)

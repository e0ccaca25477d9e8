"""Why it fails: the most frequent chain of the run, else the replay of a run in which it fails. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from stratum_core.model.results import CascadeResult, Step
from stratum_core.number_format import percent, whole
from ui.panels.inspector.steps import StepRow
from ui.panels.inspector.subject import Subject
from ui.shell.places import Context
from ui.widgets.rows import words

ME = "inspector"
#: replays of single runs until one is found in which the thing fails
_MOST_REPLAYS = 6
_STEP_MS = 900


class WhyPage(QWidget):
    """Numbered steps; the scene draws the same numbers."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._shown: tuple[str, str] = ("", "")
        self._intro = words("", "small", wrap=True)
        self._run = QPushButton("Answer the question")
        self._run.clicked.connect(context.session.run)
        self._play = QPushButton("Play the chain")
        self._play.setToolTip("From cause to effect, step by step at its hour")
        self._play.clicked.connect(self._start)
        self._told: tuple[Step, ...] = ()
        self._shown_steps = 0
        self._clock = QTimer(self, interval=_STEP_MS, timeout=self._next)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._intro)
        layout.addWidget(self._run)
        layout.addWidget(self._play, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(self._steps)
        layout.addStretch(1)

    def show_subject(self, subject: Subject) -> None:
        """Explain another component."""
        result = self._context.session.result
        self._shown = (subject.id, result.run if result is not None else "")
        self._run.setVisible(result is None)
        if result is None:
            self._tell("No run yet, so nothing has failed. A run tells how often this fails and why.")
            return
        if not 0 <= subject.index < len(result.failure_probability):
            home = "A home does not fail itself; look at what supplies it under Needs."
            other = "This run is about another state of the city. Press Answer to run it on this one."
            self._tell(home if subject.table == "blocks" else other)
            return
        if result.failure_probability[subject.index] == 0:
            self._tell(f"It stays up in all {whole(result.replicates)} runs.")
            return
        chain = next((c for c in result.critical_paths if c.asset == subject.id), None)
        if chain is not None:
            text = f"Most common chain: {whole(chain.count)} of the {whole(chain.failures)} failing runs. "
            self._tell(f"{text}Times and values are those of run {chain.replicate}.", chain.steps)
        else:
            self._replay(subject, result)

    def _replay(self, subject: Subject, result: CascadeResult) -> None:
        session = self._context.session
        if session.scenario is None or session.outdated:
            self._tell("This run was made with another scenario or other settings. Choose them to replay it.")
            return
        share = percent(float(result.failure_probability[subject.index]))
        self._tell(f"It fails in {share} of runs. A run in which it fails is being replayed.")
        self._try(subject, _heaviest(result), self._shown)

    def _try(self, subject: Subject, replicates: list[int], shown: tuple[str, str]) -> None:
        """Replay one run after the other; the answer of an old question is dropped."""
        if not replicates:
            self._tell(f"It stays up in the {_MOST_REPLAYS} heaviest runs, so no chain is shown. Run more replicates to see it.")
            return
        first, rest = replicates[0], replicates[1:]

        def told(steps: tuple[Step, ...]) -> None:
            if shown != self._shown:
                return
            if steps:
                self._tell(f"Run {first}, one of those in which it fails, replayed:", steps)
            else:
                self._try(subject, rest, shown)

        self._context.session.explain(subject.id, first, told)

    def _start(self) -> None:
        """Show the chain step by step, each at its hour."""
        self._shown_steps = 0
        self._clock.start()
        self._next()

    def _next(self) -> None:
        self._shown_steps += 1
        if self._shown_steps > len(self._told):
            self._clock.stop()
            return
        steps = self._told[: self._shown_steps]
        self._context.view.show_chain(steps, ME)
        self._context.session.set_hour(steps[-1].t_h, ME)

    def shut(self) -> None:
        """Stop the timer."""
        self._clock.stop()

    def _tell(self, intro: str, steps: tuple[Step, ...] = ()) -> None:
        self._clock.stop()
        self._told = steps
        self._play.setVisible(len(steps) > 1)
        self._intro.setText(intro)
        while self._steps.count():
            item = self._steps.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        for number, step in enumerate(steps, start=1):
            self._steps.addWidget(StepRow(number, step, number == len(steps), self._context))
        self._context.view.show_chain(steps, ME)


def _heaviest(result: CascadeResult) -> list[int]:
    """The runs in which most people lose something, then the lightest: local failures may be there only."""
    total = np.zeros(result.replicates)
    for peaks in result.peak_by_replicate.values():
        total += peaks
    order = np.argsort(-total, kind="stable")
    spread = order[np.linspace(0, len(order) - 1, min(_MOST_REPLAYS, len(order))).astype(int)]
    return [int(r) for r in dict.fromkeys([*order[:2], *spread])][:_MOST_REPLAYS]

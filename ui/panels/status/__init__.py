"""The status bar: project, seed, run and digest; progress, time left and Cancel of a run. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from app.bus import ResultChosen, RunEnded, RunProgressed, RunStarted, ScenarioChanged
from ui.answer import progress_words
from ui.shell.places import Context, panel
from ui.widgets.rows import row, words


@panel("status", "status", title="Status", stretch=1)
def make(context: Context) -> QWidget:
    """The panel."""
    return Status(context)


class Status(QWidget):
    """Left: what is open. Right: what runs."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._left, self._right = words("", "note"), words("", "small")
        self._bar = QProgressBar(textVisible=False, accessibleName="Progress of the run")
        self._bar.setFixedWidth(120)
        self._cancel = QPushButton("&Cancel")
        self._cancel.setProperty("slim", True)
        self._cancel.clicked.connect(context.session.cancel_run)
        self.setLayout(row(self._left, None, self._right, self._bar, self._cancel, margins=(12, 0, 12, 0), spacing=10))
        bus = context.bus
        bus.subscribe(RunStarted, lambda event: self._started())
        bus.subscribe(RunProgressed, self._progressed)
        bus.subscribe(RunEnded, self._ended)
        bus.subscribe(ResultChosen, lambda event: self._tell())
        bus.subscribe(ScenarioChanged, lambda event: self._tell())
        self._show_run(False)
        self._tell()

    def _tell(self) -> None:
        session = self._context.session
        parts = [Path(session.project.folder).name]
        if session.result is not None:
            run = session.result
            parts += [f"seed {run.seed}", f"run {run.run[:4]}", f"digest {run.digest[:4]} {run.digest[4:8]} … {run.digest[-4:]}"]
            self._left.setToolTip(f"Run {run.run}, digest {run.digest}")
        elif session.scenario is not None:
            parts += [f"seed {session.scenario.spec.run.seed}", "no run yet"]
        self._left.setText("      ".join(parts))

    def _started(self) -> None:
        self._right.setText("Run starts: the model is being made ready")
        self._bar.setRange(0, 0)
        self._show_run(True)

    def _progressed(self, event: RunProgressed) -> None:
        if not self._context.session.running:
            return
        left = f", {event.eta_s:.0f} s left" if event.eta_s is not None else ""
        replicates = self._context.session.scenario.spec.run.replicates if self._context.session.scenario else event.total
        self._right.setText(progress_words(event.done, event.total, replicates) + left)
        self._bar.setRange(0, max(event.total, 1))
        self._bar.setValue(event.done)

    def _ended(self, event: RunEnded) -> None:
        self._show_run(False)
        self._right.setText("Run saved" if event.run else "Run ended without a result; nothing was stored")

    def _show_run(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)

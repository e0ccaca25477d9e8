"""Which run of an evacuation is followed and which people are shown: two lists and what the run came to. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from app.traces import Traces
from stratum_core.model.people_results import EvacuationResult
from stratum_core.number_format import count
from ui.actions import record_film
from ui.events import GroupChosen
from ui.shell.places import Context
from ui.widgets.rows import row, words

ME = "following"
_WORDS = (("middle", "Middle run"), ("worst", "Worst run"), ("best", "Best run"))


class Following(QWidget):
    """A strip of the people page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.groups = QComboBox(accessibleName="People shown", toolTip="On the city as dots, and in the curve")
        self.runs = QComboBox(accessibleName="Run followed", toolTip="The run that is played on the city, by its stranded people")
        self._told = words("", "second")
        for box in (self.groups, self.runs):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.groups.activated.connect(lambda number: context.view.set_group(str(self.groups.itemData(number)), ME))
        self.runs.activated.connect(lambda number: self._traces.follow(str(self.runs.itemData(number))))
        film = QPushButton("Record a film…", toolTip="The city over some hours, as pictures or a film (Ctrl+Shift+R)")
        film.clicked.connect(lambda: record_film(context))
        self.setLayout(row(words("Show", "second"), self.groups, 4, words("follow", "second"), self.runs, 4, self._told, None,
                           film))
        context.bus.subscribe(GroupChosen, lambda event: self._choose(self.groups, event.group))

    @property
    def _traces(self) -> Traces:
        return self._context.session.evacuations.traces

    def show_result(self, result: EvacuationResult) -> None:
        """The groups and runs of a result."""
        groups = [("", "All people"), *((g.group, g.group.capitalize()) for g in result.by_group[1:] if g.people >= 1)]
        stranded = result.stranded_by_replicate
        runs = [*_WORDS, *((str(k), f"Run no. {k}: {count(float(n))} stranded") for k, n in enumerate(stranded))]
        for box, rows, chosen in ((self.groups, groups, self._context.view.group), (self.runs, runs, self._traces.which)):
            with QSignalBlocker(box):
                if [box.itemData(n) for n in range(box.count())] != [data for data, _ in rows]:
                    box.clear()
                for number, (data, text) in enumerate(rows):
                    if number < box.count():
                        box.setItemText(number, text)
                    else:
                        box.addItem(text, data)
            self._choose(box, chosen)

    def show_trace(self, result: EvacuationResult) -> None:
        """What the followed run came to."""
        number = self._traces.replicate
        self.runs.setEnabled(self._traces.asked is not None)
        self._choose(self.runs, self._traces.which)
        if self._traces.running:
            self._told.setText("making it ready")
        elif self._traces.found is None or not 0 <= number < result.replicates:
            self._told.setText("")
        else:
            arrived, stranded = (float(of[number]) for of in (result.arrived_by_replicate, result.stranded_by_replicate))
            self._told.setText(f"no. {number}: {count(arrived)} arrive, {count(stranded)} stranded")

    @staticmethod
    def _choose(box: QComboBox, data: str) -> None:
        with QSignalBlocker(box):
            box.setCurrentIndex(max(box.findData(data), 0))

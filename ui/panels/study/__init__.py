"""The study tree: data, scenarios, runs, decisions. Main thread only; the store is read on the data thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.bus import BriefingMade, CityChanged, LedgerChanged, ResultChosen, RunEnded, ScenarioChanged
from app.notices import of_error
from stratum_core.errors import StratumError
from stratum_core.ledger import DECISIONS, Entry
from stratum_core.number_format import whole
from stratum_core.pipeline.record import readable_entries
from stratum_core.store.project import RunRow
from ui.events import LookChanged
from ui.panels.study.health import data_health
from ui.shell.places import Context, panel
from ui.theme import font
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.rows import column, title_bar

ME = "study"
_KEY = Qt.ItemDataRole.UserRole


@panel("study", "left", order=0, title="Study", stretch=4)
def make(context: Context) -> QWidget:
    """The panel."""
    return Study(context)


class Study(QWidget):
    """Four branches; a double click on a scenario chooses it, on a run shows it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._tree = QTreeWidget(accessibleName="Study")
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(14)
        self._tree.setFont(font(12))
        self._tree.setStyleSheet("font-size: 12px")
        self._tree.setUniformRowHeights(True)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._tree.itemActivated.connect(self._activated)
        head = title_bar("Study", _right(ElidedLabel(context.session.city.name, "caption")))
        self.setLayout(column(head, self._tree, spacing=0))
        self.setFocusProxy(self._tree)
        self._branches = {name: self._branch(name) for name in ("Data", "Scenarios", "Runs", "Decisions")}
        self._fill_data()
        self._fill_scenarios()
        self._read_store()
        self._subscribe()

    def _subscribe(self) -> None:
        bus = self._context.bus
        bus.subscribe(CityChanged, lambda event: self._fill_data())
        bus.subscribe(LookChanged, lambda event: self._recolour())
        bus.subscribe(ScenarioChanged, lambda event: self._fill_scenarios())
        for kind in (RunEnded, ResultChosen, LedgerChanged, BriefingMade):
            bus.subscribe(kind, lambda event: self._read_store())

    def _recolour(self) -> None:
        for branch in self._branches.values():
            for item in (branch, *(branch.child(i) for i in range(branch.childCount()))):
                item.setForeground(1, self._context.look.tokens.colour("third"))

    def _branch(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self._tree, [name, ""])
        item.setFont(0, font(12, bold=True))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, self._context.look.tokens.colour("third"))
        item.setExpanded(True)
        return item

    def _leaf(self, branch: str, text: str, note: str = "", key: tuple[str, str] = ("", ""), tip: str = "") -> QTreeWidgetItem:
        item = QTreeWidgetItem(self._branches[branch], [text, note])
        item.setData(0, _KEY, key)
        item.setToolTip(0, tip or text)
        item.setForeground(1, self._context.look.tokens.colour("third"))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _clear(self, branch: str, note: str) -> None:
        self._branches[branch].takeChildren()
        self._branches[branch].setText(1, note)

    def _fill_data(self) -> None:
        city = self._context.session.city
        self._clear("Data", "")
        for text, count in (("Assets", len(city.assets)), ("Links", len(city.links)), ("Homes", len(city.blocks))):
            if count:
                self._leaf("Data", text, whole(count), ("table", text.lower()))
        self._branches["Data"].setExpanded(True)

        def told(found: tuple[str, str]) -> None:
            self._branches["Data"].setText(1, found[0])
            self._branches["Data"].setToolTip(0, found[1])

        jobs, notify = self._context.session.jobs, self._context.session.notify
        jobs.compute(lambda progress, cancel: data_health(city), told, lambda error: notify(of_error(error)), lambda *_: None)

    def _fill_scenarios(self) -> None:
        session = self._context.session
        names = session.question.names()
        self._clear("Scenarios", str(len(names)))
        for name in names:
            chosen = session.scenario is not None and session.scenario.file.stem == name
            item = self._leaf("Scenarios", name.replace("_", " "), "chosen" if chosen else "", ("scenario", name))
            if chosen:
                item.setToolTip(0, f"{session.scenario.name}\n{session.scenario.description}")

    def _read_store(self) -> None:
        session = self._context.session

        def read() -> tuple[list[RunRow], list[Entry]]:
            kept = [entry for _, entry in readable_entries(session.project) if entry is not None]
            return session.project.runs(), [entry for entry in kept if entry.kind in DECISIONS]

        session.jobs.data(read, self._fill_stored, lambda error: session.notify(of_error(error)))

    def _fill_stored(self, stored: tuple[list[RunRow], list[Entry]]) -> None:
        runs, entries = stored
        self._clear("Runs", str(len(runs)))
        shown = self._context.session.result.run if self._context.session.result else ""
        for run in runs[:12]:
            when = run.created[11:16]
            item = self._leaf("Runs", f"{run.run[:4]}  {run.title}", f"{whole(run.replicates)} runs", ("run", run.run))
            item.setToolTip(0, f"Run {run.run}\n{run.title}, seed {run.seed}, stored {run.created[:10]} {when}Z")
            if run.run == shown:
                self._tree.setCurrentItem(item)
        self._clear("Decisions", str(len(entries)) if entries else "none yet")
        for entry in entries[-6:]:
            self._leaf("Decisions", f"{entry.sequence}  {entry.text[:60]}", entry.kind, ("ledger", ""))

    def _activated(self, item: QTreeWidgetItem, column_number: int) -> None:
        kind, value = item.data(0, _KEY) or ("", "")
        session = self._context.session
        if kind == "run":
            session.show_run(value)
        elif kind == "table":
            self._context.view.set_page("table", ME)
        elif kind == "ledger":
            self._context.view.set_page("ledger", ME)
        elif kind == "scenario":
            try:
                session.question.choose(value, ME)
            except StratumError as error:
                session.notify(of_error(error))


def _right(label: ElidedLabel) -> ElidedLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label

"""Refused records: why, and what a person decides about them. Main thread only; the store is reached on the data thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from stratum_core.errors import StratumError
from stratum_core.ingest.release import Decided, discard
from stratum_core.number_format import whole
from stratum_core.pipeline.readings import QuarantinePage, quarantine, release_held
from stratum_core.store.quarantine import Refused
from ui.dialogs.choosing import choose_mapping
from ui.dialogs.reading_lines import HELD, decided_text, held_lines, held_text
from ui.shell.places import Context
from ui.tables.plain_model import PlainModel
from ui.widgets.rows import column, row, words

#: records that are listed at once, the oldest first
_MOST = 2000
_NONE = "Nothing is in quarantine: no refused record waits for a decision."


class QuarantineDialog(QDialog):
    """Chosen records are tried again, vouched for or discarded; none is ever deleted."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._page, self._told = context, QuarantinePage((), {}), ""
        self.setWindowTitle("Quarantine")
        self.resize(1180, 640)
        self.rule = QComboBox(accessibleName="Rule", sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.count, self.report = words("", "second"), words("Reading the records.", "bold", wrap=True)
        self._model = PlainModel(HELD)
        self.table = held_table(self._model, "Refused records")
        self.detail = QPlainTextEdit(readOnly=True, accessibleName="The record", placeholderText="Choose a record to see it.")
        self.detail.setFixedHeight(96)
        self.author = QLineEdit(context.session.edits.author, accessibleName="Who decides")
        self.mapping = QLineEdit(placeholderText="of each source as it is now", accessibleName="Mapping")
        self.again = QPushButton("&Try again", toolTip="Read and check the chosen records by the mapping as it is now")
        self.vouch = QPushButton("&Vouch", toolTip="Release against range, clock and rate; the reading is marked")
        self.discard = QPushButton("&Discard", toolTip="Say that the chosen records are no readings")
        self._full, self._all, self._close = QWidget(), QPushButton("Choose &all"), QPushButton("Close")
        self._lay_out()
        self._connect()
        self._enable(False)
        self._load()

    def _lay_out(self) -> None:
        browse = QPushButton("Choose...")
        browse.clicked.connect(lambda: self.mapping.setText(choose_mapping(self) or self.mapping.text()))
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.addRow("Mapping", row(self.mapping, browse, spacing=6))
        form.addRow("Who decides", self.author)
        inside = column(spacing=12)
        inside.addLayout(row(words("Rule"), self.rule, self.count, None, self._all))
        inside.addWidget(self.table, 1)
        inside.addWidget(self.detail)
        inside.addLayout(form)
        inside.addWidget(words("Who vouches takes range, clock and rate upon himself. What cannot be read stays held.", "small"))
        self._full.setLayout(inside)
        layout: QVBoxLayout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addWidget(self._full, 1)
        layout.addWidget(self.report)
        self.report.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row(None, self._close, self.discard, self.vouch, self.again))
        self.setLayout(layout)
        self.again.setProperty("filled", True)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a line decides nothing

    def _connect(self) -> None:
        self.rule.activated.connect(lambda: self._load())
        self.table.selectionModel().selectionChanged.connect(lambda: self._show_chosen())
        self._all.clicked.connect(self.table.selectAll)
        self._close.clicked.connect(self.reject)
        self.again.clicked.connect(lambda: self._release(vouched=False))
        self.vouch.clicked.connect(lambda: self._release(vouched=True))
        self.discard.clicked.connect(self._discard)

    def chosen(self) -> list[Refused]:
        """The marked records."""
        ids = {self._model.id_at(index.row()) for index in self.table.selectionModel().selectedRows()}
        return [one for one in self._page.records if str(one.id) in ids]

    def _load(self) -> None:
        session, rule = self._context.session, self.rule.currentData() or ""
        session.jobs.data(lambda: quarantine(session.project, state="held", ids=(), part="", rule=rule, top=_MOST),
                          lambda page: self._show(page, rule), self._failed)

    def _show(self, page: QuarantinePage, rule: str) -> None:
        if rule and rule not in page.rules:
            self.rule.clear()
            self._load()
            return
        self._page, held = page, sum(page.rules.values())
        self.rule.clear()
        self.rule.addItem(f"all rules, {whole(held)}", "")
        for name, count in page.rules.items():
            self.rule.addItem(f"{name}, {whole(count)}", name)
        self.rule.setCurrentIndex(max(self.rule.findData(rule), 0))
        self._model.set_lines(held_lines(page.records))
        self._full.setVisible(bool(held))
        for button in (self.again, self.vouch, self.discard):
            button.setVisible(bool(held))
        self.report.setText(" ".join(filter(None, (self._told, "" if held else _NONE))))
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen, listed = self.chosen(), len(self._page.records)
        matching = self._page.rules.get(self.rule.currentData(), sum(self._page.rules.values()))
        oldest = f"the oldest {whole(listed)} of {whole(matching)} listed; " if listed < matching else ""
        self.count.setText(f"{oldest}{whole(len(chosen))} of {whole(listed)} chosen")
        self.detail.setPlainText(held_text(chosen[0]) if len(chosen) == 1 else "")
        self._enable(bool(chosen))

    def _enable(self, on: bool) -> None:
        for button in (self.again, self.vouch, self.discard):
            button.setEnabled(on)

    def _release(self, *, vouched: bool) -> None:
        project, author = self._context.session.project, self._decider()
        mapping = Path(self.mapping.text().strip()) if self.mapping.text().strip() else None
        self._decide(lambda held: release_held(project, held, author, vouched=vouched, mapping=mapping), vouched=vouched)

    def _discard(self) -> None:
        project, author = self._context.session.project, self._decider()
        self._decide(lambda held: discard(project.readings(), held, author))

    def _decider(self) -> str:
        session = self._context.session
        session.edits.author = self.author.text().strip() or session.edits.author
        return session.edits.author

    def _decide(self, work: Callable[[Sequence[Refused]], Decided], *, vouched: bool = False) -> None:
        held, author = self.chosen(), self._context.session.edits.author
        self._enable(False)
        self.report.setText(f"Working on {whole(len(held))} of them.")

        def tell(done: Decided) -> None:
            self._decided(decided_text(done, author, vouched=vouched))

        self._context.session.jobs.data(lambda: work(held), tell, self._failed)

    def _decided(self, told: str) -> None:
        self._told = told
        self._load()
        self._context.session.situation.refresh()

    def _failed(self, error: StratumError) -> None:
        self.report.setText(str(error))
        self._enable(bool(self.chosen()))


def held_table(model: PlainModel, name: str) -> QTableView:
    """A table of records whose last column takes what is left."""
    view = QTableView(accessibleName=name, showGrid=False, sortingEnabled=True, wordWrap=False)
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(24)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    return view

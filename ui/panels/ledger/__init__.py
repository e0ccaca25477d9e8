"""The ledger: entries of the project, whether the chain holds, and the briefing. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QPushButton, QStackedLayout, QTableView, QWidget

from app.bus import BriefingMade, LedgerChanged, ResultChosen, RunEnded
from app.notices import of_error
from stratum_core.ledger import Entry
from stratum_core.number_format import whole
from stratum_core.pipeline.record import readable_entries, verify_ledger
from ui.actions import make_briefing
from ui.panels.ledger.entries import ENTRIES, entry_lines, verdict_words
from ui.shell.places import Context, panel
from ui.tables.plain_model import PlainModel
from ui.widgets.rows import column, row, words

Read = tuple[list[tuple[int, Entry | None]], str]


@panel("ledger", "centre", order=3, title="Ledger")
def make(context: Context) -> QWidget:
    """The panel."""
    return Ledger(context)


class Ledger(QWidget):
    """Entries in order, with their hash; the store is read on the data thread."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._model = PlainModel(ENTRIES)
        self._verdict = words("", "small")
        self._briefings = [QPushButton("Make &briefing"), QPushButton("Make briefing")]
        for button in self._briefings:
            button.clicked.connect(lambda: make_briefing(context))
        full = QWidget()
        head = row(self._verdict, None, self._briefings[0], margins=(12, 8, 12, 4))
        layout = column(spacing=4)
        layout.addLayout(head)
        layout.addWidget(self._view(), 1)
        full.setLayout(layout)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(full)
        for kind in (LedgerChanged, RunEnded, BriefingMade, ResultChosen):
            context.bus.subscribe(kind, lambda event: self._read())
        self._read()

    def _empty(self) -> QWidget:
        page = QWidget()
        text = "The ledger is empty. A briefing records its run here and can be verified anywhere."
        layout = column(words(text, "second"), margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(row(self._briefings[1], None))
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    def _view(self) -> QTableView:
        view = QTableView(accessibleName="Ledger entries", showGrid=False)
        view.setModel(self._model)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(24)
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        return view

    def _read(self) -> None:
        session = self._context.session
        for button in self._briefings:
            button.setEnabled(session.result is not None)
            button.setToolTip("" if session.result is not None else "Answer the question first.")

        def read() -> Read:
            return readable_entries(session.project), verdict_words(verify_ledger(session.project))

        session.jobs.data(read, self._show, lambda error: session.notify(of_error(error)))

    def _show(self, read: Read) -> None:
        entries, verdict = read
        self._stack.setCurrentIndex(1 if entries or verdict.startswith("Not intact") else 0)
        self._model.set_lines(entry_lines(entries))
        self._verdict.setText(f"{whole(len(entries))} {'entry' if len(entries) == 1 else 'entries'}. {verdict}")

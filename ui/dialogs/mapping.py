"""What a file of readings says: columns, tags and units, tried on its first records before anything is stored.

Main thread only; the file and the store are read on the data thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHeaderView, QLineEdit, QPushButton, QTableView, QWidget

from stratum_core.errors import InputError, StratumError
from stratum_core.ingest.mapping import Mapping, guess_mapping, load_mapping
from stratum_core.ingest.sample import Sample, sample_of, tagged
from stratum_core.model.tables import Sensors
from stratum_core.number_format import counted, whole
from stratum_core.pipeline.live import replay_feed
from stratum_core.pipeline.mapping_trial import Trial, save_mapping, try_mapping
from ui.dialogs.mapping_form import MappingForm
from ui.dialogs.quarantine import held_table
from ui.dialogs.reading_lines import TURNED, sample_lines, trial_text, turned_lines
from ui.shell.places import Context
from ui.tables.plain_model import Heading, PlainModel
from ui.tables.tag_model import ChoiceDelegate, TagModel
from ui.widgets.rows import column, row, words

R = TypeVar("R")
_WAIT_MS = 250  # after the last word, before it is tried


class MappingDialog(QDialog):
    """A file's mapping, guessed or as it was kept before; corrected here, saved, and used at once."""

    def __init__(self, context: Context, parent: QWidget | None, path: Path) -> None:
        super().__init__(parent)
        self._context, self._path, self._turn = context, Path(path), 0
        self._sample: Sample | None = None
        kept = context.session.project.attachments / "mappings" / f"{self._path.stem}.toml"
        self.setWindowTitle(f"Readings: {self._path.name}")
        self.resize(1180, 780)
        self.form, self.tags = MappingForm(), TagModel(context.session.city.sensors)
        self._start = Mapping()
        self.first, self._refused = _plain("First records"), PlainModel(TURNED)
        self.turned = held_table(self._refused, "Records that would be refused")
        self.matched, self.told = words("", "title"), words("", "small", wrap=True)
        self.report = words("Reading the first records.", "bold", wrap=True)
        self.target = QLineEdit(str(kept), accessibleName="Mapping file")
        self.save, self.load = QPushButton("&Save"), QPushButton("Save and &load")
        self._due = QTimer(self, singleShot=True, interval=_WAIT_MS, timeout=self._try)
        self._lay_out()
        self.form.changed.connect(self._due.start)
        self.tags.changed.connect(self._due.start)
        self.save.clicked.connect(self.keep)
        self.load.clicked.connect(self.keep_and_load)
        self.finished.connect(lambda: self._due.stop())
        self._allow(False)
        sensors = context.session.city.sensors
        self._data(lambda: _begun(kept, self._path, sensors), self._begin)

    def _begin(self, begun: tuple[Mapping, str]) -> None:
        self._start, told = begun
        self.told.setText(told)
        self.form.say(self._start)
        self._try()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        left, right = column(words("Columns", "title"), self.form, self.told, spacing=6), column(spacing=6)
        left.addStretch(1)
        for title, table, share in ((words("First records", "title"), self.first, 2), (self.matched, self._tag_table(), 3),
                                    (words("Would be refused", "title"), self.turned, 2)):
            right.addWidget(title)
            right.addWidget(table, share)
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 330)
        browse, close = QPushButton("Choose..."), QPushButton("Close")
        browse.clicked.connect(self._choose_target)
        close.clicked.connect(self.reject)
        self.load.setProperty("filled", True)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(grid, 1)
        layout.addWidget(self.report)
        layout.addWidget(words("Tried by the project's own checks, after what is stored. Later records may still be refused.",
                               "small", wrap=True))
        target = row(words("Mapping file"), spacing=8)
        target.addWidget(self.target, 1)
        target.addWidget(browse)
        layout.addLayout(target)
        layout.addLayout(row(None, close, self.save, self.load))
        self.setLayout(layout)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a line loads nothing

    def _tag_table(self) -> QTableView:
        table = QTableView(accessibleName="Tags", showGrid=False, wordWrap=False)
        table.setModel(self.tags)
        table.setItemDelegate(ChoiceDelegate(table))
        table.clicked.connect(lambda index: table.edit(index) if index.flags() & Qt.ItemFlag.ItemIsEditable else None)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for at, width in enumerate((200, 260, 170)):
            header.resizeSection(at, width)
        return table

    def _choose_target(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the mapping", self.target.text(), "Mappings (*.toml)")
        self.target.setText(name or self.target.text())

    def _try(self) -> None:
        """Read the first records as the form says; then match their tags and judge them."""
        self._due.stop()
        self._turn += 1
        said, path = self.form.mapping(), self._path
        self._allow(False)
        self._data(lambda: sample_of(path, said), lambda sample: self._take(sample, said))

    def _take(self, sample: Sample, said: Mapping) -> None:
        if self._sample is None or self._sample.columns != sample.columns:
            self.form.set_columns(sample.columns)
        self._sample = sample
        self.first.setModel(PlainModel([Heading(name) for name in sample.columns]))
        self.first.model().set_lines(sample_lines(sample))
        self.tags.set_tags(sample.tags(said), self._start.tags, self._start.tag_units)
        missing = f", {whole(self.tags.unmatched)} without a sensor" if self.tags.unmatched else ""
        among = " of the first records" if sample.cut else ""
        self.matched.setText(f"{counted(self.tags.rowCount(), 'tag')}{among}{missing}")
        project = self._context.session.project
        try:
            mapping = self.mapping()
        except InputError as error:
            self._fail(error)
            return
        self._data(lambda: try_mapping(project, sample, mapping), self._judged)

    def _judged(self, trial: Trial) -> None:
        assert self._sample is not None
        self.report.setText(trial_text(trial, self._sample))
        self._refused.set_lines(turned_lines(trial))
        self._allow(True)

    def _fail(self, error: StratumError) -> None:
        self.report.setText(str(error))
        self._refused.set_lines(())

    def _data(self, work: Callable[[], R], then: Callable[[R], None]) -> None:
        """On the data thread; an answer to what is no longer asked is dropped."""
        turn = self._turn
        self._context.session.jobs.data(work, lambda found: then(found) if turn == self._turn else None,
                                        lambda error: self._fail(error) if turn == self._turn else None)

    def _allow(self, on: bool) -> None:
        self.save.setEnabled(on)
        self.load.setEnabled(on)

    def mapping(self) -> Mapping:
        """What is said, with the tags. Raises InputError where no tag has a sensor."""
        return tagged(self.form.mapping(), self.tags.chosen, self.tags.units, self._context.session.city.sensors)

    def keep(self) -> Path | None:
        """Write the mapping; where that fails, it is said here and nothing is written."""
        target = Path(self.target.text().strip())
        try:
            save_mapping(self.mapping(), target)
        except InputError as error:
            self.report.setText(str(error))
            return None
        self.told.setText(f"Written to {target}.")
        return target

    def keep_and_load(self) -> None:
        """Write it and take the file in at once, as a source."""
        session, path, mapping = self._context.session, self._path, self.keep()
        if mapping is not None:
            session.live.start(lambda project: [replay_feed(project, path, mapping=mapping)], session.city.sensors.id.tolist())
            self.accept()


def _begun(kept: Path, path: Path, sensors: Sensors) -> tuple[Mapping, str]:
    """The mapping to begin with, and where it comes from."""
    try:
        if kept.is_file():
            return load_mapping(kept), "As it was saved before."
        return guess_mapping(path, sensors), "Guessed from the columns: check it."
    except InputError as error:
        return Mapping(), f"Nothing could be guessed. {error}"


def _plain(name: str) -> QTableView:
    table = QTableView(accessibleName=name, showGrid=False, wordWrap=False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.setSelectionMode(QTableView.SelectionMode.NoSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    return table

"""The import of files into the open project: what they do not say is asked for; a bad row writes nothing and is named.

Main thread only; files are read and the store is written on the data thread.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.notices import Notice
from stratum_core.errors import StratumError
from stratum_core.importers import Origin
from stratum_core.model.tables import PROVENANCES, SECTORS
from stratum_core.pipeline.importing import Imported, import_into
from ui.dialogs.choosing import choose_mapping
from ui.events import ProjectAsked
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

_AS_SAID = "as the files say"


class ImportDialog(QDialog):
    """Files, and what to say about them; it stays open with the reasons where the import fails."""

    def __init__(self, context: Context, files: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._files = context, [Path(name) for name in files]
        self.setWindowTitle("Import files")
        self.setMinimumWidth(520)
        self.sector = _choice("Sector", SECTORS)
        self.crs = QLineEdit(placeholderText="where a file says none: EPSG:25832, or none")
        self.name = QLineEdit(placeholderText="the file's own name")
        self.mapping = QLineEdit(placeholderText="which column is what")
        self.provenance = _choice("Provenance", PROVENANCES)
        self.source, self.licence = QLineEdit(), QLineEdit()
        self.date = QLineEdit(placeholderText="2026-03-14")
        self.report = QPlainTextEdit(readOnly=True, accessibleName="What went wrong")
        self.report.hide()
        self._import, self._close = QPushButton("&Import"), QPushButton("Close")
        self._import.setProperty("filled", True)
        self._import.setDefault(True)
        self._import.clicked.connect(self.start)
        self._close.clicked.connect(self.reject)
        self._lay_out()

    def _lay_out(self) -> None:
        listed = words("\n".join(path.name for path in self._files), "second", wrap=True)
        browse = QPushButton("Choose...")
        browse.clicked.connect(lambda: self.mapping.setText(choose_mapping(self) or self.mapping.text()))
        mapping = QWidget()
        mapping.setLayout(row(self.mapping, browse, spacing=6))
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(8)
        fields = (("Files", listed), ("Sector", self.sector), ("Coordinate system", self.crs), ("Name in the ids", self.name),
                  ("Mapping file", mapping), ("Where rows come from", self.provenance), ("Source", self.source),
                  ("Licence", self.licence), ("Date", self.date))
        for title, field in fields:
            form.addRow(title, field)
            if not field.accessibleName():
                field.setAccessibleName(title)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(form)
        layout.addWidget(words("All files are read and checked before anything is written.", "small"))
        layout.addWidget(self.report, 1)
        layout.addLayout(row(None, self._close, self._import))
        self.setLayout(layout)

    def start(self) -> None:
        """Read and write on the data thread; the answer comes back here."""
        session = self._context.session
        try:
            origin = Origin(self.provenance.currentData(), self.source.text(), self.licence.text(), self.date.text().strip())
        except StratumError as error:
            self._failed(error)
            return
        files, project = self._files, session.project
        crs, name = self.crs.text().strip() or None, self.name.text().strip() or None
        sector = self.sector.currentData() or None
        mapping = Path(self.mapping.text().strip()) if self.mapping.text().strip() else None
        self._import.setEnabled(False)
        self._import.setText("Importing...")

        def work() -> Imported:
            return import_into(project, files, crs=crs, sector=sector, name=name, mapping=mapping, origin=origin)

        session.jobs.data(work, self._done, self._failed)

    def _done(self, done: Imported) -> None:
        added = ", ".join(f"{count:,} {table}" for table, count in done.added.items() if count)
        told = (Notice("note", f"Added {added}."), *(Notice("note", f"{note[:1].upper()}{note[1:]}.") for note in done.notes))
        self.accept()
        self._context.bus.publish(ProjectAsked(str(done.folder), told))

    def _failed(self, error: StratumError) -> None:
        self._import.setEnabled(True)
        self._import.setText("&Import")
        self.report.setPlainText(f"Nothing was written. {error}")
        self.report.show()


def _choice(title: str, values: tuple[str, ...]) -> QComboBox:
    made = QComboBox(accessibleName=title)
    made.addItem(_AS_SAID, "")
    for value in values:
        made.addItem(value, value)
    return made

"""A new outage scenario from the selected component and any other that is named. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from stratum_core.errors import StratumError
from ui.names import name_of
from ui.shell.places import Context
from ui.widgets.rows import column, row, words

ME = "outage"


class OutageDialog(QDialog):
    """A name, and the components that stop at hour 0, one a line."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle("New outage scenario")
        self.setMinimumWidth(460)
        session = context.session
        chosen = session.selected if session.selected in session.city.index else None
        self.name = QLineEdit(f"Outage of {name_of(session.city, chosen)}" if chosen else "", accessibleName="Name")
        self.assets = QPlainTextEdit(chosen or "", accessibleName="Components that stop")
        self.assets.setPlaceholderText("id or unique name of a component, one a line")
        self.report = words("", "small", wrap=True)
        self._make, self._close = QPushButton("&Make and choose"), QPushButton("Close")
        self._make.setProperty("filled", True)
        self._make.setDefault(True)
        self._make.clicked.connect(self.start)
        self._close.clicked.connect(self.reject)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow("Name", self.name)
        form.addRow("Components", self.assets)
        layout = column(margins=(16, 16, 16, 16), spacing=12)
        layout.addLayout(form)
        layout.addWidget(words("They stop at hour 0; repair takes as long as their kind does.", "small", wrap=True))
        layout.addWidget(self.report)
        layout.addLayout(row(None, self._close, self._make))
        self.setLayout(layout)

    def start(self) -> None:
        """Write the scenario and choose it; what does not fit is said here."""
        assets = [line.strip() for line in self.assets.toPlainText().splitlines() if line.strip()]
        try:
            self._context.session.question.new_outage(self.name.text(), assets, ME)
        except StratumError as error:
            self.report.setText(str(error))
            return
        self.accept()

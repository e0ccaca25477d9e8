"""Sources with their health, and a recording played as if it came now. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QHeaderView, QPushButton, QTableView, QWidget

from app.bus import SourceChanged
from stratum_core.ingest.feed import SourceHealth
from stratum_core.pipeline.live import feeds_of, replay_feed
from stratum_core.resource_files import resource
from ui.dialogs.mapping import MappingDialog
from ui.dialogs.quarantine import QuarantineDialog
from ui.panels.live.lines import SOURCES, source_lines
from ui.shell.places import Context
from ui.tables.plain_model import PlainModel
from ui.widgets.rows import column, row, words

_SPEEDS = (("at once", None), ("1 min a second", 60.0), ("10 min a second", 600.0), ("1 h a second", 3600.0),
           ("its own pace", 1.0))


class Sources(QWidget):
    """A table and four buttons."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._health: dict[str, SourceHealth] = {}
        self._model = PlainModel(SOURCES)
        self._view = QTableView(accessibleName="Sources", showGrid=False)
        self._view.setModel(self._model)
        self._view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._view.verticalHeader().hide()
        self._view.verticalHeader().setDefaultSectionSize(23)
        header = self._view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._speed = QComboBox(accessibleName="Speed of a replay")
        for text, speed in _SPEEDS:
            self._speed.addItem(text, speed)
        self._listen, self._replay, self._stop = QPushButton("Listen"), QPushButton("Replay ..."), QPushButton("Stop")
        self._listen.setToolTip("Connect the sources that the project declares")
        self._replay.setToolTip("Take in a recorded file as if its readings came now")
        self._map, self._refused = QPushButton("Map ..."), QPushButton("Refused ...")
        self._map.setToolTip("Say which column of a file means what, and take it in")
        self._refused.setToolTip("Readings that were refused, why, and their way back")
        self._map.clicked.connect(self._map_file)
        self._refused.clicked.connect(lambda: QuarantineDialog(context, self).open())
        self._listen.clicked.connect(self.listen)
        self._replay.clicked.connect(self._choose)
        self._stop.clicked.connect(self._end)
        layout = column(margins=(12, 8, 12, 6), spacing=6)
        layout.addLayout(row(words("Sources", "title"), None, self._speed, self._replay, spacing=6))
        layout.addLayout(row(self._map, self._refused, None, self._listen, self._stop, spacing=6))
        layout.addWidget(self._view, 1)
        self.setLayout(layout)
        context.bus.subscribe(SourceChanged, self._told)
        self._show()

    def listen(self) -> None:
        """Connect the declared sources."""
        session = self._context.session
        session.live.start(feeds_of, session.city.sensors.id.tolist())

    def replay(self, path: Path, speed: float | None) -> None:
        """Play a recorded file."""
        session = self._context.session
        session.live.start(lambda project: [replay_feed(project, path, speed=speed)], session.city.sensors.id.tolist())

    def _choose(self) -> None:
        if path := self._asked("Replay a recording"):
            self.replay(path, self._speed.currentData())

    def _map_file(self) -> None:
        if path := self._asked("Map a file of readings"):
            MappingDialog(self._context, self, path).open()

    def _asked(self, title: str) -> Path | None:
        """The file that the person chooses; None: none."""
        start = resource("sample/recording") if self._context.session.project.folder.name.startswith("sample") else Path.home()
        name, _ = QFileDialog.getOpenFileName(self, title, str(start), "Readings (*.csv *.jsonl *.parquet *.xlsx)")
        return Path(name) if name else None

    def _end(self) -> None:
        self._context.session.live.stop()
        self._show()

    def _told(self, event: SourceChanged) -> None:
        self._health[event.health.name] = event.health
        self._show()

    def _show(self) -> None:
        self._model.set_lines(source_lines(self._health.values()))
        self._stop.setEnabled(any(one.connected and not one.ended for one in self._health.values()))

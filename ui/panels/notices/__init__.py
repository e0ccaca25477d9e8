"""Notices as a bar that asks for nothing: one sentence, never a traceback. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from app.bus import BriefingMade
from app.notices import Notice
from ui.shell.places import Context, panel
from ui.widgets.marks import status_icon
from ui.widgets.rows import row, words

_NOTE_MS = 6000
_LONGEST = 240
_LETTER = {"error": "R", "warning": "Y", "note": "?"}


@panel("notices", "notice", title="Notices")
def make(context: Context) -> QWidget:
    """The panel."""
    return NoticeBar(context)


class NoticeBar(QFrame):
    """Shows the last notice; a note goes by itself, a warning or error stays until it is closed."""

    def __init__(self, context: Context) -> None:
        super().__init__(objectName="notice")
        self._context = context
        self._folder = ""
        self._mark, self._text = words(), words(wrap=True)
        self._open, close = QPushButton("&Open folder"), QPushButton("C&lose")
        self._open.clicked.connect(self._open_folder)
        close.clicked.connect(self.hide)
        line = row(self._mark, margins=(12, 5, 10, 5))
        line.addWidget(self._text, 1)
        line.addWidget(self._open)
        line.addWidget(close)
        self.setLayout(line)
        self._away = QTimer(self, singleShot=True, interval=_NOTE_MS, timeout=self.hide)
        context.bus.subscribe(Notice, self._tell)
        context.bus.subscribe(BriefingMade, self._made)
        self.hide()

    def _tell(self, notice: Notice) -> None:
        self._say(notice.severity, notice.text, "")

    def _made(self, event: BriefingMade) -> None:
        self._say("note", f"The briefing was written: {event.path}", event.path)

    def _say(self, severity: str, text: str, path: str) -> None:
        self._mark.setPixmap(status_icon(_LETTER[severity], self._context.look.tokens).pixmap(18, 18))
        self._mark.setVisible(severity != "note")
        lines = text.strip().splitlines() or [""]
        first = lines[0] if len(lines[0]) <= _LONGEST else lines[0][: _LONGEST - 1] + "…"
        self._text.setText(first)
        self._text.setToolTip(text if first != text else "")
        self.setAccessibleName(f"{severity}: {text}")
        self._folder = str(Path(path).parent if path and Path(path).suffix else path)
        self._open.setVisible(bool(path))
        self.show()
        if severity == "note" and not path:
            self._away.start()
        else:
            self._away.stop()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))

    def shut(self) -> None:
        """Stop the timer."""
        self._away.stop()

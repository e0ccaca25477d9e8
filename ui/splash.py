"""The small window that is there within half a second, while the program loads. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QVBoxLayout, QWidget


class Splash(QWidget):
    """One line of what is being done."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setStyleSheet("background: #161D25; color: #E9EEF4; font-size: 13px;")
        self.setFixedSize(340, 104)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 22)
        name = QLabel("Stratum")
        name.setStyleSheet("font-size: 19px; font-weight: 600;")
        self._line = QLabel()
        self._line.setStyleSheet("color: #B4BFCB;")
        column.addWidget(name)
        column.addWidget(self._line)
        screen = QApplication.primaryScreen()
        if screen is not None:
            self.move(screen.availableGeometry().center() - self.rect().center())
        self.show()

    def say(self, text: str) -> None:
        """Show what is being done, now."""
        self._line.setText(text)
        QApplication.processEvents()

    def fail(self, text: str) -> None:
        """Show why the project cannot be opened, and wait until it is read."""
        self.close()
        QMessageBox.warning(None, "Stratum", text)

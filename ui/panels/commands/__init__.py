"""The command palette: every action by name, with its shortcut. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.actions import ACTIONS, Action, can
from ui.shell.places import Context, panel

_ACTION = Qt.ItemDataRole.UserRole
_WIDTH, _HEIGHT = 520, 420


@panel("commands", "notice", order=9, title="Commands")
def make(context: Context) -> QWidget:
    """The panel: nothing until it is asked to take the keyboard."""
    return Anchor(context)


class Anchor(QWidget):
    """Takes no room; the palette opens over the window when it gets the focus."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._palette: Palette | None = None
        self.setFixedHeight(0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt."""
        self.open()

    def open(self) -> None:
        """Show the palette in the upper middle of the window."""
        window = self.window()
        self._palette = Palette(self._context, window)
        middle = window.mapToGlobal(window.rect().center())
        self._palette.move(middle.x() - _WIDTH // 2, window.mapToGlobal(window.rect().topLeft()).y() + 96)
        self._palette.show()

    def shut(self) -> None:
        """Close the palette."""
        if self._palette is not None:
            self._palette.close()


class Palette(QFrame):
    """A line to type in, and what matches."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.setFixedSize(_WIDTH, _HEIGHT)
        self._line = QLineEdit(placeholderText="Type a command", accessibleName="Command")
        self._list = QListWidget(accessibleName="Commands")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self._line)
        layout.addWidget(self._list, 1)
        self._line.textChanged.connect(self._fill)
        self._line.returnPressed.connect(self._do)
        self._list.itemActivated.connect(lambda item: self._do())
        self._line.installEventFilter(self)
        self._fill("")
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: up and down in the line move in the list."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % max(self._list.count(), 1))
            return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        self._list.clear()
        for action in matching(text):
            menu, name = action.menu.replace("&", ""), action.text.replace("&", "")
            shortcut = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            item = QListWidgetItem(f"{menu}: {name}" + (f"   {shortcut}" if shortcut else ""))
            item.setData(_ACTION, action)
            if not can(action, self._context):
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _do(self) -> None:
        item = self._list.currentItem()
        self.close()
        if item is not None and can(item.data(_ACTION), self._context):
            item.data(_ACTION).do(self._context)


def matching(text: str) -> list[Action]:
    """The actions that hold every word of ``text``."""
    words = text.lower().split()
    named = [(action, f"{action.menu} {action.text}".replace("&", "").lower()) for action in ACTIONS if action.name != "commands"]
    return [action for action, name in named if all(word in name for word in words)]

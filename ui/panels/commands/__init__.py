"""The command palette: every action by name, with its shortcut. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.actions import ACTIONS, Action, can
from ui.events import FocusAsked
from ui.shell.places import Context, panel
from ui.theme import Look

_ACTION = Qt.ItemDataRole.UserRole
_SHORTCUT = Qt.ItemDataRole.UserRole + 1
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
        context.bus.subscribe(FocusAsked, lambda event: self.open() if event.panel == "commands" else None)

    def open(self) -> None:
        """Show the palette in the upper middle of the window."""
        window = self.window()
        if self._palette is None:
            self._palette = Palette(self._context, window)
        self._palette.begin()
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
        self._list.setItemDelegate(CommandRow(context.look))

    def begin(self) -> None:
        """Start over: nothing typed, all actions."""
        self._line.clear()
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
            item = QListWidgetItem(f"{menu}: {name}")
            item.setData(_ACTION, action)
            item.setData(_SHORTCUT, shortcut)
            if not can(action, self._context):
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _do(self) -> None:
        item = self._list.currentItem()
        self.close()
        if item is not None and can(item.data(_ACTION), self._context):
            item.data(_ACTION).do(self._context)


class CommandRow(QStyledItemDelegate):
    """The command at the left, its shortcut at the right."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Qt."""
        return QSize(200, 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt."""
        tokens, box = self._look.tokens, QRectF(option.rect).adjusted(8, 0, -8, 0)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        if selected:
            painter.fillRect(option.rect, tokens.colour("selected"))
        painter.setPen(tokens.colour("on_selected" if selected else "text" if enabled else "third"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.setPen(tokens.colour("on_selected" if selected else "third"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(index.data(_SHORTCUT) or ""))
        painter.restore()


def matching(text: str) -> list[Action]:
    """The actions that hold every word of ``text``."""
    words = text.lower().split()
    named = [(action, f"{action.menu} {action.text}".replace("&", "").lower()) for action in ACTIONS if action.name != "commands"]
    return [action for action, name in named if all(word in name for word in words)]

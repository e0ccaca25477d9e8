"""Rows of widgets with the margins of the grid, and labels by their role in the type scale. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

Part = QWidget | int | None


def words(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label; role: caption, small, note, second, bold, title, question, answer, asset or headline."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def strong(text: str) -> str:
    """Semibold within a text (rich text would make a heavier face up)."""
    return f'<span style="font-weight:600">{text}</span>'


def row(*parts: Part, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; None: what is left of the width; a number: so many pixels."""
    return _filled(QHBoxLayout(), parts, margins, spacing)  # type: ignore[return-value]


def column(*parts: Part, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 4) -> QVBoxLayout:
    """Widgets below each other."""
    return _filled(QVBoxLayout(), parts, margins, spacing)  # type: ignore[return-value]


def title_bar(text: str, *right: QWidget) -> QWidget:
    """The 30 px head of a dock: its title, and what stands at its right."""
    bar = QFrame()
    bar.setFixedHeight(30)
    layout = row(words(text, "title"), margins=(12, 0, 12, 0))
    stretched = any(one.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored for one in right)
    if not stretched:
        layout.addStretch(1)
    for one in right:
        layout.addWidget(one, int(stretched))
    bar.setLayout(layout)
    return bar


def scrolled(content: QWidget) -> QScrollArea:
    """What can be scrolled where it has no room."""
    area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
    area.setWidget(content)
    return area


def line() -> QFrame:
    """A 1 px divider."""
    made = QFrame(objectName="line")
    made.setFixedHeight(1)
    return made


def _filled(
    layout: QHBoxLayout | QVBoxLayout, parts: tuple[Part, ...], margins: tuple[int, int, int, int], spacing: int
) -> QLayout:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part)
    return layout

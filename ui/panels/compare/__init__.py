"""Two runs side by side in the centre of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.shell.places import Context, panel


@panel("compare", "centre", order=5, title="Compare")
def make(context: Context) -> QWidget:
    """The panel; VTK is imported when it is first shown."""
    from ui.panels.compare.panel import Compare

    return Compare(context)

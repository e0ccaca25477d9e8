"""The inspector: what the chosen thing is, how often it fails, why, what it needs and feeds. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.panels.inspector.panel import Inspector
from ui.shell.places import Context, panel


@panel("inspector", "right", title="Inspector", stretch=1)
def make(context: Context) -> QWidget:
    """The panel."""
    return Inspector(context)

"""The graph beside the city: who needs whom, single points of failure, open questions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.shell.places import Context, panel


@panel("graph", "beside", title="Graph")
def make(context: Context) -> QWidget:
    """The panel."""
    from ui.panels.graph.panel import GraphPanel

    return GraphPanel(context)

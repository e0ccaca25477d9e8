"""The 3D city in the centre of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.shell.places import Context, panel


@panel("city", "centre", order=0, title="3D city")
def make(context: Context) -> QWidget:
    """The panel; VTK is imported here and not before."""
    from ui.panels.city.panel import CityPanel

    return CityPanel(context)

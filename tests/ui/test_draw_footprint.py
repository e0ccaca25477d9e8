"""A footprint drawn with the mouse becomes a scenario whose damage lies where it was drawn."""

from __future__ import annotations

import numpy as np
import shapely
from conftest import wait
from PySide6.QtCore import QPoint, Qt

from ui.dialogs.footprint import FootprintDialog
from ui.workbench import Workbench


def test_clicks_are_corners_and_what_is_inside_is_exposed(bench: Workbench, qtbot: object) -> None:
    panel = bench.window.panels["city"]
    dialog = FootprintDialog(panel._context, bench.window)
    dialog.show()
    view = panel.view
    for x, y in ((0.40, 0.40), (0.60, 0.40), (0.60, 0.62), (0.40, 0.62)):
        at = QPoint(int(x * view.width()), int(y * view.height()))
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        seen = view.camera.project(panel._scene.frame.place(np.array([bench.view.drawing[-1]])), view.width(), view.height())
        assert np.hypot(seen[0, 0] - at.x(), seen[0, 1] - at.y()) < 2
    assert bench.session.selected is None
    ring = np.array(bench.view.drawing)
    dialog.make()
    assert bench.view.drawing is None
    assert bench.session.scenario.name == "Drawn footprint"
    wait(qtbot, lambda: bench.session.exposures.known is not None
         and bench.session.exposures.known.spec == bench.session.scenario.digest(), 60_000)
    city, chance = bench.session.city, bench.session.exposures.known.chance
    inside = shapely.contains_xy(shapely.Polygon(ring).buffer(-1.0), city.assets.x, city.assets.y)
    assert inside.sum() > 10
    assert (chance[: len(city.assets)][inside] == 1.0).all()
    outside = ~shapely.contains_xy(shapely.Polygon(ring).buffer(1.0), city.assets.x, city.assets.y)
    assert (chance[: len(city.assets)][outside] == 0.0).all()


def test_a_crossed_outline_is_refused_with_the_way_to_mend_it(bench: Workbench, qtbot: object) -> None:
    panel = bench.window.panels["city"]
    dialog = FootprintDialog(panel._context, bench.window)
    x, y = bench.session.city.assets.x[0], bench.session.city.assets.y[0]
    bench.view.set_drawing(((x, y), (x + 90, y + 90), (x + 90, y), (x, y + 90)), "test")
    dialog.make()
    assert "crosses itself" in dialog.report.text()
    dialog.reject()
    assert bench.view.drawing is None

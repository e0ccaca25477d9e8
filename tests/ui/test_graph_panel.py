"""The graph beside the city: linked selection, impact under the pointer, and needs that people draw, correct and undo."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import wait
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTabWidget

from stratum_core.graph.typed import typed_graph
from ui.dialogs.dependency import DependencyDialog
from ui.panels.graph.layout import MANY, Shown, picture_of
from ui.workbench import Workbench

CLINIC = "health/clinic"


@pytest.fixture
def graph(bench: Workbench, qtbot: object):
    """The panel, shown, around the clinic."""
    bench.view.set_beside(True, "test")
    panel = bench.window.panels["graph"]
    wait(qtbot, lambda: bench.session.knowledge.graph is not None and bool(panel.canvas._picture.boxes))
    bench.session.select(CLINIC, "test")
    return panel


def box(graph, id: str):
    node = graph._context.session.knowledge.graph.find(id)
    return next(b for b in graph.canvas._picture.boxes if b.node == node)


def point(graph, qtbot, found) -> None:
    at = QPoint(int(found.x) + 40, int(found.y) + 10)
    qtbot.mouseMove(graph.canvas, at)
    graph.canvas._point(found.node)


def test_it_stands_beside_the_city_and_follows_the_selection(bench: Workbench, graph, qtbot: object) -> None:
    assert bench.window.panels["city"].isVisible()
    assert box(graph, CLINIC).step == 0
    assert {graph.canvas.text_of(b) for b in graph.canvas._picture.boxes if b.step == -1} >= {"Cabinet 05"}
    bench.session.select("mv/bus/35", "test")
    assert box(graph, "mv/bus/35").step == 0


def test_the_pointer_paints_the_impact_on_the_city(bench: Workbench, graph, qtbot: object) -> None:
    point(graph, qtbot, next(b for b in graph.canvas._picture.boxes if graph.canvas.text_of(b) == "Cabinet 05"))
    wait(qtbot, lambda: bench.view.affected is not None)
    legend = bench.window.panels["city"]._over
    wait(qtbot, lambda: legend.legend is not None and legend.legend.title == "If it fails for good")
    assert bench.view.affected.people > 0
    graph.canvas._point(-1)
    wait(qtbot, lambda: bench.view.affected is None)
    wait(qtbot, lambda: legend.legend.title == "Sector")


def test_a_click_expands_and_many_alike_are_one_box(bench: Workbench, graph, qtbot: object) -> None:
    before = len(graph.canvas._picture.boxes)
    homes = next(b for b in graph.canvas._picture.boxes if b.many)
    assert len(homes.many) > MANY
    graph.canvas.clicked.emit(homes)
    assert len(graph.canvas._picture.boxes) > before
    cabinet = next(b for b in graph.canvas._picture.boxes if graph.canvas.text_of(b) == "Cabinet 05")
    qtbot.mouseClick(graph.canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(cabinet.x) + 30, int(cabinet.y) + 8))
    assert any(b.step == -2 for b in graph.canvas._picture.boxes)
    assert bench.session.selected == str(bench.session.knowledge.graph.columns["id"][cabinet.node])


def test_a_kind_can_be_hidden(graph) -> None:
    graph._hide("cabinet", True)
    assert "Cabinet 05" not in {graph.canvas.text_of(b) for b in graph.canvas._picture.boxes}
    graph._hide("cabinet", False)
    assert "Cabinet 05" in {graph.canvas.text_of(b) for b in graph.canvas._picture.boxes}


def test_a_drawn_need_is_kept_shown_and_undone(bench: Workbench, graph, qtbot: object) -> None:
    rows = len(bench.session.city.dependencies)
    dialog = DependencyDialog(graph._context, graph, dependent=CLINIC, supplier="mv/bus/35")
    dialog.fields["strength"].setText("7")
    dialog.keep()
    assert "outside 0 to 1" in dialog.report.text()
    dialog.fields["strength"].setText("0.6")
    dialog.author.setText("A. Planner")
    dialog.keep()
    assert len(bench.session.city.dependencies) == rows + 1
    assert bench.session.city.dependencies.author[-1] == "A. Planner"
    wait(qtbot, lambda: any(b.node == bench.session.city.index["mv/bus/35"] for b in graph.canvas._picture.boxes))
    assert bench.session.edits.undo("test")
    assert len(bench.session.city.dependencies) == rows
    bench.session.jobs.wait_data()
    history = bench.session.project.history("dependencies")
    assert [one.change.before is None for one in history[-2:]] == [True, False]
    assert bench.session.project.city().dependencies.id.tolist() == bench.session.city.dependencies.id.tolist()


def test_a_need_tells_what_it_said_before(bench: Workbench, graph, qtbot: object) -> None:
    id = str(bench.session.city.dependencies.id[0])
    bench.session.edits.correct_dependency(id, "test", "seen on site", strength="0.4")
    dialog = DependencyDialog(graph._context, graph, id=id)
    wait(qtbot, lambda: "strength 1 → 0.4" in dialog.history.text() and "(seen on site)" in dialog.history.text())


def test_single_points_and_questions_are_listed(bench: Workbench, graph, qtbot: object) -> None:
    knowledge = bench.session.knowledge
    wait(qtbot, lambda: knowledge.questions is not None, 60_000)
    tabs = next(w for w in graph.findChildren(QTabWidget) if w.accessibleName() == "Graph pages")
    tabs.setCurrentIndex(1)
    points = graph._points
    wait(qtbot, lambda: points._model.rowCount() > 10)
    points._pointed(points._model.index(0, 0))
    assert bench.view.affected is not None
    points.leaveEvent(None)
    assert bench.view.affected is None
    tabs.setCurrentIndex(2)
    assert graph._questions._model.rowCount() > 10


def test_lanes_hold_all_boxes_and_none_overlap(bench: Workbench) -> None:
    graph = typed_graph(bench.session.city)
    for id in (CLINIC, "mv/bus/58", "lv/line/1" if "lv/line/1" in bench.session.city.index else "mv/bus/35"):
        node = graph.find(id)
        around = {int(n) for n in graph.search.descendants(node, 2)[:20]}
        picture = picture_of(graph, Shown(node, {node, *around}))
        places = np.array([(b.x, b.y) for b in picture.boxes])
        assert len({(b.x, b.y) for b in picture.boxes}) == len(picture.boxes)
        assert places[:, 0].max() < picture.width
        nodes = {b.node for b in picture.boxes}
        assert all(w.start in nodes and w.end in nodes for w in picture.wires)

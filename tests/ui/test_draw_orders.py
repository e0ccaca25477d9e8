"""Zones, closures, contraflow and ways out drawn with the mouse are settings of the scenario, and can be taken back."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from conftest import wait
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from stratum_core.errors import InputError
from ui.actions import ACTIONS
from ui.colouring import LOADING, PEOPLE
from ui.dialogs.orders import OrdersDialog
from ui.panels.city.orders_over import draw_orders
from ui.panels.city.sketching import CLOSE, EXIT, ROUTE, TURN, ZONE
from ui.workbench import Workbench


@pytest.fixture
def drawing(bench: Workbench, qtbot: object) -> OrdersDialog:
    """The dialog over the shown city, seen from above."""
    panel = bench.window.panels["city"]
    dialog = OrdersDialog(panel._context, bench.window)
    dialog.show()
    panel._move("top", fly=False)
    wait(qtbot, lambda: not panel.view._flight)
    return dialog


def at(x: float, y: float, view: object) -> QPoint:
    return QPoint(int(x * view.width()), int(y * view.height()))


def middle_of(bench: Workbench, road: str) -> QPoint:
    """The pixel in the middle of a straight road."""
    panel, city = bench.window.panels["city"], bench.session.city
    row = city.index[road] - len(city.assets)
    ends = [city.index[name] for name in (city.links.start[row], city.links.end[row])]
    xy = np.array([[city.assets.x[ends].mean(), city.assets.y[ends].mean()]])
    seen = panel.view.camera.project(panel._scene.frame.place(xy), panel.view.width(), panel.view.height())[0]
    return QPoint(round(seen[0]), round(seen[1]))


def a_road(bench: Workbench) -> str:
    """The longest straight road that is in view and not at its edge."""
    city, view = bench.session.city, bench.window.panels["city"].view
    roads = np.flatnonzero((city.links.sector == "roads") & ~city.links.one_way)
    for row in roads[np.argsort(-city.links.length[roads])]:
        path, spot = city.links.path[row], middle_of(bench, str(city.links.id[row]))
        if (path is None or len(path) == 2) and 150 < spot.x() < view.width() - 150 and 150 < spot.y() < view.height() - 150:
            return str(city.links.id[row])
    raise AssertionError


def test_a_zone_is_drawn_moved_added_and_undone(bench: Workbench, drawing: OrdersDialog, qtbot: object) -> None:
    view, session = bench.window.panels["city"].view, bench.session
    for x, y in ((0.40, 0.40), (0.60, 0.40), (0.60, 0.62), (0.40, 0.62)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(x, y, view))
    before = bench.view.drawing
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(0.60, 0.40, view))
    qtbot.mouseMove(view, at(0.66, 0.36, view))
    view._held.move(QPointF(at(0.70, 0.30, view)))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(0.70, 0.30, view))
    after = bench.view.drawing
    assert len(after) == 4
    assert after[1] != before[1]
    assert (after[0], after[2], after[3]) == (before[0], before[2], before[3])
    drawing.zone.name.setText("West")
    drawing.zone.order.setValue(1.5)
    drawing.zone.add.click()
    zone = session.scenario.evacuation.zones[0]
    assert (zone["name"], zone["order_h"]) == ("West", 1.5)
    assert np.allclose(zone["polygon"], after, atol=0.06)
    assert bench.view.drawing == ()
    assert "West: go at T+1.5" in drawing.things.item(0).text()
    view.grab()
    assert any(layer.name == "orders" for layer in bench.view.layers)
    drawing.things.setCurrentRow(0)
    drawing.change.click()
    assert session.scenario.evacuation.zones == (zone,)
    assert np.allclose(bench.view.drawing, after, atol=0.06)
    assert drawing.zone.told == ("West", 1.5, False)
    drawing.zone.add.click()
    assert session.scenario.evacuation.zones == (zone,)
    for _ in range(2):
        drawing.undo.click()
    assert session.scenario.evacuation.zones == ()
    assert session.scenario.evacuation == session.question.original.evacuation
    assert set(session.question.settings) == {"run.replicates"}
    drawing.reject()
    assert bench.view.drawing is None


def a_square(at: float) -> tuple[tuple[float, float], ...]:
    return ((at, 0.0), (at + 100.0, 0.0), (at + 100.0, 100.0), (at, 100.0))


def two_zones(bench: Workbench) -> tuple[dict[str, object], ...]:
    """West with an hour that the fields cannot show and a way out of its own, then East."""
    west = {"name": "West", "polygon": [list(corner) for corner in a_square(0.0)], "order_h": 1 / 3, "exits": ["road/entry/1"]}
    bench.session.question.set("evacuation.zones", json.dumps([west]), "test")
    bench.session.orders.add_zone("East", a_square(50.0), 2.0)
    return bench.session.scenario.evacuation.zones


def test_a_changed_zone_keeps_its_place_its_hour_and_its_ways_out(bench: Workbench, drawing: OrdersDialog) -> None:
    west, east = two_zones(bench)
    drawing.things.setCurrentRow(0)
    drawing.change.click()
    assert drawing.zone.add.text() == "&Apply change"
    bench.view.set_drawing(((0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)), "test")
    drawing.zone.add.click()
    assert "crosses itself" in drawing.report.text()
    assert bench.session.scenario.evacuation.zones == (west, east)
    bench.view.set_drawing(a_square(-20.0), "test")
    drawing.zone.name.setText("Far west")
    drawing.zone.add.click()
    far = west | {"name": "Far west", "polygon": [list(corner) for corner in a_square(-20.0)]}
    assert bench.session.scenario.evacuation.zones == (far, east)
    assert (drawing.zone.add.text(), bench.view.drawing, drawing.zone.told) == ("&Add zone", (), ("Zone 1", 0.0, False))
    drawing.things.setCurrentRow(0)
    drawing.change.click()
    drawing.zone.order.setValue(3.0)
    drawing.zone.add.click()
    assert bench.session.scenario.evacuation.zones == (far | {"order_h": 3.0}, east)
    drawing.undo.click()
    drawing.undo.click()
    assert bench.session.scenario.evacuation.zones == (west, east)


def test_a_change_that_is_not_applied_changes_nothing(bench: Workbench, drawing: OrdersDialog) -> None:
    zones = two_zones(bench)
    new = {"name": "New", "polygon": [list(corner) for corner in a_square(300.0)], "order_h": 0.0}
    for leave in (OrdersDialog._escape, lambda dialog: dialog.choose(EXIT), lambda dialog: dialog.choose(ZONE),
                  OrdersDialog.reject):
        drawing.zone.name.setText("New")
        drawing.things.setCurrentRow(0)
        drawing.change.click()
        bench.view.set_drawing(a_square(-20.0), "test")
        leave(drawing)
        assert bench.session.scenario.evacuation.zones == zones
        assert not bench.view.drawing
        if drawing.isVisible():
            drawing.choose(ZONE)
            bench.view.set_drawing(a_square(300.0), "test")
            drawing.zone.add.click()
            assert bench.session.scenario.evacuation.zones == (*zones, new)
            drawing.undo.click()


def test_a_zone_that_is_deleted_while_it_is_changed_is_gone(bench: Workbench, drawing: OrdersDialog) -> None:
    _, east = two_zones(bench)
    drawing.things.setCurrentRow(0)
    drawing.change.click()
    drawing.things.setCurrentRow(0)
    drawing.delete.click()
    assert bench.session.scenario.evacuation.zones == (east,)
    assert (bench.view.drawing, drawing.zone.add.text()) == ((), "&Add zone")


def test_a_zone_that_crosses_itself_is_refused(bench: Workbench, drawing: OrdersDialog) -> None:
    bench.view.set_drawing(((0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)), "test")
    drawing.zone.add.click()
    assert "crosses itself" in drawing.report.text()
    assert bench.session.scenario.evacuation.zones == ()
    drawing._escape()
    assert bench.view.drawing == ()
    drawing._escape()
    assert not drawing.isVisible()


def test_roads_are_closed_by_click_and_brush_turned_and_ways_out_named(
    bench: Workbench, drawing: OrdersDialog, qtbot: object
) -> None:
    view, session, road = bench.window.panels["city"].view, bench.session, a_road(bench)
    spot = middle_of(bench, road)
    drawing.choose(CLOSE)
    drawing.closure.begin.setValue(0.5)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert [dict(one) for one in session.scenario.evacuation.closures] == [{"road": road, "from_h": 0.5}]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert session.scenario.evacuation.closures == ()
    view.grab()
    camera = view.camera
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=spot)
    for shift in range(0, 60, 10):
        view._held.move(QPointF(spot) + QPointF(shift, shift))
    assert road in bench.view.brushed
    view.grab()
    brushed = bench.view.brushed
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spot + QPoint(60, 60))
    assert view.camera == camera
    assert {one["road"] for one in session.scenario.evacuation.closures} == set(brushed)
    next(action for action in ACTIONS if action.name == "undo").do(bench.window.panels["city"]._context)
    assert session.scenario.evacuation.closures == ()
    drawing.choose(TURN)
    for turned in ((road,), (f"{road}/back",), ()):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
        assert session.scenario.evacuation.contraflow == turned
        view.grab()
    drawing.choose(ROUTE)
    for marked in ((road,), (), (road,)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
        assert session.scenario.evacuation.routes == marked
        view.grab()
    session.orders.mark_routes([road, "road/1", "road/1"])
    assert session.scenario.evacuation.routes == (road, "road/1")
    drawing.choose(EXIT)
    session.orders.add_zone("West", ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)), 0.0)
    node = str(session.city.links.start[session.city.index[road] - len(session.city.assets)])
    for whose in (0, 1):
        drawing.exits.whose.setCurrentIndex(whose)
        drawing._crossing(node)
        view.grab()
    assert session.scenario.evacuation.exits == (node,)
    assert session.scenario.evacuation.zones[0]["exits"] == [node]
    assert "by 1 way out" in drawing.things.item(0).text()
    drawing._crossing(node)
    assert session.scenario.evacuation.zones[0]["exits"] == []
    drawing.reject()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert session.selected is not None


def test_tags_of_zones_and_ways_out_cover_neither_each_other_nor_the_edge(bench: Workbench) -> None:
    """Four zones one beside and upon the other, by one way out, which is beside a legend."""
    panel, session = bench.window.panels["city"], bench.session
    homes = session.city.blocks
    x, y = float(np.median(homes.x)), float(np.median(homes.y))
    crossing = str(session.city.links.start[session.city.links.sector == "roads"][0])
    for number, shift in enumerate((0.0, 100.0, 100.0, 150.0)):
        ring = tuple((x + shift + a, y + b) for a, b in a_square(0.0))
        session.orders.add_zone(f"Quarter {number} behind the old station", ring, 0.0, exits=(crossing,))
    area, taken = QRectF(4, 4, panel.view.width() - 8, panel.view.height() - 8), [QRectF(0, 0, 200, 200)]
    picture = QImage(panel.view.size(), QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    tags = draw_orders(painter, panel._context, panel._scene.frame, panel._over._project, taken, area)
    painter.end()
    assert len(tags) == 8
    assert all(area.contains(tag) for tag in tags)
    assert not any(one.intersects(other) for one, other in combinations([*taken, *tags], 2))


def test_the_colours_are_named_whole_or_end_in_an_ellipsis(bench: Workbench, qtbot: object) -> None:
    bench.window.resize(1366, 768)
    modes = bench.window.panels["view_bar"]._modes
    for mode in (PEOPLE, LOADING):
        modes.addItem(mode.title, mode.name)
        modes.setCurrentText(mode.title)
        wait(qtbot, lambda: modes.width() == modes.maximumWidth())
        assert modes.shown_text() == mode.title if mode is PEOPLE else modes.shown_text().endswith("…")
        modes.grab()


def test_orders_refuse_what_cannot_be(bench: Workbench) -> None:
    with pytest.raises(InputError, match="three corners"):
        bench.session.orders.add_zone("West", ((0.0, 0.0),), 0.0)
    with pytest.raises(InputError, match="one-way"):
        bench.session.orders.turn("road/1", one_way=True)
    with pytest.raises(InputError, match="no list of tables"):
        bench.session.question.set("evacuation.zones", "[1]", "test")
    assert not bench.session.orders.undo()

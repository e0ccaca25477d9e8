"""What a person does in the window, end to end on the sample city."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import run, wait
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton, QTableView

from app.bus import RunEnded, RunProgressed
from app.notices import Notice
from ui.answer import headline
from ui.events import FocusAsked
from ui.panels.alerts.findings import alerts_of
from ui.workbench import Workbench


def city_view(bench: Workbench):
    """The 3D widget."""
    return bench.window.panels["city"].view  # type: ignore[attr-defined]


def test_the_first_frame_shows_the_town_and_not_one_colour(bench: Workbench, qtbot: object) -> None:
    view = city_view(bench)
    view.repaint()
    picture = view.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    assert len(colours) > 200


def test_the_answer_stands_in_the_question_bar_with_its_interval(answered: Workbench) -> None:
    result = answered.session.result
    assert result is not None
    told = headline(result, "water")
    assert told.startswith("In 9 of 10 runs, ")
    bar = answered.window.panels["question"]
    assert bar._headline.text() == told  # type: ignore[attr-defined]


def test_a_click_on_a_station_selects_it(answered: Workbench, qtbot: object) -> None:
    view, session = city_view(answered), answered.session
    over = answered.window.panels["city"]._over  # type: ignore[attr-defined]
    place = over.place_of("mv/bus/35")
    x, y, _ = view.camera.project(place[None] - np.array([0, 0, 12.0]), view.width(), view.height())[0]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())  # type: ignore[attr-defined]
    assert session.selected == "mv/bus/35"


def test_why_lists_the_steps_that_the_scene_draws(answered: Workbench, qtbot: object) -> None:
    chain = answered.session.result.critical_paths[0]  # type: ignore[union-attr]
    answered.session.select(chain.asset, "test")
    wait(qtbot, lambda: bool(answered.view.chain))
    assert answered.view.chain == chain.steps
    places = answered.window.panels["city"]._over._chain_places()  # type: ignore[attr-defined]
    assert len(places) == len(chain.steps)


def test_why_replays_a_run_for_a_component_without_a_common_chain(answered: Workbench, qtbot: object) -> None:
    result = answered.session.result
    assert result is not None
    known = {chain.asset for chain in result.critical_paths}
    order = np.argsort(-result.failure_probability)
    asset = next(str(result.assets[i]) for i in order if result.assets[i] not in known)
    answered.session.select(asset, "test")
    wait(qtbot, lambda: bool(answered.view.chain), 30_000)
    assert answered.view.chain[-1].asset == asset


def test_table_and_selection_are_linked_both_ways(answered: Workbench, qtbot: object) -> None:
    answered.view.set_page("table", "test")
    table = answered.window.panels["table"]
    answered.session.select("health/clinic", "test")
    view = table.findChild(QTableView)
    assert table._model.id_at(view.currentIndex().row()) == "health/clinic"  # type: ignore[attr-defined]
    view.selectRow(3)
    view.setCurrentIndex(table._model.index(3, 0))  # type: ignore[attr-defined]
    assert answered.session.selected == table._model.id_at(3)  # type: ignore[attr-defined]


def test_search_selects_the_first_match_by_name(bench: Workbench, qtbot: object) -> None:
    line = bench.window.panels["search"].focusProxy()
    qtbot.keyClicks(line, "care home")  # type: ignore[attr-defined]
    qtbot.keyClick(line, Qt.Key.Key_Return)  # type: ignore[attr-defined]
    assert bench.session.selected == "community/care_home"


def test_an_edit_is_undone_and_redone(bench: Workbench, qtbot: object) -> None:
    row = bench.session.city.index["health/clinic"]
    before = bench.session.city.assets.equipment_height[row]
    bench.session.select("health/clinic", "test")
    QApplication.processEvents()
    model = bench.window.panels["inspector"]._data._model  # type: ignore[attr-defined]
    number = [spec.name for spec in model._fields].index("equipment_height")
    assert model.setData(model.index(number, 1), "1.5")
    assert bench.session.city.assets.equipment_height[row] == 1.5
    bench.session.edits.undo("test")
    assert bench.session.city.assets.equipment_height[row] == before
    bench.session.edits.redo("test")
    assert bench.session.city.assets.equipment_height[row] == 1.5
    bench.session.edits.undo("test")
    bench.session.jobs.wait_data()


def test_a_bad_value_is_a_notice_and_changes_nothing(bench: Workbench) -> None:
    told: list[Notice] = []
    bench.bus.subscribe(Notice, told.append)
    bench.session.select("health/clinic", "test")
    QApplication.processEvents()
    model = bench.window.panels["inspector"]._data._model  # type: ignore[attr-defined]
    number = [spec.name for spec in model._fields].index("equipment_height")
    assert not model.setData(model.index(number, 1), "9999")
    assert told
    assert told[0].severity == "error"
    assert "Traceback" not in told[0].text


def test_every_scheme_paints_every_panel(answered: Workbench) -> None:
    for scheme in ("light", "contrast", "dark"):
        answered.look.choose(scheme, "test")  # type: ignore[arg-type]
        QApplication.processEvents()
        assert not answered.window.grab().isNull()


def test_cancel_in_the_middle_keeps_the_old_answer_and_stores_nothing(answered: Workbench, qtbot: object) -> None:
    session = answered.session
    old, stored = session.result, len(session.runs())
    session.question.choose("flood", "test", {"run.replicates": "4000"})
    ended: list[RunEnded] = []
    seen: list[RunProgressed] = []
    answered.bus.subscribe(RunEnded, ended.append)
    answered.bus.subscribe(RunProgressed, seen.append)
    session.run()
    wait(qtbot, lambda: len(seen) > 1, 60_000)
    session.cancel_run()
    wait(qtbot, lambda: bool(ended))
    assert ended[0].run is None
    assert session.result is old
    assert len(session.runs()) == stored


def test_time_moves_all_panels(answered: Workbench) -> None:
    answered.session.set_hour(20.0, "test")
    QApplication.processEvents()
    assert answered.window.panels["timeline"]._clock.text() == "T+20:00"  # type: ignore[attr-defined]
    assert answered.window.panels["clocks"]._values[0].text() == "T+20:00"  # type: ignore[attr-defined]


def test_every_button_and_action_has_a_name(answered: Workbench) -> None:
    for button in answered.window.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
    names = [action.text() for action in answered.window.findChildren(QAction) if action.objectName().startswith("action:")]
    assert len(names) > 20
    assert answered.window.panels["city"].view.accessibleDescription()  # type: ignore[attr-defined]


def test_alerts_name_the_worst_first_and_select_what_they_are_about(answered: Workbench) -> None:
    found = alerts_of(answered.session.city, answered.session.result)
    assert found[0].asset
    alerts = answered.window.panels["alerts"]
    item = alerts._list.item(0)  # type: ignore[attr-defined]
    alerts._list.itemActivated.emit(item)  # type: ignore[attr-defined]
    assert answered.session.selected == found[0].asset


def test_a_narrow_window_keeps_the_study_as_a_page(bench: Workbench) -> None:
    bench.window.resize(1366, 768)
    QApplication.processEvents()
    bench.view.set_page("study", "test")
    assert bench.window.panels["study"].isVisible()
    bench.window.resize(1600, 1000)
    QApplication.processEvents()
    assert bench.window.panels["study"].isVisible()


def test_a_second_run_replaces_the_first(answered: Workbench, qtbot: object) -> None:
    first = answered.session.result
    answered.session.question.choose("outage", "test", {"run.replicates": "20"})
    run(answered, qtbot)
    assert answered.session.result is not first


def test_the_command_palette_finds_and_runs_an_action(bench: Workbench, qtbot: object) -> None:
    bench.bus.publish(FocusAsked("commands", "test"))
    palette = bench.window.panels["commands"]._palette  # type: ignore[attr-defined]
    assert palette.isVisible()
    palette._line.setText("table")
    qtbot.keyClick(palette._line, Qt.Key.Key_Return)  # type: ignore[attr-defined]
    assert bench.view.page == "table"
    assert not palette.isVisible()


def test_a_long_fault_is_told_in_one_line(bench: Workbench) -> None:
    bench.session.notify(Notice("error", "The program failed: one. Report this.\n  File x\n  File y"))
    assert bench.window.panels["notices"]._text.text() == "The program failed: one. Report this."  # type: ignore[attr-defined]


def test_one_change_is_answered_from_some_runs_then_from_all_and_paints_the_city(answered: Workbench, qtbot: object) -> None:
    from stratum_core.policy.actions import Protect

    session = answered.session
    station = next(str(i) for i, n in zip(session.city.assets.id, session.city.assets.name, strict=True) if n == "Station 03")
    session.select(station, "test")
    action = Protect(session.city.index[station])
    session.what_ifs.toggle(action)
    every = session.result.replicates
    qtbot.waitUntil(  # type: ignore[attr-defined]
        lambda: session.what_ifs.found is not None and session.what_ifs.found.replicates == every, timeout=30_000
    )
    found = session.what_ifs.found
    assert found is not None
    assert found.failure_probability[action.component] == 0.0
    assert found.people_hours["power"].change < 0
    assert answered.view.colour == "failure"
    session.what_ifs.toggle(action)
    assert session.what_ifs.found is None
    assert session.what_ifs.actions == ()


def test_break_and_protect_exclude_each_other(answered: Workbench) -> None:
    from stratum_core.policy.actions import Break, Protect

    what_ifs = answered.session.what_ifs
    what_ifs.toggle(Protect(15))
    what_ifs.toggle(Break(15))
    assert what_ifs.actions == (Break(15),)
    what_ifs.clear()


def test_two_runs_stand_side_by_side_under_one_camera(answered: Workbench, qtbot: object) -> None:
    answered.session.question.set("repair.factor", "0.5", "test")
    answered.session.run()
    qtbot.waitUntil(lambda: not answered.session.running, timeout=60_000)  # type: ignore[attr-defined]
    answered.view.set_page("compare", "test")
    page = answered.window.panels["compare"]
    first, second = page._sides
    qtbot.waitUntil(lambda: first.result is not None and second.result is not None, timeout=10_000)  # type: ignore[attr-defined]
    assert first.result.run != second.result.run
    qtbot.waitUntil(lambda: first._view is not None and second._view is not None, timeout=10_000)  # type: ignore[attr-defined]
    first._view.set_camera(first._view.camera.zoomed(0.5))
    assert second._view.camera == first._view.camera
    assert page._people.rowCount() > 0


def test_the_footprint_of_a_hazard_is_painted_before_any_run(bench: Workbench, qtbot: object) -> None:
    session = bench.session
    bench.view.set_colour("hazard", "test")
    qtbot.waitUntil(lambda: session.exposures.known is not None, timeout=20_000)  # type: ignore[attr-defined]
    chance = session.exposures.known.chance
    assert len(chance) == len(session.city.component_ids)
    assert 0 < chance.max() <= 1
    assert (chance == 0).any()


def test_the_chain_is_played_from_cause_to_effect(answered: Workbench, qtbot: object) -> None:
    chain = answered.session.result.critical_paths[0]
    answered.session.select(chain.asset, "test")
    qtbot.waitUntil(lambda: len(answered.view.chain) == len(chain.steps))  # type: ignore[attr-defined]
    page = answered.window.panels["inspector"]._why
    page._play.click()
    assert len(answered.view.chain) == 1
    assert answered.session.hour == pytest.approx(chain.steps[0].t_h)
    qtbot.waitUntil(lambda: len(answered.view.chain) == len(chain.steps), timeout=10_000)  # type: ignore[attr-defined]
    assert answered.session.hour == pytest.approx(chain.steps[-1].t_h)


def test_each_lifeline_shows_its_course(answered: Workbench) -> None:
    from ui.lifelines import courses

    result = answered.session.result
    found = courses(result)
    assert len(found) == 8
    assert all(len(course) == int(result.horizon_h) + 1 for course in found)
    assert any("G" in course and set(course) & {"R", "Y"} for course in found)

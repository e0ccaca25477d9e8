"""The people page: an evacuation is run, its figures are those of the result, and the homes are painted by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import wait
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView

from stratum_core.errors import InputError
from ui.colouring import modes_now
from ui.crowds import crowd_at
from ui.theme import DARK, LIGHT, Tokens
from ui.theme_colours import unit
from ui.workbench import Workbench

#: normal, protan and deutan sight on linear light (Machado, Oliveira & Fernandes 2009, severity 1)
SIGHTS = (
    np.eye(3),
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
)


def lab(code: str, sight: np.ndarray) -> np.ndarray:
    """CIELAB of a colour as an eye sees it."""
    c = np.array(unit(code))
    linear = np.clip(sight @ np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_an_evacuation_fills_page_and_city(bench: Workbench, qtbot: object) -> None:
    session, page = bench.session, bench.window.panels["people"]
    bench.view.set_page("people", "test")
    session.question.set("evacuation.replicates", "2", "test")
    assert page._first.isEnabled()
    assert "Nobody was evacuated yet" in page._missing.text()
    page._first.click()
    assert session.evacuations.running
    wait(qtbot, lambda: session.evacuations.result is not None and not session.evacuations.running, 120_000)
    result = session.evacuations.result
    assert result.replicates == 2
    assert result.cascade == ""  # no run was shown, so nothing but the water closes roads
    wait(qtbot, lambda: page._groups.rowCount() == sum(group.people >= 0.5 for group in result.by_group))
    assert f"{result.in_zone:,}"[0] in page._answer.text()
    assert "no outages" in page._model.text()
    assert page._groups.data(page._groups.index(0, 0)) == "All"
    assert "leaving" in [mode.name for mode in modes_now(session)]
    bench.view.set_colour("leaving", "test")
    share = session.evacuations.not_safe(session.city, 0.0)
    told = share == share
    assert (share[told] == 1.0).all()
    assert session.evacuations.not_safe(session.city, 12.0)[told].mean() < 0.6
    session.question.set("evacuation.order_h", "1", "test")
    wait(qtbot, lambda: "other scenario or settings" in page._state.text())
    stored = session.jobs.store(lambda: session.project.evacuations.ids())
    assert stored == [result.run]
    session.evacuations.result, session.evacuations.asked = None, ""
    session.question.set("evacuation.order_h", "0", "test")  # asked before: it is shown again
    wait(qtbot, lambda: session.evacuations.result is not None)
    assert session.evacuations.result.digest == result.digest


def test_a_small_screen_shows_what_becomes_of_the_first_groups(bench: Workbench, qtbot: object) -> None:
    bench.window.resize(1366, 768)
    bench.view.set_page("people", "test")
    bench.session.question.set("evacuation.replicates", "2", "test")
    bench.session.evacuate()
    page = bench.window.panels["people"]
    wait(qtbot, lambda: page._groups.rowCount() >= 3, 120_000)
    table = next(view for view in page.findChildren(QTableView) if view.accessibleName() == "What becomes of whom")
    for row in range(3):
        wait(qtbot, lambda row=row: table.viewport().visibleRegion().contains(table.visualRect(page._groups.index(row, 0))))
    assert table.columnWidth(0) > QFontMetrics(table.font()).horizontalAdvance("Without a car")


def test_a_cancelled_evacuation_leaves_nothing(bench: Workbench, qtbot: object) -> None:
    session = bench.session
    bench.view.set_page("people", "test")
    session.question.set("evacuation.replicates", "5000", "test")
    session.evacuate()
    wait(qtbot, lambda: session.evacuations.running)
    session.evacuations.cancel()
    wait(qtbot, lambda: not session.evacuations.running, 60_000)
    assert session.evacuations.result is None


def test_the_middle_run_is_followed_on_the_city_at_any_minute(bench: Workbench, qtbot: object) -> None:
    session, page, city = bench.session, bench.window.panels["people"], bench.window.panels["city"]
    session.question.set("evacuation.replicates", "3", "test")
    session.evacuate()
    traces = session.evacuations.traces
    wait(qtbot, lambda: traces.found is not None and not traces.running, 120_000)
    result, crowd = session.evacuations.result, city._scene.crowd
    stranded = result.stranded_by_replicate
    assert stranded[traces.replicate] == sorted(stranded)[1]
    bench.view.set_page("people", "test")
    page._play.click()
    assert (bench.view.page, bench.view.colour) == ("city", "people")
    for hour in (0.0, 1.25, 1.26, 11.9):
        session.set_hour(hour, "test")
        wait(qtbot, lambda: crowd.shown is not None and crowd.shown is city._over.crowd)
        city._recolour()
        assert crowd.shown.counts.sum() == pytest.approx(result.agents, abs=0.01)
    assert crowd._calm.actor.GetVisibility()
    assert not crowd._squares.actor.GetVisibility()
    city.view.set_camera(replace(city.view.camera, distance=20_000.0))
    assert crowd._squares.actor.GetVisibility()
    bench.view.set_layer("people", "test", visible=False)
    wait(qtbot, lambda: not crowd._squares.actor.GetVisibility())


def test_a_group_is_shown_alone_and_another_run_can_be_followed(bench: Workbench, qtbot: object) -> None:
    session, page = bench.session, bench.window.panels["people"]
    session.question.set("evacuation.replicates", "3", "test")
    session.evacuate()
    traces = session.evacuations.traces
    wait(qtbot, lambda: traces.found is not None and not traces.running, 120_000)
    bench.view.set_group("children", "test")
    assert "Children" in page._curve_title.text()
    everybody, children = (crowd_at(traces, 2.0, group) for group in ("", "children"))
    assert 0 < children.counts.sum() < everybody.counts.sum()
    assert len(children.shown) < len(everybody.shown)
    traces.follow("worst")
    wait(qtbot, lambda: not traces.running, 60_000)
    assert session.evacuations.result.stranded_by_replicate[traces.replicate] == max(
        session.evacuations.result.stranded_by_replicate)
    assert f"no. {traces.replicate}" in page._following._told.text()
    with pytest.raises(InputError, match="no replicate"):
        traces.follow("99")
    traces.start_from(traces.asked, at_once=False)  # as a stored one is shown
    assert traces.found is None
    page._play.click()
    wait(qtbot, lambda: bench.view.colour == "people", 60_000)
    assert (bench.view.page, traces.which) == ("city", "worst")
    assert traces.found is not None


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_states_are_told_apart_by_all_eyes(tokens: Tokens) -> None:
    """CIE76 difference of any two states, and of each from the ground, normal and as protan and deutan eyes see it."""
    colours = [*tokens.people.values(), tokens.ground]
    for sight in SIGHTS:
        seen = [lab(code, sight) for code in colours]
        assert min(float(np.linalg.norm(a - b)) for i, a in enumerate(seen) for b in seen[:i]) >= 20

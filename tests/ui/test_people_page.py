"""The people page: an evacuation is run, its figures are those of the result, and the homes are painted by it."""

from __future__ import annotations

from conftest import wait

from ui.colouring import modes_now
from ui.workbench import Workbench


def test_an_evacuation_fills_page_and_city(bench: Workbench, qtbot: object) -> None:
    session, page = bench.session, bench.window.panels["people"]
    bench.view.set_page("people", "test")
    session.set_setting("evacuation.replicates", "2", "test")
    assert page._first.isEnabled()
    assert "Nobody was evacuated yet" in page._missing.text()
    page._first.click()
    assert session.evacuations.running
    wait(qtbot, lambda: session.evacuations.result is not None and not session.evacuations.running, 120_000)
    result = session.evacuations.result
    assert result.replicates == 2
    assert result.cascade == ""  # no run was shown, so nothing but the water closes roads
    wait(qtbot, lambda: page._groups.rowCount() == len(result.by_group))
    assert f"{result.in_zone:,}"[0] in page._answer.text()
    assert "no outages" in page._model.text()
    assert page._groups.data(page._groups.index(0, 0)) == "All"
    assert "leaving" in [mode.name for mode in modes_now(session)]
    bench.view.set_colour("leaving", "test")
    share = session.evacuations.not_safe(session.city, 0.0)
    told = share == share
    assert (share[told] == 1.0).all()
    assert session.evacuations.not_safe(session.city, 12.0)[told].mean() < 0.6
    session.set_setting("evacuation.order_h", "1", "test")
    wait(qtbot, lambda: "other scenario or settings" in page._state.text())


def test_a_cancelled_evacuation_leaves_nothing(bench: Workbench, qtbot: object) -> None:
    session = bench.session
    bench.view.set_page("people", "test")
    session.set_setting("evacuation.replicates", "5000", "test")
    session.evacuate()
    wait(qtbot, lambda: session.evacuations.running)
    session.evacuations.cancel()
    wait(qtbot, lambda: not session.evacuations.running, 60_000)
    assert session.evacuations.result is None

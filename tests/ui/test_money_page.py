"""The money page: the shown run is added up when somebody looks, its figures are those of the result, assumptions are written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import run, wait
from PySide6.QtWidgets import QTabBar

from stratum_core.model.economics_results import IndustryLoss, Money
from stratum_core.number_format import money
from ui.panels.money.lines import OUTPUT, borne_lines, parts_of, told
from ui.tables.settings_model import VALUE
from ui.workbench import Workbench


@pytest.fixture
def added_up(answered: Workbench, qtbot: object) -> Workbench:
    losses = answered.session.losses
    assert losses.cascade is None  # nobody looked yet
    answered.view.set_page("money", "test")
    wait(qtbot, lambda: losses.result is not None and not losses.running, 60_000)
    return answered


def test_without_a_run_there_is_one_sentence_and_one_button(bench: Workbench) -> None:
    page = bench.window.panels["money"]
    bench.view.set_page("money", "test")
    assert "No run is shown" in page._missing.text()
    assert page._first.text() == "Answer"
    assert not page._head.isVisible()


def test_the_page_shows_what_the_run_costs(added_up: Workbench) -> None:
    page, session = added_up.window.panels["money"], added_up.session
    result = session.losses.result
    assert result.cascade == session.result.run
    assert result.damage.value == pytest.approx(session.result.damage.mean)
    assert money(session.result.damage.p50, "EUR") in page._answer.text()
    assert "prices of 2023" in page._limits.text()
    assert [words.split()[0] for words, *_ in page._losses._marks].count("CVaR") == 2
    assert page._parts._rows()[-1] == ("Total", pytest.approx(result.damage.value, rel=1e-6))
    quarters = [line.keys[1] for line in borne_lines(result) if line.texts[0].startswith("In the")]
    assert sum(quarters) == pytest.approx(result.damage.value, rel=1e-6)
    assert page._borne.rowCount() == len(borne_lines(result))
    assert page._state.text() == ""


def test_an_assumption_is_written_and_another_run_is_added_up(added_up: Workbench, qtbot: object) -> None:
    page, session, model = added_up.window.panels["money"], added_up.session, added_up.window.panels["money"].assumptions
    at = model.row_of("hazard.level_shift_m")
    assert at == 0
    texts = [model.data(model.index(at, k)) for k in range(model.columnCount())]
    assert texts == ["Water level", "0", "m", "-0.2 to 0.2", "A"]
    fixed = model.row_of("recapture")
    assert model.data(model.index(fixed, VALUE)) == "0.3"
    assert model.flags(model.index(fixed, VALUE)) == model.flags(model.index(fixed, 0))  # read only
    before = session.losses.result.damage.value
    assert model.setData(model.index(at, VALUE), "0.15")
    assert session.question.settings["hazard.level_shift_m"] == "0.15"
    assert page._state.text() == "of other settings: answer again"
    assert not model.setData(model.index(at, VALUE), "high")  # refused with a notice
    run(added_up, qtbot)
    losses = session.losses
    wait(qtbot, lambda: losses.answers(session.result) and not losses.running, 60_000)
    assert losses.result.damage.value > before
    assert page._state.text() == ""
    page._reset.click()
    assert session.question.settings.get("hazard.level_shift_m") is None


def test_industries_stand_beside_the_damage_and_are_never_added(added_up: Workbench) -> None:
    result = added_up.session.losses.result
    rows = (IndustryLoss("a", "Cars", 10.0, 3.0, 4.0, 0.1, None), IndustryLoss("b", "Food", 30.0, 9.0, 8.0, 0.2, 1.0))
    both = replace(result, industries=rows, output_loss=Money(40.0, None, None, "EUR", 2023),
                   output_loss_lower=Money(12.0, None, None, "EUR", 2023))
    assert parts_of(both, OUTPUT) == [("Food", 30.0), ("Cars", 10.0)]
    assert "€12 to 40" in told(both)
    page = added_up.window.panels["money"]
    page._show(both)
    assert [page._which.itemText(k) for k in range(page._which.count())] == ["Damage", "Output not made"]


@pytest.mark.parametrize("size", [(1600, 1000), (1366, 768)])
def test_all_pages_have_room_beside_the_controls_of_the_city(bench: Workbench, size: tuple[int, int], qtbot: object) -> None:
    bench.window.resize(*size)
    bar = next(bar for bar in bench.window.findChildren(QTabBar) if bar.accessibleName() == "Pages")
    for page in ("city", "money"):
        bench.view.set_page(page, "test")
        wait(qtbot, lambda: bar.tabRect(bar.count() - 1).right() <= bar.width())
    money_page = bench.window.panels["money"]
    assert (money_page._lower.parent() is money_page._charts) == (size[1] == 1000)

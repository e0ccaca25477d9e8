"""The options page: a search is run and shown, charts are linked, a plan stands on the city, a measure is added by a form."""

from __future__ import annotations

import numpy as np
from conftest import wait
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from stratum_core.policy.interventions.reading import interventions
from ui.dialogs.measure import MeasureDialog
from ui.panels.options.lines import plans_of
from ui.workbench import Workbench


def test_a_search_is_run_and_shown(bench: Workbench, qtbot: object) -> None:
    page = bench.window.panels["options"]
    bench.view.set_page("options", "test")
    page._asking.budget.setValue(60_000)
    page._asking.evaluations.setMinimum(1)
    page._asking.evaluations.setValue(1)
    page._asking.replicates.setMinimum(1)
    page._asking.replicates.setValue(8)
    page._asking.futures.setValue(10)
    page._asking.years.setValue(2)
    assert "No portfolio was tried yet" in page._missing.text()
    page._search.click()
    assert bench.session.optimisations.running
    wait(qtbot, lambda: not bench.session.optimisations.running, 240_000)
    result = bench.session.optimisations.result
    assert result is not None
    assert page._answer.text() == result.recommendation[0]
    assert f"search {result.run}" in page._model.text()
    plans = plans_of(result)
    chosen = page._names[0]
    assert chosen in plans
    assert page._measures.model.rowCount() == len(result.options)
    # a click on the mark of doing nothing chooses it as B with Ctrl
    bench.window.resize(1600, 1000)
    chart = page._plans
    nothing = next(mark for mark in chart._marks if mark.rule == "nothing")
    axes = chart._axes()
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier,
                     QPointF(axes.x(nothing.cost), axes.y(nothing.value)).toPoint())
    assert page._names == (chosen, "do nothing")
    assert "B against A" in page._words._apart.text()
    # while another search runs its front stands there, and nothing of it can be chosen
    page._show_growing(np.array([[0.0, 9.0, 1.0], [500.0, 4.0, 1.0]]))
    assert [(mark.cost, mark.found) for mark in page._plans._marks] == [(0.0, 9.0), (500.0, 4.0)]
    page._choose("so far", False)
    assert page._names == (chosen, "do nothing")
    page._fill()
    assert len(page._plans._marks) > 2
    # a brush on cost leaves the cheap plans in both charts
    page._brush_axis(0, (0.0, 20_000.0))
    cheap = {name for name, plan in plans.items() if plan.cost <= 20_000.0}
    assert page._plans._inside == page._lines._inside == cheap
    page._brush_points(None)
    assert page._plans._inside == set()
    _look_at_the_pages(bench)


def _look_at_the_pages(bench: Workbench) -> None:
    """The slider of good enough, the schedule, the plan on the city, and what is stored."""
    page, result = bench.window.panels["options"], bench.session.optimisations.result
    assert result is not None
    futures = page._futures
    futures._slider.setValue(futures._slider.maximum())
    assert {share for _, share, _ in futures._bars._rows} == {1.0}
    futures._slider.setValue(0)
    assert min(share for _, share, _ in futures._bars._rows) == 0.0
    dearest = result.front[-1]
    page._choose(dearest.name, False)
    assert [step.option for step in page._schedule._chart._steps] == [step.option for step in dearest.schedule]
    page._measures.set_rule(0, "never")
    assert page._measures.options("never") == (page._measures.model.id_at(0),)
    page._measures.set_rule(0, "")
    assert page._measures.options("never") == ()
    page._on_city()
    assert {option.id for option in bench.view.plan} == set(dearest.options)
    assert bench.view.page == "city"
    stored = bench.session.jobs.store(lambda: bench.session.project.optimisations.ids())
    assert stored == [result.run]


def test_a_measure_is_added_by_a_form(bench: Workbench) -> None:
    page = bench.window.panels["options"]
    dialog = MeasureDialog(page._context)
    dialog.like.setCurrentIndex(dialog.like.findData("elevate"))
    dialog.keep()
    assert "no id of an intervention" in dialog.report.text()  # it has no name yet
    dialog.name.setText("Raise the clinic")
    dialog.effect["metres"].setText("two")
    dialog.keep()
    assert "metres" in dialog.report.text()
    dialog.effect["metres"].setText("2")
    dialog.names.setPlainText("health/clinic")
    dialog.keep()
    assert "raise_the_clinic.toml" in dialog.report.text()
    kept = interventions([bench.session.project.interventions])["raise_the_clinic"]
    assert (kept.effect.metres, kept.targets.names, kept.cost.currency) == (2.0, ("health/clinic",), "EUR")
    dialog.close()


def test_repairs_of_the_shown_run_are_put_in_order(bench: Workbench, qtbot: object) -> None:
    page = bench.window.panels["options"]._repairs
    assert "No run is shown" in page._verdict.text()
    bench.session.question.set("run.replicates", "4", "test")
    bench.session.run()
    wait(qtbot, lambda: not bench.session.running and page._start.isEnabled(), 120_000)
    page._crews.setValue(1)
    page._start.click()
    wait(qtbot, lambda: not bench.session.restorations.running, 240_000)
    found = bench.session.restorations.result
    assert found.cascade == bench.session.result.run
    assert set(found.crews.values()) == {1}
    assert page._ways.rowCount() == len(found.methods)
    assert page._steps.id_at(0) == found.steps[0].asset
    assert found.recommended in {method.name for method in found.methods}

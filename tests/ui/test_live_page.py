"""The live page: a recording is played in, estimates and charts follow, the past can be looked at, a run begins from it."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import wait

from stratum_core.pipeline.situation.observability import OBSERVED
from stratum_core.resource_files import resource
from ui.dialogs.networks import NetworksDialog
from ui.panels.live.lines import READING
from ui.workbench import Workbench

RECORDING = resource("sample/recording/readings.parquet")
TANK = "sensor/tank-south-level"
HOUR = 3_600_000_000


@pytest.fixture
def live(bench: Workbench, qtbot: object):
    """The page with the recording taken in, and the tank's model tuned."""
    bench.view.set_page("live", "test")
    page = bench.window.panels["live"]
    situation = bench.session.situation
    page.sources.replay(RECORDING, None)
    tank = bench.session.city.sensors.id.tolist().index(TANK)
    wait(qtbot, lambda: situation.now is not None and tank in situation.now.tracks, 120_000)
    return page


def test_readings_estimates_and_chart_are_shown(bench: Workbench, live, qtbot: object) -> None:
    model = live._sensors
    assert model.rowCount() == 50
    rows = {model.id_at(row): [model.data(model.index(row, column)) for column in range(model.columnCount())]
            for row in range(model.rowCount())}
    assert rows[TANK][READING] == "3.07"
    assert float(rows[TANK][2]) == pytest.approx(3.07, abs=0.02)
    assert rows["sensor/pump-west-running"][READING] in ("on", "off")
    live._choose(TANK)
    wait(qtbot, lambda: live._chart._plot is not None and len(live._chart._plot.thresholds) == 2)
    plot = live._chart._plot
    assert plot.forecast is not None
    assert {name for _, name in plot.thresholds} == {"storage runs empty", "storage is low"}
    assert (plot.forecast.low <= plot.forecast.mean).all()
    assert plot.forecast.high.max() <= 5.0  # the gauge ends there
    assert bench.session.selected == "water/tank/south"
    wait(qtbot, lambda: "random walk" in live._told.text())


def test_the_past_is_shown_as_it_was_known_and_what_sensors_see_is_painted(bench: Workbench, live, qtbot: object) -> None:
    situation = bench.session.situation
    then = situation.span[0] + 30 * HOUR
    situation.look_at(then)
    wait(qtbot, lambda: situation.shown.at == then)
    assert situation.shown.last.max() <= then
    assert "with late readings" in live._bar._told.text()
    live._bar._known.setChecked(True)  # the recording was read in long after
    wait(qtbot, lambda: situation.shown.at == then and (situation.shown.last < 0).all())
    assert "as known then" in live._bar._told.text()
    live._bar._known.setChecked(False)
    wait(qtbot, lambda: (situation.shown.last > 0).any())
    situation.look_at(None)
    assert situation.shown.at == situation.now.at
    bench.view.set_page("city", "test")
    bench.view.set_colour("observed", "test")
    seen = bench.session.situation.shown.observed
    wait(qtbot, lambda: bench.window.panels["city"]._over.legend.title == "What sensors see")
    assert seen.code[bench.session.city.index["water/tank/south"]] == OBSERVED
    assert 0.5 < np.mean(seen.code > 0) < 1


def test_a_run_begins_with_what_the_sensors_say(bench: Workbench, live, qtbot: object) -> None:
    bench.session.run(from_now=True)
    wait(qtbot, lambda: bench.session.result is not None and not bench.session.running, 120_000)
    share, spread = bench.session.began["levels"]["water/tank/south"]
    assert share == pytest.approx(3.07 / 5, abs=0.01)
    assert 0 < spread < 0.01
    assert not bench.session.outdated


@pytest.mark.slow  # twins of both networks; tests/core/pipeline holds them at every run
def test_power_and_pressures_are_worked_out_or_say_why_not(bench: Workbench, qtbot: object) -> None:
    page = bench.window.panels["live"]
    situation = bench.session.situation
    dialog = NetworksDialog(page._context, page)
    dialog.open()
    assert "Nothing was heard" in dialog.power_text.text()
    page.sources.replay(RECORDING, None)
    bench.view.set_page("live", "test")
    wait(qtbot, lambda: situation.now is not None and len(situation.now.tracks) > 0, 120_000)
    dialog._again.click()
    assert "still being tuned" in dialog.power_text.text()  # an answer by readings alone would be another one
    wait(qtbot, lambda: situation.networks is not None, 120_000)
    wait(qtbot, lambda: dialog.power.rowCount() > 0)
    assert situation.untuned == 0
    assert dialog.pressures.rowCount() > 100
    assert "Being worked out" not in dialog.pressure_text.text()
    dialog.reject()

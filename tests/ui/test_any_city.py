"""Any city can be opened, filled, asked and answered from the window alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import opened, run, wait
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QMenu
from test_other_cities import grid_city

from app.bus import ScenarioChanged
from app.notices import Notice
from stratum_core.model.city import City
from stratum_core.pipeline.projects import new_project
from ui.actions import ACTIONS
from ui.desk import Desk
from ui.dialogs import choosing
from ui.dialogs.importing import ImportDialog
from ui.dialogs.outage import OutageDialog
from ui.events import ProjectAsked
from ui.shell.places import Context
from ui.tables.settings_model import VALUE
from ui.workbench import Workbench

POINTS = json.dumps({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"name": f"Bus {i}"}, "geometry": {"type": "Point", "coordinates": [9 + 0.001 * i, 48.0]}}
    for i in range(4)]})


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two small projects."""
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    for name in ("a", "b"):
        new_project(tmp_path / f"{name}.stratum", grid_city(True)).close()
    return tmp_path / "a.stratum", tmp_path / "b.stratum"


@pytest.fixture
def desk(folders: tuple[Path, Path], qtbot: object) -> Iterator[Desk]:
    """A window on the first of them."""
    made = Desk(str(folders[0]))
    made.workbench.window.resize(1600, 1000)
    made.workbench.window.show()
    QApplication.processEvents()
    yield made
    made.workbench.close()
    QApplication.processEvents()
    made.workbench.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def grid(folders: tuple[Path, Path], qtbot: object) -> Iterator[Workbench]:
    """A window on a city without people."""
    yield from opened(str(folders[0]), qtbot)


def context_of(workbench: Workbench) -> Context:
    return Context(workbench.session, workbench.bus, workbench.look, workbench.view)


def do(name: str, workbench: Workbench) -> None:
    next(action for action in ACTIONS if action.name == name).do(context_of(workbench))


def test_another_project_is_opened_and_is_on_the_list(
    desk: Desk, folders: tuple[Path, Path], qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "choose_project", lambda parent: str(folders[1]))
    do("open", desk.workbench)
    wait(qtbot, lambda: Path(desk.workbench.session.project.folder) == folders[1])
    menu = desk.workbench.window.findChild(QMenu, "action:recent")
    assert menu is not None
    menu.aboutToShow.emit()
    assert [entry.text() for entry in menu.actions()] == [str(folders[0])]


def test_a_project_that_cannot_be_opened_leaves_this_one(desk: Desk, tmp_path: Path, qtbot: object) -> None:
    told: list[Notice] = []
    before = desk.workbench
    before.bus.subscribe(Notice, told.append)
    before.bus.publish(ProjectAsked(str(tmp_path / "nothing")))
    wait(qtbot, lambda: bool(told))
    assert "there is no project" in told[0].text
    assert desk.workbench is before
    assert before.session.project.city().name == "Grid"


def test_files_are_imported_and_a_failure_is_told(desk: Desk, tmp_path: Path, qtbot: object) -> None:
    (tmp_path / "points.geojson").write_text(POINTS)
    new_project(tmp_path / "empty.stratum", City(name="Empty")).close()
    desk.workbench.bus.publish(ProjectAsked(str(tmp_path / "empty.stratum")))
    wait(qtbot, lambda: desk.workbench.session.city.name == "Empty")
    dialog = ImportDialog(context_of(desk.workbench), [str(tmp_path / "points.geojson")], desk.workbench.window)
    dialog.open()
    dialog.crs.setText("EPSG:4978")
    dialog.start()
    wait(qtbot, lambda: bool(dialog.report.toPlainText()))
    assert dialog.report.toPlainText().startswith("Nothing was written.")
    dialog.report.clear()
    dialog.sector.setCurrentIndex(dialog.sector.findData("power"))
    dialog.provenance.setCurrentIndex(dialog.provenance.findData("generated"))
    dialog.crs.clear()
    dialog.start()
    wait(qtbot, lambda: len(desk.workbench.session.city.assets) == 4)
    assert set(desk.workbench.session.city.assets.provenance) == {"generated"}


def test_an_outage_of_what_is_selected_is_asked_and_answered(grid: Workbench, qtbot: object) -> None:
    grid.session.select("g/bus/4", "test")
    dialog = OutageDialog(context_of(grid), grid.window)
    dialog.assets.appendPlainText("g/bus/99")
    dialog.start()
    assert "unknown asset 'g/bus/99'" in dialog.report.text()
    dialog.assets.setPlainText("g/bus/4\ng/bus/5")
    dialog.start()
    dialog.deleteLater()
    assert grid.session.scenario is not None
    assert grid.session.scenario.hazards[0].assets == ("g/bus/4", "g/bus/5")
    run(grid, qtbot)
    bar = grid.window.panels["question"]
    assert "parts of the network fail" in bar._headline.text()
    assert not bar._service.isVisible()
    assert "nobody is counted" in bar._details.text()


def test_before_a_scenario_is_chosen_no_button_promises_an_answer(grid: Workbench) -> None:
    grid.session.question.scenario = grid.session.question.original = None
    grid.bus.publish(ScenarioChanged("", "test"))
    results, page = grid.window.panels["results"], grid.window.panels["scenario"]
    assert results._button.text() == "New outage scenario"
    assert page.layout().currentIndex() == 0
    caption = grid.window.panels["timeline"]._caption.text()
    assert caption.startswith("No people are counted")
    assert "without ." not in caption


def test_settings_are_seen_changed_marked_and_put_back(bench: Workbench, qtbot: object) -> None:
    page = bench.window.panels["scenario"]
    bench.session.question.reset("test")
    at = page.model.index(page.model.row_of("run.replicates"), VALUE, QModelIndex())
    assert page.model.flags(at) & Qt.ItemFlag.ItemIsEditable
    assert page.model.setData(at, "30")
    assert bench.session.scenario is not None
    assert bench.session.scenario.spec.run.replicates == 30
    assert "1 setting changed" in page._state.text()
    told: list[Notice] = []
    bench.bus.subscribe(Notice, told.append)
    assert not page.model.setData(at, "0")
    assert "outside 1" in told[0].text
    run(bench, qtbot)
    assert bench.session.result is not None
    assert bench.session.result.replicates == 30
    page._reset.click()
    assert not bench.session.question.settings
    assert "The scenario was changed since this run" in bench.window.panels["question"]._details.text()
    frames = page.model.index(page.model.row_of("hazard.frames"), VALUE, QModelIndex())
    assert not page.model.flags(frames) & Qt.ItemFlag.ItemIsEditable


def test_a_scenario_file_is_opened(grid: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('schema = "stratum.scenario/1"\nname = "Mine"\n[hazard]\nkind = "outage"\nassets = ["g/bus/1"]\n')
    monkeypatch.setattr(choosing, "choose_scenario", lambda parent: str(file))
    do("open_scenario", grid)
    assert grid.session.scenario is not None
    assert grid.session.scenario.name == "Mine"
    assert grid.window.panels["question"]._scenario.currentData() == "mine"

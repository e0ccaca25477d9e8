"""The window on cities that are not the sample: without places, without people, schematic, large."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import opened
from PySide6.QtWidgets import QApplication

from stratum_core.model.city import City
from stratum_core.model.tables import Assets, Links
from stratum_core.pipeline.projects import new_project
from ui.workbench import Workbench


def grid_city(placed: bool) -> City:
    """Nine busbars and eight lines, with or without places."""
    ids = [f"g/bus/{i}" for i in range(9)]
    x = np.arange(9.0) % 3 * 100 if placed else np.full(9, np.nan)
    y = np.arange(9.0) // 3 * 100 if placed else np.full(9, np.nan)
    assets = Assets(id=ids, sector=["power"] * 9, kind=["bus"] * 9, x=x, y=y)
    lines = [f"g/line/{i}" for i in range(8)]
    links = Links(id=lines, sector=["power"] * 8, kind=["line"] * 8, start=ids[:-1], end=ids[1:])
    return City("Grid", assets=assets, links=links)


@pytest.fixture
def schematic(tmp_path: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A window on a placed schematic."""
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    new_project(tmp_path / "grid.stratum", grid_city(True)).close()
    yield from opened(str(tmp_path / "grid.stratum"), qtbot)


@pytest.fixture
def nowhere(tmp_path: Path, qtbot: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A window on a city without places."""
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    new_project(tmp_path / "grid.stratum", grid_city(False)).close()
    yield from opened(str(tmp_path / "grid.stratum"), qtbot)


def test_a_schematic_is_drawn_as_points_and_lines(schematic: Workbench) -> None:
    layers = {layer.name for layer in schematic.view.layers}
    assert {"high", "nodes"} <= layers
    schematic.session.select("g/bus/4", "test")
    QApplication.processEvents()
    assert not schematic.window.grab().isNull()


def test_a_city_without_places_says_so_and_offers_the_table(nowhere: Workbench) -> None:
    panel = nowhere.window.panels["city"]
    assert panel.layout().currentIndex() == 1
    nowhere.session.select("g/bus/4", "test")
    QApplication.processEvents()
    assert not nowhere.window.grab().isNull()

"""Pressures of C-Town from twelve sensors, against runs that the ensemble does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from stratum_core.errors import InputError
from stratum_core.model import City
from stratum_core.model.tables import Sensors
from stratum_core.pipeline.projects import open_project
from stratum_core.pipeline.situation.pressure_map import Drawn, drawn_runs, pressure_map

NOISE_BAR = 0.02
PA_PER_M = 9806.65


@pytest.fixture(scope="module")
def ctown(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    pytest.importorskip("wntr")
    network = test_data / "water-ctown-scada" / "c-town.inp"
    folder = tmp_path_factory.mktemp("ctown") / "town.stratum"
    assert main(["import", str(network), "--into", str(folder), "--crs", "none", "--quiet"]) == 0
    with open_project(str(folder)) as project:
        return project.city()


@pytest.fixture(scope="module")
def runs(ctown: City) -> Drawn:
    nothing = np.empty(0)
    return drawn_runs(ctown, nothing, nothing, members=72)


def with_sensors(city: City, junctions: list[str]) -> City:
    n = len(junctions)
    return replace(city, sensors=Sensors(id=[f"P{k}" for k in range(n)], component=junctions, quantity=["pressure"] * n,
                                         unit=["bar"] * n, noise=[NOISE_BAR] * n))


def test_intervals_hold_the_pressures_that_no_sensor_tells(ctown: City, runs: Drawn) -> None:
    random, count = np.random.default_rng(5), len(runs.junctions)
    at = random.choice(count, 12, replace=False)
    city = with_sensors(ctown, [str(runs.junctions[k]) for k in at])
    others = np.setdiff1d(np.arange(count), at)
    inside, closer = [], []
    for truth in runs.members[60:]:
        read = truth[at] * PA_PER_M / 1e5 + random.normal(0, NOISE_BAR, 12)
        found = pressure_map(city, replace(runs, members=runs.members[:60]), read, np.full(12, NOISE_BAR))
        middle, low, high = (np.array([getattr(one, name) for one in found.junctions])
                             for name in ("pressure", "low80", "high80"))
        inside.append(np.mean((low <= truth[:count])[others] & (truth[:count] <= high)[others]))
        before = np.abs(runs.members[:60, :count].mean(axis=0) - truth[:count])[others].mean()
        closer.append(np.abs(middle - truth[:count])[others].mean() / before)
        assert {one.source for one in found.junctions} <= {"observed", "inferred", "model"}
        assert sum(one.source == "observed" for one in found.junctions) == 12
    assert 0.65 < np.mean(inside) < 0.95
    assert np.mean(closer) < 0.5


def test_a_network_model_that_is_wrong_is_said_and_widened(ctown: City, runs: Drawn) -> None:
    at = np.arange(0, len(runs.junctions), 40)
    city = with_sensors(ctown, [str(runs.junctions[k]) for k in at])
    read = (runs.members[0, at] + 40.0) * PA_PER_M / 1e5
    found = pressure_map(city, runs, read, np.full(len(at), NOISE_BAR))
    assert found.widened > 2.0
    assert "farther from the network model than it allows" in found.text


def test_without_a_sensor_of_the_water_network_it_is_refused(ctown: City, runs: Drawn) -> None:
    with pytest.raises(InputError, match="no sensor tells a pressure"):
        pressure_map(ctown, runs, np.empty(0), np.empty(0))

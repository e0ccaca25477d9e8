"""The grid of the sample from its sensors: against AC power flow, with a wrong meter, and without sensors."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.model import City
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.ac_comparison import grid_of
from stratum_core.pipeline.projects import open_project
from stratum_core.pipeline.situation.power_state import power_state
from stratum_core.sectors.power.ac import ac_flow


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATUM_HOME", str(tmp_path_factory.mktemp("home")))
        with open_project("sample") as project:
            return project.city()


def readings(city: City) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """What the sensors read of the AC power flow at the city's own demand, with errors, and the voltage of every bus."""
    grid = grid_of(city, CascadeSpec())
    flow = ac_flow(grid.problem)
    assert flow.converged
    rows, random = city.sensors, np.random.default_rng(3)
    bus = {str(id): at for at, id in enumerate(grid.buses)}
    value = np.full(len(rows), np.nan)
    for at, (component, quantity) in enumerate(zip(rows.component, rows.quantity, strict=True)):
        if component not in bus:
            continue
        place = bus[component]
        if quantity == "voltage":
            value[at] = flow.magnitude[place] * city.assets.voltage[city.index[component]]
        elif quantity == "power":
            own = np.flatnonzero(grid.transformer & ((grid.problem.start == place) | (grid.problem.end == place)))
            value[at] = (flow.sent if grid.problem.start[own[0]] == place else flow.received)[own[0]].real * 1e3
    value += np.nan_to_num(rows.noise) * random.standard_normal(len(rows))
    return value, np.where(np.isfinite(value), rows.noise, np.nan), dict(zip(grid.buses, flow.magnitude, strict=True))


def test_the_state_is_that_of_the_power_flow_behind_the_readings(city: City) -> None:
    value, sd, truth = readings(city)
    found = power_state(city, value, sd)
    assert found is not None
    apart = np.array([abs(one.share - truth[one.bus]) for one in found.buses])
    within = np.array([one.low95 <= truth[one.bus] * one.voltage / one.share <= one.high95 for one in found.buses])
    assert within.mean() > 0.9
    measured = np.array([one.source == "measured" for one in found.buses])
    assert measured.sum() == 14
    assert apart[measured].max() < 0.006  # three times the error of a meter
    assert found.observable < 1.0
    assert found.blind_count > 0
    assert "assumed loads" in found.text
    assert not [name for name in found.removed if "assumed" not in name]


def test_a_wrong_voltage_is_named(city: City) -> None:
    value, sd, _ = readings(city)
    wrong = int(np.flatnonzero(city.sensors.name == "Station 03 voltage")[0])
    value[wrong] *= 1.1
    found = power_state(city, value, sd)
    assert found is not None
    assert "Station 03 voltage" in found.removed
    assert "Removed as wrong: Station 03 voltage" in found.text


def test_without_a_sensor_of_power_there_is_no_state(city: City) -> None:
    nothing = np.full(len(city.sensors), np.nan)
    assert power_state(city, nothing, nothing) is None

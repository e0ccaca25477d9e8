"""Tanks by their balance, and pressures by runs of EPANET."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.estimation.forecasts import time_to_threshold
from stratum_core.estimation.series import filter_series
from stratum_core.estimation.water import Tank, estimate_pressures, tank_model


def test_the_demand_follows_from_level_and_inflow() -> None:
    tank = Tank(area=500.0, inflow_walk=1e-2, demand_walk=5e-5, level_sd=0.01, inflow_sd=0.0005)
    random, hours = np.random.default_rng(1), np.arange(0.0, 48.0, 0.25)
    demand = 0.05 + 0.02 * np.sin(2 * np.pi * hours / 24)
    inflow = np.where(hours % 12 < 6, 0.09, 0.01)
    level = 4 + np.concatenate([[0], np.cumsum((inflow - demand)[:-1] * 900 / 500)])
    readings = np.column_stack([level + random.normal(0, 0.01, 192), inflow + random.normal(0, 0.0005, 192)])
    readings[100:108, 0] = np.nan
    found = filter_series(tank_model(tank, np.array([4.0, 0.09, 0.05]), np.array([1.0, 0.01, 0.01])), hours, readings)
    apart = found.mean[20:, 2] - demand[20:]
    assert np.sqrt(np.mean(apart**2)) < 0.01
    inside = np.abs(apart) < 1.96 * np.sqrt(found.covariance[20:, 2, 2])
    assert inside.mean() > 0.85


def test_a_level_alone_tells_when_the_tank_is_empty_but_not_the_flows() -> None:
    tank = Tank(area=500.0, inflow_walk=1e-7, demand_walk=1e-7, level_sd=0.01)
    hours = np.arange(0.0, 24.0, 0.25)
    level = 4.0 - 0.1 * hours + np.random.default_rng(2).normal(0, 0.01, len(hours))
    found = filter_series(tank_model(tank, np.array([4.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0])), hours, level)
    assert found.covariance[-1, 1, 1] > 0.3
    assert found.covariance[-1, 2, 2] > 0.3
    passage = time_to_threshold(found, 0.0, below=True, horizon=48.0)
    assert passage.p10 is not None
    assert passage.p50 is not None
    assert passage.p90 is not None
    assert passage.p50 == pytest.approx(level[-1] / 0.1, rel=0.1)
    assert passage.p10 < passage.p50 < passage.p90
    with pytest.raises(InputError, match="level sensor"):
        tank_model(Tank(500.0, 1e-7, 1e-7, 0.0), np.zeros(3), np.ones(3))


def test_pressures_between_sensors_come_from_runs_of_the_model() -> None:
    wntr = pytest.importorskip("wntr")
    random = np.random.default_rng(5)
    runs = []
    for _ in range(41):
        network = wntr.network.WaterNetworkModel("Net1")
        network.options.time.duration = 0
        network.options.hydraulic.demand_multiplier = float(random.normal(1.0, 0.25))
        for _, node in network.junctions():
            node.demand_timeseries_list[0].base_value *= float(random.lognormal(0, 0.2))
        pressure = wntr.sim.WNTRSimulator(network).run_sim().node["pressure"].iloc[0]
        runs.append(pressure[network.junction_name_list].to_numpy())
    truth, members = runs[0], np.array(runs[1:])
    at = np.array([3, 8])
    found = estimate_pressures(members, at, truth[at], 0.05)
    others = np.setdiff1d(np.arange(len(truth)), at)
    before = np.abs(members.mean(axis=0) - truth)[others].mean()
    assert np.abs(found.mean - truth)[others].mean() < 0.5 * before
    assert found.observed[at].all()
    assert (np.abs(found.mean - truth) < 4 * found.sd + 0.05).all()

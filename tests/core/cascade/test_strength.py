"""Needs that are not certain, and a high grid that is fed from below only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Links
from stratum_core.pipeline.cascade import run_cascade

NAN = float("nan")


def _clinic_fails(**strength: list[float]) -> tuple[float, float]:
    city = waterworks()
    rows = city.dependencies.with_columns(**{name: np.array(values) for name, values in strength.items()})
    result = run_cascade(replace(city, dependencies=rows), scenario(OutageSpec(assets=("main",), lasts_h=40.0), replicates=2_000))
    return tuple(result.failure_probability[[city.index[id] for id in ("pump", "clinic")]])  # type: ignore[return-value]


def test_a_need_is_felt_in_the_share_of_runs_that_its_strength_says() -> None:
    assert _clinic_fails(strength=[1.0, 1.0])[1] == 1.0
    assert _clinic_fails(strength=[1.0, 0.3])[1] == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 2_000))
    assert _clinic_fails(strength=[1.0, 0.0])[1] == 0.0


def test_its_range_widens_nothing_but_moves_the_mean() -> None:
    # a triangle from 0.2 over 0.3 to 0.7 has the mean 0.4
    found = _clinic_fails(strength=[1.0, 0.3], strength_low=[NAN, 0.2], strength_high=[NAN, 0.7])[1]
    assert found == pytest.approx(0.4, abs=4 * np.sqrt(0.4 * 0.6 / 2_000))


def test_a_high_grid_fed_from_a_lower_one_is_solved() -> None:
    assets = Assets(
        id=["grid", "low", "high/1", "high/2", "town"], sector=["power"] * 5,
        kind=["external_grid", "bus", "bus", "bus", "load"], node=["low", "", "", "", "high/2"],
        voltage=[20e3, 20e3, 110e3, 110e3, 110e3], demand=[NAN, NAN, NAN, NAN, 5e6], unit=["W"] * 5)
    links = Links(id=["up", "across"], sector=["power"] * 2, kind=["transformer", "line"], start=["low", "high/1"],
                  end=["high/1", "high/2"], resistance=[0.1, 1.0], reactance=[1.0, 10.0], voltage=[20e3, 110e3],
                  capacity=[40e6, 50e6], unit=["W"] * 2)
    city = City("below", assets=assets, links=links)
    result = run_cascade(city, scenario(OutageSpec(assets=("across",), lasts_h=9.0)))
    assert result.failure_probability[city.index["town"]] == 1.0
    assert result.base_loading[city.index["across"]] == pytest.approx(0.1)

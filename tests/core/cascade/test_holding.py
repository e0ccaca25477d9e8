"""What outlasts a cut: line pack, warmth, and the notice that follows dry pipes; exact hours."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import down, first_down, scenario, waterworks

from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Links
from stratum_core.pipeline.cascade import run_cascade


def gas(capacity: float = float("nan"), demand: float = 0.02) -> City:
    """A station, a main, a junction, a customer who draws ``demand`` kg/s."""
    assets = Assets(
        id=["station", "junction", "home"],
        sector=["gas"] * 3,
        kind=["gas_station", "gas_junction", "gas_connection"],
        node=["", "", "junction"],
        capacity=[capacity, float("nan"), float("nan")],
        demand=[float("nan"), float("nan"), demand],
        unit=["kg/s"] * 3,
    )
    main = Links(id=["main"], sector=["gas"], kind=["gas_pipe"], start=["station"], end=["junction"])
    return City("gas", assets=assets, links=main)


def cut(lasts_h: float) -> OutageSpec:
    return OutageSpec(("main",), at_h=1.0, lasts_h=lasts_h)


@pytest.mark.parametrize(("lasts_h", "hours"), [(10.0, 7.0), (3.0, 0.0), (2.5, 0.0)])
def test_pipes_that_are_cut_off_deliver_until_they_are_empty(lasts_h: float, hours: float) -> None:
    result = run_cascade(gas(), scenario(cut(lasts_h)).with_settings({"gas.linepack_h": "3"}), threads=1)
    assert down(result, "home") == pytest.approx(hours)
    assert down(result, "main") == pytest.approx(lasts_h)


def test_a_customer_whose_own_junction_fails_has_nothing_to_hold_on_to() -> None:
    question = scenario(OutageSpec(("junction",), at_h=1.0, lasts_h=5.0)).with_settings({"gas.linepack_h": "3"})
    assert first_down(run_cascade(gas(), question, threads=1), "home") == pytest.approx(1.0)


def test_a_second_cut_is_held_anew() -> None:
    question = scenario(cut(5.0), OutageSpec(("main",), at_h=20.0, lasts_h=5.0)).with_settings({"gas.linepack_h": "3"})
    assert down(run_cascade(gas(), question, threads=1), "home") == pytest.approx(2.0 + 2.0)


@pytest.mark.parametrize(("surge", "served"), [("1", True), ("1.9", True), ("4", False)])
def test_calls_beyond_the_capacity_are_shared(surge: str, served: bool) -> None:
    assets = Assets(
        id=["exchange", "mast"], sector=["telecom"] * 2, kind=["exchange", "mast"], capacity=[100.0, float("nan")],
        demand=[float("nan"), 60.0],
    )
    links = Links(id=["fibre"], sector=["telecom"], kind=["fibre"], start=["exchange"], end=["mast"])
    city = City("calls", assets=assets, links=links)
    later = OutageSpec(("exchange",), at_h=47.0, lasts_h=0.5)
    spec = scenario(OutageSpec(("fibre",), at_h=1.0, lasts_h=1.0), later).with_settings({"telecom.surge": surge})
    result = run_cascade(city, spec, threads=1)
    assert (down(result, "mast") == pytest.approx(1.5)) is served


def test_water_must_be_boiled_for_a_day_after_it_comes_back() -> None:
    outage = OutageSpec(("main",), at_h=2.0, lasts_h=4.0)
    result = run_cascade(waterworks(), scenario(outage), threads=1)
    boiled = result.people_without_service["boil_water"].p50
    assert np.flatnonzero(boiled).tolist() == list(range(6, 30))
    assert boiled.max() == 90.0
    assert result.people_hours["water"].mean == pytest.approx(4 * 90.0)


def test_water_that_goes_again_is_not_boiled_and_the_notice_starts_anew() -> None:
    again = OutageSpec(("main",), at_h=10.0, lasts_h=5.0)
    result = run_cascade(waterworks(), scenario(OutageSpec(("main",), at_h=2.0, lasts_h=4.0), again), threads=1)
    assert result.people_hours["boil_water"].mean == pytest.approx(90.0 * (4.0 + 24.0))


def test_without_a_notice_there_is_no_such_row() -> None:
    outage = OutageSpec(("main",), at_h=2.0, lasts_h=4.0)
    result = run_cascade(waterworks(), scenario(outage).with_settings({"water.boil_notice_h": "0"}), threads=1)
    assert "boil_water" not in (result.people_hours or {})

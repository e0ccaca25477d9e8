"""What outlasts a cut: line pack, warmth, and the notice that follows dry pipes; exact hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cascade_cities import down, first_down, scenario, waterworks

from stratum_core.cascade.compiled import compile_city
from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Links
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.cascade import run_cascade, why


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


#: 1,000 m of 0.2 m pipe, 31.416 m3, at 4 bar: what lies above half of that, in m3 at norm
HELD_M3 = np.pi * 0.01 * 1000 * 2e5 / 101_325


def levels(demand: float = 0.01, regulator: float = 0.02, low_pressure: float = float("nan")) -> City:
    """A station on 4 bar, a regulator to a lower level with 100 m of 0.1 m pipe, and customers there; m3/s at norm."""
    assets = Assets(
        id=["station", "high", "inlet", "outlet", "far", "home"],
        sector=["gas"] * 6,
        kind=["gas_station", *["gas_junction"] * 4, "gas_connection"],
        node=["high", "", "", "", "", "far"],
        pressure=[float("nan"), 4e5, 4e5, low_pressure, low_pressure, float("nan")],
        demand=[float("nan")] * 5 + [demand],
        unit=["m3/s"] * 6,
    )
    links = Links(
        id=["main", "regulator", "low"], sector=["gas"] * 3, kind=["gas_pipe", "gas_regulator", "gas_pipe"],
        start=["high", "inlet", "outlet"], end=["inlet", "outlet", "far"], diameter=[0.2, float("nan"), 0.1],
        length=[1000.0, float("nan"), 100.0], capacity=[float("nan"), regulator, float("nan")],
    )
    return City("levels", assets=assets, links=links)


def gas_hours(city: City, *outages: OutageSpec, **settings: str) -> float:
    texts = {"run.step_h": "0.0166666667"} | {key.replace("__", "."): value for key, value in settings.items()}
    return first_down(run_cascade(city, scenario(*outages).with_settings(texts), threads=1), "home")


def test_line_pack_lasts_for_its_volume_over_the_draw() -> None:
    lasts = (HELD_M3 + np.pi * 0.0025 * 100 * 5e4 / 101_325) / 0.01 / 3600  # 1.73 h; the low level, at 1 bar, adds some minutes
    station = OutageSpec(("station",), at_h=1.0, lasts_h=40.0)
    assert gas_hours(levels(low_pressure=1e5), station) == pytest.approx(1.0 + lasts, abs=0.02)
    assert gas_hours(levels(low_pressure=1e5), station, gas__least_pressure="0.25") == pytest.approx(1.0 + 1.5 * lasts, abs=0.02)


def test_the_chain_tells_how_long_the_pipes_held() -> None:
    question = scenario(OutageSpec(("main",), at_h=1.0, lasts_h=10.0)).with_settings({"gas.linepack_h": "3"})
    texts = [step.text for step in why(gas(), question, "home", 0)]
    assert texts == ["main is out.", "junction loses gas: what the pipes held lasted 3\u202fh.", "home loses gas."]


def test_a_zone_without_its_regulator_has_only_its_own_pipes() -> None:
    lost = OutageSpec(("regulator",), at_h=1.0, lasts_h=40.0)
    own = np.pi * 0.0025 * 100 * 5e4 / 101_325 / 0.0001 / 3600  # 0.3877 m3 at 0.1 l/s: 1.077 h
    assert gas_hours(levels(demand=0.0001, low_pressure=1e5), lost) == pytest.approx(1.0 + own, abs=0.02)


def test_a_zone_of_unknown_pressure_is_held_for_the_stated_time_and_that_is_said() -> None:
    lost = OutageSpec(("regulator",), at_h=1.0, lasts_h=40.0)
    assert gas_hours(levels(), lost, gas__linepack_h="3") == pytest.approx(4.0, abs=0.02)
    result = run_cascade(levels(), scenario(lost), threads=1)
    assert any("1 of 2 gas pipes" in warning for warning in result.warnings)


def test_a_regulator_gives_no_more_than_its_capacity() -> None:
    # customers at half of their demand still count as supplied; at 40 % they do not, once the line pack is used up
    nothing = OutageSpec(("main",), at_h=47.0, lasts_h=1.0)
    assert np.isnan(gas_hours(levels(regulator=0.006, low_pressure=1e5), nothing))
    own = np.pi * 0.0025 * 100 * 5e4 / 101_325
    assert gas_hours(levels(regulator=0.004, low_pressure=1e5), nothing) == pytest.approx(own / (0.01 - 0.004) / 3600, abs=0.02)


def test_line_pack_by_mass_uses_the_density() -> None:
    city = levels(demand=0.01, low_pressure=1e5)
    by_mass = City("mass", assets=city.assets.with_columns(unit=np.array(["kg/s"] * 6, dtype=object)), links=city.links)
    station = OutageSpec(("station",), at_h=1.0, lasts_h=40.0)
    by_volume, by_weight = (gas_hours(one, station, gas__density="0.5") - 1.0 for one in (city, by_mass))
    assert by_weight == pytest.approx(0.5 * by_volume, abs=0.02)


@pytest.mark.parametrize(("units", "words"), [(["W", "W"], "in W cannot"), (["kg/s", "m3/s"], "in m3/s cannot")])
def test_gas_demand_in_energy_or_of_two_units_is_refused(units: list[str], words: str) -> None:
    city = levels(low_pressure=1e5)
    mixed = city.assets.with_columns(unit=np.array([""] * 4 + units, dtype=object), demand=np.array([np.nan] * 4 + [0.01, 0.01]))
    with pytest.raises(InputError, match=words):
        compile_city(replace(city, assets=mixed), CascadeSpec())


def test_gas_demand_without_unit_is_taken_by_volume_and_that_is_said() -> None:
    city = levels(low_pressure=1e5)
    bare = compile_city(replace(city, assets=city.assets.with_columns(unit=np.array([""] * 6, dtype=object))), CascadeSpec())
    assert any("1 gas demands have no unit" in warning for warning in bare.warnings)
    assert bare.network.capacity.tolist() == compile_city(city, CascadeSpec()).network.capacity.tolist()

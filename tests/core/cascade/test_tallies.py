"""Beds, drives of help, wet wells and fuel on cities small enough to compute by hand: exact hours and amounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cascade_cities import NAN, down, first_down, scenario

from stratum_core.cascade.compiled import compile_city
from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, Blocks, City, Dependencies, Links, Services
from stratum_core.model.results import CascadeResult, Travel
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.cascade import run_cascade, why


def ran(city: City, *outages: OutageSpec, **settings: object) -> CascadeResult:
    texts = {key.replace("__", "."): str(value) for key, value in settings.items()}
    return run_cascade(city, scenario(*outages).with_settings(texts), threads=1)


def hospital() -> City:
    """100 beds that need power, water for 2 h and staff for 8 h, each from a site of its own; a clinic of 20 needs nothing."""
    assets = Assets(
        id=["power", "water", "staff", "hospital", "clinic"], sector=["community"] * 3 + ["health"] * 2,
        kind=["shelter"] * 3 + ["hospital", "clinic"], unit=["", "", "", "beds", "beds"], capacity=[NAN] * 3 + [100.0, 20.0],
    )
    services = ["power", "water", "staff"]
    needs = Dependencies(
        id=services, dependent=["hospital"] * 3, supplier=services, service=services, buffer=[0.0, 2.0, 8.0],
    )
    return City("care", assets=assets, dependencies=needs)


def test_beds_follow_the_need_that_leaves_fewest() -> None:
    outages = [OutageSpec(("water",), 1.0, 9.0), OutageSpec(("staff",), 0.0, 10.0), OutageSpec(("power",), 20.0, 3.0),
               OutageSpec(("hospital",), 30.0, 2.0)]
    health = ran(hospital(), *outages, health__beds_without_water=0.6, health__beds_without_staff=0.25).health
    assert health is not None
    assert (health.beds, health.occupied) == (120, 0.75)
    assert health.working.p50[:12].tolist() == [120, 120, 120, 80, 80, 80, 80, 80, 45, 45, 120, 120]
    assert health.working.p50[19:34].tolist() == [120, 20, 20, 20, 120, *[120] * 6, 20, 20, 120, 120]
    assert health.least.p50 == 20
    assert health.without_bed.p50 == 0.75 * 120 - 20


def test_without_beds_nothing_is_said_of_them() -> None:
    city = City("none", assets=Assets(id=["clinic"], sector=["health"], kind=["clinic"]))
    result = ran(city, OutageSpec(("clinic",), 1.0, 1.0))
    assert (result.health, result.travel, result.sewage, result.fuel) == (None, (), None, None)


def street(minutes: tuple[float, ...] = (10.0, 15.0, 20.0)) -> City:
    """A clinic and a fire station at the entry, three crossings in a row with 100, 200 and 400 people, and a hospital beyond."""
    x = [0.0, 1000.0, 2000.0, 3000.0]
    assets = Assets(
        id=["entry", "a", "b", "c", "clinic", "hospital", "engine"], sector=["roads"] * 4 + ["health"] * 2 + ["community"],
        kind=["road_entry", *["crossing"] * 3, "clinic", "hospital", "fire_station"], x=[*x, 1.0, 2999.0, 2.0], y=[0.0] * 7,
    )
    links = Links(
        id=["1", "2", "3"], sector=["roads"] * 3, kind=["road"] * 3, start=["entry", "a", "b"], end=["a", "b", "c"],
        free_flow_time=[60.0 * m for m in minutes],
    )
    blocks = Blocks(id=["A", "B", "C"], x=x[1:], y=[5.0] * 3, residents=[100.0, 200.0, 400.0])
    return City("street", assets=assets, links=links, blocks=blocks)


def of(result: CascadeResult, help: str) -> Travel:
    return next(travel for travel in result.travel if travel.help == help)


def test_help_drives_over_open_roads_from_sites_that_work() -> None:
    outages = [OutageSpec(("2",), 5.0, 10.0), OutageSpec(("hospital",), 20.0, 30.0)]
    result = ran(street(), *outages, roads__look_h=6, roads__response_min=22, roads__fire_response_min=12)
    care, fire = of(result, "care"), of(result, "fire")
    # to a: 10 by the clinic; to b: 20 by the hospital, 25 by the clinic; to c: 0, then 45
    assert care.beyond.h.tolist() == [6.0 * i for i in range(9)]
    assert (care.undamaged_beyond, care.undamaged_median_min) == (0, 0)
    assert care.beyond.p50.tolist() == [0, 0, 0, 0, *[600] * 5]
    assert care.median_min.p50 == pytest.approx([0, 0, 0, 0, *[45] * 5])
    assert care.worst.p50 == 600
    assert (fire.undamaged_beyond, fire.undamaged_median_min) == (600, pytest.approx(45))
    assert fire.beyond.p50.tolist() == [600] * 9
    assert np.isinf(fire.median_min.p50[1:3]).all()
    assert fire.median_min.p50[3:] == pytest.approx(45)


def test_a_look_of_zero_hours_looks_nowhere() -> None:
    assert ran(street(), OutageSpec(("2",), 5.0, 10.0), roads__look_h=0).travel == ()


def sewers(volume: float = NAN) -> City:
    """480 people above an upper station, 240 between it and a lower one, which pumps to the works; 100 l a day: 2 and 1 m3/h."""
    assets = Assets(
        id=["works", "low", "mid", "up", "top", "grid"], sector=["wastewater"] * 5 + ["community"],
        kind=["sewage_works", "lift_station", "manhole", "lift_station", "manhole", "shelter"],
        capacity=[NAN, NAN, NAN, volume, NAN, NAN], unit=["", "", "", "m3", "", ""],
    )
    links = Links(
        id=["1", "2", "3", "4"], sector=["wastewater"] * 4, kind=["sewer"] * 4, start=["top", "up", "mid", "low"],
        end=["up", "mid", "low", "works"],
    )
    blocks = Blocks(id=["T", "M"], x=[0.0, 0.0], y=[0.0, 0.0], residents=[480.0, 240.0])
    services = Services(id=["t", "m"], block=["T", "M"], service=["wastewater"] * 2, supplier=["top", "mid"])
    needs = Dependencies(id=["p"], dependent=["up"], supplier=["grid"], service=["power"])
    return City("sewers", assets=assets, links=links, blocks=blocks, services=services, dependencies=needs)


GRID = OutageSpec(("grid",), at_h=2.0, lasts_h=10.0)


@pytest.mark.parametrize(("volume", "fills_h"), [(6.0, 3.0), (NAN, 1.5), (30.0, NAN)])
def test_a_station_without_power_runs_over_when_its_well_is_full(volume: float, fills_h: float) -> None:
    result = ran(sewers(volume), GRID, wastewater__litres_per_day=100, wastewater__well_h=1.5)
    sewage = result.sewage
    assert sewage is not None
    if np.isnan(fills_h):
        assert sewage.overflow.mean == 0
        return
    assert first_down(result, "up") == pytest.approx(2.0 + fills_h)
    assert sewage.overflow.mean == pytest.approx(2.0 * (10.0 - fills_h))
    assert [(o.asset, o.mean_m3) for o in sewage.top] == [("up", pytest.approx(sewage.overflow.mean))]
    assert sewage.untreated.mean == 0
    step = why(sewers(volume), scenario(GRID).with_settings({"wastewater.litres_per_day": "100"}), "up", 0)[-1]
    assert "wet well is full" in step.text


def test_what_an_upper_station_lets_out_does_not_reach_the_lower_one_or_the_works() -> None:
    outages = [OutageSpec(("up",), 0.0, 4.0), OutageSpec(("low",), 0.0, 6.0), OutageSpec(("works",), 5.0, 5.0)]
    sewage = ran(sewers(), *outages, wastewater__litres_per_day=100).sewage
    assert sewage is not None
    assert {o.asset: o.mean_m3 for o in sewage.top} == pytest.approx(
        {"up": 4 * 2.0, "low": 4 * 1.0 + 2 * 3.0, "works": 4 * 3.0})
    assert (sewage.overflow.mean, sewage.untreated.mean) == pytest.approx((18.0, 12.0))


def test_what_stays_in_a_wet_well_is_counted_nowhere_else() -> None:
    # of 20 m3 that come to the upper station 6 stay in its well and 14 run over; 10 of the middle pass the works untreated
    sewage = ran(sewers(6.0), GRID, OutageSpec(("works",), 2.0, 10.0), wastewater__litres_per_day=100).sewage
    assert sewage is not None
    assert (sewage.overflow.mean, sewage.untreated.mean) == pytest.approx((14.0, 10.0))


def generator(buffer: float = 24.0, depot_buffer: float = 0.0) -> City:
    """A hospital with a generator 30 km of road from a depot, one hour at 30 km/h; both need the same grid."""
    assets = Assets(
        id=["entry", "corner", "grid", "power", "depot", "hospital"],
        sector=["roads"] * 2 + ["community"] * 3 + ["health"],
        kind=["road_entry", "crossing", "shelter", "shelter", "fuel_depot", "hospital"],
        x=[0.0, 30_000.0, 0.0, 0.0, 0.0, 30_000.0], y=[0.0] * 6,
    )
    links = Links(id=["road"], sector=["roads"], kind=["road"], start=["entry"], end=["corner"], length=[30_000.0])
    needs = Dependencies(
        id=["h", "d", "f"], dependent=["hospital", "depot", "hospital"], supplier=["grid", "power", "depot"],
        service=["power", "power", "fuel"], buffer=[buffer, depot_buffer, 0.0],
    )
    return City("fuel", assets=assets, links=links, dependencies=needs)


OUT = OutageSpec(("grid",), at_h=1.0, lasts_h=46.0)


def test_deliveries_keep_a_generator_running() -> None:
    result = ran(generator(), OUT)
    assert np.isnan(first_down(result, "hospital"))
    assert result.fuel is not None
    # ordered at 13, comes at 15; ordered again 12 h later, comes at 29 and at 43
    assert (result.fuel.depots, result.fuel.tankers, result.fuel.deliveries.mean) == (1, 2, 3)


def test_without_tankers_the_reserve_runs_out() -> None:
    result = ran(generator(), OUT, fuel__tankers=0)
    assert first_down(result, "hospital") == pytest.approx(25.0)
    assert result.fuel is None


def test_a_closed_road_keeps_the_tanker_away_until_it_opens() -> None:
    result = ran(generator(), OUT, OutageSpec(("road",), at_h=0.5, lasts_h=29.5))
    assert first_down(result, "hospital") == pytest.approx(25.0)
    assert down(result, "hospital") == pytest.approx(30.0 + 2.0 - 25.0)


@pytest.mark.parametrize(("buffer", "hours"), [(0.0, 22.0), (40.0, 0.0)])
def test_a_depot_needs_power_to_pump_or_a_generator(buffer: float, hours: float) -> None:
    result = ran(generator(depot_buffer=buffer), OUT, OutageSpec(("power",), at_h=0.5, lasts_h=46.5))
    assert down(result, "hospital") == pytest.approx(hours)


def test_one_tanker_serves_the_site_with_most_people_first() -> None:
    city = generator(10.0)
    home = Assets(id=["home"], sector=["community"], kind=["care_home"], x=[30_000.0], y=[0.0], people=[90.0])
    needs = Dependencies(
        id=["hp", "hf"], dependent=["home"] * 2, supplier=["grid", "depot"], service=["power", "fuel"], buffer=[10.0, 0.0],
    )
    more = City("more", assets=home, dependencies=needs)
    result = ran(city.adding(more), OutageSpec(("grid",), at_h=1.0, lasts_h=13.0), fuel__tankers=1, fuel__delivery_h=1.5)
    assert np.isnan(first_down(result, "home"))
    # 6 + 1.5 + 1 to home, 1 back, 1.5 + 1 to the hospital
    assert first_down(result, "hospital") == pytest.approx(11.0)
    assert down(result, "hospital") == pytest.approx(1.0)


def test_a_depot_serves_only_whom_it_is_named_for() -> None:
    more = City(
        "more", assets=Assets(id=["home", "other"], sector=["community"] * 2, kind=["care_home", "fuel_depot"],
                              x=[30_000.0, 0.0], y=[0.0, 0.0]),
        dependencies=Dependencies(id=["hp", "hf"], dependent=["home"] * 2, supplier=["grid", "other"], service=["power", "fuel"],
                                  buffer=[24.0, 0.0]))
    city = generator().adding(more)
    result = ran(city, OUT, OutageSpec(("power",), at_h=0.5, lasts_h=46.5))
    assert np.isnan(first_down(result, "home"))
    assert first_down(result, "hospital") == pytest.approx(25.0)
    assert any("so 1 depot gets none" in text for text in ran(city, OUT, fuel__tankers=1).warnings)


def test_fuel_for_a_site_without_a_reserve_is_told() -> None:
    assert any("no reserve of power" in warning for warning in ran(generator(0.0), OUT).warnings)


def test_a_look_at_which_nothing_changed_repeats_the_last_one() -> None:
    outages = [OutageSpec(("hospital",), 5.0, 20.0), OutageSpec(("clinic",), 30.0, 5.0)]
    care = of(ran(street(), *outages, roads__look_h=6, roads__response_min=22), "care")
    # only the clinic works from 6 to 24, only the hospital at 30, from which a is 35 minutes
    assert care.beyond.p50.tolist() == [0, 600, 600, 600, 600, 100, 0, 0, 0]


def test_the_need_that_failed_is_named_where_one_site_gives_two() -> None:
    assets = Assets(id=["site", "home"], sector=["community", "health"], kind=["shelter", "hospital"])
    needs = Dependencies(id=["a", "b"], dependent=["home"] * 2, supplier=["site"] * 2, service=["water", "power"],
                         buffer=[10.0, 2.0], buffer_low=[9.0, 1.0], buffer_high=[11.0, 3.0], source=["waterworks", "grid"])
    step = why(City("one", assets=assets, dependencies=needs), scenario(OutageSpec(("site",), 1.0, 20.0)), "home", 0)[-1]
    assert (step.rule, step.source, step.low, step.high) == ("power.reserve", "grid", 1.0, 3.0)
    assert step.text.startswith("home closes: no power")


@pytest.mark.parametrize(("lost", "hour", "words"), [
    ("grid", 13.0, "up stops: no power, and its 8.0 h reserve is used up and its wet well is full after 3.0 h more."),
    ("control", 7.0, "up stops: no control, and its 5.0 h reserve is used up."),
])
def test_a_well_and_a_reserve_are_told_apart(lost: str, hour: float, words: str) -> None:
    city, sites = sewers(6.0), ["grid", "control"]
    assets = city.assets.append(Assets(id=["control"], sector=["community"], kind=["shelter"]))
    needs = Dependencies(id=["p", "c"], dependent=["up"] * 2, supplier=sites, service=["power", "control"], buffer=[8.0, 5.0])
    told = scenario(OutageSpec((lost,), 2.0, 20.0)).with_settings({"wastewater.litres_per_day": "100"})
    step = why(replace(city, assets=assets, dependencies=needs), told, "up", 0)[-1]
    assert (step.t_h, step.text) == (pytest.approx(hour), words)


def test_a_road_without_time_and_length_takes_its_drawn_length() -> None:
    city = street()
    path = np.array([None, np.array([[1000.0, 0.0], [1000.0, 1500.0], [2000.0, 1500.0], [2000.0, 0.0]]), None], dtype=object)
    city = replace(city, links=city.links.with_columns(free_flow_time=np.full(3, NAN), path=path))
    hours = compile_city(city, CascadeSpec()).crews.hours[len(city.assets) :]
    assert hours == pytest.approx(np.array([1.0, 4.0, 1.0]) / 30.0)


def test_nobody_is_reached_from_a_site_off_the_roads() -> None:
    city = street()
    far = city.assets.x.copy(), city.assets.y.copy()
    far[0][4], far[1][5], far[0][6], far[1][6] = NAN, 501.0, 500.0, 499.0  # the engine stands midway along a road
    compiled = compile_city(replace(city, assets=city.assets.with_columns(x=far[0], y=far[1])), CascadeSpec())
    assert compiled.tallies.help.tolist() == [6]
    assert [warning for warning in compiled.warnings if "2 sites of help, such as 'clinic'" in warning]


def test_a_capacity_without_unit_is_taken_as_beds_and_said() -> None:
    city = hospital()
    city = replace(city, assets=city.assets.with_columns(unit=np.array([""] * 4 + ["beds"], dtype=object)))
    compiled = compile_city(city, CascadeSpec())
    assert compiled.tallies.beds.tolist() == [100, 20]
    assert [warning for warning in compiled.warnings if "'hospital', count as beds" in warning]


def test_looks_closer_than_an_hour_and_an_unknown_depot_are_refused() -> None:
    with pytest.raises(InputError, match="at least 1 h"):
        ran(street(), roads__look_h=0.5)
    with pytest.raises(InputError, match="nowhere"):
        ran(street(), repair__depots="nowhere")
    with pytest.raises(InputError, match=r"Give a value between 0 and 1\.$"):
        ran(street(), health__occupied=2)

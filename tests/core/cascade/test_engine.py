"""The cascade engine on cities small enough to compute by hand: exact hours, exact causes."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import down, first_down, scenario, two_lines, waterworks

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Dependencies
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.cascade import run_cascade, why

CUT = OutageSpec(("line",), at_h=2.0, lasts_h=20.0)


def test_power_pump_tank_and_clinic_fail_at_the_hours_that_volume_and_reserve_give() -> None:
    result = run_cascade(waterworks(), scenario(CUT), threads=1)
    assert {a: first_down(result, a) for a in ("line", "bus/1", "pump", "tank", "tap", "clinic")} == pytest.approx(
        {"line": 2.0, "bus/1": 2.0, "pump": 2.0, "tank": 12.0, "tap": 12.0, "clinic": 13.5}
    )  # 36 m3 / 1 l/s = 10 h
    assert np.isnan(first_down(result, "lake"))


def test_all_are_back_when_the_outage_ends() -> None:
    result = run_cascade(waterworks(), scenario(CUT), threads=1)
    assert {a: down(result, a) for a in ("line", "pump", "tap", "clinic")} == pytest.approx(
        {"line": 20.0, "pump": 20.0, "tap": 10.0, "clinic": 8.5}
    )


def test_people_are_without_water_while_the_tap_is_dry() -> None:
    result = run_cascade(waterworks(), scenario(CUT), threads=1)
    without = result.people_without_service["water"].p50
    assert without[[0, 11, 13, 21, 23]].tolist() == [0, 0, 90, 90, 0]
    assert result.people_hours["water"].mean == pytest.approx(900.0)


def test_the_chain_names_every_step_from_the_line_to_the_clinic() -> None:
    steps = why(waterworks(), scenario(CUT), "clinic", 0)
    assert steps[0].asset == "line"
    assert steps[-1].asset == "clinic"
    assert [step.t_h for step in steps] == sorted(step.t_h for step in steps)
    assert {"pump", "tank"} <= {step.asset for step in steps}


@pytest.mark.parametrize("cause", ["line", "pump", "bus/1"])
def test_without_the_cause_the_failure_is_gone(cause: str) -> None:
    early, late = OutageSpec((cause,), at_h=2.0, lasts_h=20.0), OutageSpec(("grid",), at_h=47.0, lasts_h=1.0)
    with_cause = run_cascade(waterworks(), scenario(early, late), threads=1)
    without = run_cascade(waterworks(), scenario(late), threads=1)
    assert first_down(with_cause, "clinic") == pytest.approx(13.5)
    assert np.isnan(first_down(without, "clinic"))


def test_a_reserve_longer_than_the_gap_keeps_the_clinic_open() -> None:
    assert np.isnan(first_down(run_cascade(waterworks(reserve_h=11.0), scenario(CUT), threads=1), "clinic"))


def alternatives(needed: float) -> City:
    return City(
        "any",
        assets=Assets(id=["a", "b", "c", "ward"], sector=["health"] * 4, kind=["clinic"] * 4),
        dependencies=Dependencies(
            id=["1", "2", "3"],
            dependent=["ward"] * 3,
            supplier=["a", "b", "c"],
            service=["staff"] * 3,
            group=["any"] * 3,
            needed=[needed] * 3,
        ),
    )


@pytest.mark.parametrize(
    ("needed", "out", "fails"),
    [
        (1, ("a", "b"), False),
        (1, ("a", "b", "c"), True),
        (2, ("a",), False),
        (2, ("a", "c"), True),
        (3, ("b",), True),
    ],
)
def test_a_redundancy_group_holds_while_enough_are_up(needed: int, out: tuple[str, ...], fails: bool) -> None:
    result = run_cascade(alternatives(needed), scenario(OutageSpec(out, at_h=1.0, lasts_h=5.0)), threads=1)
    assert np.isnan(first_down(result, "ward")) != fails
    assert down(result, "ward") == pytest.approx(5.0 if fails else 0.0)


def test_outages_that_touch_are_one() -> None:
    result = run_cascade(alternatives(3), scenario(OutageSpec(("a",), 1.0, 5.0), OutageSpec(("a",), 6.0, 4.0)), threads=1)
    assert down(result, "ward") == pytest.approx(9.0)


ONE_OUT = OutageSpec(("one",), at_h=1.0, lasts_h=40.0)


def test_the_other_line_trips_above_its_rating_times_the_relay_factor() -> None:
    tripped = run_cascade(two_lines(79.0), scenario(ONE_OUT), threads=1)  # 100 / 79 > 1.25
    assert first_down(tripped, "two") == pytest.approx(1.0)
    assert first_down(tripped, "town") == pytest.approx(1.0)
    assert next(r.tripped for r in tripped.rounds if r.tripped) == ("two",)
    first, step = why(two_lines(79.0), scenario(ONE_OUT), "two", 0)
    assert (first.asset, first.rule) == ("one", "outage")
    assert (step.rule, step.threshold) == ("power.overload", 1.25)
    assert step.value == pytest.approx(100 / 79)


def test_the_town_blames_the_line_whose_trip_cut_it_off() -> None:
    steps = why(two_lines(79.0), scenario(ONE_OUT), "town", 0)
    assert [step.asset for step in steps] == ["one", "two", "town"]


def test_a_reserve_that_ends_when_supply_returns_has_lasted() -> None:
    assets = Assets(
        id=["grid", "bus", "site"],
        sector=["power", "power", "health"],
        kind=["external_grid", "bus", "clinic"],
        node=["bus", "", ""],
    )
    needs = Dependencies(id=["d"], dependent=["site"], supplier=["bus"], service=["power"], buffer=[5.0])
    result = run_cascade(
        City("tie", assets=assets, dependencies=needs), scenario(OutageSpec(("bus",), at_h=5.0, lasts_h=5.0)), threads=1
    )
    assert np.isnan(first_down(result, "site"))


@pytest.mark.parametrize(("rating", "trips"), [(81.0, True), (79.0, False)])
def test_below_it_or_without_trips_the_line_holds(rating: float, trips: bool) -> None:
    held = run_cascade(two_lines(rating), scenario(ONE_OUT, trips=trips), threads=1)
    assert np.isnan(first_down(held, "two"))
    assert np.isnan(first_down(held, "town"))


def test_a_rating_that_the_base_case_exceeds_is_set_aside_and_reported() -> None:
    calm = run_cascade(two_lines(40.0), scenario(OutageSpec(("town",), at_h=47.0, lasts_h=1.0)), threads=1)
    assert any("exceed their rating" in warning for warning in calm.warnings)
    assert np.isnan(first_down(calm, "two"))


def drawn(threads: int, seed: int = 42) -> CascadeResult:
    outages = OutageSpec(("line", "pump", "intake"), at_h=1.0, lasts_h=3.0, probability=0.4)
    question = scenario(outages, replicates=120, repair=True).with_settings({"run.seed": str(seed)})
    return run_cascade(waterworks(), question, threads=threads)


def test_threads_change_nothing_and_seeds_do() -> None:
    one, two, other = drawn(1), drawn(2), drawn(1, seed=43)
    assert one.digest == two.digest
    assert one.digest != other.digest
    assert np.array_equal(one.failure_probability, two.failure_probability)


def test_a_replicate_replayed_fails_as_in_the_run() -> None:
    outages = OutageSpec(("line",), at_h=1.0, lasts_h=30.0, probability=0.5)
    question = scenario(outages, replicates=40)
    share = run_cascade(waterworks(), question, threads=1).failure_probability[7]
    replayed = [bool(why(waterworks(), question, "clinic", replicate)) for replicate in range(40)]
    assert np.mean(replayed) == pytest.approx(share)
    assert 0 < share < 1


def test_an_unknown_asset_of_an_outage_is_refused() -> None:
    with pytest.raises(InputError, match="'line'"):
        run_cascade(waterworks(), scenario(OutageSpec(("lin",))), threads=1)

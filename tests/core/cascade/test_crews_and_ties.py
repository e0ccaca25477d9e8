"""Repair crews and normally open ties on cities small enough to compute by hand: exact hours."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import NAN, down, first_down, scenario, two_lines, waterworks, with_roads

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Links
from stratum_core.pipeline.cascade import cascade_job, run_cascade

MEAN_TIMES = {"repair.enabled": "true", "repair.spread": "false"}
BOTH = OutageSpec(("intake", "main"), at_h=1.0, lasts_h=0.0)


def mended(settings: dict[str, str], city: City | None = None, outage: OutageSpec = BOTH) -> dict[str, float]:
    result = run_cascade(city or waterworks(), scenario(outage).with_settings(MEAN_TIMES | settings), threads=1)
    return {name: down(result, name) for name in ("intake", "main")}


def test_without_a_limit_both_pipes_are_mended_side_by_side() -> None:
    assert mended({}) == pytest.approx({"intake": 12.0, "main": 12.0})  # the mean repair of a water main


def test_one_crew_mends_one_after_the_other_the_one_that_serves_people_first() -> None:
    assert mended({"repair.crews.water": "1"}) == pytest.approx({"intake": 12.0, "main": 24.0})


def test_two_crews_are_as_good_as_no_limit_here() -> None:
    assert mended({"repair.crews.water": "2"}) == mended({})


def test_a_crew_of_another_skill_does_not_help() -> None:
    assert mended({"repair.crews.water": "1", "repair.crews.power": "9"})["main"] == pytest.approx(24.0)


def test_crews_drive_over_roads() -> None:
    city, _ = with_roads(0.0)
    assert mended({"repair.crews.water": "2"}, city) == pytest.approx({"intake": 13.0, "main": 13.0})


def test_a_closed_road_keeps_the_crew_away_until_it_opens() -> None:
    city, street = with_roads(6.0)
    question = scenario(BOTH, street).with_settings(MEAN_TIMES | {"repair.crews.water": "2"})
    hours = down(run_cascade(city, question, threads=1), "main")
    assert hours == pytest.approx(5.5 + 2.0 + 1.0 + 12.0)  # until the water is off the road, its own repair, the way, the main


@pytest.mark.parametrize(("key", "value"), [("repair.depots", "nowhere"), ("repair.order", "alphabet")])
def test_an_unknown_depot_or_order_is_refused(key: str, value: str) -> None:
    with pytest.raises(InputError, match=value):
        mended({"repair.crews.water": "1", key: value})


def ring(rating_mw: float = 100.0) -> City:
    """Two feeders from one busbar to north and south, joined by a tie that is normally open; 10 MW at each end."""
    assets = Assets(
        id=["grid", "bar", "north", "south", "n", "s"],
        sector=["power"] * 6,
        kind=["external_grid", "bus", "bus", "bus", "load", "load"],
        node=["bar", "", "", "", "north", "south"],
        voltage=[20e3] * 6,
        demand=[NAN] * 4 + [10e6, 10e6],
        unit=["W"] * 6,
    )
    links = Links(
        id=["to_north", "to_south", "tie"],
        sector=["power"] * 3,
        kind=["cable"] * 3,
        start=["bar", "bar", "north"],
        end=["north", "south", "south"],
        resistance=[0.05] * 3,
        reactance=[0.05] * 3,
        voltage=[20e3] * 3,
        capacity=[rating_mw * 1e6] * 3,
        unit=["W"] * 3,
        closed=[True, True, False],
    )
    return City("ring", assets=assets, links=links)


CABLE = OutageSpec(("to_south",), at_h=1.0, lasts_h=30.0)


def test_the_tie_feeds_the_dead_section_after_the_switching_time() -> None:
    result = run_cascade(ring(), scenario(CABLE).with_settings({"power.switching_h": "1.5"}), threads=1)
    assert first_down(result, "south") == pytest.approx(1.0)
    assert {name: down(result, name) for name in ("south", "s", "n")} == pytest.approx({"south": 1.5, "s": 1.5, "n": 0.0})


def test_a_tie_below_the_voltage_that_is_switched_stays_open() -> None:
    settings = {"power.switching_h": "1.5", "power.switched_above_v": "30000"}
    assert down(run_cascade(ring(), scenario(CABLE).with_settings(settings), threads=1), "s") == pytest.approx(30.0)


def test_a_tie_that_would_overload_its_feeder_is_opened_before_a_relay_trips() -> None:
    result = run_cascade(ring(rating_mw=12.0), scenario(CABLE).with_settings({"power.switching_h": "1.0"}), threads=1)
    assert down(result, "s") == pytest.approx(30.0)
    assert down(result, "n") == 0.0
    assert np.isnan(first_down(result, "to_north"))


def test_a_second_loss_takes_the_section_that_the_tie_feeds_with_it() -> None:
    later = OutageSpec(("to_north",), at_h=10.0, lasts_h=5.0)
    result = run_cascade(ring(), scenario(CABLE, later).with_settings({"power.switching_h": "1.0"}), threads=1)
    assert down(result, "n") == pytest.approx(5.0)
    assert down(result, "s") == pytest.approx(1.0 + 5.0)


def test_two_lines_have_no_tie_and_nothing_is_switched() -> None:
    result = run_cascade(two_lines(300.0), scenario(OutageSpec(("one",), at_h=1.0, lasts_h=5.0)), threads=1)
    assert down(result, "town") == 0.0


def test_a_second_shock_prolongs_the_repair_and_counts_once() -> None:
    again = OutageSpec(("main",), at_h=5.0, lasts_h=0.0)
    result = run_cascade(waterworks(), scenario(BOTH, again).with_settings(MEAN_TIMES), threads=1)
    assert (down(result, "intake"), down(result, "main")) == pytest.approx((12.0, 16.0))
    assert result.damage_probability.max() == 1.0


@pytest.mark.parametrize("settings", [{}, {"repair.crews.water": "2"}])
def test_with_crews_too_the_longer_repair_holds(settings: dict[str, str]) -> None:
    again = OutageSpec(("main",), at_h=5.0, lasts_h=0.0)
    result = run_cascade(waterworks(), scenario(BOTH, again).with_settings(MEAN_TIMES | settings), threads=1)
    assert down(result, "main") == pytest.approx(16.0)


def test_one_more_crew_of_a_skill_leaves_those_of_others_where_they_are() -> None:
    """Two depots: the only crew of water starts from the first, however many crews of power there are."""
    city, street = with_roads(0.0)
    settings = {"repair.depots": "corner,entry", "repair.crews.water": "1"}
    compiled = [cascade_job(city, scenario(BOTH, street).with_settings(settings | {"repair.crews.power": str(power)})).compiled
                for power in (1, 2)]
    starts = [[one.crews.depot[at] for at in range(len(one.crews.skill)) if one.crews.skill[at] == one.crews.skill[-1]]
              for one in compiled]
    assert starts == [[0], [0]]

"""When a replicate is cleared: everybody who will leave has arrived; a longer run never says otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evacuation_city import PLAIN, asked, village
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.model import BusRoutes, Trips
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.outcome import FATES
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.world import Disruption, Outage, world_of

NO_CAR = replace(PLAIN, ride_share=0.0, walk_limit=0.0)
DEAF = replace(PLAIN, siren_cover=0.0, phone_cover=0.0, broadcast_cover=0.0, neighbour_rate=0.0)


def _run(city, spec, disruption=None, replicate=0):
    world = world_of(city, spec, 42, exposed=np.empty((0, 2)))
    return EvacuationJob(world, lambda _: disruption or Disruption()).run_chunk(replicate)


def _clearance(city, spec, horizons, disruption=None):
    return np.array([_run(city, replace(spec, horizon_h=hours), disruption).clearance_h for hours in horizons])


def _spread(city, *x):
    """Homes in turn at some metres along the road."""
    return replace(city, blocks=city.blocks.with_columns(x=np.resize(np.array(x), len(city.blocks))))


def _with(city, **columns):
    """One more asset, in the east if it says no other place."""
    one = {name: np.array([value], dtype=object if isinstance(value, str) else float) for name, value in columns.items()}
    return replace(city, assets=city.assets.append(city.assets.take(np.array([2])).with_columns(**one)))


def _once_known_it_stays(found):
    """NaN up to some horizon, then one number."""
    known = np.isfinite(found)
    assert known[-1]
    assert (np.diff(known.astype(int)) >= 0).all()
    assert len(set(found[known].tolist())) == 1
    return float(found[-1])


def test_who_waits_for_a_bus_that_comes_is_not_cleared() -> None:
    """60 households of two, a bus of 50 seats: 50, 50 and 20 arrive, the last with the third tour at 37 minutes."""
    found = _clearance(village(60, cars=0.0), asked(NO_CAR, fleet=("bus:1",)), (0.25, 0.35, 0.5, 0.6, 0.65, 1.0, 3.0))
    assert np.isnan(found[:4]).all()
    assert _once_known_it_stays(found) == pytest.approx(37 / 60)


def test_who_waits_for_what_never_comes_is_left_out() -> None:
    """Half of the homes have no car, and no vehicle takes them: an ambulance takes who needs help, and nobody does."""
    city = _with(village(40), id="station", kind="ambulance_base", x=1000.0)
    city = replace(city, blocks=city.blocks.with_columns(vehicles=np.resize([1.0, 0.0], 40)))
    found = _run(city, asked(NO_CAR, fleet=("ambulance:2",)))
    assert found.clearance_h == pytest.approx(19 / 900 + 200 / 3600, abs=2 / 3600)
    assert (found.arrived, found.left_out) == (40, 40)
    lines = replace(city, bus_routes=BusRoutes(id=["12"], path=np.array([[[1000.0, 0.0], [2000.0, 0.0]], None], dtype=object)[:1],
                                               trips=[1.0], by_hour=["0"], buses=[1.0], seats=[30.0]))
    assert _run(lines, asked(NO_CAR, lines=("12:1",))).left_out == 40  # a kilometre to its first stop


def test_patients_who_are_not_ready_are_to_come() -> None:
    city = _with(_spread(village(40), 0.0, 1000.0), id="station", kind="ambulance_base", x=1000.0)
    city = _with(city, id="home", kind="care_home", special="care home", capacity=20.0, unit="beds", x=1000.0)
    zones = ({"name": "west", "polygon": [[-50, -50], [50, -50], [50, 50], [-50, 50]]},
             {"name": "home", "polygon": [[950, -50], [1050, -50], [1050, 50], [950, 50]], "order_h": 2.0})
    found = _clearance(city, asked(zones=zones, fleet=("convoy:1",)), (1.0, 3.0, 3.7, 4.0, 10.0))
    assert np.isnan(found[:3]).all()
    assert _once_known_it_stays(found) > 3.5  # told at 2 h, ready after an hour and a half


def test_whom_a_warden_will_tell_is_to_come_and_whom_nobody_tells_is_not() -> None:
    city = _with(_spread(village(120), 0.0, 1000.0, 2000.0), id="fire", kind="fire_station", x=0.0)
    found = _clearance(city, asked(DEAF, fleet=("warden:1",)), (0.5, 1.0, 1.5, 2.0, 4.0))
    assert np.isnan(found[:2]).all()
    assert _once_known_it_stays(found) > 1.4
    silent = _run(city, asked(replace(DEAF, phone_cover=0.5)), replicate=1)
    assert silent.left_out == silent.fate[0, FATES.index("not warned")] > 0
    assert np.isfinite(silent.clearance_h)
    talking = asked(replace(DEAF, phone_cover=0.5, neighbour_rate=1e-4))
    assert np.isnan(_run(city, talking, replicate=1).clearance_h)  # by and by the others tell them


@pytest.mark.parametrize(("back_at", "cleared"), [(3.0, False), (np.inf, True)])
def test_who_hears_when_the_phones_are_back_is_to_come(back_at, cleared) -> None:
    """Phones alone, gone in half of the blocks from the start."""
    rows = np.arange(20)
    gone = Disruption(telecom=Outage(rows, np.zeros(20), np.full(20, back_at)))
    spec = asked(replace(DEAF, phone_cover=1.0, phone_rate=1e4))
    found = _clearance(village(40), spec, (1.0, 2.0, 4.0), gone)
    assert np.isfinite(found).tolist() == [cleared, cleared, True]
    assert found[2] == pytest.approx(19 / 900 + 200 / 3600 + (0.0 if cleared else back_at), abs=4 / 3600)


def test_giving_up_in_a_queue_shortens_nothing() -> None:
    """300 cars take 20 minutes to leave; who turns back after ten from an open road has not been cleared."""
    city, hasty = village(300), replace(PLAIN, patience=10.0)
    assert _run(city, asked()).clearance_h == pytest.approx(299 / 900 + 200 / 3600, abs=4 / 3600)
    given_up = _run(city, asked(hasty))
    assert given_up.fate[0, FATES.index("turned back")] > 100
    assert np.isnan(_clearance(city, asked(hasty), (0.25, 0.5, 1.0, 4.0))).all()


@pytest.mark.parametrize("patience", [20.0, 90.0, 1e5])
def test_a_road_that_stays_shut_for_an_hour_cuts_off_and_one_that_opens_before_does_not(patience) -> None:
    """The second road closes while 100 cars are on the first; who turns back from it counts as who waits for it."""
    city, behaviour = village(100), replace(PLAIN, patience=patience)
    for to_h in (99.0, 3.0):
        spec = asked(behaviour, closures=({"road": "second", "from_h": 0.05, "to_h": to_h},))
        found = _clearance(city, spec, (0.5, 1.0, 2.0, 4.0, 6.0))
        assert np.isnan(found[:2]).all()
        assert _once_known_it_stays(found) < 0.2
        assert _run(city, spec).left_out > 0
    short = asked(behaviour, closures=({"road": "second", "from_h": 0.05, "to_h": 0.75},))
    found = _clearance(city, short, (0.5, 1.0, 2.0, 4.0))
    assert np.isnan(found).all() if patience < 40 else _once_known_it_stays(found) > 0.75


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_longer_run_never_says_otherwise(data) -> None:
    draw, one = data.draw, st.sampled_from
    city = village(draw(st.integers(1, 50)), people=3.0, cars=draw(one([0.0, 0.5, 1.0])), beds=draw(st.integers(0, 60)))
    city = _with(_spread(city, 0.0, draw(one([0.0, 1000.0]))), id="fire", kind="fire_station", x=1000.0)
    city = _with(city, id="home", kind="care_home", special="care home", capacity=15.0, unit="beds", x=0.0)
    city = replace(city, trips=Trips(id=["out"], origin=["middle"], destination=["east"], vehicles=[300.0]))
    begin, road = draw(one([0.2, 1.0, 50.0])), draw(one(["first", "second"]))
    fleet = draw(st.lists(one(["bus:1", "ambulance:1", "warden:1", "convoy:1"]), max_size=3, unique=True))
    behaviour = replace(BehaviourSpec(), patience=draw(one([10.0, 100.0])), neighbour_rate=draw(one([0.0, 0.1])))
    spec = asked(behaviour, fleet=tuple(fleet), inform_min=draw(one([5.0, 30.0])), start_hour=draw(one([2.0, 21.0])),
                 closures=({"road": road, "from_h": begin, "to_h": begin + draw(one([0.5, 2.0]))},))
    found = _clearance(city, spec, (0.5, 1.0, 1.7, 3.0, 6.0, 9.0))
    known = np.isfinite(found)
    assert (np.diff(known.astype(int)) >= 0).all()
    assert len(set(found[known].tolist())) <= 1

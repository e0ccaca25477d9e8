"""An evacuation against figures that can be worked out by hand, and what must hold whatever is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evacuation_city import PLAIN, asked, village
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.outcome import FATES, HELD_UP, NO_WAY_OUT, NOT_WARNED, outcome
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.world import Disruption, Outage, world_of

NOWHERE = np.empty((0, 2))


def _one(city, spec, disruption=None, replicate=0, agents=0):
    world = world_of(city, spec, 42, exposed=NOWHERE, agents=agents)
    return EvacuationJob(world, lambda _: disruption or Disruption()).run_chunk(replicate)


def test_clearance_is_that_of_a_point_queue():
    """100 cars at once into 900 an hour, then 200 s of road: the last arrives 99 / 900 h and 200 s after the first sets out."""
    found = _one(village(100), asked())
    assert found.arrived_at.tolist()[1] == 200
    assert found.clearance_h == pytest.approx(99 / 900 + 200 / 3600, abs=2 / 3600)
    assert found.fate[0].sum() == 200


def test_shelter_takes_as_many_as_it_has_beds_and_the_others_go_on():
    spec = asked(replace(PLAIN, to_shelter=1.0))
    found = _one(village(100, beds=60), spec)
    shelter, out = found.arrived_at.tolist()[:2]
    assert 60 <= shelter < 60 + 2 * 900 / 60  # with those who arrive in the minute in which it fills
    assert shelter + out == 200
    assert found.turned_away == out


def test_people_without_car_walk_ride_or_stay():
    walkers = _one(village(50, cars=0.0), asked(replace(PLAIN, to_shelter=1.0, walk_limit=1500.0)))
    assert walkers.arrived_at[0] == 100
    assert walkers.clearance_h == pytest.approx(1000 / 1.34 / 3600, rel=0.15)
    stuck = _one(village(50, cars=0.0), asked(replace(PLAIN, ride_share=0.0)))
    assert stuck.fate[0, NO_WAY_OUT] == 100
    assert stuck.stranded_at.sum() == 100


def test_nobody_hears_where_every_channel_needs_what_is_gone():
    dark = Outage(np.arange(100), np.zeros(100), np.full(100, 99.0))
    silent = replace(PLAIN, siren_battery=0.0, battery_radio=0.0)
    found = _one(village(100), asked(silent), Disruption(power=dark, telecom=dark))
    assert found.fate[0, NOT_WARNED] == 200
    told = _one(village(100), asked(silent), Disruption(power=dark))  # phones still work
    assert told.fate[0, NOT_WARNED] < 200


def test_a_road_that_closes_holds_up_who_is_on_it_and_behind_it():
    closed = Outage(np.array([1]), np.array([0.08]), np.array([9.0]))
    found = _one(village(100), asked(inform_min=1.0, shelters_open=False), Disruption(roads=closed))
    assert found.fate[0, HELD_UP] > 0
    assert found.fate[0, FATES.index("arrived")] + found.fate[0, HELD_UP] == 200
    assert np.isfinite(found.clearance_h)


def test_who_is_cut_off_from_the_way_out_goes_to_the_shelter_that_is_reached():
    """The road behind the school closes after 4.8 min: those on it stay there, all others end at the school."""
    closed = Outage(np.array([1]), np.array([0.08]), np.array([9.0]))
    found = _one(village(100), asked(inform_min=1.0), Disruption(roads=closed))
    arrived, held = found.fate[0, FATES.index("arrived")], found.fate[0, HELD_UP]
    assert found.arrived_at[0] > 0
    assert arrived + held == 200
    assert held <= 2 * 900 * (0.08 + 1 / 60)


def test_a_shelter_that_is_full_sends_people_to_the_next():
    city = village(100, beds=60)
    hall = city.assets.take(np.array([3])).with_columns(id=np.array(["hall"], object), x=np.array([1990.0]),
                                                        capacity=np.array([1000.0]))
    found = _one(replace(city, assets=city.assets.append(hall)), asked(replace(PLAIN, to_shelter=1.0)))
    assert found.arrived_at[:2].sum() == 200
    assert found.arrived_at[2] == 0
    assert 60 <= found.arrived_at[0] < 90


def test_shelters_take_nobody_before_they_open_or_while_they_are_out_of_service():
    spec = asked(replace(PLAIN, to_shelter=1.0))
    assert _one(village(10), replace(spec, shelters_open_after_h=9.0)).arrived_at.tolist()[:2] == [0, 20]
    down = Disruption(assets=Outage(np.array([3]), np.zeros(1), np.full(1, 9.0)))
    assert _one(village(10), spec, down).arrived_at.tolist()[:2] == [0, 20]


def test_drivers_whose_patience_ends_turn_back_and_are_counted():
    """1,000 cars into 900 an hour: who has waited for half an hour at the edge of the village gives up."""
    spec = asked(replace(PLAIN, patience=30.0), shelters_open=False)
    found = _one(village(1000), spec)
    back = found.fate[0, FATES.index("turned back")]
    assert 0 < back < 2000
    assert back + found.fate[0, FATES.index("arrived")] == 2000
    assert found.arrived == 2000 - back
    assert found.off == 0


def test_a_bus_brings_people_without_a_car_to_the_shelter_tour_by_tour():
    """From the way out 200 s; twice 50 people: 5 min to board, 100 s to the school, 5 min to leave; 100 s back."""
    found = _one(village(50, cars=0.0), asked(replace(PLAIN, ride_share=0.0), fleet=("bus:1",)))
    assert found.arrived_at[0] == 100
    assert found.fate[0, FATES.index("arrived")] == 100
    tours = 200 + 300 + 100 + 300 + 100 + 300 + 100
    assert found.clearance_h == pytest.approx(tours / 3600, abs=6 / 60)  # each deed ends with a whole minute


def test_an_ambulance_takes_who_cannot_leave_unaided_and_a_bus_does_not():
    city = village(4, cars=0.0)
    behaviour = replace(PLAIN, ride_share=0.0, helped_others=1.0)
    base = replace(city.assets.take(np.array([2])))
    assert _one(city, asked(behaviour, fleet=("bus:2",))).fate[0, NO_WAY_OUT] == 8
    with pytest.raises(InputError, match="no place from which vehicles of kind ambulance"):
        _one(city, asked(behaviour, fleet=("ambulance:2",)))
    station = base.with_columns(id=np.array(["station"], object), kind=np.array(["fire_station"], object))
    helped = _one(replace(city, assets=city.assets.append(station)), asked(behaviour, fleet=("ambulance:2",)))
    assert helped.fate[0, FATES.index("arrived")] == 8


def test_a_warden_tells_those_whom_no_channel_reaches():
    deaf = replace(PLAIN, siren_cover=0.0, phone_cover=0.0, broadcast_cover=0.0)
    assert _one(village(20), asked(deaf)).fate[0, NOT_WARNED] == 40
    told = _one(village(20), asked(deaf, fleet=("warden:1",)))
    assert told.fate[0, NOT_WARNED] == 0
    assert told.warned[-1] == 40


@pytest.mark.parametrize(("fleet", "said"), [(("tram:2",), "unknown vehicle 'tram'"), (("bus",), "is no kind and number")])
def test_a_wrong_fleet_is_refused(fleet, said):
    with pytest.raises(InputError, match=said):
        _one(village(4), asked(fleet=fleet))


def test_a_dark_signal_passes_two_fifths():
    world = world_of(village(100), asked(), 42, exposed=NOWHERE)
    middle = world.network.node_index["middle"]
    dark = Disruption(signals=Outage(np.array([middle]), np.zeros(1), np.full(1, 9.0)))
    found = EvacuationJob(world, lambda _: dark).run_chunk(0)
    assert found.clearance_h == pytest.approx(99 / 360 + 200 / 3600, abs=4 / 3600)


def test_contraflow_doubles_the_way_out():
    found = _one(village(300), asked(contraflow=("first", "second")))
    assert found.clearance_h == pytest.approx(299 / 1800 + 200 / 3600, abs=4 / 3600)


def test_a_tenth_of_the_people_on_a_tenth_of_the_road_take_as_long():
    whole = _one(village(600), asked())
    tenth = _one(village(600), asked(), agents=120)
    assert tenth.clearance_h == pytest.approx(whole.clearance_h, rel=0.15)


def test_shadow_and_zones():
    zones = ({"name": "half", "polygon": [[-10, -10], [10, -10], [10, 100], [-10, 100]], "order_h": 1.0},)
    found = _one(village(100), asked(zones=zones))
    order_of_others = world_of(village(100), asked(zones=zones), 42, exposed=NOWHERE)
    assert order_of_others.in_zone.all()
    assert found.curve[5, 1] == 0  # nobody has left after 50 minutes
    assert found.clearance_h == pytest.approx(99 / 900 + 200 / 3600, abs=2 / 3600)  # counted from the order
    with pytest.raises(InputError, match="no home lies in the zone"):
        _one(village(10), asked(zones=({"polygon": [[50, 50], [60, 50], [60, 60]]},)))


def test_results_do_not_depend_on_who_asked_before():
    job = EvacuationJob(world_of(village(80), asked(BehaviourSpec()), 42, exposed=NOWHERE), lambda _: Disruption())
    first, second = job.run_chunk(3), job.run_chunk(1)
    again = EvacuationJob(job.world, lambda _: Disruption())
    for one, other in ((second, again.run_chunk(1)), (first, again.run_chunk(3))):
        assert np.array_equal(one.fate, other.fate)
        assert np.array_equal(one.curve, other.curve)
    assert not np.array_equal(first.curve, second.curve)


@given(homes=st.integers(1, 60), cars=st.sampled_from([0.0, 0.5, 2.0]), seed=st.integers(0, 99), beds=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_everybody_is_somewhere_at_every_step(homes, cars, seed, beds):
    city = village(homes, people=3.0, cars=cars, beds=beds)
    world = world_of(city, asked(BehaviourSpec(), horizon_h=1.0), seed, exposed=NOWHERE)
    model = EvacuationModel(world, Disruption(), seed)
    before = 0, 0
    for _ in range(60):
        model.step()
        counts = model.movement.counts()
        assert counts.at_home + counts.waiting + counts.driving + counts.walking + counts.arrived == len(model.household)
        assert before[0] <= model.departed <= model.aware
        assert before[1] <= model.arrived <= model.departed
        before = model.departed, model.arrived
    found = outcome(model, np.zeros((1, world.network.links)))
    assert found.off == 0
    assert found.fate[0].sum() == pytest.approx(3 * homes, abs=len(FATES))

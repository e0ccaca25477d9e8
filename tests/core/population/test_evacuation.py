"""An evacuation against figures that can be worked out by hand, and what must hold whatever is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evacuation_city import PLAIN, asked, village
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.model import BusRoutes, Trips
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.outcome import FATES, HELD_UP, NO_WAY_OUT, NOT_WARNED, groups, outcome
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.usual_traffic import usual_traffic
from stratum_core.population.evacuation.world import Disruption, Outage, world_of
from stratum_core.population.warning import CHANNELS

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


def test_a_zone_leaves_by_its_own_ways_out_and_the_others_by_any():
    """Half of the homes have to leave by the crossing in the middle: 100 s instead of 200 s of road."""
    city = village(40)
    east = np.arange(40) >= 20
    city = replace(city, blocks=replace(city.blocks, x=np.where(east, 5.0, -5.0)))
    west = {"name": "West", "polygon": [[-9, 0], [0, 0], [0, 20], [-9, 20]], "exits": ["middle"]}
    rest = {"name": "Rest", "polygon": [[0, 0], [9, 0], [9, 20], [0, 20]]}
    world = world_of(city, asked(zones=(west, rest)), 42, exposed=NOWHERE)
    found = EvacuationJob(world, lambda _: Disruption()).run_chunk(0)
    assert world.destinations.ways_out.tolist() == [1, world.destinations.of_zones[0]]
    assert world.destinations.of_zones[1] == world.destinations.out
    assert found.arrived_at[world.destinations.of_zones[0]] == found.arrived_at[world.destinations.out] == 40
    with pytest.raises(InputError, match="'nowhere' is no road node"):
        world_of(city, asked(zones=({**west, "exits": ["nowhere"]}, rest)), 42, exposed=NOWHERE)


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


def _with_asset(city, **columns):
    one = {name: np.array([value], dtype=object if isinstance(value, str) else float) for name, value in columns.items()}
    return replace(city, assets=city.assets.append(city.assets.take(np.array([2])).with_columns(**one)))


def _clinic_town():
    """A hospital of 50 beds in the west (38 patients, 15 of whom cannot walk), another in the east, ambulances between them."""
    city = _with_asset(village(1), id="west hospital", kind="hospital", special="hospital", unit="beds", capacity=50.0, x=0.0)
    city = _with_asset(city, id="east hospital", kind="hospital", special="hospital", unit="beds", capacity=100.0, x=2000.0)
    return _with_asset(city, id="station", kind="ambulance_base", x=1000.0)


WEST = ({"name": "west", "polygon": [[-50, -50], [50, -50], [50, 50], [-50, 50]], "order_h": 0.0},)


def test_patients_wait_for_those_who_fetch_them_and_go_to_the_other_hospital():
    world = world_of(_clinic_town(), asked(zones=WEST), 42, exposed=NOWHERE)
    assert world.households.people[world.patients & world.in_zone].sum() == 38
    left = _one(_clinic_town(), asked(zones=WEST))
    patients = list(groups(world)).index("hospital patients")
    assert left.fate[patients, NO_WAY_OUT] == 38
    fetched = _one(_clinic_town(), asked(zones=WEST, fleet=("ambulance:4", "bus:1"), horizon_h=12.0))
    assert fetched.fate[patients, FATES.index("arrived")] == 38
    assert fetched.arrived_at[world.destinations.hospitals[0]] == 15  # of 24 free beds
    assert fetched.arrived_at[0] == 23  # who comes by bus finds too few left, and is put up at the school
    assert fetched.clearance_h > 2.0  # a hospital takes two hours to get ready


def test_a_hospital_that_is_down_takes_nobody():
    east = Disruption(assets=Outage(np.array([5]), np.zeros(1), np.full(1, 99.0)))
    found = _one(_clinic_town(), asked(zones=WEST, fleet=("ambulance:4", "bus:1"), horizon_h=12.0), east)
    assert found.arrived_at[-1] == 0
    assert found.arrived_at[0] == 38


def test_a_convoy_clears_a_hospital_and_has_arrived_when_its_last_vehicle_has():
    spec = asked(zones=WEST, fleet=("convoy:1",), horizon_h=12.0)
    found = _one(_clinic_town(), spec)
    arrived = found.arrived_at[0] + found.arrived_at[-1]
    assert arrived == 38  # all in one tour: 60 seats
    assert found.off == 0
    assert found.clearance_h == pytest.approx(2.0 + 38 / 60 + 100 / 3600, abs=0.05)  # ready, a minute each to board, the way


def _with_line(city):
    path = np.empty(1, dtype=object)
    path[0] = np.array([[0.0, 0.0], [1000.0, 0.0]])
    return replace(city, bus_routes=BusRoutes(id=["12"], path=path, trips=[20.0], by_hour=["0"], buses=[2.0], seats=[30.0]))


def test_buses_of_a_line_take_people_from_its_stops():
    spec = asked(replace(PLAIN, ride_share=0.0), lines=("12:1",))
    found = _one(_with_line(village(50, cars=0.0)), spec)
    assert found.arrived_at[0] == 100  # four tours of 30 seats to the school at the second stop
    assert found.clearance_h == pytest.approx((6 * 100 + 2 * 100 * 6) / 3600, abs=8 / 60)
    both = _one(_with_line(village(50, cars=0.0)), replace(spec, lines=("all",)))
    assert both.clearance_h < found.clearance_h
    far = _one(_with_line(village(50, cars=0.0)), replace(spec, behaviour=replace(spec.behaviour, walk_to_stop=5.0)))
    assert far.fate[0, NO_WAY_OUT] == 100  # ten metres are too far


@pytest.mark.parametrize(("lines", "said"), [(("13",), "no bus route"), (("12:x",), "no bus route")])
def test_an_unknown_line_is_refused(lines, said):
    with pytest.raises(InputError, match=said):
        _one(_with_line(village(4)), asked(lines=lines))


def test_usual_traffic_takes_its_part_of_the_road_until_its_time_is_over():
    """900 vehicles an hour of others want onto the second road: 100 cars of the village share it as merges do, half and half."""
    city = village(100)
    city = replace(city, trips=Trips(id=["out"], origin=["middle"], destination=["east"], vehicles=[900.0]))
    spec = asked(usual_traffic_h=0.5, start_hour=12.0, shelters_open=False)
    found = _one(city, replace(spec, behaviour=replace(PLAIN, in_school=0.0, gather=0.0)))
    assert found.usual == (450, 450)
    assert found.arrived == 200
    assert found.clearance_h == pytest.approx(100 / 450 + 200 / 3600, rel=0.1)
    assert _one(city, replace(spec, usual_traffic=0.0)).usual == (0, 0)
    night = _one(city, replace(spec, start_hour=2.0, behaviour=replace(PLAIN, night_traffic=0.2)))
    assert night.usual == (90, 90)


def test_who_cannot_reach_a_hospital_is_counted_by_the_hour():
    closed = Outage(np.array([0]), np.array([0.9]), np.array([9.0]))
    found = _one(_clinic_town(), asked(order_h=3.0, facilities=False), Disruption(roads=closed))
    assert found.cut_off[:3, 0].tolist() == [0.0, 0.0, 0.0]  # the hospital in the west is at the door
    west_down = Disruption(roads=closed, assets=Outage(np.array([4]), np.zeros(1), np.full(1, 99.0)))
    cut = _one(_clinic_town(), asked(order_h=3.0, facilities=False), west_down).cut_off[:, 0]
    assert cut[:3].tolist() == [0.0, 2.0, 2.0]  # 200 s to the other, until the road closes


NO_CAR = replace(PLAIN, ride_share=0.0, walk_limit=0.0)


def test_who_waits_without_means_is_still_at_home():
    """The only hospital is down and nobody has a car: 200 people are ready, cannot leave, and are cut off throughout."""
    city = _with_asset(village(100, cars=0.0), id="h", kind="hospital", special="hospital", unit="beds", capacity=100.0)
    down = Disruption(assets=Outage(np.array([4]), np.zeros(1), np.full(1, 99.0)))
    found = _one(city, asked(NO_CAR, facilities=False), down)
    assert found.cut_off[:, 0].tolist() == [200.0] * 4
    fetched = _one(city, asked(NO_CAR, facilities=False, fleet=("bus:9",)), down)
    assert fetched.cut_off[:, 0].tolist() == [200.0, 0.0, 0.0, 0.0]


def test_patients_who_are_ready_and_not_fetched_are_still_in_their_hospital():
    """38 patients in the west, 76 in the east, where nobody is told to go, and 2 people who leave by car; both are down."""
    down = Disruption(assets=Outage(np.array([4, 5]), np.zeros(2), np.full(2, 99.0)))
    found = _one(_clinic_town(), asked(zones=WEST, horizon_h=8.0), down)
    assert found.cut_off[:, 0].tolist() == [116.0] + [114.0] * 7


def test_who_is_told_to_stay_and_cannot_leave_stays():
    """50 households would leave a zone that is told to stay, and have no means."""
    zones = ({"name": "go", "polygon": [[0, -9], [9, -9], [9, 50], [0, 50]]},
             {"name": "stay", "polygon": [[-9, -9], [0, -9], [0, 50], [-9, 50]], "stay": True})
    city = village(100, cars=0.0)
    city = replace(city, blocks=city.blocks.with_columns(x=np.where(np.arange(100) < 50, 5.0, -5.0)))
    found = _one(city, asked(replace(NO_CAR, shadow=1.0), zones=zones))
    assert (found.in_place, found.departed) == (100, 0)


def test_who_is_told_to_stay_is_not_told_to_go():
    zones = ({"name": "keep", "polygon": [[-50, -50], [50, -50], [50, 9], [-50, 9]], "stay": True},
             {"name": "go", "polygon": [[-50, 9], [50, 9], [50, 50], [-50, 50]]})
    city = village(20)
    y = np.where(np.arange(20) < 5, 0.0, 10.0)
    city = replace(city, blocks=city.blocks.with_columns(y=y))
    found = _one(city, asked(zones=zones))
    assert (found.in_place, found.arrived) == (10, 30)
    leaving = _one(city, asked(replace(PLAIN, shadow=1.0), zones=zones))
    assert (leaving.in_place, leaving.arrived) == (0, 40)


def test_nothing_is_cleared_while_somebody_is_about_to_leave_or_still_to_be_told() -> None:
    late = ({"name": "now", "polygon": [[-50, -50], [50, -50], [50, 9], [-50, 9]]},
            {"name": "later", "polygon": [[-50, 9], [50, 9], [50, 50], [-50, 50]], "order_h": 5.0})
    city = village(20)
    city = replace(city, blocks=city.blocks.with_columns(y=np.where(np.arange(20) < 5, 0.0, 10.0)))
    assert np.isnan(_one(city, asked(zones=late)).clearance_h)  # half of them are told after the end
    assert np.isfinite(_one(city, asked(zones=late, horizon_h=7.0)).clearance_h)
    slow = asked(replace(PLAIN, preparation=120.0), horizon_h=1.0)
    assert np.isnan(_one(village(100), slow).clearance_h)


@pytest.mark.parametrize("step", [1.0, 4.0, 7.0])
def test_the_curve_stands_at_its_hours_whatever_the_step(step: float) -> None:
    found = _one(village(100), asked(step_min=step))
    assert len(found.curve) == 25
    assert found.curve[1, 2] == pytest.approx(2 * 900 * (10 / 60 - 200 / 3600), abs=2 * 900 * step / 60)


def test_people_prefer_a_marked_route() -> None:
    """A way round of 2.4 km beside the 2 km straight on: taken by all where its time counts for less than 2 / 2.4."""
    city = village(20)
    north = {"id": "north", "kind": "crossing", "x": 1000.0}
    city = _with_asset(city, **north)
    links = city.links
    round_about = links.take(np.array([0, 1])).with_columns(
        id=np.array(["up", "down"], object), start=np.array(["west", "north"], object), end=np.array(["north", "east"], object),
        length=np.array([1200.0, 1200.0]), free_flow_time=np.array([120.0, 120.0]))
    city = replace(city, links=links.append(round_about))

    def used(**keys) -> int:
        world = world_of(city, asked(**keys), 42, exposed=NOWHERE)
        model = EvacuationModel(world, Disruption(), 0)
        for _ in range(30):
            model.step()
        return int(model.movement.state.entered[world.links_of("up", "evacuation.routes")].sum())

    assert used() == 0
    assert used(routes=("up", "down"), behaviour=replace(PLAIN, route_pull=0.9)) == 0
    assert used(routes=("up", "down"), behaviour=replace(PLAIN, route_pull=0.7)) == 20


def test_roads_that_are_not_there_are_told_before_anybody_moves() -> None:
    for keys in ({"closures": ({"road": "x", "from_h": 20.0},)}, {"contraflow": ("x",)}, {"routes": ("x",)}):
        with pytest.raises(InputError, match="'x' is no") as found:
            world_of(village(4), asked(**keys), 42, exposed=NOWHERE)
        assert found.value.where == f"evacuation.{next(iter(keys))}"
    with pytest.raises(InputError, match="no bus routes"):
        _one(village(4), asked(lines=("all",)))
    with pytest.raises(InputError, match="too many"):
        _one(village(4), asked(fleet=("bus:100000",)))


def test_families_wait_for_school_by_day():
    city = village(100)
    city = replace(city, blocks=city.blocks.with_columns(children=np.ones(100)))
    plain = replace(PLAIN, in_school=1.0, gather=1.0, away_by_day=0.0, school_release=60.0, way_home=0.001)
    assert _one(city, asked(plain, start_hour=2.0)).clearance_h == pytest.approx(99 / 900 + 200 / 3600, abs=2 / 3600)
    assert _one(city, asked(plain, start_hour=9.0)).curve[5, 1] == 0
    assert _one(city, asked(plain, start_hour=9.0)).curve[7, 1] > 0


def test_groups_of_unknown_age_are_left_out_with_a_warning():
    city = village(20)
    world = world_of(city, asked(), 42, exposed=NOWHERE)
    assert list(groups(world))[:2] == ["all", "need help"]
    assert sum("was counted nowhere" in text for text in world.warnings) == 2
    counted = replace(city, blocks=city.blocks.with_columns(children=np.append(np.full(10, np.nan), np.ones(10))))
    world = world_of(counted, asked(), 42, exposed=NOWHERE)
    assert groups(world)["children"].sum() == 10
    assert any("not counted in blocks with 20 people" in text for text in world.warnings)
    assert "75 and older" not in groups(world)


def test_a_warden_tells_those_whom_no_channel_reaches():
    deaf = replace(PLAIN, siren_cover=0.0, phone_cover=0.0, broadcast_cover=0.0)
    assert _one(village(20), asked(deaf)).fate[0, NOT_WARNED] == 40
    told = _one(village(20), asked(deaf, fleet=("warden:1",)))
    assert told.fate[0, NOT_WARNED] == 0
    assert told.warned[CHANNELS.index("warden")] == 40


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
    found = outcome(model, np.zeros((1, world.network.links)), np.zeros((1, 0)))
    assert found.off == 0
    assert found.fate[0].sum() == pytest.approx(3 * homes, abs=len(FATES))


def _halves(city, far=400.0):
    """Half of the homes stand in zone A, half in zone B, which is told at ten o'clock."""
    west = np.arange(len(city.blocks)) < len(city.blocks) / 2
    city = replace(city, blocks=city.blocks.with_columns(x=np.where(west, 0.0, far)))
    zones = tuple({"name": name, "polygon": [[x - 50, -50], [x + 50, -50], [x + 50, 50], [x - 50, 50]], "order_h": hour}
                  for name, x, hour in (("A", 0.0, 0.0), ("B", far, 8.0)))
    return city, zones


@pytest.mark.parametrize("order_h", [0.0, 8.0])
def test_day_and_night_are_those_of_each_zone_s_own_order(order_h):
    """Of a zone told at ten families gather, and its dialysis patients are there, whoever is told at two in the night."""
    city, (first, second) = _halves(village(400))
    city = _with_asset(city, id="d", kind="clinic", special="dialysis", unit="beds", capacity=20.0, x=400.0)
    gathering = replace(PLAIN, gather=1.0, away_by_day=1.0, way_home=40.0)
    for zones in ((second,), (first, second)):
        world = world_of(city, asked(gathering, zones=zones, order_h=order_h, horizon_h=9.0), 42, exposed=NOWHERE)
        at_home, delay = world.households.facility < 0, EvacuationModel(world, Disruption(), 0).decisions.delay
        told_by_day = world.order_h == 8.0
        assert delay[at_home & told_by_day].mean() == pytest.approx(40.0, rel=0.2)
        assert delay[at_home & (world.order_h == 0.0)].max(initial=0.0) < 0.1
        assert world.households.people[told_by_day & ~at_home].sum() == 16  # of 20 places


def test_an_order_to_stay_alone_can_stand_beside_an_order_to_go():
    """Nobody is told to go: everybody stays but for the shadow, who leave as from any zone."""
    city, (first, _) = _halves(village(40), far=0.0)
    stay = ({"name": "all", "polygon": first["polygon"], "stay": True},)
    found = _one(city, asked(zones=stay))
    assert (found.in_place, found.arrived, found.fate.sum()) == (80, 0, 0)
    assert np.isnan(found.clearance_h)
    leaving = _one(city, asked(replace(PLAIN, shadow=1.0, to_shelter=1.0), zones=stay, order_h=1.0, shelters_open_after_h=0.1))
    assert (leaving.in_place, leaving.arrived) == (0, 80)
    assert leaving.clearance_h == pytest.approx(19 * 2 / 900 + 100 / 3600, abs=0.05)  # counted from the hour of the order
    with pytest.raises(InputError, match="told to go or to stay"):
        _one(city, asked(zones=({**stay[0], "polygon": [[900, 900], [950, 900], [950, 950]]},)))


@pytest.mark.parametrize(("start", "vehicles"), [(21.5, 292.5), (5.5, 697.5), (2.0, 90.0), (12.0, 900.0)])
def test_usual_traffic_is_less_from_ten_to_six_to_the_minute(start, vehicles):
    """450 an hour for two hours, a tenth of it at night; a shorter run sees the first of them."""
    city = replace(village(1), trips=Trips(id=["out"], origin=["middle"], destination=["east"], vehicles=[450.0]))
    spec = asked(replace(PLAIN, night_traffic=0.1), usual_traffic_h=2.0, start_hour=start)
    whole, short = (usual_traffic(world_of(city, replace(spec, horizon_h=hours), 42, exposed=NOWHERE), spec.behaviour, 0).leaves
                    for hours in (4.0, 0.4))
    assert len(whole) == pytest.approx(vehicles, abs=1)
    assert short.tolist() == whole[whole < 0.4 * 3600].tolist()


def test_people_sleep_from_ten_to_the_minute():
    """Phones alone, which nobody hears asleep: from half past nine on for half an hour."""
    heard = _one(village(100), asked(replace(PLAIN, siren_cover=0.0, broadcast_cover=0.0, neighbour_rate=0.0, phone_rate=0.02,
                                             asleep=0.0), start_hour=21.5)).curve[:, 0]
    assert 0 < heard[2] < heard[3] < 200
    assert heard[3] == heard[-1]


def test_a_road_cannot_be_given_to_both_of_its_directions():
    with pytest.raises(InputError, match="'second' is named in both directions") as found:
        world_of(village(4), asked(contraflow=("first", "second", "second/back")), 42, exposed=NOWHERE)
    assert found.value.where == "evacuation.contraflow"

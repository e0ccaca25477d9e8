"""Vehicles that help: households that are larger than an ambulance, samples of the people, stops of a line; by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evacuation_city import PLAIN, asked, village

from stratum_core.errors import InputError
from stratum_core.model import BusRoutes
from stratum_core.population.evacuation import fleet
from stratum_core.population.evacuation.fleet import FLEET, Fetcher, fleet_kind
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.outcome import FATES, groups, outcome
from stratum_core.population.evacuation.parties import parties_of
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.tracing import traced
from stratum_core.population.evacuation.world import Disruption, world_of
from stratum_core.ports import CancelToken

ARRIVED, NO_MEANS = FATES.index("arrived"), FATES.index("no means")
NO_CAR = replace(PLAIN, ride_share=0.0, walk_limit=0.0)


def _village(homes, people, **keys):
    """Nobody has a car; an ambulance station stands in the middle."""
    city = village(homes, people=people, cars=0.0, **keys)
    station = city.assets.take(np.array([2])).with_columns(
        id=np.array(["station"], object), kind=np.array(["ambulance_base"], object), x=np.array([1000.0]))
    return replace(city, assets=city.assets.append(station))


def _world(city, spec, agents=0):
    return world_of(city, spec, 42, exposed=np.empty((0, 2)), agents=agents)


def _run(world):
    return EvacuationJob(world, lambda _: Disruption()).run_chunk(0)


def _with_line(city, stops, seats=30.0):
    path = np.empty(1, dtype=object)
    path[0] = np.array([[x, 0.0] for x in stops])
    return replace(city, bus_routes=BusRoutes(id=["12"], path=path, trips=[20.0], by_hour=["0"], buses=[1.0], seats=[seats]))


def test_a_household_larger_than_an_ambulance_goes_in_parts() -> None:
    """Of five people three need help: two and two ride, the odd one with a companion; one is left. Of two nobody is left."""
    homes = _world(village(3), asked()).households
    homes = replace(homes, people=np.array([5, 2, 3]), helped=np.array([3, 1, 0]))
    found = parties_of(homes, seats=2)
    assert found.household.tolist() == [0, 1, 2, 0, 0]
    assert found.people.tolist() == [2, 2, 3, 2, 1]
    assert found.helped.tolist() == [2, 1, 0, 1, 0]
    assert found.split.tolist() == [0, 3, 4]
    none = np.zeros(5, dtype=bool)
    assert found.held_back(none).tolist() == [4]  # the last waits for both ambulances
    assert not len(found.held_back(np.array([True, False, False, True, False])))
    assert parties_of(homes, seats=0).people.tolist() == [5, 2, 3]


@pytest.mark.parametrize("people", [3.0, 4.0])
@pytest.mark.parametrize(("fleet", "whom"), [(("ambulance:9",), "families"), (("ambulance:9", "bus:3"), "all")])
def test_large_households_with_somebody_who_needs_help_are_fetched(people, fleet, whom) -> None:
    """By ambulances alone in several trips; with buses all others too."""
    world = _world(_village(20, people), asked(replace(NO_CAR, helped_others=0.3), fleet=fleet, horizon_h=12.0))
    homes, found = world.households, _run(world)
    families = homes.helped > 0
    assert 5 < families.sum() < 20
    assert found.arrived == (homes.people[families] if whom == "families" else homes.people).sum()
    assert found.fate[list(groups(world)).index("need help"), ARRIVED] == homes.helped.sum()
    assert found.off == 0


def test_of_each_household_those_who_need_help_leave_and_the_others_wait_for_a_bus() -> None:
    """Ten households of five with one who needs help: no bus, and an ambulance that has time for a few only."""
    spec = asked(replace(NO_CAR, helped_others=0.2), fleet=("ambulance:1",), horizon_h=2.0)
    world = _world(_village(30, 5.0), spec)
    model = EvacuationModel(world, Disruption(), 0)
    for _ in range(120):
        model.step()
        parties, gone = model.rescue.parties, model.rescue.taken >= 0
        left = np.bincount(parties.household, parties.helped * ~gone)
        assert not (gone & (parties.helped == 0) & (left[parties.household] > 0)).any()  # nobody is left behind by the family
    found = outcome(model, np.zeros((1, world.network.links)), np.zeros((1, 0)))
    helped = list(groups(world)).index("need help")
    assert found.fate[helped].sum() == world.households.helped.sum()
    assert found.fate[0].sum() == 150
    assert 0 < found.fate[helped, ARRIVED] <= found.arrived < 150
    assert model.at_home.sum() + model.rescue.fetched.sum() == 150
    assert found.stranded_at.sum() == pytest.approx(150 - found.arrived)


def test_parts_of_a_household_are_rows_of_a_trace() -> None:
    world = _world(_village(20, 4.0), asked(replace(NO_CAR, helped_others=0.3), fleet=("ambulance:2", "bus:1"), horizon_h=3.0))
    found, trace = traced(EvacuationJob(world, lambda _: Disruption()), 0, CancelToken())
    assert trace.members[0].sum() == 80
    for group, of in enumerate(groups(world).values()):
        assert trace.people(3.0, group).sum() == pytest.approx(of.sum())
        arrived = trace.curve(np.array([3.0]), group)["arrived"][0]
        assert arrived == pytest.approx(found.fate[group, ARRIVED])


@pytest.mark.parametrize(("fleet", "helped"), [(("ambulance:5",), 1.0), (("bus:1",), 0.0)])
def test_half_of_the_people_are_fetched_in_the_same_time(fleet, helped) -> None:
    """Households of two: an ambulance has a seat for a half of one, and takes whole ones half as often."""
    spec = asked(replace(NO_CAR, helped_others=helped), fleet=fleet, horizon_h=36.0)
    city = _village(300, 2.0)
    whole, half, tenth = (_run(_world(city, spec, agents)) for agents in (0, 300, 60))
    assert whole.fate[0, ARRIVED] == 600
    for found in (half, tenth):
        assert found.fate[0, ARRIVED] == found.fate[0].sum()
        assert found.clearance_h == pytest.approx(whole.clearance_h, rel=0.12)


def test_a_bus_of_a_line_loads_at_its_first_stop() -> None:
    """It stands there when people come: three tours of 30 (3 min in, 100 s, 3 min out, 100 s back) and one of 10."""
    found = _run(_world(_with_line(village(50, cars=0.0), [0.0, 2000.0]), asked(NO_CAR, lines=("12:1",))))
    assert found.arrived_at[0] == 100
    assert found.clearance_h == pytest.approx((3 * (360 + 200) + 220) / 3600, abs=8 / 60)


def test_a_bus_that_is_full_on_its_line_begins_it_anew() -> None:
    """Ten people at the first stop and 100 at the second: the third never sees it while it is full."""
    city = village(55, cars=0.0)
    city = replace(city, blocks=city.blocks.with_columns(x=np.where(np.arange(55) < 5, 0.0, 1000.0)))
    world = _world(_with_line(city, [0.0, 1000.0, 2000.0]), asked(NO_CAR, lines=("12:1",)))
    model, nodes = EvacuationModel(world, Disruption(), 0), []
    for _ in range(35):
        model.step()
        if not nodes or nodes[-1] != model.rescue.vehicles[0].node:
            nodes.append(model.rescue.vehicles[0].node)
    names = [str(world.network.node_ids[node]) for node in nodes]
    assert names[:6] == ["west", "middle"] * 3


@pytest.mark.parametrize("lines", [("12:2001",), ("all:2001",)])
def test_more_buses_of_a_line_than_a_fleet_may_have_are_refused(lines) -> None:
    with pytest.raises(InputError, match="too many") as found:
        _run(_world(_with_line(village(4), [0.0, 1000.0]), asked(lines=lines)))
    assert "evacuation.lines" in str(found.value)


@pytest.fixture
def boat(monkeypatch):
    """A kind of one's own, and a way to give it a row of the table."""
    FLEET.names()  # all others are there
    monkeypatch.setitem(FLEET._entries, "boat", type("Boat", (Fetcher,), {}))

    def row(**cells):
        given = {"kind": "boat", "seats": "4", "minutes": "1", "vehicles": "1", "base": "road_entry", **cells}
        monkeypatch.setattr(fleet, "table", lambda name: (given,))
        fleet_kind.cache_clear()

    yield row
    fleet_kind.cache_clear()


@pytest.mark.parametrize(("cells", "said"), [
    ({"kind": "raft"}, "vehicles of kind 'boat' have no row"), ({"seats": "x"}, "of 'boat' are no number"),
    ({"minutes": None}, "of 'boat' are no number"), ({"vehicles": "0"}, "'boat' has fewer than 0 seats"),
    ({"base": "quay"}, "no place from which vehicles of kind boat"),
])
def test_a_kind_without_a_good_row_of_the_table_is_refused(boat, cells, said) -> None:
    boat(**cells)
    with pytest.raises(InputError, match=said) as found:
        _run(_world(_village(2, 1.0), asked(NO_CAR, fleet=("boat:1",))))
    assert "fleet" in found.value.where


def test_a_kind_of_one_s_own_takes_everybody(boat) -> None:
    boat()
    found = _run(_world(_village(4, 2.0), asked(replace(NO_CAR, helped_others=0.5), fleet=("boat:1",))))
    assert found.arrived == 8
    assert np.isfinite(found.clearance_h)

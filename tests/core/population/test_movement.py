"""Movement against the exact answers of kinematic wave theory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.population.traffic import Movement, Travellers
from stratum_core.population.traffic.conditions import closed, contraflow, flooded, normal, signals
from stratum_core.population.traffic.network import RoadNetwork, network_from
from stratum_core.population.traffic.routing import paths_between, shortest_path_trees

END = np.inf


def road(lengths: list[float], capacity: list[float], speed: float = 20.0, jam: float = 0.2, **others: float) -> RoadNetwork:
    """Links one after the other."""
    at = np.arange(len(lengths))
    return network_from(at, at + 1, lengths, speed=speed, capacity=capacity, lanes=1, jam_density=jam, **others)


def all_along(network: RoadNetwork, times: np.ndarray, **others: object) -> Movement:
    """Vehicles from the first node over all links, at these times."""
    who = np.arange(len(times))
    movement = Movement(network, Travellers.on_paths(who * 0, [list(range(network.links))] * len(times)), **others)
    movement.depart(who, times)
    return movement


def test_an_empty_road_takes_its_free_time() -> None:
    movement = all_along(road([1000, 500], [0.8, 0.5]), np.array([7.0]))
    movement.advance(END)
    assert movement.agents.arrived[0] == 7.0 + 50.0 + 25.0
    assert movement.over


def test_a_point_queue_clears_as_on_paper() -> None:
    """3,000 vehicles in an hour before 1,800 an hour: N/C + T_ff, peak N - C T0, delay N (N/C - T0) / 2."""
    n, capacity, loading = 3000, 0.5, 3600.0
    network = network_from([0, 1], [1, 2], [7200, 0], speed=20, capacity=[2, capacity], lanes=1, jam_density=1.0)
    movement = all_along(network, np.arange(n) / n * loading)
    movement.advance(360 + loading)
    assert movement.on_links().sum() - (n - capacity * loading) == pytest.approx(0, abs=2)
    movement.advance(END)
    assert movement.agents.arrived.max() == pytest.approx(360 + n / capacity, abs=3)
    assert movement.state.delay.sum() == pytest.approx(n * (n / capacity - loading) / 2, rel=1e-3)


def test_two_links_as_uxsim_documents_them() -> None:
    """2,400 vehicles at 0.8/s into 0.5/s: the last at 5,000 s, 1,100 s in the mean."""
    movement = all_along(road([1000, 1000], [0.8, 0.5], speed=10), np.arange(2400) / 0.8)
    movement.advance(END)
    agents = movement.agents
    assert agents.arrived.max() == pytest.approx(5000, abs=3)
    assert (agents.arrived - agents.departed).mean() == pytest.approx(1100, rel=2e-3)


def test_the_tail_of_a_queue_runs_backwards_at_the_speed_of_the_shock() -> None:
    """Inflow 0.4/s, outflow 0.1/s: the shock moves with (0.4 - 0.1) / (k1 - k2), told by when the queue reaches the entry."""
    network = road([2000, 10], [0.8, 0.1])
    wave = float(network.wave_speed[0])
    free, jam = 0.4 / 20, 0.2 - 0.1 / wave
    shock = (0.4 - 0.1) / (jam - free)
    movement = all_along(network, np.arange(2000) / 0.4, log=4000)
    movement.advance(END)
    times, _, links = movement.log()
    entries = times[links == 0]
    late = entries - np.arange(len(entries)) / 0.4
    expected = 2000 / 20 + 2000 / shock  # the first reaches the end, then the tail comes back
    assert entries[np.argmax(late > 1e-6)] == pytest.approx(expected, rel=0.01)
    after = entries[entries > expected + 100]
    assert len(after) / (after[-1] - after[0]) == pytest.approx(0.1, rel=0.01)


def test_a_queue_dissolves_at_the_wave_speed() -> None:
    """A full road whose end opens: the vehicle at its begin moves a wave's time later."""
    network = road([1000, 1000], [0.8, 0.8])
    movement = all_along(network, np.zeros(400), log=800)
    shut = closed(normal(network), np.array([1]))
    movement.change(shut)
    movement.advance(2000.0)
    assert movement.on_links()[0] == 200
    assert movement.counts().waiting == 200
    assert movement.counts().held == 1
    movement.change(normal(network))
    movement.advance(END)
    times, _, links = movement.log()
    assert times[links == 0][200] == pytest.approx(2000 + 1000 / float(network.wave_speed[0]))


@pytest.mark.parametrize("length", [13.0, 33.0, 100.0, 777.0])
def test_short_links_keep_their_capacity(length: float) -> None:
    movement = all_along(road([length] * 5, [0.6] * 5), np.arange(3000) * 1.0)
    movement.advance(END)
    steady = np.sort(movement.agents.arrived)[1000:]
    assert len(steady[1:]) / (steady[-1] - steady[0]) == pytest.approx(0.6, rel=1e-3)


def test_a_queue_spills_over_two_links() -> None:
    movement = all_along(road([200, 200, 200, 50], [0.8, 0.8, 0.8, 0.05]), np.arange(300) / 0.5)
    movement.advance(600)
    held = movement.on_links()
    jam = 0.2 - 0.05 / float(movement.network.wave_speed[0])
    assert held[2] == pytest.approx(jam * 200, abs=1.5)
    assert held[1] == pytest.approx(jam * 200, abs=1.5)
    assert movement.counts().waiting > 0


@pytest.mark.parametrize(("first", "second"), [(0.8, 0.4), (0.6, 0.6), (0.3, 0.9)])
def test_a_merge_shares_by_capacity(first: float, second: float) -> None:
    network = network_from([0, 1, 2], [2, 2, 3], 500, speed=20, capacity=[first, second, 0.3], lanes=1, jam_density=0.2)
    who = np.arange(2000)
    movement = Movement(network, Travellers.on_paths(who % 2, [[i % 2, 2] for i in who]))
    movement.depart(who, who / 4)
    movement.advance(500)
    before = movement.state.left.copy()
    movement.advance(2500)
    got = (movement.state.left - before)[:2]
    assert got[0] / got.sum() == pytest.approx(first / (first + second), abs=0.003)


@pytest.mark.parametrize(("first", "share"), [(False, 0.5), (True, 1.0)])
def test_an_origin_merges_like_a_road_or_goes_first(first: bool, share: float) -> None:
    network = road([500, 500], [0.4, 0.4])
    who = np.arange(800)
    movement = Movement(network, Travellers.on_paths(who % 2, [[0, 1], [1]] * 400), origins_first=first)
    movement.depart(who, who / 4.0)
    movement.advance(300)
    before = movement.agents.arrived.copy()
    movement.advance(900)
    passed = ~np.isnan(movement.agents.arrived) & np.isnan(before)
    assert passed[1::2].sum() / passed.sum() == pytest.approx(share, abs=0.01)


def test_a_merge_serves_whoever_is_alone_at_full_capacity() -> None:
    """No share is kept for a road without vehicles, and none is owed to it later."""
    network = network_from([0, 1, 2], [2, 2, 3], [500, 500, 500], speed=20, capacity=[0.8, 0.8, 0.4], lanes=1, jam_density=0.2)
    who = np.arange(1200)
    movement = Movement(network, Travellers.on_paths(who // 600, [[i // 600, 2] for i in who]))
    movement.depart(who, np.where(who < 600, who / 0.8, 700 + (who - 600) / 0.8))
    movement.advance(700)
    assert movement.state.left[0] == pytest.approx(0.4 * 675, abs=2)
    movement.advance(800)
    before = movement.state.left.copy()
    movement.advance(1000)
    assert (movement.state.left - before)[:2] == pytest.approx([40, 40], abs=1)


def test_a_closed_circle_is_gridlock_and_is_told() -> None:
    """Four roads round a block, each full of vehicles that want the next."""
    network = network_from([0, 1, 2, 3], [1, 2, 3, 0], [50] * 4, speed=10, capacity=0.5, lanes=1, jam_density=0.2)
    who = np.arange(80)
    movement = Movement(network, Travellers.on_paths(who % 4, [[(i + k) % 4 for k in range(4)] for i in who]))
    movement.depart(who, who * 0.01)
    movement.advance(END)
    assert movement.over
    assert movement.gridlock().tolist() == [0, 1, 2, 3]
    assert movement.counts().driving == 40
    assert movement.counts().waiting == 40
    assert movement.counts().arrived == 0


def test_who_is_on_a_road_that_closes_stays() -> None:
    movement = all_along(road([1000, 1000], [0.8, 0.8]), np.arange(100) / 0.8)
    movement.advance(75)
    there = int(movement.on_links()[1])
    movement.change(closed(movement.conditions, np.array([1])))
    movement.advance(END)
    counts = movement.counts()
    assert movement.on_links()[1] == there
    assert counts.held == there + 1
    assert counts.arrived == 0


def test_dark_signals_water_and_contraflow_change_what_passes() -> None:
    network = network_from([0, 1, 1], [1, 2, 0], [1000, 1000, 1000], speed=20, capacity=0.8, lanes=1, jam_density=0.2)
    assert network.reverse.tolist() == [2, -1, 0]

    def last(conditions: object) -> float:
        who = np.arange(400)
        movement = Movement(network, Travellers.on_paths(who * 0, [[0, 1]] * 400), conditions=conditions)
        movement.depart(who, who * 0.1)
        movement.advance(END)
        return float(movement.agents.arrived.max())

    usual = normal(network)
    assert last(usual) == pytest.approx(100 + 399 / 0.8)
    assert last(signals(network, usual, [1, 0.5, 1])) == pytest.approx(100 + 399 / 0.4)
    wet = flooded(usual, np.array([0.1, 0.0, 0.0]))
    assert wet.speed[0] == pytest.approx(20 * (9 - 55.29 + 86.9448) / 86.9448)
    assert flooded(usual, np.array([0.3, 0, 0])).open.tolist() == [False, True, True]
    doubled = contraflow(network, usual, np.array([0]))
    assert doubled.open.tolist() == [True, True, False]
    assert doubled.capacity_in[0] == 1.6
    assert last(doubled) == pytest.approx(100 + 399 / 0.8)  # the next road is as narrow as before


def test_routes_follow_tables_and_change_on_the_way() -> None:
    """0-1-3 and 0-2-3: closing 1-3 sends those before it round, once tables say so."""
    network = network_from([0, 1, 0, 2, 1], [1, 3, 2, 3, 2], [500] * 5, speed=20, capacity=0.8, lanes=1, jam_density=0.2)
    cost = np.array([1.0, 1, 2, 2, 1])
    tables = shortest_path_trees(network, [3], cost)
    assert tables.next_link[0].tolist() == [0, 1, 3, -2]
    assert tables.seconds[0].tolist() == [2, 1, 2, 0]
    who = np.arange(50)
    movement = Movement(network, Travellers(who * 0, who * 0), tables.next_link)
    movement.depart(who, who * 2.0)
    movement.advance(40)
    shut = closed(movement.conditions, np.array([1]))
    movement.change(shut, shortest_path_trees(network, [3], cost, shut.open).next_link)
    movement.advance(END)
    assert movement.counts().held == movement.on_links()[1] > 0
    assert movement.state.entered[3] == 50 - movement.on_links()[1] - movement.state.left[1]


def test_paths_between_places_are_those_of_the_trees() -> None:
    random = np.random.default_rng(7)
    tail, head = random.integers(0, 30, 120), random.integers(0, 30, 120)
    network = network_from(tail, head, random.uniform(50, 500, 120), nodes=30)
    usable = random.random(120) < 0.5
    starts, ends = random.integers(0, 30, 60), random.integers(0, 30, 60)
    ways = paths_between(network, starts, ends, network.free_time, usable)
    seconds = shortest_path_trees(network, ends.tolist(), network.free_time, usable).seconds
    assert any(way is None for way in ways)
    for row, (way, start, end) in enumerate(zip(ways, starts, ends, strict=True)):
        if way is None:
            assert seconds[row, start] == np.inf
            continue
        nodes = [start, *head[way]]
        assert (tail[way] == nodes[:-1]).all()
        assert nodes[-1] == end
        assert network.free_time[way].sum() == pytest.approx(seconds[row, start])


def test_a_departure_in_the_past_is_refused() -> None:
    movement = all_along(road([100], [0.5]), np.array([0.0]))
    movement.advance(10)
    with pytest.raises(InputError, match="before the present"):
        movement.depart(np.array([0]), np.array([5.0]))


@st.composite
def towns(draw: st.DrawFn) -> tuple[RoadNetwork, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A small grid with all sorts of roads, and who sets out where, for where, when and how."""
    side = draw(st.integers(2, 4))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    nodes = np.arange(side * side).reshape(side, side)
    pairs = np.vstack([np.column_stack([nodes[:, :-1].ravel(), nodes[:, 1:].ravel()]),
                       np.column_stack([nodes[:-1].ravel(), nodes[1:].ravel()])])
    tail, head = np.vstack([pairs, pairs[:, ::-1]]).T
    network = network_from(tail, head, random.uniform(0, 300, len(tail)), lanes=random.integers(1, 3, len(tail)),
                           speed=random.uniform(5, 20, len(tail)), walk_width=random.uniform(0.1, 2, len(tail)))
    agents = draw(st.integers(1, 120))
    origin, goal = random.integers(0, side * side, (2, agents))
    return network, origin, goal, random.uniform(0, 200, agents), random.random(agents) < 0.3


def run_town(town: tuple[RoadNetwork, ...], step: float, *, rearm: bool = False, permute: np.ndarray | None = None) -> Movement:
    """Movement over the town in steps, batches of departures handed over at their step."""
    network, origin, goal, times, walks = town
    order = np.arange(len(origin)) if permute is None else permute
    tables = shortest_path_trees(network, list(range(network.nodes)), network.free_time).next_link
    movement = Movement(network, Travellers(origin[order], goal[order], walks=walks[order]), tables)
    times, now = times[order], 0.0
    while now < 3000:
        due = np.flatnonzero((times >= now) & (times < now + step))
        movement.depart(due, times[due])
        movement.advance(now + step)
        now += step
        check_conserved(movement)
        if rearm:
            movement.change()
    movement.advance(END)
    return movement


def check_conserved(movement: Movement) -> None:
    """Everybody is in exactly one place, by the agents' own word and by the count of the roads."""
    counts = movement.counts()
    assert counts.at_home + counts.waiting + counts.driving + counts.walking + counts.arrived == len(movement.agents.place)
    assert movement.on_links().sum() == counts.driving
    assert movement.state.walkers.sum() == counts.walking
    assert (movement.on_links() <= movement.roads.storage).all()


@settings(max_examples=25, deadline=None)
@given(towns(), st.sampled_from([17.0, 60.0, 401.0]))
def test_nobody_is_lost_and_steps_do_not_matter(town: tuple[RoadNetwork, ...], step: float) -> None:
    whole, stepped = run_town(town, 3000.0), run_town(town, step)
    assert np.array_equal(whole.agents.arrived, stepped.agents.arrived, equal_nan=True)
    looked_at = run_town(town, step, rearm=True)
    assert np.array_equal(whole.agents.arrived, looked_at.agents.arrived, equal_nan=True)


@settings(max_examples=15, deadline=None)
@given(towns(), st.randoms(use_true_random=False))
def test_another_order_of_people_gives_the_same_answers_in_that_order(town: tuple[RoadNetwork, ...], random: object) -> None:
    order = list(range(len(town[1])))
    random.shuffle(order)
    plain, mixed = run_town(town, 3000.0), run_town(town, 3000.0, permute=np.array(order))
    assert np.array_equal(plain.agents.arrived[order], mixed.agents.arrived, equal_nan=True)


@settings(max_examples=15, deadline=None)
@given(towns(), st.integers(0, 2**32 - 1))
def test_another_numbering_of_roads_and_nodes_changes_nothing(town: tuple[RoadNetwork, ...], seed: int) -> None:
    network, origin, goal, times, walks = town
    random = np.random.default_rng(seed)
    link, node = random.permutation(network.links), random.permutation(network.nodes)
    other = network_from(node[network.tail[link]], node[network.head[link]], network.length[link], speed=network.speed[link],
                         capacity=network.capacity[link], lanes=network.lanes[link], walk_width=network.walk_width[link])
    plain, numbered = run_town(town, 3000.0), run_town((other, node[origin], node[goal], times, walks), 3000.0)
    assert np.array_equal(plain.agents.arrived, numbered.agents.arrived, equal_nan=True)


def test_a_queue_never_overtakes_itself() -> None:
    movement = all_along(road([300, 20, 300], [0.8, 0.3, 0.8]), np.arange(200) / 0.7)
    movement.advance(END)
    assert all(a < b for a, b in pairwise(movement.agents.arrived))

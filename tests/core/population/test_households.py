"""Households made up from blocks agree with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evacuation_city import village

from stratum_core.errors import InputError
from stratum_core.model import Blocks
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.households import age_warnings, ages_known, make_up, sampled
from stratum_core.population.traffic import network_of


def _city(**columns):
    rows = {"id": ["a", "b", "c"], "x": [0.0, 500.0, 900.0], "y": [0.0, 0.0, 0.0], **columns}
    return replace(village(), blocks=Blocks(**rows))


def test_sums_of_a_block_are_kept():
    city = _city(residents=[101.0, 40.4, 0.0], households=[50, 20, 3], children=[30, 7, 0], elderly=[21, 5, 0],
                 vehicles=[55, 8, 0])
    found = make_up(city, network_of(city), BehaviourSpec(), 7)
    for block, people, children, elderly, households in ((0, 101, 30, 21, 50), (1, 40, 7, 5, 20)):
        mine = found.block == block
        assert mine.sum() == households
        assert found.people[mine].sum() == people
        assert found.children[mine].sum() == children
        assert found.elderly[mine].sum() == elderly
        assert (found.children + found.elderly <= found.people)[mine].all()
    assert not (found.block == 2).any()
    assert (found.helped <= found.people).all()


@pytest.mark.parametrize("seed", range(20))
def test_whole_counts_are_kept_block_by_block(seed):
    """Whatever they are, as long as children and old people are residents and somebody lives there who has the cars."""
    draw = np.random.default_rng(seed)
    people = draw.integers(1, 200, 40)
    children = draw.integers(0, people + 1)
    columns = {"residents": people, "children": children, "elderly": draw.integers(0, people - children + 1),
               "households": draw.integers(1, people + 1), "vehicles": draw.integers(0, 300, 40)}
    city = replace(village(), blocks=Blocks(id=[f"b{n}" for n in range(40)], x=np.zeros(40), y=np.zeros(40),
                                            **{name: values.astype(float) for name, values in columns.items()}))
    found = make_up(city, network_of(city), BehaviourSpec(), seed)
    for name, got in (("residents", found.people), ("children", found.children), ("elderly", found.elderly),
                      ("households", np.ones(len(found))), ("vehicles", found.cars)):
        assert np.bincount(found.block, got).tolist() == columns[name].tolist(), name
    assert (found.children + found.elderly <= found.people).all()


def test_who_has_the_last_cars_and_who_is_old_is_drawn():
    """1,000 homes of two with 250 cars: each seed gives them to others, to no place in the block more than to another."""
    city = _city(residents=[2000.0, 0.0, 0.0], households=[1000, 0, 0], children=[500, 0, 0], elderly=[1500, 0, 0],
                 vehicles=[250, 0, 0])
    found = [make_up(city, network_of(city), BehaviourSpec(), seed) for seed in range(20)]
    for has in ([one.cars for one in found], [one.elderly / 6 for one in found]):
        assert not np.array_equal(has[0], has[1])
        assert np.mean(has, axis=0)[:500].mean() == pytest.approx(0.25, abs=0.011)  # 3.5 standard deviations of the cars


def test_parts_of_people_and_cars_are_kept_in_the_running_sum():
    """400 blocks with 1.5 people, 0.6 children, 0.9 old and half a car; the cars of 400 where nobody lives are nobody's."""
    city = replace(village(), blocks=Blocks(
        id=[f"b{n}" for n in range(800)], x=np.zeros(800), y=np.zeros(800), residents=[1.5, 0.0] * 400,
        children=[0.6, 0.0] * 400, elderly=[0.9, 0.0] * 400, vehicles=[0.5, 9.0] * 400, households=[1.0, 0.0] * 400))
    found = make_up(city, network_of(city), BehaviourSpec(), 1)
    for got, sum_of in ((found.people, 600), (found.children, 240), (found.elderly, 360), (found.cars, 200)):
        assert abs(got.sum() - sum_of) <= 1


def test_ages_that_nobody_counted_are_no_zeros():
    """Counted nowhere, by zeros or gaps: no group. Counted in one of two blocks: a group of that block, and a warning."""
    for none in ([0.0, 0.0, 0.0], [np.nan] * 3):
        blocks = _city(residents=[60.0, 40.0, 0.0], children=none, elderly=[5.0, np.nan, np.nan]).blocks
        known = ages_known(blocks)
        assert not known["children"].any()
        assert known["75 and older"].tolist() == [True, False, False]
        assert age_warnings(blocks) == [
            "Who is in the group 'children' was counted nowhere: it is left out, and all count as of other ages.",
            "Who is in the group '75 and older' was not counted in blocks with 40 people: none of them is in it."]
    assert not age_warnings(_city(residents=[60.0, 0.0, np.nan], children=[9.0, 0.0, 0.0], elderly=[1.0, 0.0, 0.0]).blocks)


def test_people_and_cars_by_share_where_blocks_say_nothing():
    city = _city(residents=[40_000.0, 0.0, 0.0])
    found = make_up(city, network_of(city), BehaviourSpec(household_size=2.5, car_ownership=0.6), 3)
    assert len(found) == 16_000
    assert found.cars.mean() == pytest.approx(0.6, abs=0.012)  # 3 standard deviations
    assert found.other_language.mean() == pytest.approx(0.1, abs=0.008)


def test_the_same_seed_makes_the_same_people_and_another_others():
    city = _city(residents=[300.0, 200.0, 0.0], children=[60, 40, 0])
    one, same, other = (make_up(city, network_of(city), BehaviourSpec(), seed) for seed in (1, 1, 2))
    assert np.array_equal(one.children, same.children)
    assert not np.array_equal(one.children, other.children)


def test_a_large_block_spreads_over_the_crossings_nearest_to_it():
    city = _city(residents=[400.0, 400.0, 0.0])
    network = network_of(city)
    found = make_up(city, network, BehaviourSpec(), 1)
    assert {network.node_ids[n] for n in found.node[found.block == 0]} == {"west"}


@pytest.mark.parametrize(("agents", "share"), [(0, 1.0), (250, 0.25), (2_500, 2.5)])
def test_a_sample_is_taken_and_more_are_repeated(agents, share):
    city = _city(residents=[1000.0, 0.0, 0.0])
    whole = make_up(city, network_of(city), BehaviourSpec(), 1)
    found, got = sampled(whole, agents, 5)
    assert got == pytest.approx(share, rel=0.15)
    assert found.people.sum() == pytest.approx(1000 * got)


def test_a_city_without_people_is_refused():
    with pytest.raises(InputError, match="nobody lives"):
        make_up(_city(residents=[0.0, 0.0, 0.0]), network_of(village()), BehaviourSpec(), 1)


@pytest.mark.parametrize(("crs", "columns"), [
    ("EPSG:25832", "lon and lat, or x, y and --crs EPSG:n"), ("none", "x, y and --crs none")])
def test_homes_without_a_place_are_named_with_the_repair(crs, columns):
    city = replace(_city(residents=[5.0, 7.0, 0.0], x=[0.0, np.nan, np.nan]), crs=crs)
    words = f"no place for 1 block with residents, such as 'b'. Import the city anew, its blocks with {columns}"
    with pytest.raises(InputError, match=words):
        make_up(city, network_of(city), BehaviourSpec(), 1)

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
        assert found.elderly[mine].sum() <= elderly
        assert (found.children + found.elderly <= found.people)[mine].all()
    assert not (found.block == 2).any()
    assert (found.helped <= found.people).all()


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

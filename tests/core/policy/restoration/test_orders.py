"""Repair orders: dispatch by hand, Smith's rule, the least order against every order, greedy, local search, bad input."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.policy.restoration.drawn import LARGE, LARGE_JOBS, SMALL, drawn
from stratum_core.policy.restoration.instance import instance
from stratum_core.policy.restoration.orders import (
    carried_out,
    cost_of,
    exact,
    first_come,
    greedy,
    local_search,
    of_all_orders,
    smith,
)

HOURS, WEIGHTS = [4, 2, 7, 3, 5, 1, 6, 8], [10, 3, 14, 9, 5, 2, 20, 7]
SEPARABLE = instance(HOURS, [(people, [job]) for job, people in enumerate(WEIGHTS)])


def test_one_crew_ends_one_job_after_the_other() -> None:
    order = carried_out(SEPARABLE, np.arange(8))
    assert order.finish.tolist() == np.cumsum(HOURS).tolist()
    assert order.people_hours == float(np.cumsum(HOURS) @ np.array(WEIGHTS)) == 1345


def test_smiths_rule_is_the_least_of_all_orders_there_and_says_so() -> None:
    found = smith(SEPARABLE)
    assert (found.people_hours, found.exact) == (1114, True)
    assert of_all_orders(SEPARABLE) == (1114, 1447, 1780)


def test_with_two_crews_it_is_a_rule_of_thumb() -> None:
    assert not smith(SEPARABLE._replace(crew_skill=np.zeros(2, dtype=np.int64), travel=np.zeros((2, 8)))).exact


def test_two_crews_drive_from_their_depots_each_time() -> None:
    given = instance([2, 3, 1], [(1, [0, 1, 2])], crew_skill=[0, 0], travel=[[1, 1, 1], [5, 0.5, 2]])
    order = carried_out(given, np.array([0, 1, 2]))
    assert order.finish.tolist() == [3, 3.5, 5]  # the first crew is back first and drives an hour again
    assert order.crew.tolist() == [0, 1, 0]
    assert order.people_hours == 5


def test_a_crew_drives_on_from_its_last_job_where_ways_between_are_given() -> None:
    given = instance([1, 1], [(1, [0]), (1, [1])], travel=[[2, 9]], between=[[0, 3], [3, 0]])
    assert carried_out(given, np.array([0, 1])).finish.tolist() == [3, 7]


def test_a_crew_takes_what_waits_and_never_waits_for_what_ranks_higher() -> None:
    given = instance([4, 1], [(1, [0]), (100, [1])], ready=[0, 1])
    assert carried_out(given, np.array([1, 0])).finish.tolist() == [4, 5]


def test_a_crew_that_no_road_leads_out_for_leaves_the_job_to_another() -> None:
    given = instance([2, 1], [(9, [0]), (1, [1])], crew_skill=[0, 0], ready=[[5, 0], [np.inf, 3]])
    order = carried_out(given, np.array([0, 1]))
    assert (order.finish.tolist(), order.crew.tolist()) == ([7, 1], [0, 0])
    with pytest.raises(InputError, match="ever set out"):
        instance([2], [(9, [0])], ready=[[np.inf]])


def test_skills_are_kept_apart_and_ends_are_rounded_up_to_the_step() -> None:
    given = instance([1.1, 2.0], [(1, [0]), (1, [1])], skill=[0, 1], crew_skill=[0, 1], step=0.5)
    assert carried_out(given, np.array([0, 1])).finish.tolist() == [1.5, 2.0]


def test_people_are_served_when_all_their_jobs_are_done_and_not_before_their_hour() -> None:
    given = instance([1, 2], [(10, [0, 1]), (5, [0])], earliest=[0, 4])
    assert carried_out(given, np.array([0, 1])).people_hours == 10 * 3 + 5 * 4


@pytest.mark.parametrize("seed", range(24))
def test_the_least_order_is_that_of_trying_all(seed: int) -> None:
    given = drawn(SMALL + seed, (4, 7))
    least = min(cost_of(given, np.array(order)) for order in permutations(range(given.jobs)))
    found = exact(given, start=first_come(given))
    assert found is not None
    assert found.exact
    assert found.people_hours == pytest.approx(least, rel=1e-9)
    assert of_all_orders(given)[0] == pytest.approx(least, rel=1e-9)


def test_greedy_looks_ahead_to_people_who_need_two_jobs() -> None:
    given = instance([1, 1, 1], [(10, [0]), (100, [1, 2])])
    assert set(greedy(given).jobs[:2].tolist()) == {1, 2}  # 50 people per hour against 10


def test_local_search_is_never_worse_than_its_start_and_the_same_each_time() -> None:
    given = drawn(LARGE, LARGE_JOBS)
    first, second = (local_search(given, budget=400) for _ in range(2))
    assert first.people_hours <= greedy(given).people_hours
    assert first.jobs.tolist() == second.jobs.tolist()


def test_the_least_order_is_given_up_where_it_takes_too_many_branches() -> None:
    assert exact(drawn(SMALL + 3, (10, 10)), most=3, start=first_come(drawn(SMALL + 3, (10, 10)))) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hours": [1, -2]}, "negative"),
        ({"groups": [(1, [2])]}, "not there"),
        ({"skill": [0, 1]}, "no crew has skill 1"),
        ({"travel": [[1, 2, 3]]}, "do not fit"),
    ],
)
def test_what_does_not_fit_is_said(change: dict[str, object], words: str) -> None:
    given = {"hours": [1, 2], "groups": [(1, [0])]} | change
    with pytest.raises(InputError, match=words):
        instance(given.pop("hours"), given.pop("groups"), **given)  # type: ignore[arg-type]


def test_an_order_that_leaves_a_job_out_is_refused() -> None:
    with pytest.raises(InputError, match="each job once"):
        carried_out(SEPARABLE, np.array([0, 1]))

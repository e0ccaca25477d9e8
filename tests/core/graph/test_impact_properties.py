"""Impact against a fixed point computed from scratch, on random cities; and what must hold whatever the city."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import small_city

from stratum_core.graph import critical, impact, knowledge_graph
from stratum_core.graph.kernels import spread, undo
from stratum_core.model import City, Dependencies

Random = random.Random


def random_city(seed: int) -> City:
    rng = Random(seed)
    n = rng.randint(4, 14)
    assets = [(f"a{i}", "water", rng.choice(["junction"] * 4 + ["reservoir"])) for i in range(n)]
    assets += [(f"s{i}", "water", "well") for i in range(rng.randint(0, 2))] + [(f"f{i}", "health", "clinic") for i in range(3)]
    links = [(f"l{i}", rng.choice(["pipe", "pipe", "pump"]), *rng.sample([f"a{k}" for k in range(n)], 2))
             for i in range(rng.randint(3, 2 * n))]
    names = [a for a, _, _ in assets] + [i for i, *_ in links]
    needs = []
    for g in range(rng.randint(0, 8)):
        members = rng.sample(names, rng.randint(1, 3))
        dependent = rng.choice(names)
        needs += [(dependent, member, f"g{g}", float(rng.randint(1, len(members)))) for member in members]
    first = {}
    needs = [(d, s, g, first.setdefault((d, g), k)) for d, s, g, k in needs]
    homes = [("water", rng.choice(names)) for _ in range(4)]
    return small_city(assets, links, needs, homes, {f"s{i}": f"a{rng.randrange(n)}" for i in range(2)})


def supplied(city: City, failed: set[str]) -> set[str]:
    """Components up, given failed ones, by reachability in a fresh digraph."""
    kinds = dict(zip(city.component_ids, [*city.assets.kind, *city.links.kind], strict=True))
    node = dict(zip(city.assets.id, city.assets.node, strict=True))
    graph = nx.DiGraph()
    graph.add_node("source")
    for i, (start, end) in zip(city.links.id, zip(city.links.start, city.links.end, strict=True), strict=True):
        if i not in failed and not {start, end} & failed:
            graph.add_edge(start, end)
            if kinds[i] != "pump":
                graph.add_edge(end, start)
    sources = [a for a in node if kinds[a] in ("reservoir", "well")]
    graph.add_edges_from(("source", node[a] or a) for a in sources if a not in failed and (node[a] or a) not in failed)
    reached = nx.descendants(graph, "source") if sources else set(node)
    up = {a for a in node if kinds[a] == "clinic" or (node[a] or a) in reached}
    return (up | set(city.links.id)) - failed


def by_fixed_point(city: City, seeds: set[str]) -> set[str]:
    base, rows = supplied(city, set()), city.dependencies
    groups: dict[tuple[str, str], tuple[set[str], float]] = {}
    for d, s, g, k in zip(rows.dependent, rows.supplier, rows.group, rows.needed, strict=True):
        groups.setdefault((d, g), (set(), k))[0].add(s)
    counted = {key: (rows_by_member(members, rows, key), k) for key, (members, k) in groups.items()}
    failed: set[str] = seeds & base
    while True:
        lost = base - supplied(city, failed)
        for (dependent, _), (members, k) in counted.items():
            alive = sum(n for m, n in members.items() if m in base)
            if alive >= k and sum(n for m, n in members.items() if m in base and m not in lost) < k and dependent in base:
                lost.add(dependent)
        if lost <= failed:
            return failed
        failed |= lost


def rows_by_member(members: set[str], rows: Dependencies, key: tuple[str, str]) -> dict[str, int]:
    return {m: int(((rows.dependent == key[0]) & (rows.group == key[1]) & (rows.supplier == m)).sum()) for m in members}


@pytest.mark.parametrize("seed", range(150))
def test_impact_is_the_fixed_point_from_scratch(seed: int) -> None:
    city = random_city(seed)
    graph = knowledge_graph(city)
    rng = Random(seed)
    for count in (1, 1, 2, 3):
        seeds = set(rng.sample(list(city.component_ids), count))
        assert {row.asset for row in impact(graph, *seeds).lost} == by_fixed_point(city, seeds)


@pytest.mark.parametrize("seed", range(30))
def test_a_query_leaves_no_trace(seed: int) -> None:
    graph = knowledge_graph(random_city(seed))
    work, fresh = graph.work(), graph.work()
    for component in range(len(graph.city.component_ids)):
        undo(graph.arrays, work, spread(graph.arrays, work, np.array([component])))
    for name in ("parent", "parent_link", "sources_left", "spare", "suppliers_left", "lost", "moved"):
        assert np.array_equal(getattr(work, name), getattr(fresh, name)), name


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_permuting_rows_permutes_nothing_but_the_order(seed: int, rng: Random) -> None:
    city = random_city(seed)
    order = {name: rng.sample(range(len(table)), len(table)) for name, table in city.tables().items()}
    shuffled = City("small", **{name: table.take(np.array(order[name], dtype=int)) for name, table in city.tables().items()})
    for asset in list(city.component_ids)[:6]:
        mine, theirs = impact(city, asset), impact(shuffled, asset)
        assert {row.asset for row in mine.lost} == {row.asset for row in theirs.lost}
        assert mine.people == theirs.people
    assert {(row.asset, row.anyone, row.lost) for row in critical(city, 50).ranking} == {
        (row.asset, row.anyone, row.lost) for row in critical(shuffled, 50).ranking}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_one_more_need_of_its_own_never_shrinks_an_impact(seed: int, data: st.DataObject) -> None:
    city = random_city(seed)
    working = knowledge_graph(city).arrays.working
    names = [str(name) for name, up in zip(city.component_ids, working, strict=True) if up]
    if len(names) < 3:
        return
    dependent, supplier, fails = (data.draw(st.sampled_from(names)) for _ in range(3))
    rows = city.dependencies
    more = rows.append(type(rows)(id=["need/extra"], dependent=[dependent], supplier=[supplier], service=["power"], needed=[1.0]))
    larger = City("small", **{**city.tables(), "dependencies": more})
    assert {row.asset for row in impact(city, fails).lost} <= {row.asset for row in impact(larger, fails).lost}

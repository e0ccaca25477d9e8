"""Propagation: redundancy is respected, the answer does not hang on names, order, threads or earlier replicates."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.cascade.propagation import DrawnHits, GivenHits, PropagationJob, ServiceRule, structure
from stratum_core.cascade.propagation.percolation import interdependent_percolation, percolation
from stratum_core.cascade.propagation.random_graphs import erdos_renyi
from stratum_core.errors import Cancelled, InputError
from stratum_core.pipeline.propagation import run_propagation
from stratum_core.ports import CancelToken

Rows = list[tuple[int, int]]


def hits_of(*lists: list[int]) -> GivenHits:
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return GivenHits(offset, np.array([c for row in lists for c in row], dtype=np.int32))


def failing(n: int, rows: Rows, hit: list[int]) -> set[int]:
    dependent, supplier = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    return set(PropagationJob(structure(n, dependent, supplier), hits_of(hit)).failed(0).tolist())


def test_a_chain_fails_downstream_only() -> None:
    assert failing(4, [(1, 0), (2, 1), (3, 2)], [1]) == {1, 2, 3}


@pytest.mark.parametrize(("needed", "hit", "lost"), [
    (1, [0], {0}), (1, [0, 1], {0, 1}), (1, [0, 1, 2], {0, 1, 2, 3}), (2, [0], {0}), (2, [0, 2], {0, 2, 3}), (3, [1], {1, 3}),
])
def test_a_group_fails_once_fewer_than_needed_are_left(needed: int, hit: list[int], lost: set[int]) -> None:
    net = structure(4, np.array([3, 3, 3]), np.array([0, 1, 2]), group=np.zeros(3, dtype=np.int64), needed=np.array([needed]))
    assert set(PropagationJob(net, hits_of(hit)).failed(0).tolist()) == lost


def test_a_group_of_two_dependents_is_refused() -> None:
    with pytest.raises(InputError, match="two dependents"):
        structure(3, np.array([0, 1]), np.array([2, 2]), group=np.zeros(2, dtype=np.int64))


def test_an_index_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="supplier 3"):
        structure(3, np.array([0]), np.array([3]))


@st.composite
def nets(draw: st.DrawFn) -> tuple[int, Rows, list[int]]:
    n = draw(st.integers(2, 12))
    node = st.integers(0, n - 1)
    return n, draw(st.lists(st.tuples(node, node), min_size=1, max_size=30)), draw(st.lists(node, min_size=1, max_size=4))


@settings(max_examples=60, deadline=None)
@given(nets())
def test_without_groups_the_failures_are_the_descendants(net: tuple[int, Rows, list[int]]) -> None:
    n, rows, hit = net
    graph = nx.DiGraph((supplier, dependent) for dependent, supplier in rows)
    graph.add_nodes_from(range(n))
    assert failing(n, rows, hit) == set(hit).union(*(nx.descendants(graph, c) for c in hit))


@settings(max_examples=60, deadline=None)
@given(nets(), st.randoms(use_true_random=False))
def test_permuting_ids_permutes_the_failures(net: tuple[int, Rows, list[int]], random: object) -> None:
    n, rows, hit = net
    new = list(range(n))
    random.shuffle(new)  # type: ignore[attr-defined]
    renamed = failing(n, [(new[a], new[b]) for a, b in rows], [new[c] for c in hit])
    assert renamed == {new[c] for c in failing(n, rows, hit)}


@settings(max_examples=60, deadline=None)
@given(nets(), st.data())
def test_one_more_need_never_shrinks_the_failures(net: tuple[int, Rows, list[int]], data: st.DataObject) -> None:
    n, rows, hit = net
    extra = data.draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))
    assert failing(n, rows, hit) <= failing(n, [*rows, extra], hit)


def big_job(rule: ServiceRule = ServiceRule.INPUTS) -> PropagationJob:
    n = 2_000
    random = np.random.default_rng(3)
    dependent = np.repeat(np.arange(n), 3)
    net = structure(n, dependent, random.integers(0, n, 3 * n), group=dependent, needed=np.full(n, 2),
                    networks=[(n // 2, erdos_renyi(n // 2, 3.0, 1)), (n // 2, erdos_renyi(n // 2, 3.0, 2))])
    return PropagationJob(net, DrawnHits(np.linspace(0.0, 0.3, n), 1_100, 5), rule)


@pytest.mark.parametrize("rule", list(ServiceRule))
def test_one_and_two_threads_agree_in_every_number(rule: ServiceRule) -> None:
    one, two = (run_propagation(big_job(rule), threads=t) for t in (1, 2))
    for mine, theirs in zip(one, two, strict=True):
        assert np.array_equal(mine, theirs)


def test_a_replicate_alone_fails_as_in_the_whole_run() -> None:
    job = big_job()
    whole = run_propagation(job, threads=1)
    for replicate in (0, 17, 1_099):
        assert len(job.failed(replicate)) == whole.failures[replicate]


def test_wide_and_narrow_cascades_leave_no_trace() -> None:
    n = 100
    net = structure(n, np.arange(1, n), np.arange(n - 1))
    job = PropagationJob(net, hits_of([0], [99], [50], [98], [0]))
    assert run_propagation(job, threads=1).failures.tolist() == [100, 1, 50, 2, 100]


def test_cancel_stores_nothing() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        run_propagation(big_job(), threads=1, cancel=cancel)


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 25), st.floats(0.2, 1.0), st.integers(0, 1_000))
def test_what_percolation_leaves_is_the_largest_part(n: int, occupation: float, seed: int) -> None:
    edges = erdos_renyi(n, min(2.5, n - 1.0), seed)
    job = percolation(n, edges, occupation, replicates=1, seed=seed)
    graph = nx.Graph(edges.tolist())
    graph.add_nodes_from(range(n))
    graph.remove_nodes_from(job.hits.take(0, 1)[1].tolist())
    largest = max((len(part) for part in nx.connected_components(graph)), default=0)
    assert job.run(0, 1).working[0, 0] == largest


def test_what_interdependent_percolation_leaves_is_mutual() -> None:
    n = 3_000
    job = interdependent_percolation(n, erdos_renyi(n, 4, 1), erdos_renyi(n, 4, 2), 0.8, replicates=3, seed=4)
    for replicate in range(3):
        failed = job.failed(replicate)
        first, second = failed[failed < n], failed[failed >= n] - n
        assert np.array_equal(first, second)


def test_partners_may_be_any_pairs() -> None:
    line = np.array([[0, 1], [1, 2]])
    job = interdependent_percolation(3, line, line, 1.0, replicates=1, seed=0, pairs=np.array([[0, 2], [1, 1], [2, 0]]))
    assert job.run(0, 1).working.tolist() == [[3, 3]]


def test_random_graphs_have_their_mean_degree_and_no_doubles() -> None:
    edges = erdos_renyi(20_000, 4.0, 1)
    assert abs(2 * len(edges) / 20_000 - 4.0) < 0.1
    assert len(np.unique(edges, axis=0)) == len(edges)
    assert (edges[:, 0] < edges[:, 1]).all()

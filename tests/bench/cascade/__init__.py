"""Cascades: propagation of dependencies against networkx, and the flood of the sample city against the clock."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.propagation import GivenHits, PropagationJob, Structure, structure
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.pipeline.propagation import run_propagation
from stratum_core.pipeline.scenario import read_scenario
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

from .. import RUNS, Row, broken, faster, paired, version, within
from . import load_cascade, screening

ASSETS, SUPPLIERS, REPLICATES = 10_000, 3, 1_000
FEW, MANY = 40, 4_840  # 4,840 hits make about 5,900 fail, since a need has three alternatives
PEER_REPLICATES = 100


def rows() -> Iterator[Row]:
    """Few hits, many hits, outage screening, redistributed load, and the flood."""
    if version("networkx"):
        yield _against_networkx("propagation, few failures", FEW, REPLICATES, 100, PlainNetworkxPeer)
        yield _against_networkx("propagation, few failures, peer tuned", FEW, REPLICATES, 100, NetworkxPeer)
        yield _against_networkx("propagation, many failures, peer tuned", MANY, PEER_REPLICATES, 60, NetworkxPeer)
    else:
        yield broken("propagation", "networkx is not installed; install the extra 'test'")
    yield from screening.rows()
    yield from load_cascade.rows()
    yield _flood()


def dependencies() -> npt.NDArray[np.int64]:
    """(30,000, 2) rows of dependent and supplier: each asset has three alternatives of one need."""
    random = np.random.default_rng(20260101)
    suppliers = np.sort(random.integers(0, ASSETS, (ASSETS, SUPPLIERS)), axis=1)
    while len(doubled := np.flatnonzero((np.diff(suppliers, axis=1) == 0).any(axis=1))):
        suppliers[doubled] = np.sort(random.integers(0, ASSETS, (len(doubled), SUPPLIERS)), axis=1)
    return np.column_stack([np.repeat(np.arange(ASSETS), SUPPLIERS), suppliers.ravel()])


def hit_lists(each: int) -> GivenHits:
    """The same number of assets in every replicate, drawn once."""
    random = np.random.default_rng(each)
    drawn = [random.choice(ASSETS, each, replace=False) for _ in range(REPLICATES)]
    return GivenHits(np.arange(REPLICATES + 1) * each, np.concatenate(drawn).astype(np.int32))


def ours_structure(edges: npt.NDArray[np.int64]) -> Structure:
    """All alternatives of an asset as one group of which one is needed."""
    return structure(ASSETS, edges[:, 0], edges[:, 1], group=edges[:, 0])


def _against_networkx(name: str, each: int, peer_replicates: int, least: float, form: type[NetworkxPeer]) -> Row:
    edges, hits = dependencies(), hit_lists(each)
    job = PropagationJob(ours_structure(edges), hits)
    given = [hits.take(i, 1)[1].tolist() for i in range(peer_replicates)]
    peer = form(edges)
    theirs = peer.run(given)
    if [set(job.failed(i).tolist()) for i in range(peer_replicates)] != theirs:
        return broken(name, "ours and networkx disagree on who fails")
    threads = os.cpu_count() or 1
    mine, other = paired(lambda: run_propagation(job, threads=threads), lambda: peer.run(given))
    failing = float(np.mean([len(failed) for failed in theirs]))
    work = (
        f"{each} hit, {failing:,.0f} failing in {REPLICATES:,} replicates each; same failures; building not counted; {form.told}"
    )
    if peer_replicates < REPLICATES:
        work += f"; networkx ran {peer_replicates} of the replicates and its time is scaled"
    size = f"{ASSETS:,} assets, {len(edges):,} dependencies"
    return faster(name, work, size, mine, (other or 0.0) * REPLICATES / peer_replicates, f"networkx {version('networkx')}", least)


class NetworkxPeer:
    """The same rule on a networkx DiGraph in its fastest form: successors and counters, undone after each replicate."""

    told = "networkx by successors, with counters of our own that are undone"

    def __init__(self, edges: npt.NDArray[np.int64]) -> None:
        import networkx as nx

        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(ASSETS))
        self.graph.add_edges_from((int(supplier), int(dependent)) for dependent, supplier in edges)
        self.left = dict(self.graph.in_degree())

    def run(self, hits: list[list[int]]) -> list[set[int]]:
        """The failures of every replicate."""
        return [self._spread(row) for row in hits]

    def _spread(self, hit: list[int]) -> set[int]:
        graph, left = self.graph, self.left
        failed, queue, touched = set(hit), list(hit), []
        for component in queue:
            for other in graph.successors(component):
                left[other] -= 1
                touched.append(other)
                if left[other] == 0 and other not in failed:
                    failed.add(other)
                    queue.append(other)
        for other in touched:
            left[other] += 1
        return failed


class PlainNetworkxPeer(NetworkxPeer):
    """The same rule as networkx offers it: edges and degrees asked of the graph, losses counted afresh in each replicate."""

    told = "networkx by out_edges and in_degree"

    def _spread(self, hit: list[int]) -> set[int]:
        failed, queue, lost = set(hit), list(hit), dict[int, int]()
        for component in queue:
            for _, other in self.graph.out_edges(component):
                lost[other] = lost.get(other, 0) + 1
                if lost[other] == self.graph.in_degree(other) and other not in failed:
                    failed.add(other)
                    queue.append(other)
        return failed


def _flood() -> Row:
    city = read_city(resource("sample/city"))
    scenario = read_scenario(resource("sample/scenarios/flood.toml"))
    threads = os.cpu_count() or 1
    seconds, _ = paired(lambda: run_cascade(city, scenario, threads=threads), runs=RUNS)
    work = f"{scenario.spec.run.replicates:,} replicates of the exercise flood, {threads} threads, result and digest included"
    return within("sample city flood", work, f"{len(city.component_ids):,} components", seconds, 3.0)

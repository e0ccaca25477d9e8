"""Graph queries: everything downstream of an asset, against rustworkx and networkx; ranking and impact on the sample city."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from stratum_core.cascade.propagation import GivenHits, PropagationJob, structure
from stratum_core.graph import critical, impact, knowledge_graph
from stratum_core.pipeline.propagation import run_propagation
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

from .. import Row, broken, faster, paired, version, within

NODES, EDGES, QUERIES, PEER_QUERIES = 10_000, 30_000, 1_000, 100


def rows() -> Iterator[Row]:
    """Downstream of an asset, then the sample city."""
    random = np.random.default_rng(7)
    edges = np.unique(random.integers(0, NODES, (EDGES, 2)), axis=0)
    asked = random.integers(0, NODES, QUERIES)
    job = PropagationJob(structure(NODES, edges[:, 1], edges[:, 0]), GivenHits(np.arange(QUERIES + 1), asked.astype(np.int32)))
    for peer, least in (("rustworkx", 1.0), ("networkx", 10.0)):
        if version(peer):
            yield _downstream(job, peer, edges, asked[:PEER_QUERIES].tolist(), least)
        else:
            yield broken("downstream", f"{peer} is not installed; install the extra 'test'")
    yield from _sample()


def _downstream(job: PropagationJob, peer: str, edges: np.ndarray, asked: list[int], least: float) -> Row:
    graph, descendants = _PEERS[peer](edges)
    if any(set(job.failed(i).tolist()) != {asked[i], *descendants(graph, asked[i])} for i in range(10)):
        return broken("downstream", f"ours and {peer} disagree")
    threads = os.cpu_count() or 1
    mine, other = paired(lambda: run_propagation(job, threads=threads), lambda: [descendants(graph, asset) for asset in asked])
    work = (
        f"all that is downstream of each of {QUERIES:,} assets, {threads} threads; {peer} answered {len(asked)} of them "
        "in one thread and its time is scaled"
    )
    return faster(
        "downstream",
        work,
        f"{NODES:,} assets, {len(edges):,} edges",
        mine,
        (other or 0.0) * QUERIES / len(asked),
        f"{peer} {version(peer)}",
        least,
    )


def _rustworkx(edges: np.ndarray) -> tuple[object, object]:
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(NODES))
    graph.add_edges_from_no_data([(int(a), int(b)) for a, b in edges])
    return graph, rustworkx.descendants


def _networkx(edges: np.ndarray) -> tuple[object, object]:
    import networkx

    graph = networkx.DiGraph((int(a), int(b)) for a, b in edges)
    graph.add_nodes_from(range(NODES))
    return graph, networkx.descendants


_PEERS = {"rustworkx": _rustworkx, "networkx": _networkx}


def _sample() -> Iterator[Row]:
    city = read_city(resource("sample/city"))
    graph = knowledge_graph(city)
    size = f"{len(city.component_ids):,} components"
    seconds, _ = paired(lambda: impact(city, "mv/bus/58"))
    yield within("impact", "sample city, loss of the grid connection's busbar, graph built anew", size, seconds, 0.05)
    seconds, _ = paired(lambda: critical(graph, 20))
    yield within("critical", "sample city, every component taken away alone", size, seconds, 5.0)

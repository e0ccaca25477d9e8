"""Changes of a graph while it is asked: edges that come and go, and dependencies of a metro with what follows in the window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.graph import impact, knowledge_graph, typed_graph
from stratum_core.graph.digraph import Digraph, Search
from stratum_core.graph.editing import new_dependency
from stratum_core.model.changes import Change, changed
from stratum_core.pipeline.synthetic import synthetic_city

from .. import Row, paired, within

NODES, EDGES, CHANGES = 100_000, 300_000, 10_000


def rows() -> Iterator[Row]:
    """Changes a second with a query after each, memory, and one dependency and one link of a metro."""
    random = np.random.default_rng(3)
    graph = Digraph(NODES, *random.integers(0, NODES, (2, EDGES)))
    search, ends = Search(graph), random.integers(0, NODES, (CHANGES, 2)).tolist()

    def come_and_go() -> None:
        for a, b in ends[: CHANGES // 2]:
            edge = graph.add(a, b)
            search.descendants(a, 1)
            graph.remove(edge)
            search.descendants(a, 1)

    seconds, _ = paired(come_and_go)
    size = f"{NODES:,} nodes, {EDGES:,} edges"
    yield within("edge changes", f"{CHANGES:,} changes, neighbours asked after each", size, seconds, 1.0)
    yield within("memory", "of 1 million edges with 0.33 million nodes, to both directions", size,
                 graph.nbytes() * 1e6 / EDGES / 2**20, 128.0, "MiB")
    yield from _metro()


def _metro() -> Iterator[Row]:
    city = synthetic_city(NODES)
    graph = typed_graph(knowledge_graph(city))
    masts = city.assets.id[city.assets.kind == "mast"]
    said = {"dependent": str(masts[0]), "supplier": str(masts[1]), "service": "telecom"}
    need = new_dependency(city, said, author="a", date="2026-01-01")

    cable = str(city.links.id[city.links.kind == "cable"][0])
    for name, change in (("dependency", need), ("link", changed(city, "links", cable, closed=False))):

        def there_and_back(change: Change = change) -> None:
            for one in (change, change.inverse):
                graph.apply(one)
                impact(graph.graph, str(masts[1]))

        seconds, _ = paired(there_and_back)
        yield within(f"{name} changed", "city, indices and typed graph changed, and the impact of a mast asked anew",
                     f"metro of {len(city.component_ids):,} components", seconds / 2, 0.05)

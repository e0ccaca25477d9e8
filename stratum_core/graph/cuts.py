"""Articulation points and bridges: what alone holds a network together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph import kernels
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Ints


@dataclass(frozen=True)
class Cuts:
    """By sector: ids of assets and of links whose removal disconnects what was connected. Parallel links are no bridges."""

    articulation: dict[str, tuple[str, ...]]
    bridges: dict[str, tuple[str, ...]]


def cuts(city: City | KnowledgeGraph) -> Cuts:
    """Cut assets and links of every sector's network of closed links in service."""
    graph = knowledge_graph(city)
    arrays, rows = graph.arrays, graph.city
    assets = len(rows.assets)
    usable = np.flatnonzero(arrays.present[assets:] & (arrays.start[assets:] >= 0)) + assets
    point, bridge = articulation_and_bridges(assets, arrays.start[usable], arrays.end[usable])
    links = usable[bridge] - assets
    return Cuts(_by_sector(rows.assets.sector[point], rows.assets.id[point]),
                _by_sector(rows.links.sector[links], rows.links.id[links]))


def articulation_and_bridges(nodes: int, start: Ints, end: Ints) -> tuple[Bools, Bools]:
    """Which nodes, and which edges (start, end), are cuts of an undirected multigraph."""
    tails = np.concatenate([start, end])
    order = np.argsort(tails, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=nodes))]).astype(np.int64)
    point, bridge = np.zeros(nodes, dtype=np.bool_), np.zeros(len(start), dtype=np.bool_)
    other = np.concatenate([end, start])[order].astype(np.int64)
    kernels.cuts(ptr, other, np.tile(np.arange(len(start)), 2)[order], point, bridge)
    return point, bridge


def _by_sector(sectors: np.ndarray, ids: np.ndarray) -> dict[str, tuple[str, ...]]:
    return {str(s): tuple(str(i) for i in ids[sectors == s]) for s in sorted(set(sectors))}

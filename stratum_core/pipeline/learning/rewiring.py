"""Rows, trees and cuts of a city's tables, for changing generated cities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings


def rows_of(ids: Strings, stem: str) -> Ints:
    """Rows whose id begins with ``stem``."""
    return np.flatnonzero([name.startswith(stem) for name in ids])


def ends_of(city: City, rows: Ints) -> Ints:
    """(links, 2) positions of their ends."""
    return np.array(
        [[city.index[name] for name in column[rows]] for column in (city.links.start, city.links.end)], dtype=np.int64
    ).T.reshape(-1, 2)


def named(ids: Strings, tail: str) -> Strings:
    """The ids with ``tail`` behind each."""
    return np.array([f"{name}{tail}" for name in ids], dtype=object)


def random_tree(edges: Ints, nodes: int, rng: np.random.Generator) -> Bools:
    """Which edges a random spanning forest keeps."""
    weight = rng.random(len(edges)) + 1.0
    tree = minimum_spanning_tree(coo_matrix((weight, edges.T), shape=(nodes, nodes))).tocoo()
    chosen = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    return np.array([(int(i), int(j)) in chosen or (int(j), int(i)) in chosen for i, j in edges], dtype=np.bool_)


def ways_to(edges: Ints, weight: Floats, roots: Ints, nodes: int) -> Ints:
    """(nodes,) the node before each on its way to a root, along the lightest spanning tree."""
    tree = minimum_spanning_tree(coo_matrix((weight + 1.0, edges.T), shape=(nodes, nodes)))
    before = np.full(nodes, -1, dtype=np.int64)
    for root in roots:
        order, above = breadth_first_order(tree, root, directed=False)
        before[order[1:]] = above[order[1:]]
    return before


def roots_of(start: Ints, end: Ints, nodes: int) -> Ints:
    """(nodes,) the root from which each end is fed."""
    up = np.arange(nodes)
    up[end] = start
    while (up[up] != up).any():
        up = up[up]
    return up


def without(city: City, assets: Bools, links: Bools) -> City:
    """The city without some rows, and without all that names them."""
    gone = set(city.assets.id[assets]) | set(city.links.id[links])
    gone |= {n for n, node in zip(city.assets.id, city.assets.node, strict=True) if node in gone}
    kept = {
        name: np.array([n not in gone for n in ids], dtype=np.bool_)
        for name, ids in (("assets", city.assets.id), ("links", city.links.id))
    }
    for end in (city.links.start, city.links.end):
        kept["links"] &= np.array([n not in gone for n in end], dtype=np.bool_)
    whole = gone | set(city.links.id[~kept["links"]])
    needs = [
        n not in whole and s not in whole for n, s in zip(city.dependencies.dependent, city.dependencies.supplier, strict=True)
    ]
    served = [n not in whole for n in city.services.supplier]
    return replace(
        city,
        assets=city.assets.take(kept["assets"]),
        links=city.links.take(kept["links"]),
        dependencies=city.dependencies.take(np.array(needs, dtype=np.bool_)),
        services=city.services.take(np.array(served, dtype=np.bool_)),
    )

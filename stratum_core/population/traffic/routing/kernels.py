"""Shortest paths over links with costs, for route tables and for assignment."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.graph.digraph.kernels import pop_node, push_node


@njit(cache=True, nogil=True, _nrt=False)
def tree(begin, links, far, cost, through, seeds, wanted, distance, by, key, item):
    """Dijkstra from all ``seeds``: distance of each node and the link by which it is reached (-1: a seed, or never).

    It ends as soon as all nodes of ``wanted`` (each once) are reached for good; with none it goes everywhere.

    begin, links: CSR by node of the links to search along, far: the other end of each. A node that is no ``through`` node
    is reached but not passed. Costs are at least 0; infinite ones are not taken. key, item: room for links + nodes entries.
    """
    distance[:] = math.inf
    by[:] = -1
    size, left = 0, len(wanted)
    for i in range(len(seeds)):
        distance[seeds[i]] = 0.0
        push_node(key, item, size, 0.0, seeds[i])
        size += 1
    while size > 0:
        at, base = item[0], key[0]
        size = pop_node(key, item, size)
        if base > distance[at]:
            continue
        for i in range(len(wanted)):
            left -= wanted[i] == at
        if left == 0 and len(wanted) > 0:
            return
        if not (through[at] or by[at] < 0):
            continue
        for k in range(begin[at], begin[at + 1]):
            link = links[k]
            reached = base + cost[link]
            if reached < distance[far[link]]:
                distance[far[link]], by[far[link]] = reached, link
                push_node(key, item, size, reached, far[link])
                size += 1


@njit(cache=True, nogil=True, _nrt=False)
def trees(begin, links, far, cost, through, seed_begin, seeds, wanted, distance, by, key, item):
    """A tree for each group of seeds as rows of ``distance`` and ``by``; wanted as above."""
    for row in range(len(seed_begin) - 1):
        tree(begin, links, far, cost, through, seeds[seed_begin[row]:seed_begin[row + 1]], wanted, distance[row], by[row],
             key, item)

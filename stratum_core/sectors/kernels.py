"""Islands: which nodes of one sector hang together with a working source, and whether it suffices."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.sectors.network import PUMP


@njit(cache=True, nogil=True)
def grow(net, work, root, label, tail):
    """Label all nodes that intact links (no pumps) join to ``root``; return the new end of ``work.order``."""
    work.island[root] = label
    work.parent[root] = -1
    work.parent_link[root] = -1
    work.order[tail] = root
    head = tail
    tail += 1
    while head < tail:
        node = work.order[head]
        head += 1
        for k in range(net.adjacent_ptr[node], net.adjacent_ptr[node + 1]):
            other, link = net.adjacent_node[k], net.adjacent_link[k]
            if work.island[other] >= 0 or not work.functional[link] or not net.usable[link]:
                continue
            if not work.functional[other] or net.role[link] == PUMP:
                continue
            work.island[other] = label
            work.parent[other] = node
            work.parent_link[other] = link
            work.order[tail] = other
            tail += 1
    return tail


@njit(cache=True, nogil=True)
def node_of(net, component):
    """The node that ``component`` hangs on, or itself."""
    return net.attach[component] if net.attach[component] >= 0 else component


@njit(cache=True, nogil=True)
def node_loads(net, work, sector):
    """Forget the islands of a sector and add up what each node and its working customers draw."""
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        work.island[node] = -1
        work.load[node] = max(net.demand[node], 0.0)
    for k in range(net.sink_ptr[sector], net.sink_ptr[sector + 1]):
        sink = net.sink_list[k]
        if work.functional[sink]:
            work.load[net.attach[sink]] += net.demand[sink]


@njit(cache=True, nogil=True)
def sourced_islands(net, work, sector):
    """Grow an island from every working source of ``sector``.

    Fills island (-1: no source), order, load by node and the sums by island;
    returns (islands, nodes in order).
    """
    node_loads(net, work, sector)
    islands, tail = 0, 0
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        node = node_of(net, source)
        if not work.functional[source] or not work.functional[node]:
            continue
        label = work.island[node]
        if label < 0:
            label = islands
            islands += 1
            work.island_capacity[label] = 0.0
            work.island_planned[label] = 0.0
            work.island_demand[label] = 0.0
            start = tail
            tail = grow(net, work, node, label, tail)
            for i in range(start, tail):
                work.island_demand[label] += work.load[work.order[i]]
        work.island_capacity[label] += net.capacity[source]
        work.island_planned[label] += net.planned[source]
    return islands, tail


@njit(cache=True, nogil=True)
def solve_reach(net, work, sector):
    """Supply by connection: every node of an island gets the share that its working sources can give."""
    sourced_islands(net, work, sector)
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        label = work.island[node]
        if label < 0:
            work.supplied[node] = 0.0
        elif math.isinf(work.island_capacity[label]) or work.island_demand[label] <= work.island_capacity[label]:
            work.supplied[node] = 1.0
        else:
            work.supplied[node] = work.island_capacity[label] / work.island_demand[label]

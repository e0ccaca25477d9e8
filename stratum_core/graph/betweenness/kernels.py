"""Kernels of all-pairs shortest paths, one breadth-first search from each node."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def accumulate(ptr, other, sources, order, distance, paths, passing, load):
    """Add to ``load`` what the searches from ``sources`` give: for each node reached, the paths that pass it.

    Brandes 2001, algorithm 1, without lists of predecessors: a neighbour one step nearer is one. distance is -1 and passing 0
    on entry and on return.
    """
    for source in sources:
        distance[source], paths[source], order[0] = 0, 1.0, source
        head, tail = 0, 1
        while head < tail:
            node = order[head]
            head += 1
            step, count = distance[node] + 1, paths[node]
            for k in range(ptr[node], ptr[node + 1]):
                near = other[k]
                if distance[near] < 0:
                    distance[near], paths[near], order[tail] = step, count, near
                    tail += 1
                elif distance[near] == step:
                    paths[near] += count
        for i in range(tail - 1, 0, -1):
            node = order[i]
            before, share = distance[node] - 1, (1.0 + passing[node]) / paths[node]
            for k in range(ptr[node], ptr[node + 1]):
                near = other[k]
                if distance[near] == before:
                    passing[near] += paths[near] * share
            load[node] += passing[node]
            passing[node], distance[node] = 0.0, -1
        passing[source], distance[source] = 0.0, -1


@njit(cache=True, nogil=True)
def distances(ptr, other, first, last, order, distance, reached, total, inverse, farthest):
    """For nodes ``first`` to ``last``: how many others they reach, sums of distances and of 1 / distance, the greatest.

    distance is -1 on entry and on return.
    """
    for source in range(first, last):
        distance[source], order[0] = 0, source
        head, tail = 0, 1
        while head < tail:
            node = order[head]
            head += 1
            for k in range(ptr[node], ptr[node + 1]):
                near = other[k]
                if distance[near] < 0:
                    distance[near], order[tail] = distance[node] + 1, near
                    tail += 1
        reached[source], farthest[source] = tail - 1, distance[order[tail - 1]]
        for i in range(1, tail):
            total[source] += distance[order[i]]
            inverse[source] += 1.0 / distance[order[i]]
            distance[order[i]] = -1
        distance[source] = -1

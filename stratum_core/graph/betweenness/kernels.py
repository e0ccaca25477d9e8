"""Kernels of all-pairs shortest paths, one breadth-first search from each node."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def accumulate(ptr, other, sources, by_length, order, distance, paths, share, load):
    """Add to ``load`` what the searches from ``sources`` give: for each node reached, the paths that pass it.

    Brandes 2001, algorithm 1, without lists of predecessors: a neighbour one step nearer is one. by_length: a path counts at a
    node by the share of it that lies behind (Geisberger, Sanders & Schultes 2008, linear scaling), so that what is near a
    source does not seem more important. share: (own + passing) / paths of a node. order has a place to spare; distance is -1
    and paths and share 0 on entry and on return. Neither loop branches on what it meets, which no processor could guess.
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
                far = distance[near]
                new = far < 0
                order[tail] = near
                tail += new
                far += new * (step - far)
                distance[near] = far
                paths[near] += count * (far == step)
        for i in range(tail - 1, 0, -1):
            node = order[i]
            behind, passing = distance[node] + 1, 0.0
            for k in range(ptr[node], ptr[node + 1]):
                passing += share[other[k]] * (distance[other[k]] == behind)
            passing *= paths[node]
            load[node] += passing * distance[node] if by_length else passing
            share[node] = ((1.0 / distance[node] if by_length else 1.0) + passing) / paths[node]
        for i in range(tail):
            distance[order[i]], paths[order[i]], share[order[i]] = -1, 0.0, 0.0


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

"""Betweenness of every node of a directed graph without weights: Brandes 2001, one breadth-first search a node."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def betweenness(ptr, head):
    """Number of shortest paths through each node, end points not counted; ptr, head: edges by tail (CSR)."""
    size = len(ptr) - 1
    total, paths, share = np.zeros(size), np.zeros(size), np.zeros(size)
    distance, order = np.full(size, -1, dtype=np.int64), np.empty(size, dtype=np.int64)
    for begin in range(size):
        distance[begin], paths[begin], order[0], count = 0, 1.0, begin, 1
        at = 0
        while at < count:
            node = order[at]
            at += 1
            for k in range(ptr[node], ptr[node + 1]):
                other = head[k]
                if distance[other] < 0:
                    distance[other] = distance[node] + 1
                    order[count] = other
                    count += 1
                if distance[other] == distance[node] + 1:
                    paths[other] += paths[node]
        for back in range(count - 1, -1, -1):
            node = order[back]
            for k in range(ptr[node], ptr[node + 1]):
                other = head[k]
                if distance[other] == distance[node] + 1:
                    share[node] += paths[node] / paths[other] * (1.0 + share[other])
            if node != begin:
                total[node] += share[node]
        for i in range(count):
            node = order[i]
            distance[node], paths[node], share[node] = -1, 0.0, 0.0
    return total

"""Kernels of a graph as lists of neighbours: changes in place, and searches that touch only what they reach.

Searches mark what they saw with the number of the search (``epoch``), so that nothing has to be cleared between two.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, _nrt=False)
def enlist(begin, count, node, edge, weight, place, at, neighbour, number, w):
    """Write edge ``number`` to the end of the list of ``at``."""
    k = begin[at] + count[at]
    node[k], edge[k], weight[k], place[number] = neighbour, number, w, k
    count[at] += 1


@njit(cache=True, nogil=True, _nrt=False)
def unlist(begin, count, node, edge, weight, place, at, number):
    """Take edge ``number`` out of the list of ``at``: the last of the list takes its place."""
    k, last = place[number], begin[at] + count[at] - 1
    node[k], edge[k], weight[k] = node[last], edge[last], weight[last]
    place[edge[k]] = k
    place[number] = -1
    count[at] -= 1


@njit(cache=True, nogil=True, _nrt=False)
def move_list(begin, count, node, edge, weight, place, at, to):
    """Move the list of ``at`` to position ``to`` of the pool."""
    first = begin[at]
    for i in range(count[at]):
        node[to + i], edge[to + i], weight[to + i] = node[first + i], edge[first + i], weight[first + i]
        place[edge[to + i]] = to + i
    begin[at] = to


@njit(cache=True, nogil=True, _nrt=False)
def reach(begin, count, node, seed, hops, epoch, seen, queue):
    """Write all within ``hops`` steps of ``seed`` (itself first) to ``queue``, which has a place to spare; how many."""
    seen[seed], queue[0] = epoch, seed
    head, tail = 0, 1
    for _ in range(hops):
        if head == tail:
            break
        stop = tail
        while head < stop:
            first = begin[queue[head]]
            for k in range(first, first + count[queue[head]]):
                near = node[k]
                queue[tail] = near  # always written, kept if new: the processor need not guess
                tail += seen[near] != epoch
                seen[near] = epoch
            head += 1
    return tail


@njit(cache=True, nogil=True, _nrt=False)
def _widen(begin, count, node, edge, epoch, seen, by, other_seen, queue, head, tail):
    """Take one step on from queue[head:tail]: (new tail, a node that the other side has seen, or -1)."""
    stop = tail
    for i in range(head, stop):
        first = begin[queue[i]]
        for k in range(first, first + count[queue[i]]):
            near = node[k]
            if seen[near] != epoch:
                seen[near], by[near], queue[tail] = epoch, edge[k], near
                tail += 1
                if other_seen[near] == epoch:
                    return tail, near
    return tail, -1


@njit(cache=True, nogil=True, _nrt=False)
def meet_by_hops(begin, count, node, edge, begin2, count2, node2, edge2, source, target, epoch,
                 seen, by, queue, seen2, by2, queue2):
    """Breadth first from both ends, the smaller front first: the node at which a path of fewest edges meets, or -1."""
    seen[source], seen2[target], queue[0], queue2[0] = epoch, epoch, source, target
    head, tail, head2, tail2 = 0, 1, 0, 1
    if source == target:
        return source
    while head < tail and head2 < tail2:
        if tail - head <= tail2 - head2:
            reached, middle = _widen(begin, count, node, edge, epoch, seen, by, seen2, queue, head, tail)
            head, tail = tail, reached
        else:
            reached, middle = _widen(begin2, count2, node2, edge2, epoch, seen2, by2, seen, queue2, head2, tail2)
            head2, tail2 = tail2, reached
        if middle >= 0:
            return middle
    return -1


@njit(cache=True, nogil=True, _nrt=False)
def push_node(key, item, size, new_key, new_item):
    """Enter a node into a heap of four with ``size`` entries."""
    at = size
    while at > 0:
        up = (at - 1) >> 2
        if key[up] <= new_key:
            break
        key[at], item[at] = key[up], item[up]
        at = up
    key[at], item[at] = new_key, new_item


@njit(cache=True, nogil=True, _nrt=False)
def pop_node(key, item, size):
    """Drop the least of a heap of four with ``size`` entries, which was read before; returns the new size."""
    size -= 1
    last_key, last_item, at, child = key[size], item[size], 0, 1
    while child < size:
        least = child
        if child + 3 < size:  # two independent comparisons, then one: no branch to guess
            low = child + (key[child + 1] < key[child])
            high = child + 2 + (key[child + 3] < key[child + 2])
            least = high if key[high] < key[low] else low
        else:
            for k in range(child + 1, size):
                if key[k] < key[least]:
                    least = k
        if key[least] >= last_key:
            break
        key[at], item[at] = key[least], item[least]
        at, child = least, 4 * least + 1
    key[at], item[at] = last_key, last_item
    return size


@njit(cache=True, nogil=True, _nrt=False)
def _settle(begin, count, node, edge, weight, at, base, limit, distance, by, touched, labelled, key, item, size):
    """Relax what leaves ``at``, which lies ``base`` away; queue what is nearer than ``limit``. New sizes of touched and heap."""
    first = begin[at]
    for k in range(first, first + count[at]):
        near, far = node[k], base + weight[k]
        if far < distance[near]:
            if distance[near] == np.inf:
                touched[labelled] = near
                labelled += 1
            distance[near], by[near] = far, edge[k]
            if far < limit:
                push_node(key, item, size, far, near)
                size += 1
    return labelled, size


@njit(cache=True, nogil=True, _nrt=False)
def meet(begin, count, node, edge, weight, begin2, count2, node2, edge2, weight2, source, target,
         distance, by, touched, key, item, distance2, by2, touched2, key2, item2):
    """Bidirectional Dijkstra (Pohl 1971) from ``source`` forwards and ``target`` backwards, the nearer front first.

    The node at which a shortest way meets, or -1; by and by2 hold the edges that lead to it from either side. Distances are
    infinite on entry and on return.
    """
    distance[source], by[source], touched[0], key[0], item[0] = 0.0, -1, source, 0.0, source
    distance2[target], by2[target], touched2[0], key2[0], item2[0] = 0.0, -1, target, 0.0, target
    size, size2, labelled, labelled2 = 1, 1, 1, 1
    best, middle = (0.0, source) if source == target else (np.inf, -1)
    # what lies farther than best less the other front cannot be on a better way
    while size > 0 and size2 > 0 and key[0] + key2[0] < best:
        if key[0] <= key2[0]:
            at, far = item[0], key[0]
            size = pop_node(key, item, size)
            if far <= distance[at]:
                if far + distance2[at] < best:
                    best, middle = far + distance2[at], at
                labelled, size = _settle(begin, count, node, edge, weight, at, far, best - key2[0], distance, by, touched,
                                         labelled, key, item, size)
        else:
            at, far = item2[0], key2[0]
            size2 = pop_node(key2, item2, size2)
            if far <= distance2[at]:
                if far + distance[at] < best:
                    best, middle = far + distance[at], at
                limit = best - key[0] if size > 0 else best
                labelled2, size2 = _settle(begin2, count2, node2, edge2, weight2, at, far, limit, distance2, by2, touched2,
                                           labelled2, key2, item2, size2)
    _forget(distance, touched, labelled)
    _forget(distance2, touched2, labelled2)
    return middle


@njit(cache=True, nogil=True, _nrt=False)
def _forget(distance, touched, labelled):
    for i in range(labelled):
        distance[touched[i]] = np.inf


@njit(cache=True, nogil=True, _nrt=False)
def nearest(begin, count, node, edge, weight, source, target, blocked_node, blocked_edge, block,
            distance, by, touched, key, item):
    """Dijkstra from ``source`` until ``target``, round nodes and edges marked ``block``; the target's distance, or infinity.

    Distances are infinite on entry and on return.
    """
    distance[source], by[source], touched[0], key[0], item[0] = 0.0, -1, source, 0.0, source
    size, labelled, found = 1, 1, np.inf
    while size > 0:
        at, far = item[0], key[0]
        size = pop_node(key, item, size)
        if far > distance[at]:
            continue
        if at == target:
            found = far
            break
        first = begin[at]
        for k in range(first, first + count[at]):
            near, reached = node[k], far + weight[k]
            if reached < distance[near] and blocked_node[near] != block and blocked_edge[edge[k]] != block:
                if distance[near] == np.inf:
                    touched[labelled] = near
                    labelled += 1
                distance[near], by[near] = reached, edge[k]
                push_node(key, item, size, reached, near)
                size += 1
    _forget(distance, touched, labelled)
    return found


@njit(cache=True, nogil=True, _nrt=False)
def walk(by, other_end, at, stop, edges):
    """Write the edges that lead from ``at`` back to ``stop``; how many."""
    steps = 0
    while at != stop:
        edges[steps] = by[at]
        at = other_end[by[at]]
        steps += 1
    return steps


@njit(cache=True, nogil=True, _nrt=False)
def page_rank(begin, count, node, leaving, damping, tolerance, most, rank, share):
    """Gauss-Seidel on r = (1 - d) / n + d (sum of r / out-degree over what leads here + r of dead ends / n).

    begin, count, node: incoming lists. rank: 1 / n on entry, share: rank times leaving, which is 1 / out-degree. The number of
    sweeps until the sum of changes is below tolerance.
    """
    size = len(count)
    # what is lost in dead ends is given to all alike: solve without it and scale (Langville & Meyer 2006, section 8.4)
    for sweep in range(most):
        change = 0.0
        for at in range(size):
            total, first = 0.0, begin[at]
            for k in range(first, first + count[at]):
                total += share[node[k]]
            new = (1.0 - damping) / size + damping * total
            change += abs(new - rank[at])
            rank[at], share[at] = new, new * leaving[at]
        if change < tolerance:
            return sweep + 1
    return most


@njit(cache=True, nogil=True)
def cores(ptr, other):
    """Core number of each node: nodes in order of what is left of their degree, moved by buckets (Batagelj & Zaversnik 2003)."""
    nodes = len(ptr) - 1
    degree = np.diff(ptr)
    bucket = np.zeros(degree.max() + 2 if nodes else 1, np.int64)
    for node in range(nodes):
        bucket[degree[node] + 1] += 1
    bucket = np.cumsum(bucket)
    place, order = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    filled = bucket.copy()
    for node in range(nodes):
        place[node] = filled[degree[node]]
        order[place[node]] = node
        filled[degree[node]] += 1
    for i in range(nodes):
        node = order[i]
        for k in range(ptr[node], ptr[node + 1]):
            near = other[k]
            if degree[near] > degree[node]:
                first = bucket[degree[near]]
                front = order[first]
                order[place[near]], place[front] = front, place[near]
                order[first], place[near] = near, first
                bucket[degree[near]] += 1
                degree[near] -= 1
    return degree.astype(np.int64)

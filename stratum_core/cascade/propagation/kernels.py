"""Kernels of propagation: a queue of failures, the giant-component rule, and undoing only what was done."""

from __future__ import annotations

import numpy as np
from numba import njit

from stratum_core.random_numbers import DAMAGE
from stratum_core.random_numbers.kernels import uniform


@njit(cache=True, nogil=True)
def draw_hits(probability, seed, replicate):
    """Indices of the components that are hit in one replicate."""
    found = np.empty(len(probability), dtype=np.int32)
    count = 0
    for component in range(len(probability)):
        p = probability[component]
        if p > 0.0 and uniform(seed, replicate, component, DAMAGE) < p:
            found[count] = component
            count += 1
    return found[:count].copy()


@njit(cache=True, nogil=True)
def _drain(use_ptr, use_list, dependent, spare, failed, queue, head, tail, touched, count):
    """Fail whoever the queued failures leave with fewer suppliers than needed.

    ``touched`` notes each group that lost a supplier. Returns the new ends of the queue and of ``touched``.
    """
    while head < tail:
        component = queue[head]
        head += 1
        for k in range(use_ptr[component], use_ptr[component + 1]):
            group = use_list[k]
            left = spare[group] - 1
            spare[group] = left
            touched[count] = group
            count += 1
            if left < 0:
                other = dependent[group]
                if not failed[other]:
                    failed[other] = True
                    queue[tail] = other
                    tail += 1
    return tail, count


@njit(cache=True, nogil=True)
def _find(root, node):
    """The representative of ``node``, halving the path on the way (Tarjan & van Leeuwen 1984)."""
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@njit(cache=True, nogil=True)
def _outside_giant(first, last, edge_start, edge_end, edge_first, edge_last, failed, root, size, queue, tail):
    """Queue the working nodes outside the largest connected part of one network; of equal parts the first stays."""
    for node in range(first, last):
        root[node] = node
        size[node] = 1
    for edge in range(edge_first, edge_last):
        a, b = edge_start[edge], edge_end[edge]
        if failed[a] or failed[b]:
            continue
        a, b = _find(root, a), _find(root, b)
        if a == b:
            continue
        if size[a] < size[b]:
            a, b = b, a
        root[b] = a
        size[a] += size[b]
    giant = -1
    for node in range(first, last):
        if not failed[node] and root[node] == node and (giant < 0 or size[node] > size[giant]):
            giant = node
    for node in range(first, last):
        if not failed[node] and _find(root, node) != giant:
            failed[node] = True
            queue[tail] = node
            tail += 1
    return tail


@njit(cache=True, nogil=True)
def _undo(spare, fresh, failed, queue, tail, touched, count):
    """Bring ``spare`` and ``failed`` back; a wide cascade is cheaper to copy over than to walk back."""
    if 8 * tail > len(failed):
        spare[:] = fresh
        failed[:] = False
        return
    for i in range(count):
        spare[touched[i]] += 1
    for i in range(tail):
        failed[queue[i]] = False


@njit(cache=True, nogil=True)
def _networks_fail(
    node_ptr, edge_ptr, edge_start, edge_end, use_ptr, use_list, dependent, spare, failed, queue, tail, touched, count, root,
    size,
):
    """Giant-component rule in every network in turn, each followed by its dependents; (rounds, ends of queue and touched)."""
    rounds = 0
    while True:
        rounds += 1
        before = tail
        for network in range(len(node_ptr) - 1):
            head = tail
            tail = _outside_giant(node_ptr[network], node_ptr[network + 1], edge_start, edge_end, edge_ptr[network],
                                  edge_ptr[network + 1], failed, root, size, queue, tail)
            tail, count = _drain(use_ptr, use_list, dependent, spare, failed, queue, head, tail, touched, count)
        if tail == before:
            return rounds, tail, count


@njit(cache=True, nogil=True)
def propagate_chunk(
    use_ptr, use_list, dependent, fresh, node_ptr, edge_ptr, edge_start, edge_end, giant, offset, hit,
    spare, failed, queue, root, size, touched, failures, rounds, times, left, stop,
):
    """Run the replicates of one chunk.

    failures, rounds: by replicate; times: how often each component failed; left: (replicates, networks)
    working nodes. ``stop[0]`` ends it early. Returns the replicates done.
    """
    for row in range(len(offset) - 1):
        if stop[0]:
            return row
        tail, count = 0, 0
        for k in range(offset[row], offset[row + 1]):
            if not failed[hit[k]]:
                failed[hit[k]] = True
                queue[tail] = hit[k]
                tail += 1
        tail, count = _drain(use_ptr, use_list, dependent, spare, failed, queue, 0, tail, touched, count)
        if giant:
            rounds[row], tail, count = _networks_fail(
                node_ptr, edge_ptr, edge_start, edge_end, use_ptr, use_list, dependent, spare, failed, queue, tail, touched,
                count, root, size)
        failures[row] = tail
        for i in range(tail):
            times[queue[i]] += 1
        for network in range(left.shape[1]):
            for node in range(node_ptr[network], node_ptr[network + 1]):
                left[row, network] += not failed[node]
        _undo(spare, fresh, failed, queue, tail, touched, count)
    return len(offset) - 1

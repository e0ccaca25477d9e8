"""Kernels of propagation: a queue of failures, the giant-component rule, and undoing only what was done."""

from __future__ import annotations

import numpy as np
from numba import njit

from stratum_core.random_numbers import DAMAGE
from stratum_core.random_numbers.kernels import uniform

_LARGEST = 2**31 - 1


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
def _drain(use_ptr, use_list, dependent, spare, failed, queue, head, tail, lost, base):
    """Fail whoever the queued failures leave with fewer suppliers than needed; returns the new end of the queue.

    lost: base + suppliers that each group lost in this replicate; below ``base`` it is of an earlier one, so that nothing
    has to be undone between replicates.
    """
    while head < tail:
        component = queue[head]
        head += 1
        for k in range(use_ptr[component], use_ptr[component + 1]):
            group = use_list[k]
            count = max(lost[group], base) + 1
            lost[group] = count
            if count - base > spare[group]:
                other = dependent[group]
                if not failed[other]:
                    failed[other] = True
                    queue[tail] = other
                    tail += 1
    return tail


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
def _undo(failed, queue, tail):
    """Bring ``failed`` back; a wide cascade is cheaper to wipe than to walk back."""
    if 8 * tail > len(failed):
        failed[:] = False
        return
    for i in range(tail):
        failed[queue[i]] = False


@njit(cache=True, nogil=True)
def _networks_fail(
    node_ptr, edge_ptr, edge_start, edge_end, use_ptr, use_list, dependent, spare, failed, queue, tail, lost, base, root, size
):
    """Giant-component rule in every network in turn, each followed by its dependents; (rounds, end of the queue)."""
    rounds = 0
    while True:
        rounds += 1
        before = tail
        for network in range(len(node_ptr) - 1):
            head = tail
            tail = _outside_giant(node_ptr[network], node_ptr[network + 1], edge_start, edge_end, edge_ptr[network],
                                  edge_ptr[network + 1], failed, root, size, queue, tail)
            tail = _drain(use_ptr, use_list, dependent, spare, failed, queue, head, tail, lost, base)
        if tail == before:
            return rounds, tail


@njit(cache=True, nogil=True)
def propagate_chunk(
    use_ptr, use_list, dependent, spare, node_ptr, edge_ptr, edge_start, edge_end, giant, offset, hit,
    lost, stride, failed, queue, root, size, failures, rounds, times, left, stop,
):
    """Run the replicates of one chunk.

    lost: (groups,) work array, 0 at the first call; lost[-1] counts the replicates so far, ``stride`` is more than any group
    can lose. failures, rounds: by replicate; times: how often each component failed; left: (replicates, networks)
    working nodes. ``stop[0]`` ends it early. Returns the replicates done.
    """
    for row in range(len(offset) - 1):
        if stop[0]:
            return row
        base = (lost[-1] + 1) * stride
        if base > _LARGEST - stride:
            lost[:] = 0
            base = stride
        lost[-1] = base // stride
        tail = 0
        for k in range(offset[row], offset[row + 1]):
            if not failed[hit[k]]:
                failed[hit[k]] = True
                queue[tail] = hit[k]
                tail += 1
        tail = _drain(use_ptr, use_list, dependent, spare, failed, queue, 0, tail, lost, base)
        if giant:
            rounds[row], tail = _networks_fail(
                node_ptr, edge_ptr, edge_start, edge_end, use_ptr, use_list, dependent, spare, failed, queue, tail, lost, base,
                root, size)
        failures[row] = tail
        for i in range(tail):
            times[queue[i]] += 1
        for network in range(left.shape[1]):
            for node in range(node_ptr[network], node_ptr[network + 1]):
                left[row, network] += not failed[node]
        _undo(failed, queue, tail)
    return len(offset) - 1

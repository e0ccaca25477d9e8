"""Kernels of the knowledge graph: who is lost when components fail for good, paths, and cuts.

The supply tree of every network is kept up to date instead of grown again: a failure orphans the branch
below it, and only that branch looks for another way to a source. What one query changed is undone after it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

STARTED, CUT_OFF, NODE_LOST, NEED_LOST = range(4)
NO_PARENT, ORPHANED = -1, -2


@njit(cache=True, nogil=True)
def supply_tree(g, parent, parent_link, reached, order):
    """Breadth-first tree from all sources over usable links, in place; fills ``reached``."""
    tail = 0
    for node in range(len(parent)):
        parent[node], parent_link[node] = NO_PARENT, -1
        if g.sources_at[node] > 0 and reached[node]:
            order[tail] = node
            tail += 1
        else:
            reached[node] = reached[node] and g.rooted[node]
    head = 0
    while head < tail:
        node = order[head]
        head += 1
        for k in range(g.adjacent_ptr[node], g.adjacent_ptr[node + 1]):
            other = g.adjacent_node[k]
            if g.leads_out[k] and not reached[other] and g.present[other]:
                reached[other], parent[other], parent_link[other] = True, node, g.adjacent_link[k]
                order[tail] = other
                tail += 1


@njit(cache=True, nogil=True)
def _lose(g, w, component, wave, cause, rule, via, tail):
    """Enter ``component`` as lost unless it is already, or never worked; returns the new end of the queue."""
    if w.lost[component] or not g.working[component]:
        return tail
    w.lost[component] = True
    w.wave[component], w.cause[component], w.rule[component], w.via[component] = wave, cause, rule, via
    w.queue[tail] = component
    return tail + 1


@njit(cache=True, nogil=True)
def _orphan(w, node, count):
    """Take ``node`` out of the supply tree and remember where it stood; returns the orphans of this wave."""
    if not w.moved[node]:
        w.moved[node] = True
        w.moves[w.moved_count[0]] = node
        w.moved_count[0] += 1
    w.orphan[count], w.old_parent[count], w.old_link[count] = node, w.parent[node], w.parent_link[node]
    w.parent[node] = ORPHANED
    return count + 1


@njit(cache=True, nogil=True)
def _orphan_children(g, w, component, count):
    """Orphan the nodes whose supply came through ``component``."""
    assets = len(w.parent)
    if component >= assets:
        for node in (g.start[component], g.end[component]):
            if w.parent_link[node] == component and w.parent[node] >= 0 and not w.lost[node]:
                count = _orphan(w, node, count)
        return count
    for k in range(g.adjacent_ptr[component], g.adjacent_ptr[component + 1]):
        other = g.adjacent_node[k]
        if w.parent[other] == component and not w.lost[other]:
            count = _orphan(w, other, count)
    node = g.source_node[component]
    if node >= 0:
        w.sources_left[node] -= 1
        if w.sources_left[node] == 0 and w.parent[node] == NO_PARENT and not w.lost[node]:
            count = _orphan(w, node, count)
            w.old_link[count - 1] = component
    return count


@njit(cache=True, nogil=True)
def _lose_dependents(g, w, component, wave, tail):
    """What hangs on a lost node, and whoever has fewer suppliers left than needed."""
    if component < len(w.parent):
        for k in range(g.held_ptr[component], g.held_ptr[component + 1]):
            tail = _lose(g, w, g.held_list[k], wave, component, NODE_LOST, -1, tail)
    for k in range(g.use_ptr[component], g.use_ptr[component + 1]):
        group = g.use_list[k]
        w.spare[group] -= 1
        if w.spare[group] < 0:
            tail = _lose(g, w, g.group_dependent[group], wave, component, NEED_LOST, group, tail)
    return tail


@njit(cache=True, nogil=True)
def _regrow(g, w, orphans):
    """Give orphans another way to a source where intact links offer one."""
    head, tail = 0, 0
    for i in range(orphans):
        node = w.orphan[i]
        if w.lost[node]:
            continue
        for k in range(g.adjacent_ptr[node], g.adjacent_ptr[node + 1]):
            other, link = g.adjacent_node[k], g.adjacent_link[k]
            if g.leads_in[k] and not w.lost[link] and not w.lost[other] and g.working[other] and w.parent[other] != ORPHANED:
                w.parent[node], w.parent_link[node] = other, link
                w.regrown[tail] = node
                tail += 1
                break
    while head < tail:
        node = w.regrown[head]
        head += 1
        for k in range(g.adjacent_ptr[node], g.adjacent_ptr[node + 1]):
            other, link = g.adjacent_node[k], g.adjacent_link[k]
            if g.leads_out[k] and not w.lost[link] and not w.lost[other] and w.parent[other] == ORPHANED:
                w.parent[other], w.parent_link[other] = node, link
                w.regrown[tail] = other
                tail += 1


@njit(cache=True, nogil=True)
def _cut_off(g, w, orphans, wave, tail):
    """Orphans that found no way are lost, each because of the part that its supply came through."""
    for i in range(orphans):
        node = w.orphan[i]
        if w.parent[node] == ORPHANED:
            link = w.old_link[i]
            gone = link >= 0 and (w.lost[link] or w.old_parent[i] < 0)
            tail = _lose(g, w, node, wave, link if gone else w.old_parent[i], CUT_OFF, link, tail)
    return tail


@njit(cache=True, nogil=True)
def _orphan_branches(g, w, orphans):
    """Orphan all that hangs below the orphans of this wave."""
    i = 0
    while i < orphans:
        node = w.orphan[i]
        for k in range(g.adjacent_ptr[node], g.adjacent_ptr[node + 1]):
            other = g.adjacent_node[k]
            if w.parent[other] == node and not w.lost[other]:
                orphans = _orphan(w, other, orphans)
        i += 1
    return orphans


@njit(cache=True, nogil=True)
def spread(g, w, seeds):
    """All that is lost when ``seeds`` fail for good, in waves, in ``w.queue``; returns how many."""
    tail, head, wave = 0, 0, 0
    for i in range(len(seeds)):
        tail = _lose(g, w, seeds[i], 0, -1, STARTED, -1, tail)
    while head < tail:
        wave, end, orphans = wave + 1, tail, 0
        for i in range(head, end):
            orphans = _orphan_children(g, w, w.queue[i], orphans)
        for i in range(head, end):
            tail = _lose_dependents(g, w, w.queue[i], wave, tail)
        orphans = _orphan_branches(g, w, orphans)
        _regrow(g, w, orphans)
        tail = _cut_off(g, w, orphans, wave, tail)
        head = end
    return tail


@njit(cache=True, nogil=True)
def count_people(g, w, lost, people):
    """People without each service, in place; returns people without any of them. A block counts once a service."""
    total = 0.0
    for i in range(lost):
        component = w.queue[i]
        for k in range(g.serve_ptr[component], g.serve_ptr[component + 1]):
            slot = g.serve_slot[k]
            w.suppliers_left[slot] -= 1
            if w.suppliers_left[slot] == 0:
                block = g.slot_block[slot]
                people[g.slot_service[slot]] += g.residents[block]
                w.services_lost[block] += 1
                if w.services_lost[block] == 1:
                    total += g.residents[block]
    return total


@njit(cache=True, nogil=True)
def undo_people(g, w, lost):
    """Take back what ``count_people`` did."""
    for i in range(lost):
        component = w.queue[i]
        for k in range(g.serve_ptr[component], g.serve_ptr[component + 1]):
            slot = g.serve_slot[k]
            if w.suppliers_left[slot] == 0:
                w.services_lost[g.slot_block[slot]] -= 1
            w.suppliers_left[slot] += 1


@njit(cache=True, nogil=True)
def undo(g, w, lost):
    """Take back what ``spread`` did."""
    for i in range(w.moved_count[0]):
        node = w.moves[i]
        w.moved[node] = False
        w.parent[node], w.parent_link[node] = g.parent[node], g.parent_link[node]
    w.moved_count[0] = 0
    for i in range(lost):
        component = w.queue[i]
        w.lost[component] = False
        if g.source_node[component] >= 0:
            w.sources_left[g.source_node[component]] += 1
        for k in range(g.use_ptr[component], g.use_ptr[component + 1]):
            w.spare[g.use_list[k]] += 1


@njit(cache=True, nogil=True)
def each_alone(g, w, candidates, people, anyone, size, stop):
    """For each candidate: people without each service, people without any, and components lost when it alone fails."""
    seed = np.zeros(1, dtype=np.int64)
    for i in range(len(candidates)):
        if stop[0]:
            return i
        seed[0] = candidates[i]
        lost = spread(g, w, seed)
        anyone[i] = count_people(g, w, lost, people[i])
        size[i] = lost
        undo_people(g, w, lost)
        undo(g, w, lost)
    return len(candidates)


@njit(cache=True, nogil=True)
def breadth_first(ptr, out, begin, goal, before, distance, queue):
    """Distances (hops) from ``begin``, and the node before each; stops at ``goal`` (-1: never). Returns nodes reached."""
    distance[:] = -1
    before[:] = -1
    distance[begin] = 0
    queue[0] = begin
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        if node == goal:
            break
        for k in range(ptr[node], ptr[node + 1]):
            other = out[k]
            if distance[other] < 0:
                distance[other], before[other] = distance[node] + 1, node
                queue[tail] = other
                tail += 1
    return tail


@njit(cache=True, nogil=True)
def cuts(ptr, node_of, edge_of, articulation, bridge):
    """Articulation points and bridges of an undirected multigraph, in place (Tarjan 1972, SIAM J. Comput. 1:146).

    CSR by node: node_of, edge_of list neighbours and the edges to them; parallel edges are no bridges.
    """
    n = len(ptr) - 1
    seen, low = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    above, at, stack = np.full(n, -1, dtype=np.int64), ptr[:-1].copy(), np.zeros(n, dtype=np.int64)
    clock = 0
    for root in range(n):
        if seen[root] >= 0:
            continue
        seen[root] = low[root] = clock
        clock += 1
        stack[0], depth, children = root, 1, 0
        while depth:
            node = stack[depth - 1]
            if at[node] < ptr[node + 1]:
                other, edge = node_of[at[node]], edge_of[at[node]]
                at[node] += 1
                if edge == above[node]:
                    continue
                if seen[other] >= 0:
                    low[node] = min(low[node], seen[other])
                    continue
                seen[other] = low[other] = clock
                clock += 1
                above[other] = edge
                stack[depth] = other
                depth += 1
                children += node == root
                continue
            depth -= 1
            if depth:
                up = stack[depth - 1]
                low[up] = min(low[up], low[node])
                bridge[above[node]] = bridge[above[node]] or low[node] > seen[up]
                articulation[up] = articulation[up] or (up != root and low[node] >= seen[up])
        articulation[root] = articulation[root] or children > 1

"""Repair by crews: components wait for a free crew of their skill, which drives there over roads that are open.

Every job starts from the crew's depot; a crew is free again when the job is done. The
road network is searched again after each change of it (Dijkstra 1959, binary heap).
"""

from __future__ import annotations

import math

from numba import njit

from stratum_core.cascade.changes import REPAIRABLE, REPAIRED
from stratum_core.cascade.changes.kernels import schedule


@njit(cache=True, nogil=True, _nrt=False)
def ready_at(state, timing, component, hours, now):
    """The component is mended at ``hours``, unless it was to take longer already."""
    if hours > state.ready[component]:
        state.ready[component] = hours
        schedule(state, timing, hours, REPAIRED, component, 0.0, 0.0, now)


@njit(cache=True, nogil=True, _nrt=False)
def begin_repair(state, timing, crews, component, clear, duration, t, now):
    """Damage is known: the repair starts when the hazard clears, or then waits for a crew; a second shock prolongs it."""
    if crews.skilled[component] < 0 or state.at_work[component] >= 0:
        ready_at(state, timing, component, max(clear + duration, t + timing.step), now)
        return
    if state.work_left[component] == 0.0:
        schedule(state, timing, max(clear, t), REPAIRABLE, component, 0.0, 0.0, now)
    state.work_left[component] = max(state.work_left[component], duration, 1e-9)


@njit(cache=True, nogil=True, _nrt=False)
def take_on(state, component):
    """The component waits for a crew from now on."""
    state.waiting[state.waiting_count[0]] = component
    state.waiting_count[0] += 1
    state.crews_due[0] = True


@njit(cache=True, nogil=True, _nrt=False)
def finish_repair(state, component, t):
    """The component is mended and its crew is free; False where it takes longer by now."""
    if t < state.ready[component] - 1e-9 or not state.damaged[component]:
        return False
    state.damaged[component] = False
    crew = state.at_work[component]
    if crew >= 0:
        state.at_work[component] = -1
        state.free_crew[crew] = True
        state.crews_due[0] = True
    return True


@njit(cache=True, nogil=True, _nrt=False)
def dispatch_crews(net, work, state, timing, crews, t, now):
    """Send every free crew to the first waiting component, by rank, that needs its skill and that it can reach."""
    if not state.crews_due[0] or state.waiting_count[0] == 0:
        return
    state.crews_due[0] = False
    for crew in range(len(crews.skill)):
        if not state.free_crew[crew]:
            continue
        best, best_hours = -1, math.inf
        for k in range(state.waiting_count[0]):
            component = state.waiting[k]
            if crews.skilled[component] != crews.skill[crew]:
                continue
            if best >= 0 and crews.rank[component] <= crews.rank[state.waiting[best]]:
                continue
            hours = _travel(net, work, state, crews, crews.depot[crew], component)
            if hours < math.inf:
                best, best_hours = k, hours
        if best < 0:
            continue
        component = state.waiting[best]
        state.waiting_count[0] -= 1
        state.waiting[best] = state.waiting[state.waiting_count[0]]
        state.free_crew[crew] = False
        state.at_work[component] = crew
        ready_at(state, timing, component, max(t + best_hours + state.work_left[component], t + timing.step), now)
        state.work_left[component] = 0.0


@njit(cache=True, nogil=True, _nrt=False)
def _travel(net, work, state, crews, depot, component):
    """Hours from a depot to a component, infinite while no open road leads there."""
    if not crews.by_road:
        return crews.direct[depot, component]
    if not state.drive_known[depot]:
        state.drive_known[depot] = True
        drive(net, work, state, crews, state.drive[depot], crews.start[depot], -1)
    near = crews.near[component]
    return state.drive[depot, near] if near >= 0 else crews.direct[depot, component]


@njit(cache=True, nogil=True, _nrt=False)
def drive(net, work, state, crews, hours, start, goal):
    """Hours from a road node over roads that are open now, to ``goal`` or, where it is -1, to every road node."""
    hours[:] = math.inf
    if not work.functional[start]:
        return
    hours[start] = 0.0
    size = push(state.heap_key, state.heap_node, 0, 0.0, start)
    while size > 0:
        key, node = state.heap_key[0], state.heap_node[0]
        if node == goal:
            return
        size = pop(state.heap_key, state.heap_node, size)
        if key <= hours[node]:
            size = relax(net, work, state, crews, hours, node, key, size)


@njit(cache=True, nogil=True, _nrt=False)
def relax(net, work, state, crews, hours, node, key, size):
    """Try every open road out of ``node``, which is ``key`` hours away; returns the new size of the heap."""
    functional = work.functional
    for k in range(net.adjacent_ptr[node], net.adjacent_ptr[node + 1]):
        other, link = net.adjacent_node[k], net.adjacent_link[k]
        if not (functional[link] and functional[other] and net.usable[link]):
            continue
        if crews.one_way[link] and net.start[link] != node:
            continue
        reached = key + crews.hours[link]
        if reached < hours[other]:
            hours[other] = reached
            size = push(state.heap_key, state.heap_node, size, reached, other)
    return size


@njit(cache=True, nogil=True, _nrt=False)
def push(keys, nodes, size, key, node):
    at = size
    while at > 0:
        above = (at - 1) // 2
        if keys[above] <= key:
            break
        keys[at], nodes[at] = keys[above], nodes[above]
        at = above
    keys[at], nodes[at] = key, node
    return size + 1


@njit(cache=True, nogil=True, _nrt=False)
def pop(keys, nodes, size):
    size -= 1
    key, node = keys[size], nodes[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], nodes[at] = keys[below], nodes[below]
        at = below
    keys[at], nodes[at] = key, node
    return size

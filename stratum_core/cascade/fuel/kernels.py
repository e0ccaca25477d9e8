"""Deliveries of fuel: a site that runs on its generator orders, a free tanker of a working depot drives over open roads."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.cascade.changes import FUEL_COMES, FUEL_DUE, RESERVE_USED, TANKER_FREE
from stratum_core.cascade.changes.kernels import refunction, schedule
from stratum_core.cascade.crews.kernels import drive


@njit(cache=True, nogil=True, _nrt=False)
def take_order(needs, state, group, t):
    """The group asks for fuel, where it still runs on a reserve that is low enough."""
    if state.satisfied[group] or state.ordered[group]:
        return
    left = state.reserve[group] - (t - state.reserve_at[group])
    if state.failed[group] or left <= needs.order_at[group] * state.buffer_size[group] + 1e-6:
        state.ordered[group] = True
        state.orders[state.order_count[0]] = group
        state.order_count[0] += 1


@njit(cache=True, nogil=True, _nrt=False)
def dispatch_tankers(net, needs, work, state, timing, crews, fuel, t, now):
    """Send every free tanker whose depot works to the first order, by rank, that it can reach."""
    for tanker in range(len(fuel.of)):
        if state.order_count[0] == 0:
            return
        if not state.free_tanker[tanker] or not state.up[fuel.depot[fuel.of[tanker]]]:
            continue
        place, hours = _next_order(net, needs, work, state, crews, fuel, fuel.of[tanker])
        if place < 0:
            continue
        group = state.orders[place]
        _strike(state, place)
        state.free_tanker[tanker] = False
        schedule(state, timing, t + fuel.delivery + hours, FUEL_COMES, group, 0.0, 0.0, now + 1)
        schedule(state, timing, t + fuel.delivery + 2.0 * hours, TANKER_FREE, tanker, 0.0, 0.0, now + 1)


@njit(cache=True, nogil=True, _nrt=False)
def _next_order(net, needs, work, state, crews, fuel, depot):
    """(place among the orders, hours to drive) of the first that the depot reaches, else (-1, infinite)."""
    best, best_hours, k = -1, math.inf, 0
    while k < state.order_count[0]:
        group = state.orders[k]
        if state.satisfied[group]:
            state.ordered[group] = False
            _strike(state, k)
            continue
        if (best < 0 or fuel.rank[group] > fuel.rank[state.orders[best]]) and not state.damaged[needs.dependent[group]]:
            hours = _trip(net, work, state, crews, fuel, depot, group)
            if hours < math.inf:
                best, best_hours = k, hours
        k += 1
    return best, best_hours


@njit(cache=True, nogil=True, _nrt=False)
def _strike(state, place):
    state.order_count[0] -= 1
    state.orders[place] = state.orders[state.order_count[0]]


@njit(cache=True, nogil=True, _nrt=False)
def _trip(net, work, state, crews, fuel, depot, group):
    """Hours from a depot to a site, infinite while no open road leads there, and to a site that the depot does not serve."""
    if fuel.hours[depot, group] == math.inf:
        return math.inf
    start, goal = fuel.start[depot], fuel.near[group]
    if start < 0 or goal < 0:
        return fuel.hours[depot, group]
    if work.grown[net.roads] and work.island[start] != work.island[goal]:
        return math.inf
    drive(net, work, state, crews, state.reach, start, goal)
    return state.reach[goal]


@njit(cache=True, nogil=True, _nrt=False)
def fill_up(net, needs, work, state, timing, group, t, now):
    """Fuel has come: the reserve is full again, and the site runs on it unless its supply is back."""
    size = state.buffer_size[group]
    state.ordered[group] = False
    state.deliveries[0] += 1
    state.reserve[group] = size
    state.reserve_at[group] = t
    if state.satisfied[group]:
        return
    state.due[group] = schedule(state, timing, t + size, RESERVE_USED, group, 0.0, 0.0, now)
    schedule(state, timing, t + size * (1.0 - needs.order_at[group]), FUEL_DUE, group, 0.0, 0.0, now + 1)
    if state.failed[group]:
        state.failed[group] = False
        dependent = needs.dependent[group]
        state.lost_inputs[dependent] -= 1
        refunction(net, work, state, dependent)

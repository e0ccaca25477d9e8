"""Writing down people without service, beds, drives and sewage while the event queue runs; none of it changes what happens."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.cascade.crews.kernels import pop, push, relax


@njit(cache=True, nogil=True, _nrt=False)
def write_down(net, work, state, crews, tallies, sums, row, hour, looked, t, span):
    """Write what holds at every whole hour before ``t`` and add up what holds for ``span``; returns the next hour and look."""
    without = state.without
    for service in range(len(without)):
        # sums of shares that come and go leave a rest of rounding, far below a person
        sums.people_hours[row, service] += round(without[service], 6) * span
    _count_sewage(tallies, work, state, sums.spilled[row], t - span, span)
    if hour < sums.series.shape[2] and hour < t - 1e-9:
        beds = _count_beds(tallies, state)
        while hour < sums.series.shape[2] and hour < t - 1e-9:
            for service in range(len(without)):
                sums.series[row, service, hour] = round(without[service], 6)
            sums.beds[row, hour] = beds
            hour += 1
    return hour, _look(net, work, state, crews, tallies, sums.reach[row], looked, t)


@njit(cache=True, nogil=True, _nrt=False)
def _count_beds(tallies, state):
    """Beds that can be used now: none where the site is damaged, else by the need it lost that leaves fewest."""
    working = 0.0
    for i in range(len(tallies.site)):
        share = 0.0 if state.damaged[tallies.site[i]] else 1.0
        for k in range(tallies.group_ptr[i], tallies.group_ptr[i + 1]):
            group = tallies.group[k]
            if state.failed[group]:
                share = min(share, tallies.left[group])
        working += share * tallies.beds[i]
    return working


@njit(cache=True, nogil=True, _nrt=False)
def _count_sewage(tallies, work, state, spilled, since, span):
    """Add what each station that stands still let out in ``span`` hours from ``since``; it sends nothing on.

    A station without power whose wet well still fills lets nothing out and sends nothing on either.
    """
    station, flow = tallies.station, state.sewage
    calm = True
    for i in range(len(station)):
        calm = calm and work.functional[station[i]]
    if calm:
        return
    for i in range(len(station)):
        flow[i] = tallies.inflow[i]
    for i in range(len(station)):
        if not work.functional[station[i]]:
            spilled[i] += flow[i] * span
        elif tallies.below[i] >= 0 and not _fills(tallies, state, i, since):
            flow[tallies.below[i]] += flow[i]


@njit(cache=True, nogil=True, _nrt=False)
def _fills(tallies, state, i, since):
    """Whether station ``i`` has no power any more, its own generator included, and its well still has room."""
    group = tallies.power[i]
    if group < 0 or state.satisfied[group] or tallies.well[i] <= 0.0:
        return False
    return state.reserve[group] - (since - state.reserve_at[group]) <= tallies.well[i] + 1e-9


@njit(cache=True, nogil=True, _nrt=False)
def _look(net, work, state, crews, tallies, found, looked, t):
    """Write people whom no working site reaches in time over open roads, and the median drive (h), at every look before ``t``.

    found: (kinds of help, looks, 2). Returns the next look.
    """
    until = looked
    while until < tallies.looks and until * tallies.look < t - 1e-9:
        until += 1
    if until == looked:
        return looked
    was_open = state.seen_open[0]
    state.seen_open[0] = _all_open(net, work)
    for kind in range(len(tallies.limit)):
        whole, same = _sites(state, tallies, kind)
        if whole and state.seen_open[0]:
            beyond, median = tallies.calm[kind, 0], tallies.calm[kind, 1]
        elif same and was_open and state.seen_open[0]:
            beyond, median = found[kind, looked - 1, 0], found[kind, looked - 1, 1]
        else:
            beyond, median = _reach(net, work, state, crews, tallies, kind)
        for at in range(looked, until):
            found[kind, at, 0] = beyond
            found[kind, at, 1] = median
    return until


@njit(cache=True, nogil=True, _nrt=False)
def _sites(state, tallies, kind):
    """(whether every site of this help works, whether the same ones work as at the last look); notes which do."""
    whole, same = True, True
    for k in range(tallies.help_ptr[kind], tallies.help_ptr[kind + 1]):
        works = state.up[tallies.help[k]]
        whole = whole and works
        same = same and works == state.seen_up[k]
        state.seen_up[k] = works
    return whole, same


@njit(cache=True, nogil=True, _nrt=False)
def _all_open(net, work):
    """Whether every road and crossing is open."""
    roads = net.roads
    for k in range(net.link_ptr[roads], net.link_ptr[roads + 1]):
        if not work.functional[net.link_list[k]]:
            return False
    whole = True
    for k in range(net.node_ptr[roads], net.node_ptr[roads + 1]):
        whole = whole and work.functional[net.node_list[k]]
    return whole


@njit(cache=True, nogil=True, _nrt=False)
def _reach(net, work, state, crews, tallies, kind):
    """Dijkstra from all sites at once; people are met in order of their drive, so that the search ends at the limit."""
    hours, limit = state.reach, tallies.limit[kind]
    hours[:] = math.inf
    size = 0
    for k in range(tallies.help_ptr[kind], tallies.help_ptr[kind + 1]):
        start = tallies.near[k]
        if state.up[tallies.help[k]] and work.functional[start] and hours[start] > 0.0:
            hours[start] = 0.0
            size = push(state.heap_key, state.heap_node, size, 0.0, start)
    met, in_time, median = 0.0, 0.0, math.inf
    while size > 0:
        key, node = state.heap_key[0], state.heap_node[0]
        if key > limit and median < math.inf:
            break
        size = pop(state.heap_key, state.heap_node, size)
        if key > hours[node]:
            continue
        met += tallies.living[node]
        if key <= limit:
            in_time = met
        if median == math.inf and met >= 0.5 * tallies.everyone:
            median = key
        size = relax(net, work, state, crews, hours, node, key, size)
    return tallies.everyone - in_time, median

"""When an operator closes a tie, whether it holds, and when it opens again.

A tie whose one end is live and whose other end is dead but whole is closed after the switching time. If that
overloads a branch or starves a node of voltage, then or later, it is opened before a relay would trip, and
not tried again in this replicate.
"""

from __future__ import annotations

from numba import njit

from stratum_core.cascade.changes import TIE_DUE
from stratum_core.cascade.changes.kernels import log_event, schedule
from stratum_core.sectors.kernels import joins_dead
from stratum_core.sectors.network import SWITCHED


@njit(cache=True, nogil=True, _nrt=False)
def plan_ties(net, work, state, timing, sector, t, now):
    """Have every tie closed that could feed a dead section, one switching time from now."""
    for k in range(net.tie_ptr[sector], net.tie_ptr[sector + 1]):
        tie = net.tie_list[k]
        if state.barred[k] or work.engaged[tie] or state.tie_due[k] >= now:
            continue
        if joins_dead(net, work, tie)[0] >= 0:
            state.tie_due[k] = schedule(state, timing, t + timing.switching, TIE_DUE, k, 0.0, 0.0, now + 1)


@njit(cache=True, nogil=True, _nrt=False)
def close_tie(net, work, state, k):
    """Close the k-th tie if its section is still dead; on trial until the grid is solved with it."""
    tie = net.tie_list[k]
    state.tie_due[k] = -1
    if joins_dead(net, work, tie)[0] < 0 or state.barred[k]:
        return
    work.engaged[tie] = True
    state.trial[state.trial_count[0]] = k
    state.trial_count[0] += 1
    state.dirty[net.sector[tie]] = True
    work.restored[net.sector[tie]] = True
    log_event(state, state.clock[0], tie, SWITCHED, -1, 1.0, 0.0)


@njit(cache=True, nogil=True, _nrt=False)
def hold_ties(net, work, state, trips, weak):
    """Open the latest tie that an overload or low voltage comes from; True when the grid has to be solved again."""
    closed = 0
    for i in range(state.trial_count[0]):
        if work.engaged[net.tie_list[state.trial[i]]]:
            state.trial[closed] = state.trial[i]
            closed += 1
    state.trial_count[0] = closed
    if trips == 0 and weak <= state.weak[0]:
        return False
    for i in range(closed - 1, -1, -1):
        k = state.trial[i]
        if trips == 0 or _strains(net, work, net.tie_list[k], state.overloaded, trips):
            work.engaged[net.tie_list[k]] = False
            state.barred[k] = True
            return True
    return False


@njit(cache=True, nogil=True, _nrt=False)
def _strains(net, work, tie, overloaded, trips):
    """Whether an overloaded link lies on the way to ``tie`` from its source, or is fed over it; in a mesh: perhaps, so yes."""
    for i in range(trips):
        link = overloaded[i]
        start, end = net.start[link], net.end[link]
        meshed = work.parent_link[start] != link and work.parent_link[end] != link
        if meshed or _is_above(net, work, tie, link) or _is_above(net, work, link, tie):
            return True
    return False


@njit(cache=True, nogil=True, _nrt=False)
def _is_above(net, work, below, above):
    """Whether the way from the link ``below`` up to its source leads over the link ``above``."""
    node = net.end[below] if work.parent_link[net.end[below]] == below else net.start[below]
    while node >= 0:
        if work.parent_link[node] == above:
            return True
        node = work.parent[node]
    return False

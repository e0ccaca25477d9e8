"""Movement from event to event: vehicles by Newell's kinematic wave, walkers by Weidmann's speed. Nothing is allocated.

A vehicle leaves a link when all of these hold (Newell 1993, Transportation Research B 27:281, for single vehicles):
- it has driven the link at free speed;
- the capacity of the link's end lets it, since the last one that left;
- the capacity of the next link's beginning lets it, since the last one that entered there;
- room has arrived there: the vehicle ``storage`` places ahead has left the next link, ``release`` seconds ago;
- where several queues want the same, it is their turn: fair queueing by start tags (Goyal, Vin & Cheng 1996), in shares
  as their capacities.
A queue never overtakes itself. A vehicle that nothing will ever let go stays where it is.
"""

from __future__ import annotations

import math

from numba import njit

from stratum_core.population.traffic.agenda.kernels import pop_agent, pop_queue, push_queue, schedule, turn_page
from stratum_core.population.traffic.state import ARRIVED, HALTED, HEAP, LOGGED, NEAR, NO_WAY, NOTHING

# Weidmann 1993, Transporttechnik der Fussgaenger, IVT 90: v = v0 (1 - exp(-1.913 (1/D - 1/5.4))), D in persons per m2
WEIDMANN_GAMMA, WEIDMANN_JAM, WEIDMANN_BEST = 1.913, 5.4, 1.7508


@njit(cache=True, nogil=True, _nrt=False)
def advance(roads, routes, agents, state, until):
    """Run every event before ``until`` and return how many there were; calling it in steps or at once is the same."""
    events = 0
    while True:
        queue_time = state.heap_time[0] if state.counts[HEAP] > 0 else math.inf
        turn_page(state, agents, min(until, queue_time))
        agent_time = state.near_time[0] if state.counts[NEAR] > 0 else math.inf
        if min(queue_time, agent_time) >= until:
            return events
        if agent_time <= queue_time:
            _agent_is_due(roads, routes, agents, state, pop_agent(state), agent_time)
        else:
            _try_head(roads, routes, agents, state, pop_queue(state), queue_time)
        events += 1


@njit(cache=True, nogil=True, _nrt=False)
def rearm(roads, agents, state, now):
    """Look at everything anew, after roads or routes have changed: every head of a queue, and every walker who was halted."""
    state.counts[HEAP] = 0
    state.waiting[:] = -1
    for queue in range(len(roads.head)):
        if _first_of(roads, state, queue) >= 0:
            _arm(roads, agents, state, queue, now)
    agent = state.counts[HALTED] - 1
    state.counts[HALTED] = 0
    while agent >= 0:
        behind = agents[agent].behind
        schedule(state, agents, agent, now)
        agents[agent].aim = -1
        agent = behind


@njit(cache=True, nogil=True, _nrt=False)
def depart(agents, state, who, times):
    """Let agents set out at their times, none of which lies before what has been run."""
    for i in range(len(who)):
        schedule(state, agents, who[i], times[i])


@njit(cache=True, nogil=True, _nrt=False)
def _next_link(routes, agents, agent, node):
    if agents[agent].table >= 0:
        return routes.next_link[agents[agent].table, node]
    return routes.path_links[agents[agent].path] if agents[agent].path < agents[agent].path_end else ARRIVED


@njit(cache=True, nogil=True, _nrt=False)
def _enter(agents, state, agent, link, t):
    """Book-keeping of everybody who sets foot or wheel on a link."""
    agents[agent].place, agents[agent].since = link, t
    agents[agent].path += agents[agent].table < 0
    n = state.counts[LOGGED]
    if n < len(state.log_time):
        state.log_time[n], state.log_agent[n], state.log_link[n] = t, agent, link
        state.counts[LOGGED] = n + 1


@njit(cache=True, nogil=True, _nrt=False)
def _agent_is_due(roads, routes, agents, state, agent, t):
    """A departure, or a walker at the end of a link or at the beginning of one it waited for."""
    if math.isnan(agents[agent].departed):
        agents[agent].departed = agents[agent].since = t
        if agents[agent].speed == 0.0:
            _join_origin(roads, agents, state, agent, t)
            return
    _walk_on(roads, routes, agents, state, agent, t)


# Walkers -------------------------------------------------------------------------------------------------------------


@njit(cache=True, nogil=True, _nrt=False)
def weidmann(density):
    """Share of free walking speed at a density (persons/m2)."""
    if density <= 0.0:
        return 1.0
    return max(0.0, 1.0 - math.exp(-WEIDMANN_GAMMA * (1.0 / density - 1.0 / WEIDMANN_JAM)))


@njit(cache=True, nogil=True, _nrt=False)
def _walk_on(roads, routes, agents, state, agent, t):
    """Leave the walkway that was walked, take the next or wait for one's place on it."""
    place, link = agents[agent].place, agents[agent].aim
    if link < 0:
        if place < len(roads.walk_gap) and not roads.walk_open[place]:
            _halt(agents, state, agent)
            return
        link = _next_link(routes, agents, agent, roads.head[place])
        if link == NO_WAY or (link >= 0 and not (roads.walk_open[link] and roads.walk_gap[link] < math.inf)):
            _halt(agents, state, agent)
            return
        _step_off(roads, agents, state, agent, t)
        if link == ARRIVED:
            agents[agent].place, agents[agent].arrived = ARRIVED, t
            return
        entry = max(t, state.walk_next[link])
        state.walk_next[link] = entry + roads.walk_gap[link]
        if entry > t:
            agents[agent].place = len(roads.walk_gap) + roads.head[place]
            agents[agent].since, agents[agent].aim = t, link
            schedule(state, agents, agent, entry)
            return
    elif not roads.walk_open[link]:
        _halt(agents, state, agent)
        return
    _step_on(roads, agents, state, agent, link, t)


@njit(cache=True, nogil=True, _nrt=False)
def _step_off(roads, agents, state, agent, t):
    place = agents[agent].place
    if place < len(roads.walk_gap):
        state.walkers[place] -= 1
        state.spent[place] += t - agents[agent].since


@njit(cache=True, nogil=True, _nrt=False)
def _step_on(roads, agents, state, agent, link, t):
    """Begin a walkway, at the speed that the density there leaves; what exceeds its capacity waits before it."""
    state.delay[agents[agent].place] += t - agents[agent].since if agents[agent].aim >= 0 else 0.0
    agents[agent].aim = -1
    density = min(state.walkers[link] / roads.walk_area[link], WEIDMANN_BEST) if roads.walk_area[link] > 0 else 0.0
    state.walkers[link] += 1
    state.walk_count[link] += 1
    _enter(agents, state, agent, link, t)
    schedule(state, agents, agent, t + roads.length[link] / (agents[agent].speed * weidmann(density)))


@njit(cache=True, nogil=True, _nrt=False)
def _halt(agents, state, agent):
    """Nothing leads on: the walker stays until ``rearm``."""
    agents[agent].aim = NOTHING
    agents[agent].behind = state.counts[HALTED] - 1
    state.counts[HALTED] = agent + 1


# Vehicles ------------------------------------------------------------------------------------------------------------


@njit(cache=True, nogil=True, _nrt=False)
def _join_origin(roads, agents, state, agent, t):
    """Stand in the line at one's own node."""
    queue = agents[agent].place
    node = queue - len(roads.walk_gap)
    agents[agent].behind = -1
    if state.first[node] < 0:
        state.first[node] = agent
        _arm(roads, agents, state, queue, t)
    else:
        agents[state.last[node]].behind = agent
    state.last[node] = agent


@njit(cache=True, nogil=True, _nrt=False)
def _slot(state, link, number):
    return state.ring_begin[link] + number % state.ring_room[link]


@njit(cache=True, nogil=True, _nrt=False)
def _first_of(roads, state, queue):
    """The agent at the head of a queue, or -1."""
    links = len(roads.walk_gap)
    if queue >= links:
        return state.first[queue - links]
    return state.slot_agent[_slot(state, queue, state.left[queue])] if state.left[queue] < state.entered[queue] else -1


@njit(cache=True, nogil=True, _nrt=False)
def _ready(roads, agents, state, queue):
    """When the head of a queue could leave it if the road beyond were empty."""
    links = len(roads.walk_gap)
    if queue >= links:
        return agents[state.first[queue - links]].departed
    return max(state.slot_time[_slot(state, queue, state.left[queue])], state.last_exit[queue] + roads.exit_gap[queue])


@njit(cache=True, nogil=True, _nrt=False)
def _arm(roads, agents, state, queue, now):
    """Have the head of a queue looked at when it is ready; never, where the end of its link has no capacity."""
    state.wants[queue] = NOTHING
    time = max(now, _ready(roads, agents, state, queue))
    if time < math.inf and (queue >= len(roads.walk_gap) or roads.open[queue]):
        push_queue(state, time, max(state.tag[queue], state.turn[queue]), queue)


@njit(cache=True, nogil=True, _nrt=False)
def _room_at(roads, state, link):
    """When the next vehicle may enter a link; inf where that is not known yet."""
    number = state.entered[link]
    ahead = number - roads.storage[link]
    time = state.last_entry[link] + roads.entry_gap[link]
    if ahead < 0:
        return time
    if state.left[link] <= ahead:
        return math.inf
    return max(time, state.slot_time[_slot(state, link, ahead)] + roads.release[link])


@njit(cache=True, nogil=True, _nrt=False)
def _try_head(roads, routes, agents, state, queue, t):
    """Let the first of a queue go, or find out when it may be tried again."""
    node = roads.head[queue]
    if state.tag[queue] < 0:
        state.tag[queue] = max(state.turn[queue], state.clock[node])
        if state.counts[HEAP] > 0 and state.heap_time[0] == t:
            push_queue(state, t, state.tag[queue], queue)
            return
    agent = _first_of(roads, state, queue)
    link = _next_link(routes, agents, agent, node)
    if link == ARRIVED:
        _leave(roads, agents, state, queue, t)
        agents[agent].place, agents[agent].arrived = ARRIVED, t
        return
    if link == NO_WAY or not roads.open[link]:
        state.wants[queue] = link
        return
    time = _room_at(roads, state, link)
    if time == math.inf:
        state.wants[queue] = link
        if roads.entry_gap[link] < math.inf:
            state.next_waiting[queue] = state.waiting[link]
            state.waiting[link] = queue
    elif time > t:
        push_queue(state, time, state.tag[queue], queue)
    else:
        _take_turn(roads, state, queue, node)
        _leave(roads, agents, state, queue, t)
        _drive_on(roads, agents, state, agent, link, t)


@njit(cache=True, nogil=True, _nrt=False)
def _take_turn(roads, state, queue, node):
    state.clock[node] = max(state.clock[node], state.tag[queue])
    state.turn[queue] = state.tag[queue] + roads.share[queue]


@njit(cache=True, nogil=True, _nrt=False)
def _leave(roads, agents, state, queue, t):
    """Take the first out of a queue, tell those who wait for its room, and look at the one behind."""
    links = len(roads.walk_gap)
    state.tag[queue] = -1.0
    state.wants[queue] = NOTHING
    state.last_exit[queue] = t
    if queue >= links:
        agent = state.first[queue - links]
        state.delay[queue] += t - agents[agent].departed
        state.first[queue - links] = agents[agent].behind
    else:
        slot = _slot(state, queue, state.left[queue])
        agent = state.slot_agent[slot]
        state.delay[queue] += t - state.slot_time[slot]
        state.trip[queue] = t - agents[agent].since
        state.spent[queue] += state.trip[queue]
        state.slot_time[slot] = t
        state.left[queue] += 1
        _wake(roads, state, queue)
    if _first_of(roads, state, queue) >= 0:
        _arm(roads, agents, state, queue, t)


@njit(cache=True, nogil=True, _nrt=False)
def _wake(roads, state, link):
    """Those who wait for room on a link try again when the next room arrives."""
    waiting = state.waiting[link]
    if waiting < 0:
        return
    time = _room_at(roads, state, link)
    if time == math.inf:
        return
    state.waiting[link] = -1
    while waiting >= 0:
        state.wants[waiting] = NOTHING
        push_queue(state, time, state.tag[waiting], waiting)
        waiting = state.next_waiting[waiting]


@njit(cache=True, nogil=True, _nrt=False)
def _drive_on(roads, agents, state, agent, link, t):
    """Enter a link that has room."""
    slot = _slot(state, link, state.entered[link])
    state.slot_agent[slot], state.slot_time[slot] = agent, t + roads.free_time[link]
    state.entered[link] += 1
    state.last_entry[link] = t
    _enter(agents, state, agent, link, t)
    if state.entered[link] - state.left[link] == 1:
        _arm(roads, agents, state, link, t)

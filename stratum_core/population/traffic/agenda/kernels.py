"""Kernels of the agenda. They allocate nothing.

The calendar (Brown 1988, Communications of the ACM 31:1220) keeps the cost of an event the same for a thousand agents and
for a million: agents due on a later day stand unsorted in the list of that day, those of today in a small heap.
"""

from __future__ import annotations

from numba import njit

from stratum_core.population.traffic.state import DAY, HEAP, LATER, NEAR

#: days of a quarter of a second: a power of two, so that day and time agree exactly
DAYS_PER_S = 4.0


@njit(cache=True, nogil=True, _nrt=False)
def push_queue(state, time, tag, queue):
    """Enter a queue whose head may move at ``time``; among equals the least ``tag``, then the least number comes first."""
    times, tags, queues = state.heap_time, state.heap_tag, state.heap_queue
    at = state.counts[HEAP]
    state.counts[HEAP] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if times[up] < time or (times[up] == time and (tags[up] < tag or (tags[up] == tag and queues[up] < queue))):
            break
        times[at], tags[at], queues[at] = times[up], tags[up], queues[up]
        at = up
    times[at], tags[at], queues[at] = time, tag, queue


@njit(cache=True, nogil=True, _nrt=False)
def pop_queue(state):
    """Take out the first queue, whose time was read before."""
    times, tags, queues = state.heap_time, state.heap_tag, state.heap_queue
    first = queues[0]
    size = state.counts[HEAP] - 1
    state.counts[HEAP] = size
    time, tag, queue = times[size], tags[size], queues[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (times[other] < times[child] or (times[other] == times[child] and (
                tags[other] < tags[child] or (tags[other] == tags[child] and queues[other] < queues[child])))):
            child = other
        if time < times[child] or (time == times[child] and (
                tag < tags[child] or (tag == tags[child] and queue < queues[child]))):
            break
        times[at], tags[at], queues[at] = times[child], tags[child], queues[child]
        at = child
    times[at], tags[at], queues[at] = time, tag, queue
    return first


@njit(cache=True, nogil=True, _nrt=False)
def _push_near(state, time, agent):
    times, who = state.near_time, state.near_agent
    at = state.counts[NEAR]
    state.counts[NEAR] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if times[up] < time or (times[up] == time and who[up] < agent):
            break
        times[at], who[at] = times[up], who[up]
        at = up
    times[at], who[at] = time, agent


@njit(cache=True, nogil=True, _nrt=False)
def pop_agent(state):
    """Take out the agent that is due first, whose time was read before."""
    times, who = state.near_time, state.near_agent
    first = who[0]
    size = state.counts[NEAR] - 1
    state.counts[NEAR] = size
    time, agent = times[size], who[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (times[other] < times[child] or (times[other] == times[child] and who[other] < who[child])):
            child = other
        if time < times[child] or (time == times[child] and agent < who[child]):
            break
        times[at], who[at] = times[child], who[child]
        at = child
    times[at], who[at] = time, agent
    return first


@njit(cache=True, nogil=True, _nrt=False)
def schedule(state, agents, agent, time):
    """Give an agent an event of its own."""
    agents[agent].due = time
    day = int(time * DAYS_PER_S)
    if day <= state.counts[DAY]:
        _push_near(state, time, agent)
        return
    at = day % len(state.bucket)
    agents[agent].behind = state.bucket[at]
    state.bucket[at] = agent
    state.counts[LATER] += 1


@njit(cache=True, nogil=True, _nrt=False)
def turn_page(state, agents, limit):
    """Where nobody is due today, go on to the next day on which somebody is, but to none that begins after ``limit``."""
    while state.counts[NEAR] == 0 and state.counts[LATER] > 0 and (state.counts[DAY] + 1) / DAYS_PER_S <= limit:
        state.counts[DAY] += 1
        at = state.counts[DAY] % len(state.bucket)
        agent, kept = state.bucket[at], -1
        while agent >= 0:
            behind = agents[agent].behind
            if int(agents[agent].due * DAYS_PER_S) == state.counts[DAY]:
                state.counts[LATER] -= 1
                _push_near(state, agents[agent].due, agent)
            else:
                agents[agent].behind = kept
                kept = agent
            agent = behind
        state.bucket[at] = kept

"""Branch and bound: at each decision every waiting job of the crew's skill is tried.

Every priority list is such a course of decisions and every course is a priority list, so what is found is the least that any
order reaches under the crews' dispatch. A branch ends where one of two bounds is not below the best that is known: each
waiting job ends as soon as if it were alone; or, by skill, what Eastman, Even and Isaacs (1964, Management Science 11:268)
prove of jobs on equal machines, each group's people on its longest waiting job.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.policy.restoration.kernels import (
    EPS,
    can_take,
    cost,
    give,
    next_decision,
    people_hours,
    returned,
    soonest_ends,
    way,
)


@njit(cache=True, nogil=True)
def _least_ways(jobs, finish, free, place, shortest):
    """Into ``shortest``: the least drive to each waiting job from anywhere."""
    for job in range(len(finish)):
        least = math.inf
        for crew in range(len(free)):
            if jobs.crew_skill[crew] == jobs.skill[job]:
                least = min(least, way(jobs, place, crew, job))
        if len(jobs.between) > 0:
            for other in range(len(finish)):
                if other != job and finish[other] < 0.0:
                    least = min(least, jobs.between[other, job])
        shortest[job] = least


@njit(cache=True, nogil=True)
def _queued(jobs, finish, free, place, t, load, shortest, by_ratio):
    """People-hours at least, counting queues: groups that wait are charged to their longest waiting job."""
    _least_ways(jobs, finish, free, place, shortest)
    load[:] = 0.0
    total = 0.0
    for group in range(len(jobs.weight)):
        longest = -1
        for k in range(jobs.member_ptr[group], jobs.member_ptr[group + 1]):
            job = jobs.member_list[k]
            if finish[job] < 0.0 and (longest < 0 or jobs.hours[job] > jobs.hours[longest]):
                longest = job
        if longest < 0:
            total += jobs.weight[group] * returned(jobs, finish, group)
        else:
            load[longest] += jobs.weight[group]
    count = 0
    for job in range(len(finish)):
        if finish[job] < 0.0:
            at = count
            while at > 0 and _before(jobs, load, shortest, job, by_ratio[at - 1]):
                by_ratio[at] = by_ratio[at - 1]
                at -= 1
            by_ratio[at] = job
            count += 1
    for k in range(count):
        skill = jobs.skill[by_ratio[k]]
        first = True
        for i in range(k):
            first = first and jobs.skill[by_ratio[i]] != skill
        if first:
            total += _one_skill(jobs, free, t, load, shortest, by_ratio, count, skill)
    return total


@njit(cache=True, nogil=True)
def _before(jobs, load, shortest, a, b):
    """Smith's rule: people per hour."""
    return load[a] * (jobs.hours[b] + shortest[b]) > load[b] * (jobs.hours[a] + shortest[a])


@njit(cache=True, nogil=True)
def _one_skill(jobs, free, t, load, shortest, by_ratio, count, skill):
    """sum w C >= (1/m) (sum w C on one machine) + (m - 1)/(2 m) sum w p, all machines free at the first that is."""
    start, crews = math.inf, 0
    for crew in range(len(free)):
        if jobs.crew_skill[crew] == skill:
            start = min(start, max(free[crew], t))
            crews += 1
    clock = alone = own = people = 0.0
    for k in range(count):
        job = by_ratio[k]
        if jobs.skill[job] == skill:
            taken = jobs.hours[job] + shortest[job]
            clock += taken
            alone += load[job] * clock
            own += load[job] * taken
            people += load[job]
    return people * start + alone / crews + own * (crews - 1) / (2 * crews)


@njit(cache=True, nogil=True)
def least_order(jobs, best_cost, most, order):
    """The least people-hours below ``best_cost``, its ``order`` in place, and branches tried (above ``most``: given up)."""
    n, crews = len(jobs.hours), len(jobs.crew_skill)
    finish, free = np.full((n + 1, n), -1.0), np.zeros((n + 1, crews))
    place, when = np.full((n + 1, crews), -1, dtype=np.int64), np.zeros(n + 1)
    crew, tried = np.full(n + 1, -1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    path, by_ratio = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    ends, load, shortest = np.zeros(n), np.zeros(n), np.zeros(n)
    depth, branches = 0, 0
    when[0], crew[0] = next_decision(jobs, finish[0], free[0], 0.0)
    while depth >= 0:
        if depth == n:
            found = people_hours(jobs, finish[n])
            if found < best_cost - EPS:
                best_cost = found
                order[:] = path
            depth -= 1
            continue
        job = tried[depth]
        if job == n:
            depth -= 1
            continue
        tried[depth] += 1
        if not can_take(jobs, finish[depth], crew[depth], job, when[depth]):
            continue
        branches += 1
        if branches > most:
            return best_cost, branches
        below = depth + 1
        finish[below], free[below], place[below] = finish[depth], free[depth], place[depth]
        give(jobs, finish[below], free[below], place[below], crew[depth], job, when[depth])
        path[depth] = job
        when[below], crew[below] = next_decision(jobs, finish[below], free[below], when[depth])
        soonest_ends(jobs, finish[below], free[below], place[below], when[below], ends)
        if people_hours(jobs, ends) >= best_cost - EPS:
            continue
        if _queued(jobs, finish[below], free[below], place[below], when[below], load, shortest, by_ratio) >= best_cost - EPS:
            continue
        tried[below] = 0
        depth = below
    return best_cost, branches


@njit(cache=True, nogil=True)
def every_order(jobs):
    """Least, mean and most people-hours of all orders, tried one by one (Heap 1963, Computer Journal 6:293)."""
    n = len(jobs.hours)
    order, swapped = np.arange(n), np.zeros(n, dtype=np.int64)
    finish, taken = np.empty(n), np.empty(n, dtype=np.int64)
    least = most = whole = cost(jobs, order, finish, taken)
    tried, at = 1, 1
    while at < n:
        if swapped[at] == at:
            swapped[at] = 0
            at += 1
            continue
        other = swapped[at] if at % 2 else 0
        order[at], order[other] = order[other], order[at]
        found = cost(jobs, order, finish, taken)
        least, most, whole = min(least, found), max(most, found), whole + found
        tried += 1
        swapped[at] += 1
        at = 1
    return least, whole / tried, most

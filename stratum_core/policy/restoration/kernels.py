"""Which crew takes which job when, what an order costs, a bound below every order, and local search.

The dispatch is that of ``cascade.crews.kernels.dispatch_crews``: at each moment crews in turn take the first waiting job of
their skill that they can reach, and nobody waits for a better one.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.random_numbers.kernels import uniform

EPS = 1e-9


@njit(cache=True, nogil=True)
def next_decision(jobs, finish, free, t):
    """Hour and crew of the next decision from hour ``t`` on; crew -1 when every job is given out (finish >= 0)."""
    while True:
        soonest = math.inf
        for crew in range(len(free)):
            if free[crew] > t + EPS:
                soonest = min(soonest, free[crew])
                continue
            for job in range(len(finish)):
                if finish[job] < 0.0 and jobs.skill[job] == jobs.crew_skill[crew]:
                    if jobs.ready[crew, job] <= t + EPS:
                        return t, crew
                    soonest = min(soonest, jobs.ready[crew, job])
        if soonest == math.inf:
            return t, -1
        t = soonest


@njit(cache=True, nogil=True)
def can_take(jobs, finish, crew, job, t):
    """Whether the job waits at ``t`` and the crew can set out for it."""
    return finish[job] < 0.0 and jobs.skill[job] == jobs.crew_skill[crew] and jobs.ready[crew, job] <= t + EPS


@njit(cache=True, nogil=True)
def way(jobs, place, crew, job):
    """Hours that the crew drives to the job from where it is (``place``: its last job or -1)."""
    if place[crew] >= 0 and len(jobs.between) > 0:
        return jobs.between[place[crew], job]
    return jobs.travel[crew, job]


@njit(cache=True, nogil=True)
def give(jobs, finish, free, place, crew, job, t):
    """The crew takes the job at ``t``."""
    end = t + way(jobs, place, crew, job) + jobs.hours[job]
    if jobs.step > 0.0:
        end = math.ceil(max(end, t + jobs.step) / jobs.step - EPS) * jobs.step
    finish[job] = free[crew] = end
    place[crew] = job


@njit(cache=True, nogil=True)
def dispatch(jobs, order, finish, taken):
    """Carry out ``order`` (first served first): hour at which each job ends, and the crew that ``taken`` it."""
    free, place = np.zeros(len(jobs.crew_skill)), np.full(len(jobs.crew_skill), -1, dtype=np.int64)
    finish[:] = -1.0
    t, crew = next_decision(jobs, finish, free, 0.0)
    while crew >= 0:
        for job in order:
            if can_take(jobs, finish, crew, job, t):
                give(jobs, finish, free, place, crew, job, t)
                taken[job] = crew
                break
        t, crew = next_decision(jobs, finish, free, t)


@njit(cache=True, nogil=True)
def returned(jobs, finish, group):
    """Hour at which the people of a group have service again."""
    hour = jobs.earliest[group]
    for k in range(jobs.member_ptr[group], jobs.member_ptr[group + 1]):
        hour = max(hour, finish[jobs.member_list[k]])
    return hour


@njit(cache=True, nogil=True)
def people_hours(jobs, finish):
    """Sum over groups of people times the hour of return."""
    total = 0.0
    for group in range(len(jobs.weight)):
        total += jobs.weight[group] * returned(jobs, finish, group)
    return total


@njit(cache=True, nogil=True)
def cost(jobs, order, finish, taken):
    """People-hours of an order."""
    dispatch(jobs, order, finish, taken)
    return people_hours(jobs, finish)


@njit(cache=True, nogil=True)
def soonest_ends(jobs, finish, free, place, t, ends):
    """Into ``ends``: the hour of each job, for those that wait the soonest that any crew of the skill could end it, alone."""
    for job in range(len(finish)):
        ends[job] = finish[job]
        if finish[job] >= 0.0:
            continue
        best = math.inf
        for crew in range(len(free)):
            if jobs.crew_skill[crew] == jobs.skill[job]:
                drive = way(jobs, place, crew, job)
                if len(jobs.between) > 0:
                    for other in range(len(finish)):
                        if finish[other] < 0.0 and other != job:
                            drive = min(drive, jobs.between[other, job])
                best = min(best, max(free[crew], t, jobs.ready[crew, job]) + drive + jobs.hours[job])
        ends[job] = best


@njit(cache=True, nogil=True)
def search(jobs, order, budget, seed):
    """Improve ``order`` in place by ``budget`` random moves and swaps; after long standstill from the best, shaken.

    A move is kept unless it is worse. Returns the people-hours of the best.
    """
    n, finish, taken = len(order), np.empty(len(order)), np.empty(len(order), dtype=np.int64)
    here, trial = order.copy(), order.copy()
    best = now = cost(jobs, order, finish, taken)
    if n < 2:
        return best
    still = 0
    for round in range(budget):
        shaken = still > 4 * n * n
        if shaken:
            here[:], still = order, 0
        trial[:] = here
        for k in range(3 if shaken else 1):
            a = int(uniform(seed, round, k, 0) * n)
            b = int(uniform(seed, round, k, 1) * (n - 1))
            b += b >= a
            job = trial[a]
            if uniform(seed, round, k, 2) < 0.5:
                trial[a], trial[b] = trial[b], job
            elif a < b:
                trial[a:b] = trial[a + 1 : b + 1].copy()
                trial[b] = job
            else:
                trial[b + 1 : a + 1] = trial[b:a].copy()
                trial[b] = job
        found = cost(jobs, trial, finish, taken)
        still += 1
        if found <= now + EPS or shaken:
            here[:] = trial
            now = found
        if found < best - EPS:
            best, still = found, 0
            order[:] = trial
    return best

"""Greedy choice and features of a decision.

Greedy index of a job: the most people per hour that a group with the job in it gives, where people are all that are served
when the group's waiting jobs are done (its own and those of groups within it), and hours those of its busiest skill, by crew.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.policy.restoration.kernels import EPS, can_take, give, next_decision, returned, soonest_ends, way

#: logarithms end here
FLOOR = -4.0


@njit(cache=True, nogil=True)
def _effort(jobs, finish, free, place, t, work):
    """Into ``work``: hours with the nearest drive of each waiting job, by crews of its skill; 0 of the others."""
    for job in range(len(finish)):
        work[job] = 0.0
        if finish[job] < 0.0:
            crews, drive = 0, math.inf
            for crew in range(len(free)):
                if jobs.crew_skill[crew] == jobs.skill[job] and jobs.ready[crew, job] < math.inf:
                    crews += 1
                    drive = min(drive, way(jobs, place, crew, job))
            work[job] = (jobs.hours[job] + drive) / crews


@njit(cache=True, nogil=True)
def indices(jobs, finish, free, place, t, work, index, left):
    """Into ``index``: greedy index by waiting job, 0 where nobody needs it; into ``left``: jobs that its group still needs."""
    n, groups = len(finish), len(jobs.weight)
    inside, busy = np.zeros(n, dtype=np.bool_), np.zeros(jobs.crew_skill.max() + 1)
    _effort(jobs, finish, free, place, t, work)
    index[:], left[:] = 0.0, 1.0
    for group in range(groups):
        inside[:], busy[:], count, hours = False, 0.0, 0, 1e-6
        for k in range(jobs.member_ptr[group], jobs.member_ptr[group + 1]):
            job = jobs.member_list[k]
            if finish[job] < 0.0:
                inside[job] = True
                busy[jobs.skill[job]] += work[job]
                count += 1
                hours = max(hours, busy[jobs.skill[job]])
        if count == 0:
            continue
        people = 0.0
        for other in range(groups):
            needs, covered = False, True
            for k in range(jobs.member_ptr[other], jobs.member_ptr[other + 1]):
                job = jobs.member_list[k]
                if finish[job] < 0.0:
                    needs = True
                    covered = covered and inside[job]
            if needs and covered:
                people += jobs.weight[other]
        for job in range(n):
            if inside[job] and people / hours > index[job]:
                index[job], left[job] = people / hours, count


@njit(cache=True, nogil=True)
def _needed(jobs, finish, needed):
    """Into ``needed``: people who need each waiting job."""
    needed[:] = 0.0
    for group in range(len(jobs.weight)):
        for k in range(jobs.member_ptr[group], jobs.member_ptr[group + 1]):
            if finish[jobs.member_list[k]] < 0.0:
                needed[jobs.member_list[k]] += jobs.weight[group]


@njit(cache=True, nogil=True)
def greedy(jobs, order):
    """Into ``order``: at each decision the job of the greatest index, of equals that which most people per hour need."""
    n, crews = len(jobs.hours), len(jobs.crew_skill)
    finish, free, place = np.full(n, -1.0), np.zeros(crews), np.full(crews, -1, dtype=np.int64)
    work, index, left, needed = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    t, crew = next_decision(jobs, finish, free, 0.0)
    count = 0
    while crew >= 0:
        indices(jobs, finish, free, place, t, work, index, left)
        _needed(jobs, finish, needed)
        best, most = -1, 0.0
        for job in range(n):
            if can_take(jobs, finish, crew, job, t):
                by_hour = needed[job] / max(jobs.hours[job] + way(jobs, place, crew, job), 1e-9)
                if best < 0 or index[job] > index[best] or (index[job] == index[best] and by_hour > most):
                    best, most = job, by_hour
        give(jobs, finish, free, place, crew, best, t)
        order[count] = best
        count += 1
        t, crew = next_decision(jobs, finish, free, t)


@njit(cache=True, nogil=True)
def _below(value, greatest):
    """Logarithm of a share of the greatest, not below FLOOR."""
    if value <= 0.0 or greatest <= 0.0:
        return FLOOR
    return max(math.log(value / greatest), FLOOR)


@njit(cache=True, nogil=True)
def look(jobs, finish, free, place, t, crew, out, ties):
    """Into ``out`` (jobs, FEATURES) and ``ties`` (jobs, jobs): the people that waiting jobs share, by row adding up to 1."""
    n = len(finish)
    work, index, left, ends, own = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    own_people = np.zeros((4, n))  # served at once, shared, needed, later
    indices(jobs, finish, free, place, t, work, index, left)
    soonest_ends(jobs, finish, free, place, t, ends)
    out[:], ties[:] = 0.0, 0.0
    count, scale = 0, 0.0
    for job in range(n):
        own[job] = jobs.hours[job] + (way(jobs, place, crew, job) if jobs.skill[job] == jobs.crew_skill[crew] else 0.0)
        if can_take(jobs, finish, crew, job, t):
            count += 1
            scale += own[job]
    scale = max(scale / count, 1e-6)
    people = _count_people(jobs, finish, work, ends, own_people, ties)
    _write_features(jobs, finish, free, place, t, crew, out, work, index, left, own, own_people, people, count, scale)
    for job in range(n):
        whole = ties[job].sum()
        if whole > 0.0:
            ties[job] /= whole


@njit(cache=True, nogil=True)
def _count_people(jobs, finish, work, ends, own_people, ties):
    """Who waits for each job, alone or with others, into ``own_people`` and ``ties``; returns all people who wait."""
    at_once, shared, needed, later = own_people
    people = 1e-9
    for group in range(len(jobs.weight)):
        first, last, waiting, hours = jobs.member_ptr[group], jobs.member_ptr[group + 1], 0, 1e-6
        for k in range(first, last):
            if finish[jobs.member_list[k]] < 0.0:
                waiting += 1
                hours += work[jobs.member_list[k]]
        if waiting == 0:
            continue
        weight = jobs.weight[group]
        people += weight
        for k in range(first, last):
            job = jobs.member_list[k]
            if finish[job] >= 0.0:
                continue
            needed[job] += weight
            shared[job] += weight * work[job] / hours
            if waiting == 1:
                at_once[job] += weight
            other_end = jobs.earliest[group]
            for i in range(first, last):
                other = jobs.member_list[i]
                if other != job:
                    other_end = max(other_end, ends[other])
                    if finish[other] < 0.0:
                        ties[job, other] += weight
            later[job] += weight * max(other_end - ends[job], 0.0)
    return people


@njit(cache=True, nogil=True)
def _write_features(jobs, finish, free, place, t, crew, out, work, index, left, own, own_people, people, count, scale):
    """The features of every waiting job, in the order of ``FEATURES``."""
    at_once, shared, needed, later = own_people
    best_index = best_shared = best_once = 0.0
    load = np.zeros(jobs.crew_skill.max() + 1)
    for job in range(len(finish)):
        load[jobs.skill[job]] += work[job]
        if can_take(jobs, finish, crew, job, t):
            best_index = max(best_index, index[job])
            best_shared = max(best_shared, shared[job] / max(own[job], 1e-6))
            best_once = max(best_once, at_once[job] / max(own[job], 1e-6))
    for job in range(len(finish)):
        if finish[job] >= 0.0:
            continue
        hours, row = max(own[job], 1e-6), out[job]
        row[0] = 1.0 if can_take(jobs, finish, crew, job, t) else 0.0
        row[1] = 1.0 if jobs.skill[job] == jobs.crew_skill[crew] else 0.0
        row[2] = own[job] / scale
        row[3] = 1.0 - jobs.hours[job] / hours
        row[4] = _below(index[job], best_index)
        row[5] = at_once[job] / people
        row[6] = shared[job] / people
        row[7] = needed[job] / people
        row[8] = _below(shared[job] / hours, best_shared)
        row[9] = _below(at_once[job] / hours, best_once)
        row[10] = min(max(_opens(jobs, job) - t, 0.0) / scale, 10.0)
        row[11] = min(later[job] / max(needed[job], 1e-9) / scale, 10.0)
        row[12] = load[jobs.skill[job]] / scale
        row[13] = min(max(_saved(jobs, free, place, t, crew, job) / scale, -5.0), 5.0)
        row[14] = 1.0 / left[job]
        row[15] = min(_kept_waiting(jobs, finish, shared, t, crew, own[job]) / people / scale, 10.0)
        row[16] = 1.0 / count


@njit(cache=True, nogil=True)
def _opens(jobs, job):
    """The hour from which any crew can set out for the job."""
    hour = math.inf
    for crew in range(len(jobs.crew_skill)):
        if jobs.crew_skill[crew] == jobs.skill[job]:
            hour = min(hour, jobs.ready[crew, job])
    return hour


@njit(cache=True, nogil=True)
def _kept_waiting(jobs, finish, shared, t, crew, hours):
    """People times hours, by crew of the skill, of jobs that become ready while this crew is away for ``hours``."""
    total, crews = 0.0, 0
    for other in range(len(jobs.crew_skill)):
        crews += jobs.crew_skill[other] == jobs.crew_skill[crew]
    for job in range(len(finish)):
        if finish[job] < 0.0 and jobs.skill[job] == jobs.crew_skill[crew] and jobs.ready[crew, job] > t + EPS:
            total += shared[job] * max(t + hours - jobs.ready[crew, job], 0.0)
    return total / crews


@njit(cache=True, nogil=True)
def _saved(jobs, free, place, t, crew, job):
    """Hours by which the crew is there sooner than the first other crew of its skill; 0 without another."""
    if jobs.skill[job] != jobs.crew_skill[crew]:
        return 0.0
    other_way = math.inf
    for other in range(len(free)):
        if other != crew and jobs.crew_skill[other] == jobs.skill[job]:
            other_way = min(other_way, max(max(free[other], jobs.ready[other, job]) - t, 0.0) + way(jobs, place, other, job))
    return 0.0 if other_way == math.inf else other_way - way(jobs, place, crew, job)


@njit(cache=True, nogil=True)
def outlook(jobs, finish, free, place, t, ends):
    """People-hours at least after the decisions so far: what waits ends as soon as if it were alone."""
    soonest_ends(jobs, finish, free, place, t, ends)
    total = 0.0
    for group in range(len(jobs.weight)):
        total += jobs.weight[group] * returned(jobs, ends, group)
    return total

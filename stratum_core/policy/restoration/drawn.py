"""Instances drawn from seeds, for training and for measuring; one seed one instance, on any machine."""

from __future__ import annotations

import numpy as np

from stratum_core.policy.restoration.instance import Instance, instance

#: seeds of training, and those that are kept for measuring
TRAINING, SMALL, LARGE = 0, 10_000_000, 20_000_000
#: jobs of an instance, fewest and most
SMALL_JOBS, LARGE_JOBS = (5, 10), (20, 60)


def drawn(seed: int, jobs: tuple[int, int] = SMALL_JOBS) -> Instance:
    """1 to 3 skills with 1 to 3 crews each over a town of 10 km; people behind single jobs and behind chains of them.

    Half the instances stand on the cascade's steps of ten minutes; in a third the hazard clears place by place.
    """
    rng = np.random.default_rng([seed, 7])
    n, skills = int(rng.integers(jobs[0], jobs[1] + 1)), int(rng.integers(1, 4))
    crew_skill = np.repeat(np.arange(skills), rng.integers(1, 4, skills))
    skill = rng.integers(0, skills, n)
    hours = np.exp(rng.normal(np.log(rng.uniform(2, 24)), rng.uniform(0.2, 1.0), n))
    place, depot = rng.uniform(0, 10, (n, 2)), rng.uniform(0, 10, (3, 2))[np.arange(len(crew_skill)) % 3]
    travel = np.linalg.norm(place[None] - depot[:, None], axis=2) * 1.3 / rng.uniform(5, 40)
    ready = rng.uniform(0, 12, n) * (rng.random() < 1 / 3)
    number = rng.permutation(n)  # a job's number says nothing of its place in the tree
    groups = [(people, [int(number[job]) for job in chain]) for people, chain in _groups(rng, n, skill[number])]
    return instance(
        hours, groups, ready=ready, skill=skill, crew_skill=crew_skill, travel=travel, step=float(rng.integers(0, 2)) / 6.0
    )


def _groups(rng: np.random.Generator, n: int, skill: np.ndarray) -> list[tuple[float, list[int]]]:
    """People behind each job on a random tree of supply in its skill, and some who need the tree of another skill too."""
    above = np.full(n, -1)
    for job in range(1, n):
        feeders = np.flatnonzero(skill[:job] == skill[job])
        if len(feeders) and rng.random() < 0.6:
            above[job] = rng.choice(feeders)
    found: list[tuple[float, list[int]]] = []
    for job in range(n):
        chain = [job]
        while above[chain[-1]] >= 0:
            chain.append(int(above[chain[-1]]))
        if rng.random() < 0.3:
            chain.append(int(rng.integers(0, n)))
        if rng.random() < 0.85:
            found.append((float(np.round(np.exp(rng.normal(5, 1.2)))), chain))
    return found or [(1.0, [0])]

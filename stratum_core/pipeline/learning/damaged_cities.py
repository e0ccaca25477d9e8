"""Repair instances from generated cities: a storm of damage around a place, crews, their roads, and who waits for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from stratum_core.cascade.compiled import Compiled, compile_city
from stratum_core.model.spec import CascadeSpec, CrewSpec, RepairSpec
from stratum_core.pipeline.learning.cities import training_city
from stratum_core.pipeline.restoring.damage import Damage
from stratum_core.pipeline.restoring.planning import task
from stratum_core.pipeline.restoring.waiting import Supply
from stratum_core.policy.restoration.instance import Instance
from stratum_core.random_numbers.kernels import lognormal

#: assets of a city before its changes, and instances from each
SIZES, EACH = (300, 1200), 6
#: cities kept for measuring begin here
HELD_OUT = 5000


def damaged_cities(seeds: range, jobs: tuple[int, int]) -> Iterator[Instance]:
    """EACH instances of ``jobs`` jobs (fewest, most) from the city of each seed; cities that nobody lives in give none."""
    for seed in seeds:
        rng = np.random.default_rng([seed, 21])
        crews = CrewSpec(**{f.name: int(n) for f, n in zip(fields(CrewSpec), rng.integers(1, 3, 6), strict=True)})
        supply = Supply(compile_city(training_city(seed, SIZES), CascadeSpec(repair=RepairSpec(crews=crews))))
        for _ in range(EACH if len(supply.compiled.people.suppliers) else 0):
            found = _instance(supply, rng, jobs)
            if found is not None:
                yield found


def _instance(supply: Supply, rng: np.random.Generator, jobs: tuple[int, int]) -> Instance | None:
    compiled = supply.compiled
    everything = np.ones(len(compiled.kinds), dtype=np.bool_)
    given = task(supply, _damage(compiled, rng, int(rng.integers(jobs[0], jobs[1] + 1))), everything).given
    return given if jobs[0] <= given.jobs and len(given.weight) > 1 else None


def _damage(compiled: Compiled, rng: np.random.Generator, count: int) -> Damage:
    """``count`` components of 1 to 3 sectors near a place, those that serve many likelier; some roads closed for up to a day."""
    crews, timing, places = compiled.crews, compiled.timing, compiled.city.positions()
    able = np.flatnonzero((crews.skilled >= 0) & (timing.repair_mean > 0) & np.isfinite(places).all(axis=1))
    sectors = rng.permutation(np.unique(crews.skilled[able]))[: rng.integers(1, 4)]
    able = able[np.isin(crews.skilled[able], sectors)]
    distance = np.linalg.norm(places[able] - places[rng.choice(able)], axis=1)
    chance = np.exp(-distance / rng.uniform(200, 3000)) * np.where(
        crews.rank[able] > np.quantile(crews.rank[able], 0.7), 1.0, 0.1
    )
    chosen = np.sort(rng.choice(able, min(count, len(able)), replace=False, p=chance / chance.sum()))
    hours = [lognormal(rng.normal(), timing.repair_mean[c], timing.repair_sd[c]) for c in chosen]
    ready = rng.uniform(0, 24, len(chosen)) * (rng.random() < 0.5)
    roads = compiled.network.sector == compiled.network.roads
    closed = roads & (rng.random(len(roads)) < 0.1 * (rng.random() < 0.5))
    return Damage(chosen, np.array(hours), ready, np.where(closed, rng.uniform(1, 24, len(roads)), 0.0))

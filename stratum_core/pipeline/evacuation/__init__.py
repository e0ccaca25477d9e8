"""The composition of an evacuation: city, scenario and perhaps a cascade in, result out."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from stratum_core.cascade.run import CascadeJob
from stratum_core.ensemble import run_in_order
from stratum_core.model.city import City
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation.disruption import ByCascade, ByHazard, exposed_places, water_on
from stratum_core.pipeline.scenario import Scenario, recipe
from stratum_core.population.evacuation.world import World, world_of
from stratum_core.population.traffic import network_of
from stratum_core.ports import CancelToken, Progress, silent, utc_now
from stratum_core.store.project import Project

if TYPE_CHECKING:
    from stratum_core.population.evacuation.run import EvacuationJob

#: hour of the day at which a scenario begins that does not say
_UNSAID_HOUR = 2.0
#: hazards that stop things and reach nobody: there is no hour by which people have to be gone
_WITHOUT_PLACE = ("outage", "cyber", "attack")


def evacuate(
    city: City, scenario: Scenario, *, cascade: CascadeJob | None = None, run: str = "", agents: int = 0, threads: int = 0,
    warnings: tuple[str, ...] = (), progress: Progress = silent, cancel: CancelToken | None = None,
) -> tuple[World, EvacuationResult]:
    """Run the evacuation that ``scenario`` asks for.

    cascade: the job of the run whose outages people feel (``run`` is its id); without one only the hazard closes roads.
    agents: about so many people, 0: all. warnings: to be told with the result. Raises InputError, Cancelled.
    """
    from stratum_core.population.evacuation.result import assemble

    started, threads = time.perf_counter(), threads or os.cpu_count() or 1
    job = evacuation_job(city, scenario, cascade=cascade, agents=agents)
    world = job.world
    with closing(run_in_order(job, threads=threads, progress=progress, cancel=cancel or CancelToken())) as chunks:
        outcomes = list(chunks)
    warnings += () if cascade is not None else (
        "No cascade was given (--run): power, telecom and sirens work throughout, only the hazard itself closes roads.",)
    return world, assemble(
        world, outcomes, scenario=scenario.name, spec_digest=scenario.evacuation_digest(), cascade=run, warnings=warnings,
        threads=threads, seconds=time.perf_counter() - started)


def evacuation_job(city: City, scenario: Scenario, *, cascade: CascadeJob | None = None, agents: int = 0) -> EvacuationJob:
    """The replicates of ``evacuate``, to be run one by one. Raises InputError."""
    from stratum_core.population.evacuation.run import EvacuationJob

    hazards, network = scenario.prepare(city), network_of(city)
    seed = scenario.spec.run.seed
    world = world_of(city, scenario.evacuation, seed, exposed=exposed_places(city, hazards), water=water_on(network, hazards),
                     agents=agents, start_hour=_hour(scenario))
    arrives = any(kind not in _WITHOUT_PLACE for kind in scenario.kinds)
    return EvacuationJob(world, ByHazard(hazards, network, seed, arrives) if cascade is None
                         else ByCascade(cascade, network, arrives))


def store_evacuation(project: Project, result: EvacuationResult, scenario: Scenario, settings: Mapping[str, str]) -> None:
    """Keep a result, with what it takes to run it again and to find it beside a cascade of the same disaster."""
    how = recipe(scenario, settings) | {"disaster": scenario.disaster_digest(), "asked": scenario.evacuation_digest()}
    project.evacuations.save(result, how, utc_now().isoformat(timespec="seconds"))


def with_replicates(scenario: Scenario, replicates: int) -> Scenario:
    """The scenario with another number of replicates of its evacuation."""
    return replace(scenario, evacuation=replace(scenario.evacuation, replicates=replicates))


def _hour(scenario: Scenario) -> float:
    if not scenario.start:
        return _UNSAID_HOUR
    start = datetime.fromisoformat(scenario.start)
    return start.hour + start.minute / 60.0

"""The composition of ``restore``: a stored cascade in, orders judged and one order in steps out."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.ensemble import run_in_order
from stratum_core.errors import InputError, unknown
from stratum_core.ledger.canonical import result_digest
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.restoration_results import MethodResult, RestorationResult
from stratum_core.model.spec import CrewSpec
from stratum_core.model.statistics import difference, spread
from stratum_core.pipeline.cascade import cascade_job
from stratum_core.pipeline.restoring.damage import damage_of
from stratum_core.pipeline.restoring.judging import EXACT, MEANINGS, METHODS, NONE, OWN, Judged, JudgingJob, own_order
from stratum_core.pipeline.restoring.planning import Task
from stratum_core.pipeline.restoring.schedule import steps
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.restoration.orders import EXACT_MOST, Order
from stratum_core.ports import CancelToken, Progress, silent

SCHEMA = "stratum.restoration/1"
#: crews of each sector where neither run nor call counts them (assumed), replicates looked at, longest time looked at
CREWS, REPLICATES, LONGEST_H = 2, 50, 720.0
MODEL_CLASS = (
    "orders planned on people behind damage along the usual way of supply, repair hours known; judged by the cascade with "
    "the same replicates and random numbers"
)
SECTORS = tuple(f.name for f in fields(CrewSpec))


@dataclass(frozen=True)
class Question:
    """What is asked of a run. crews: by sector, empty: as the run has them; replicate: whose order is told, None: a middle one.

    settings: of repair that are to be otherwise than in the run, by dotted key.
    """

    crews: Mapping[str, int]
    replicates: int = REPLICATES
    replicate: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


def crews_from(texts: Sequence[str]) -> dict[str, int]:
    """Crews by sector from ``3`` (of each) or ``power=2``; raises InputError for what cannot be read."""
    found: dict[str, int] = {}
    for text in texts:
        sector, equals, number = text.rpartition("=")
        if not number.isdigit() or not 1 <= int(number) <= 1000:
            raise InputError(
                f"'{text}' is no number of crews", where="--crews", repair="write --crews 3 or --crews power=2, from 1 to 1000"
            )
        if equals and sector not in SECTORS:
            raise unknown("sector of crews", sector, SECTORS, where="--crews")
        found |= {sector: int(number)} if equals else dict.fromkeys(SECTORS, int(number))
    return found


def restore(
    job: CascadeJob,
    scenario: Scenario,
    question: Question,
    *,
    cascade: str = "",
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> RestorationResult:
    """Orders for the damage of a run. Raises InputError where no order can matter, EngineError, Cancelled."""
    scenario = _checked(scenario, question)
    numbers = np.arange(min(question.replicates, job.replicates))
    crews, assumed = _crews(scenario, question)
    job, warnings = _long_enough(job, scenario, crews, numbers)
    work, token = JudgingJob(job, numbers), cancel or CancelToken()
    with closing(run_in_order(work, threads=threads or os.cpu_count() or 1, progress=progress, cancel=token)) as chunks:
        rows = list(chunks)
    methods = _methods(rows, cascade)
    if EXACT not in {method.name for method in methods}:
        warnings.append(
            f"Some replicate has too many jobs to find the least of all orders (more than {EXACT_MOST}): it is left out."
        )
    lowest = min((m for m in methods if m.name != NONE), key=lambda m: round(m.people_hours.mean, 6))
    recommended = lowest.name if _told_apart(lowest) else OWN
    replicate = question.replicate if question.replicate is not None else _middle(rows)
    _, plan = work.planned(replicate)
    return _with_digest(
        RestorationResult(
            schema=SCHEMA,
            cascade=cascade,
            scenario=scenario.name,
            seed=job.compiled.spec.run.seed,
            model_class=MODEL_CLASS,
            warnings=tuple(warnings),
            replicates=len(rows),
            to_order=sum(jobs > 0 for jobs, _ in rows),
            horizon_h=job.compiled.spec.run.horizon_h,
            crews=dict(crews),
            crews_assumed=assumed,
            methods=methods,
            lowest=lowest.name,
            recommended=recommended,
            replicate=replicate,
            steps=steps(job, plan, _found(job, plan, recommended)),
            cut_off=tuple(str(job.compiled.city.component_ids[c]) for c in plan.cut_off),
        )
    )


def _checked(scenario: Scenario, question: Question) -> Scenario:
    """The scenario with what is asked to be otherwise."""
    other = [key for key in question.settings if not key.startswith("repair.")]
    if other:
        raise InputError(f"{other[0]} is the run's own", where="--set", repair="set keys of repair only, or run the cascade anew")
    scenario, count = scenario.with_settings(question.settings), scenario.spec.run.replicates
    if not scenario.spec.repair.enabled:
        raise InputError(
            "nothing is repaired in this run", where="repair.enabled", repair="run the cascade with --set repair.enabled=true"
        )
    if question.replicate is not None and not 0 <= question.replicate < count:
        raise InputError(
            f"replicate {question.replicate} is not among 0 to {count - 1}", where="--replicate", repair="choose one of them"
        )
    return scenario


def _crews(scenario: Scenario, question: Question) -> tuple[dict[str, int], bool]:
    counted = {sector: getattr(scenario.spec.repair.crews, sector) for sector in SECTORS}
    counted = {sector: number for sector, number in counted.items() if number} | dict(question.crews)
    return (counted, False) if counted else (dict.fromkeys(SECTORS, CREWS), True)


def _long_enough(job: CascadeJob, scenario: Scenario, crews: Mapping[str, int], numbers: Ints) -> tuple[CascadeJob, list[str]]:
    """The job with ``crews``, followed for whole days in which every order ends, at least for as long as the run."""
    settings = {f"repair.crews.{sector}": str(number) for sector, number in crews.items()}
    job = cascade_job(job.compiled.city, scenario.with_settings(settings))
    own = job.compiled.spec.run.horizon_h
    days = math.ceil((max(_latest_end(job, int(number)) for number in numbers) + 12.0) / 24.0) * 24.0
    wanted = max(min(days, LONGEST_H), own)
    if wanted > own:
        job = cascade_job(job.compiled.city, scenario.with_settings(settings | {"run.horizon_h": str(wanted)}))
    return job, [f"Some repair can last beyond {wanted:.0f} h, where counting ends."] if days > wanted else []


def _latest_end(job: CascadeJob, replicate: int) -> float:
    """No order ends later, drives left out: start, all work of a skill by crew, and its longest job (Graham 1966)."""
    crews, network, damage, latest = job.compiled.crews, job.compiled.network, damage_of(job, replicate), 0.0
    roads_open = damage.mended[network.sector == network.roads].max(initial=0.0)
    skills = crews.skilled[damage.component]
    for skill in np.unique(skills):
        mine = skills == skill
        start, hours = max(damage.ready[mine].max(), roads_open), damage.hours[mine]
        latest = max(latest, float(start + hours.sum() / (crews.skill == skill).sum() + hours.max()))
    return latest


def _methods(rows: Sequence[tuple[int, Mapping[str, Judged]]], cascade: str) -> tuple[MethodResult, ...]:
    """Every way that has an order in each replicate."""
    judged, to_order = [found for _, found in rows], [found for jobs, found in rows if jobs]
    if not to_order:
        raise InputError(
            f"in none of {len(rows)} replicates do people wait for two jobs or more, so there is nothing to put in order",
            where=cascade,
            repair="look at more with --runs N, or at a scenario that damages what crews mend",
        )
    return tuple(_method(name, judged, to_order) for name in MEANINGS if all(name in found for found in judged))


def _told_apart(method: MethodResult) -> bool:
    """Whether it is lower than the cascade's own order by more than chance; of one replicate, whether it is lower."""
    change = method.change
    return change is not None and (change.ci95[1] if change.ci95 else change.change) < 0


def _method(name: str, rows: Sequence[Mapping[str, Judged]], to_order: Sequence[Mapping[str, Judged]]) -> MethodResult:
    hours = _column(rows, name, "people_hours")
    back, told = _column(to_order, name, "hours_to_90"), _column(to_order, name, "told")
    restored = back[np.isfinite(back)]
    return MethodResult(
        name=name,
        meaning=MEANINGS[name],
        people_hours=spread(hours, "people h"),
        change=None if name == OWN else difference(_column(rows, OWN, "people_hours"), hours, "people h"),
        told=float(told.mean()) if np.isfinite(told).all() else None,
        hours_to_90=spread(restored, "h") if len(restored) else None,
        unrestored=int(len(back) - len(restored)),
    )


def _column(rows: Sequence[Mapping[str, Judged]], name: str, value: str) -> Floats:
    return np.array([getattr(row[name], value) for row in rows])


def _middle(rows: Sequence[tuple[int, Mapping[str, Judged]]]) -> int:
    """The replicate of middling people-hours in the cascade's own order, of those with something to put in order."""
    hours = np.array([judged[OWN].people_hours for _, judged in rows])
    able = np.flatnonzero([jobs > 0 for jobs, _ in rows])
    return int(able[np.argsort(hours[able], kind="stable")[len(able) // 2]])


def _found(job: CascadeJob, plan: Task, method: str) -> Order:
    order = METHODS[method][1](plan.given) if method in METHODS and plan.given.jobs else None
    return own_order(job, plan) if order is None else order


def _with_digest(result: RestorationResult) -> RestorationResult:
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])

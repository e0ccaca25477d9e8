"""The composition of ``restore``: a stored cascade in, orders judged and one order in steps out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.ensemble import run_in_order
from stratum_core.errors import InputError, unknown
from stratum_core.ledger.canonical import result_digest
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.restoration_results import MethodResult, RepairStep, RestorationResult
from stratum_core.model.spec import CrewSpec
from stratum_core.model.statistics import difference, spread
from stratum_core.pipeline.cascade import cascade_job
from stratum_core.pipeline.restoring.judging import EXACT, MEANINGS, METHODS, NONE, OWN, Judged, JudgingJob, own_order
from stratum_core.pipeline.restoring.planning import Task
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.restoration.orders import EXACT_MOST, Order
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors import sectors_in_order

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
    """What is asked of a run. crews: by sector, empty: as the run has them; replicate: whose order is told, None: a middle."""

    crews: Mapping[str, int]
    replicates: int = REPLICATES
    replicate: int | None = None


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
    if not job.compiled.spec.repair.enabled:
        raise InputError(
            "nothing is repaired in this run", where="repair.enabled", repair="run the cascade with --set repair.enabled=true"
        )
    count = min(question.replicates, job.replicates)
    if question.replicate is not None and not 0 <= question.replicate < job.replicates:
        raise InputError(
            f"replicate {question.replicate} is not among 0 to {job.replicates - 1}",
            where="--replicate",
            repair="choose one of them",
        )
    numbers = np.arange(count)
    crews, assumed = _crews(scenario, question)
    settings = {f"repair.crews.{sector}": str(number) for sector, number in crews.items()}
    job = cascade_job(job.compiled.city, scenario.with_settings(settings))
    horizon, warnings = _horizon(job, numbers)
    if horizon > job.compiled.spec.run.horizon_h:
        job = cascade_job(job.compiled.city, scenario.with_settings(settings | {"run.horizon_h": str(horizon)}))
    work = JudgingJob(job, numbers)
    token = cancel or CancelToken()
    with closing(run_in_order(work, threads=threads or os.cpu_count() or 1, progress=progress, cancel=token)) as chunks:
        rows = list(chunks)
    to_order = sum(jobs > 0 for jobs, _ in rows)
    if not to_order:
        raise InputError(
            f"in none of {count} replicates do people wait for two jobs or more, so there is nothing to put in order",
            where=cascade,
            repair="look at more with --runs N, or at a scenario that damages what crews mend",
        )
    names = [name for name in MEANINGS if all(name in judged for _, judged in rows)]
    if EXACT not in names:
        warnings.append(
            f"The least of all orders is looked for up to {EXACT_MOST} jobs; some replicate has more, so it is left out."
        )
    methods = tuple(_method(name, [judged for _, judged in rows], [judged for jobs, judged in rows if jobs]) for name in names)
    recommended = min((m for m in methods if m.name != NONE), key=lambda m: round(m.people_hours.mean, 6)).name
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
            replicates=count,
            to_order=to_order,
            horizon_h=job.compiled.spec.run.horizon_h,
            crews=dict(crews),
            crews_assumed=assumed,
            methods=methods,
            recommended=recommended,
            replicate=replicate,
            steps=_steps(job, plan, _found(job, plan, recommended)),
            cut_off=tuple(str(job.compiled.city.component_ids[c]) for c in plan.cut_off),
        )
    )


def _crews(scenario: Scenario, question: Question) -> tuple[dict[str, int], bool]:
    counted = {sector: getattr(scenario.spec.repair.crews, sector) for sector in SECTORS}
    counted = {sector: number for sector, number in counted.items() if number} | dict(question.crews)
    return (counted, False) if counted else (dict.fromkeys(SECTORS, CREWS), True)


def _horizon(job: CascadeJob, numbers: Ints) -> tuple[float, list[str]]:
    """Whole days in which every order ends (Graham 1966: all work by crew, and the longest job), at least as the run has it."""
    crews, latest = job.compiled.crews, 0.0
    work = JudgingJob(job, numbers)
    for number in numbers:
        damage = work.damage(int(number))
        skills = crews.skilled[damage.component]
        for skill in np.unique(skills):
            hours = damage.hours[skills == skill]
            start = max(float(damage.ready[skills == skill].max()), float(damage.mended.max()))
            latest = max(latest, start + hours.sum() / (crews.skill == skill).sum() + hours.max())
    days = float(np.ceil((latest + 12.0) / 24.0) * 24.0)
    wanted = max(min(days, LONGEST_H), job.compiled.spec.run.horizon_h)
    return wanted, [f"Some repair can last beyond {wanted:.0f} h, where counting ends."] if days > wanted else []


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


def _steps(job: CascadeJob, plan: Task, order: Order) -> tuple[RepairStep, ...]:
    """The order as jobs begin, each with who gets service back when it is done."""
    city, given, sectors = job.compiled.city, plan.given, [sector.name for sector in sectors_in_order()]
    served: dict[int, dict[str, float]] = {}
    for group in plan.groups:
        last = max(group.jobs, key=lambda j: (order.finish[j], j))
        back = served.setdefault(last, {})
        for code, people in group.services.items():
            name = job.compiled.services[code]
            back[name] = back.get(name, 0.0) + people
    steps = []
    for at in order.jobs.tolist():
        crew, component = int(order.crew[at]), int(plan.component[at])
        drive, skill = float(given.travel[crew, at]), int(given.crew_skill[crew])
        steps.append(
            RepairStep(
                asset=str(city.component_ids[component]),
                name=str(city.component_names[component]),
                kind=job.compiled.kinds[component].name,
                sector=sectors[skill],
                crew=int(np.flatnonzero(given.crew_skill == skill).tolist().index(crew)) + 1,
                # jobs begin on the cascade's steps; the end was rounded up to one
                leaves_h=float(np.floor((order.finish[at] - drive - given.hours[at]) / given.step + 1e-9) * given.step),
                drive_h=drive,
                work_h=float(given.hours[at]),
                done_h=float(order.finish[at]),
                served=served.get(at, {}),
            )
        )
    return tuple(sorted(steps, key=lambda step: (step.leaves_h, step.asset)))


def _with_digest(result: RestorationResult) -> RestorationResult:
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])

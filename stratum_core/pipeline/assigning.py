"""Traffic of a usual hour on a city's roads: user equilibrium of its trips, as a result with a digest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.errors import InputError
from stratum_core.ledger.canonical import city_digest, result_digest
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Strings
from stratum_core.number_format import counted
from stratum_core.population.assignment import equilibrium, problem_of
from stratum_core.ports import CancelToken, Progress, silent

SCHEMA = "stratum.assignment/1"
MODEL = "static user equilibrium (Wardrop) by bi-conjugate Frank-Wolfe; BPR delay; no queues, no time of day"
#: gaps beyond which nothing is gained: rounding takes over
LEAST_GAP, GREATEST_GAP = 1e-12, 0.1


@dataclass(frozen=True)
class Assignment:
    """Flows at equilibrium. objective: vehicle-minutes per hour (Beckmann); gap: relative, reached; total_time_h: vehicle-hours
    per hour; trips: vehicles per hour. assets: the directed links, the way back of a two-way road ends in /back; flows:
    vehicles per hour; minutes: travel time; load: flow over capacity. seed: null, nothing is drawn."""

    schema: str
    model_class: str
    warnings: tuple[str, ...]
    city_digest: str
    seed: int | None
    trips: float
    objective: float
    total_time_h: float
    gap: float
    iterations: int
    converged: bool
    assets: Strings
    flows: Floats
    minutes: Floats
    load: Floats
    digest: str = ""
    run: str = ""

    UNDIGESTED = ("digest", "run")
    COLUMNS = ()
    NULL_IF_EMPTY = ()


def assign(city: City, gap: float = 1e-4, *, progress: Progress = silent, cancel: CancelToken | None = None) -> Assignment:
    """The equilibrium of a city's trips to a relative ``gap``; raises InputError for a city without roads or trips."""
    if not LEAST_GAP <= gap <= GREATEST_GAP:
        raise InputError(f"gap {gap:g} is outside {LEAST_GAP:g} to {GREATEST_GAP:g}", where="--gap", repair="give such as 1e-4")
    problem = problem_of(city)
    found = equilibrium(problem, gap, progress=progress, cancel=cancel)
    notes = problem.warnings
    if not found.converged:
        notes += (f"gap {found.gap:.1e} after {counted(found.iterations, 'iteration')}, not {gap:g}",)
    load = found.flow / problem.capacity
    if (over := int((load > 1.0).sum())):
        notes += (f"{counted(over, 'link')} with more flow than capacity: in truth a queue grows there",)
    made = Assignment(
        SCHEMA, MODEL, notes, city_digest(city), None, float(problem.demand.sum()), found.objective / 60.0,
        float(found.flow @ found.seconds) / 3600.0, found.gap, found.iterations, found.converged, problem.network.link_ids,
        found.flow, found.seconds / 60.0, load,
    )
    digest = result_digest(made)
    return replace(made, digest=digest, run=digest[:12])


def assignment_lines(found: Assignment, top: int = 10) -> list[str]:
    """What came out, and the fullest roads."""
    order = np.argsort(-found.load, kind="stable")[:top]
    return [
        f"{found.trips:,.0f} vehicles per hour take {found.total_time_h:,.0f} vehicle-hours; objective {found.objective:,.2f} "
        f"vehicle-minutes, relative gap {found.gap:.2e} after {counted(found.iterations, 'iteration')}.",
        "Fullest roads (flow over capacity, vehicles per hour, minutes):",
        *(f"  {found.load[i]:5.2f}  {found.flows[i]:9,.0f}  {found.minutes[i]:7.2f}  {found.assets[i]}" for i in order),
        *(f"Note: {note}." for note in found.warnings),
        f"Model: {found.model_class}.",
    ]

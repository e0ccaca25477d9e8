"""An instance: jobs, crews, and groups of people whose service returns when all components of a set are back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats, Ints


class Instance(NamedTuple):
    """What an order is judged on; times in hours from the same start.

    hours, skill: by job. crew_skill: by crew. ready: (crews, jobs) from when the crew can set out for the job, infinite: never.
    travel: (crews, jobs) from the depot of each crew. between: (jobs, jobs) from job to job; empty: every job starts from the
    depot, as in the cascade.
    weight: people of each group, served again when its jobs member_list[member_ptr[g] : member_ptr[g + 1]] are done and
    ``earliest[g]`` is past. step: hours to which the end of a job is rounded up, 0: not at all.
    """

    hours: Floats
    ready: Floats
    skill: Ints
    crew_skill: Ints
    travel: Floats
    between: Floats
    weight: Floats
    member_ptr: Ints
    member_list: Ints
    earliest: Floats
    step: float

    @property
    def jobs(self) -> int:
        """Jobs in all."""
        return len(self.hours)

    def members(self, group: int) -> Ints:
        """The jobs of a group."""
        found: Ints = self.member_list[self.member_ptr[group] : self.member_ptr[group + 1]]
        return found

    @property
    def separable(self) -> bool:
        """Whether no group needs more than one job, so that weights add up."""
        return bool((np.diff(self.member_ptr) <= 1).all())


def instance(
    hours: Sequence[float] | Floats,
    groups: Sequence[tuple[float, Sequence[int]]],
    *,
    ready: Sequence[float] | Floats | None = None,
    skill: Sequence[int] | Ints | None = None,
    crew_skill: Sequence[int] | Ints = (0,),
    travel: Sequence[Sequence[float]] | Floats | None = None,
    between: Sequence[Sequence[float]] | Floats | None = None,
    earliest: Sequence[float] | Floats | None = None,
    step: float = 0.0,
) -> Instance:
    """An instance from plain data: ``groups`` are (people, jobs); one crew at no distance unless given.

    Raises InputError for what does not fit: shapes, hours below 0 or infinite, a job that is not there, a skill that no crew has.
    """
    jobs, crews = len(hours), len(crew_skill)
    found = Instance(
        hours=_column(hours, "hours", jobs),
        ready=_up(_ready(ready, crews, jobs), step),
        skill=np.zeros(jobs, dtype=np.int64) if skill is None else np.asarray(skill, dtype=np.int64),
        crew_skill=np.asarray(crew_skill, dtype=np.int64),
        travel=_column(np.zeros((crews, jobs)) if travel is None else travel, "travel", crews, jobs),
        between=np.zeros((0, 0)) if between is None else _column(between, "between", jobs, jobs),
        weight=_column([people for people, _ in groups], "people of the groups", len(groups)),
        member_ptr=np.cumsum([0, *(len(set(members)) for _, members in groups)], dtype=np.int64),
        member_list=np.array([job for _, members in groups for job in sorted(set(members))], dtype=np.int64),
        earliest=_column(np.zeros(len(groups)) if earliest is None else earliest, "earliest", len(groups)),
        step=float(step),
    )
    _check(found)
    return found


def _column(values: Sequence[object] | Floats, where: str, *shape: int) -> Floats:
    try:
        found = np.ascontiguousarray(values, dtype=np.float64).reshape(shape)
    except (TypeError, ValueError) as error:
        raise InputError(
            "the numbers do not fit the jobs and crews", where=where, repair=f"give {' x '.join(map(str, shape))} numbers"
        ) from error
    if not (np.isfinite(found).all() and (found >= 0).all()):
        raise InputError("a number is negative or not finite", where=where, repair="give numbers from 0 on")
    return found


def _ready(ready: Sequence[float] | Floats | None, crews: int, jobs: int) -> Floats:
    """By crew and job; the same for all crews where it is given by job."""
    if ready is None:
        return np.zeros((crews, jobs))
    if np.ndim(ready) == 1:
        return np.tile(_column(ready, "ready", jobs), (crews, 1))
    return np.asarray(ready, dtype=np.float64)


def _up(hours: Floats, step: float) -> Floats:
    return hours if step <= 0 else np.asarray(np.maximum(np.ceil(hours / step - 1e-9) * step, 0.0))


def _check(found: Instance) -> None:
    if len(found.member_list) and not 0 <= found.member_list.min() <= found.member_list.max() < found.jobs:
        raise InputError(
            f"a group names a job that is not there; jobs are 0 to {found.jobs - 1}", where="groups", repair="number jobs from 0"
        )
    if len(found.skill) != found.jobs:
        raise InputError(f"{len(found.skill)} skills are given for {found.jobs} jobs", where="skill", repair="give one for each")
    if len(found.crew_skill) == 0 or min(found.crew_skill.min(), found.skill.min(initial=0)) < 0:
        raise InputError(
            "there is no crew, or a skill is below 0", where="crews", repair="give at least one; number skills from 0"
        )
    able = found.crew_skill[:, None] == found.skill
    if not (np.where(able, found.ready, np.inf).min(axis=0, initial=np.inf) < np.inf).all() and able.any(axis=0).all():
        raise InputError("no crew can ever set out for some job", where="ready", repair="leave the job out")
    missing = set(found.skill.tolist()) - set(found.crew_skill.tolist())
    if missing:
        raise InputError(f"no crew has skill {min(missing)}", where="crews", repair="add a crew of it")

"""A question of options, made ready: base run, options, rules, and what portfolios come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.optimising.leaving import Leaving
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.evaluation import Courses
from stratum_core.policy.evaluation.measures import LEAVING, Objective, objectives
from stratum_core.policy.interventions import Intervention, LeftOut, Option
from stratum_core.policy.interventions.options import options_of
from stratum_core.policy.search.rules import Rules
from stratum_core.ports import CancelToken, Progress, silent


@dataclass(frozen=True)
class Asked:
    """What a planner asks. budget: in the city's money; lead_d: days until the measures have to stand; crews: that they may add
    together; years: to spend it in.

    rate: discount rate a year; futures: to try the plans on, each with ``future_replicates``; limits: of objectives, for "good
    enough"; by default half-way from doing nothing to the best of the plans tried, in the mean of the futures.
    """

    budget: float
    objectives: tuple[str, ...] = ("people_hours", "damage")
    evaluations: int = 1000
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    lead_d: float = float("inf")
    crews: float = float("inf")
    years: int = 1
    rate: float = 0.03
    futures: int = 100
    future_replicates: int = 10
    limits: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.years <= 100 or not 0 <= self.rate < 1:
            raise InputError("years or the discount rate are out of range", where="--years, --rate",
                             repair="give 1 to 100 years and a rate from 0 to 1")
        if self.evaluations < 1 or self.futures < 0 or self.futures in range(1, 10):
            raise InputError("too few evaluations or futures", where="--evaluations, --futures",
                             repair="give 1 or more evaluations, and 0 or at least 10 futures")


class Study:
    """``options`` are those that change something in some replicate; ``left_out`` says of the others why."""

    def __init__(
        self, city: City, scenario: Scenario, asked: Asked, known: Mapping[str, Intervention], *, threads: int = 1,
        progress: Progress = silent, cancel: CancelToken | None = None,
    ) -> None:
        self.city, self.scenario, self.asked, self.threads = city, scenario, asked, threads
        self.cancel = cancel or CancelToken()
        job = cascade_job(city, scenario)
        self.objectives: tuple[Objective, ...] = objectives(asked.objectives, job.compiled.services)
        self._check(city)
        self.base = baseline(job, threads=threads, progress=progress, cancel=self.cancel)
        self.leaving = Leaving(city, scenario, threads=threads, cancel=self.cancel)
        leaving = any(one.name in LEAVING for one in self.objectives)
        offered, left_out = options_of(self.base, known, self.leaving.bottlenecks if leaving else ())
        if not leaving:
            left_out += tuple(LeftOut(o.intervention, f"{o.name}: it helps people who leave; ask for stranded or clearance_h to "
                                                      "count it.") for o in offered if o.effect.layer == "evacuation")
            offered = tuple(o for o in offered if o.effect.layer != "evacuation")
        self.courses = Courses(self.base, offered, scenario.prepare, threads=threads, cancel=self.cancel,
                               unequal=any(one.column == "worst_served_h" for one in self.objectives))
        self.leaving.offer(offered)
        self._live = self._with_effect(offered, progress)
        self.options: tuple[Option, ...] = tuple(offered[at] for at in self._live)
        without = sorted(set(range(len(offered))) - set(self._live.tolist()))
        self.left_out: tuple[LeftOut, ...] = left_out + tuple(
            LeftOut(o.intervention,
                    f"{o.name}: none of the objectives changes in {job.replicates} runs, alone or with all others.")
            for o in (offered[at] for at in without))
        if not self.options:
            raise InputError("no option changes anything in this scenario", where=scenario.name,
                             repair="add interventions to the project, or ask of another scenario")
        self._tell_missing(known)
        self.rules = Rules(self.options, asked.budget, asked.lead_d, asked.must, asked.must_not, asked.crews)

    def _tell_missing(self, known: Mapping[str, Intervention]) -> None:
        """A measure that is known but not offered here cannot be asked for."""
        offered = {o.intervention for o in self.options}
        for name in self.asked.must:
            if name in known and name not in offered:
                why = next((one.why for one in self.left_out if one.intervention == name), "it has no target here.")
                raise InputError(f"'{name}' cannot be in: {why}", where="--must", repair="leave it out")

    def _check(self, city: City) -> None:
        for one in self.objectives:
            if one.column.startswith(("people_hours", "restored", "worst")) and not len(city.services):
                raise InputError(f"'{one.name}' needs people with services, and the city has none", where="--objectives",
                                 repair="import blocks and service areas, or choose damage")
            if one.column == "damage" and not np.nansum(np.concatenate(
                    [city.assets.value, city.links.value, city.blocks.value])) > 0:
                raise InputError("'damage' needs values, and nothing in the city has one", where="--objectives",
                                 repair="give assets or blocks a value, or choose people_hours")

    def _with_effect(self, offered: tuple[Option, ...], progress: Progress) -> np.ndarray:
        """Places of the options that change an objective, alone or taken away from all others, or that must be in."""
        count = len(offered)
        every = np.ones((1, count), dtype=bool)
        tried = np.vstack([np.zeros((1, count), dtype=bool), every, np.eye(count, dtype=bool), every ^ np.eye(count, dtype=bool)])
        names = self.courses.measures.names
        counted = [names.index(one.column) for one in self.objectives if one.name not in LEAVING]
        found = self.courses.outcomes(tried, progress=progress)[:, :, counted]
        alone = (found[2 : 2 + count] != found[0]).any(axis=(1, 2))
        among = (found[2 + count :] != found[1]).any(axis=(1, 2))
        leaving = np.array([o.effect.layer == "evacuation" for o in offered], dtype=bool)
        must = np.array([o.id in self.asked.must or o.intervention in self.asked.must for o in offered], dtype=bool)
        return np.flatnonzero(_with_needs(offered, np.asarray(alone | among | leaving | must)))

    def every(self, portfolios: Bools) -> Bools:
        """``portfolios`` of ``options`` as flags of all options of ``courses``."""
        found = np.zeros((len(portfolios), len(self.courses.options)), dtype=bool)
        found[:, self._live] = portfolios
        return found

    def samples(self, portfolios: Bools) -> list[dict[str, Floats]]:
        """Of each portfolio the samples of each objective, by replicate."""
        whole = self.every(portfolios)
        found = self.courses.outcomes(whole)
        names = self.courses.measures.names
        return [{one.name: self.leaving.samples(row, one.name) if one.name in LEAVING else values[:, names.index(one.column)]
                 for one in self.objectives} for row, values in zip(whole, found, strict=True)]

    def evaluate(self, portfolios: Bools) -> Floats:
        """See ``Evaluate``: cost, then the objectives."""
        samples = self.samples(portfolios)
        columns = [[float(one.of(sample[one.name][None])[0]) for sample in samples] for one in self.objectives]
        return np.column_stack([portfolios @ self.rules.cost, *columns])


def _with_needs(offered: tuple[Option, ...], chosen: Bools) -> Bools:
    """``chosen`` (options,) and all that they need, and what that needs."""
    place, found = {o.id: at for at, o in enumerate(offered)}, chosen.copy()
    while True:
        needed = [place[id] for at in np.flatnonzero(found).tolist() for any_of in offered[at].needs for id in any_of]
        if found[needed].all():
            return found
        found[needed] = True

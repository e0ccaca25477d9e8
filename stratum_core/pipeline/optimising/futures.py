"""Plans in futures that the search did not see: other random numbers, and assumptions drawn from their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from stratum_core.ensemble import run_in_order
from stratum_core.model.fields import Bools, Floats
from stratum_core.pipeline.cascade import baseline, cascade_job, of_replicates
from stratum_core.pipeline.optimising.leaving import Leaving
from stratum_core.pipeline.optimising.study import Study
from stratum_core.pipeline.scenario import Scenario
from stratum_core.pipeline.sensitivity import Assumption, assumptions
from stratum_core.policy.evaluation import Courses
from stratum_core.policy.evaluation.measures import LEAVING
from stratum_core.ports import Progress, silent

#: what is added to the seed for other random numbers, far from the seeds of futures; seeds lie below 2^53
_ANOTHER, _SEEDS = 1_000_003, 2**53


@dataclass(frozen=True)
class Tested:
    """values: (plans, futures, objectives); parameters: (futures, assumptions)."""

    ranges: tuple[Assumption, ...]
    parameters: Floats
    values: Floats


def in_futures(study: Study, plans: Bools, *, progress: Progress = silent) -> Tested:
    """Each plan (plans, options) in every future. Raises Cancelled."""
    ranges, asked = assumptions(study.scenario), study.asked
    seed = study.scenario.spec.run.seed
    drawn = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(seed)).random(asked.futures)
    parameters = np.array([a.low for a in ranges]) + drawn * np.array([a.high - a.low for a in ranges])
    scenarios = [_future(study, ranges, row, seed + 1 + number) for number, row in enumerate(parameters)]
    job = _Futures(study, scenarios, plans)

    def told(done: int, total: int, note: str = "") -> None:
        progress(done, total, "futures")

    with closing(run_in_order(job, threads=study.threads, progress=told, cancel=study.cancel)) as found:
        return Tested(ranges, parameters, np.stack(list(found), axis=1))


def again(study: Study, plans: Bools) -> Floats:
    """(plans, objectives) under the assumptions of the search, with other random numbers: what luck in the draws was worth."""
    return _values(study, _seeded(study.scenario, study.scenario.spec.run.seed + _ANOTHER), plans, study.threads)


def _future(study: Study, ranges: Sequence[Assumption], row: Floats, seed: int) -> Scenario:
    settings = {a.key: repr(float(value)) for a, value in zip(ranges, row, strict=True)}
    return _seeded(of_replicates(study.scenario.with_settings(settings), study.asked.future_replicates), seed)


def _seeded(scenario: Scenario, seed: int) -> Scenario:
    return replace(scenario, spec=replace(scenario.spec, run=replace(scenario.spec.run, seed=seed % _SEEDS)))


def _values(study: Study, scenario: Scenario, plans: Bools, threads: int) -> Floats:
    """(plans, objectives) in one scenario; options that no plan has are not made ready."""
    used = np.flatnonzero(plans.any(axis=0))
    options = tuple(study.options[at] for at in used)
    base = baseline(cascade_job(study.city, scenario), threads=threads, cancel=study.cancel)
    courses = Courses(base, options, scenario.prepare, threads=threads, cancel=study.cancel,
                      unequal=study.courses.measures.unequal is not None)
    found, names = courses.outcomes(plans[:, used]), courses.measures.names
    leaving = Leaving(study.city, scenario, threads=threads, cancel=study.cancel)
    leaving.offer(options)
    return np.column_stack([
        [float(one.of(leaving.samples(row, one.name)[None])[0]) for row in plans[:, used]] if one.name in LEAVING
        else one.of(found[:, :, names.index(one.column)]) for one in study.objectives])


@dataclass
class _Futures:
    """A future a chunk."""

    study: Study
    scenarios: list[Scenario]
    plans: Bools
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Futures."""
        return len(self.scenarios)

    def run_chunk(self, number: int) -> Floats:
        """(plans, objectives)."""
        return _values(self.study, self.scenarios[number], self.plans, 1)

"""The search itself: what it costs beside evaluating, and thousands of portfolios of the sample city."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pymoo

from stratum_core.pipeline.cascade import baseline, cascade_job, of_replicates
from stratum_core.pipeline.optimising.study import Asked, Study
from stratum_core.pipeline.projects import open_project
from stratum_core.pipeline.scenario import find_scenario, read_scenario
from stratum_core.policy.interventions.reading import interventions
from stratum_core.policy.search.anytime import Tried, baselines, generations
from stratum_core.policy.search.nsga2 import POPULATION, Search

from .. import Row, paired

VARIABLES, GENERATIONS = 200, 50
PORTFOLIOS, REPLICATES, BUDGET = 5000, 200, 150_000.0
MOST_S = 600.0
WHOLE = 5  # portfolios that are run in all replicates, to see what sharing courses saves


def overhead() -> Row:
    """NSGA-II of 200 flags whose evaluation costs next to nothing, against pymoo's own loop with the same operators."""
    weights = np.random.default_rng(1).random((2, VARIABLES))

    def evaluate(portfolios: Any) -> Any:
        return np.column_stack([portfolios @ weights[0], (~portfolios) @ weights[1]])

    def ours() -> None:
        search = Search(VARIABLES, 2, seed=1)
        for _ in range(GENERATIONS):
            search.tell(evaluate(search.ask()))

    mine, theirs = paired(ours, lambda: _pymoo(evaluate))
    assert theirs is not None
    count = POPULATION * GENERATIONS
    return Row("overhead", "NSGA-II beside evaluating", f"{VARIABLES} flags, {count:,} evaluations", mine / count, theirs / count,
               f"pymoo {pymoo.__version__}, vectorised", "s an evaluation", theirs / mine, "pymoo's own, vectorised equally",
               theirs / mine > 0.9)


def _pymoo(evaluate: Any) -> None:
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.pntx import TwoPointCrossover
    from pymoo.operators.mutation.bitflip import BitflipMutation
    from pymoo.operators.sampling.rnd import BinaryRandomSampling
    from pymoo.optimize import minimize

    class Flags(Problem):
        def _evaluate(self, x: Any, out: Any, *_: Any, **__: Any) -> None:
            out["F"] = evaluate(x)

    minimize(Flags(n_var=VARIABLES, n_obj=2, xl=0, xu=1, vtype=bool),
             NSGA2(pop_size=POPULATION, sampling=BinaryRandomSampling(), crossover=TwoPointCrossover(),
                   mutation=BitflipMutation(prob_var=1.0 / VARIABLES)), ("n_gen", GENERATIONS), seed=1)


def portfolios() -> Iterator[str | Row]:
    """The sample city's flood, on two threads, from the base run to the last portfolio."""
    yield f"{PORTFOLIOS:,} portfolios of {REPLICATES} replicates"
    with open_project("sample") as project:
        city = project.city()
        scenario = of_replicates(read_scenario(find_scenario("flood", [project.scenarios])), REPLICATES)
    began = time.perf_counter()
    study = Study(city, scenario, Asked(BUDGET, evaluations=PORTFOLIOS), interventions(), threads=2)
    tried = Tried.nothing(len(study.options), 1 + len(study.objectives))
    base = baselines(tried, study.evaluate, study.rules)
    for _ in generations(tried, study.evaluate, study.rules, base.worth, evaluations=PORTFOLIOS, seed=1):
        pass
    mine = time.perf_counter() - began
    whole = _whole(study)
    count, every = len(tried), whole * len(tried)
    yield Row("portfolios", "NSGA-II over the cascade of the sample city, flood, 2 threads",
              f"{count:,} portfolios of {len(study.options)} options, {REPLICATES} replicates each", mine, every,
              f"every replicate of {WHOLE} portfolios run, times {count:,}", "s", every / mine, f"{MOST_S:g} s",
              mine * PORTFOLIOS / count <= MOST_S,
              f"{study.courses.runs:,} replicates run of {count * REPLICATES:,}; it ends where no new portfolio comes up")


def _whole(study: Study) -> float:
    """Seconds of a portfolio of which every replicate is run again."""
    job = cascade_job(study.city, replace(study.scenario))
    baseline(job, threads=2)
    began = time.perf_counter()
    for _ in range(WHOLE):
        baseline(job, threads=2)
    return (time.perf_counter() - began) / WHOLE

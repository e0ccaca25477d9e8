"""NSGA-II (Deb et al. 2002, IEEE Trans. Evol. Comput. 6:182) of pymoo, a generation at a time, so that it can stop and go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from stratum_core.model.fields import Bools, Floats

if TYPE_CHECKING:
    from pymoo.core.problem import Problem

#: makes allowed portfolios of any: (n, options) in and out
Repair = Callable[[Bools], Bools]
POPULATION = 100


class Search:
    """A search over portfolios, (n, options) flags. ``ask`` and ``tell`` take turns; repeated portfolios are never asked."""

    def __init__(
        self, options: int, objectives: int, *, seed: int, population: int = POPULATION, start: Bools | None = None,
        repair: Repair | None = None,
    ) -> None:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.operators.crossover.pntx import TwoPointCrossover
        from pymoo.operators.mutation.bitflip import BitflipMutation

        first = _first(options, population, seed, start, repair)
        self._algorithm: Any = NSGA2(
            pop_size=population, sampling=first, crossover=TwoPointCrossover(),
            mutation=BitflipMutation(prob_var=1.0 / max(options, 1)), eliminate_duplicates=True,
            repair=None if repair is None else _as_pymoo(repair))
        self._algorithm.setup(_problem(options, objectives), seed=seed, termination=("n_gen", 1_000_000_000))
        self._asked: Any = None

    def ask(self) -> Bools:
        """The next portfolios; none where no new one was found."""
        self._asked = self._algorithm.ask()
        if self._asked is None or not len(self._asked):
            return np.zeros((0, 0), dtype=bool)
        found: Bools = self._asked.get("X").astype(bool)
        return found

    def tell(self, objectives: Floats) -> None:
        """What came of the portfolios asked last, (n, objectives), less is better."""
        self._asked.set("F", objectives)
        for one in self._asked:
            one.evaluated.update({"F", "G", "H"})
        self._algorithm.tell(infills=self._asked)


def _first(options: int, population: int, seed: int, start: Bools | None, repair: Repair | None) -> Bools:
    """The first generation: what is given, then portfolios of all sizes, from few options to all."""
    random = np.random.default_rng(seed)
    chance = np.linspace(0.0, 1.0, population)[:, None]
    drawn = random.random((population, options)) < chance
    drawn = drawn if repair is None else repair(drawn)
    both = drawn if start is None else np.vstack([start, drawn])
    _, at = np.unique(both, axis=0, return_index=True)
    found: Bools = both[np.sort(at)][:population]
    return found


def _problem(options: int, objectives: int) -> Problem:
    from pymoo.core.problem import Problem

    return Problem(n_var=options, n_obj=objectives, xl=0, xu=1, vtype=bool)


def _as_pymoo(repair: Repair) -> Any:
    from pymoo.core.repair import Repair as Base

    class Repaired(Base):  # type: ignore[misc]
        def _do(self, problem: Problem, x: Bools, **_: Any) -> Bools:
            return repair(x.astype(bool))

    return Repaired()


def minimise_real(problem: str, *, population: int, generations: int, seed: int, variables: int | None = None) -> Floats:
    """(n, objectives) front that the same algorithm finds on a test problem of real variables, such as zdt1 or dtlz2."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.optimize import minimize
    from pymoo.problems import get_problem

    sized = {} if variables is None else {"n_var": variables}
    if problem.startswith("dtlz"):
        sized["n_obj"] = 3
    found = minimize(get_problem(problem, **sized), NSGA2(pop_size=population), ("n_gen", generations), seed=seed)
    points: Floats = np.atleast_2d(found.F)
    return points

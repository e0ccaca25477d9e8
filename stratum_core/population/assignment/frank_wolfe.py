"""Bi-conjugate Frank-Wolfe (Mitradjieva & Lindberg 2013, Transportation Science 47:280): a search direction that is
conjugate to the last two, from all-or-nothing loads. Finds link flows, which are unique; routes behind them are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats
from stratum_core.population.assignment import kernels
from stratum_core.population.assignment.delay import bpr, bpr_area, bpr_slope
from stratum_core.population.assignment.problem import Problem
from stratum_core.ports import CancelToken, Progress, silent

#: a step this close to the target makes the last directions useless: begin anew
_WHOLE_STEP = 0.999


@dataclass(frozen=True)
class Equilibrium:
    """Link flows (veh/h) and times (s). gap: (time of all - time of all on shortest ways) / time of all; objective: sum of the
    integrals of time over flow (Beckmann et al. 1956), veh-s per h; converged: the gap that was asked for was reached."""

    flow: Floats
    seconds: Floats
    objective: float
    gap: float
    iterations: int
    converged: bool


class _Loading:
    """Shortest ways of all trips, again and again on the same arrays."""

    def __init__(self, problem: Problem) -> None:
        network = problem.network
        begin, links = network.leaving
        origins, first = np.unique(problem.origin, return_index=True)
        key = np.zeros(network.links + network.nodes + 1)
        self._before = (begin, links, network.head, network.tail)
        self._after = (network.through, origins, np.append(first, len(problem.origin)), problem.goal, problem.demand,
                       np.zeros(network.nodes), np.zeros(network.nodes, np.int64), key, key.astype(np.int32))
        self._usable = network.usable

    def __call__(self, seconds: Floats) -> tuple[Floats, float]:
        """Flows, and the time that all of them take together."""
        flow = np.zeros(len(seconds))
        cost = np.where(self._usable, seconds, np.inf)
        return flow, float(kernels.all_or_nothing(*self._before, cost, *self._after, flow))


class _Past(NamedTuple):
    """The last two targets and the step towards the last."""

    target: Floats
    earlier: Floats
    step: float


def equilibrium(problem: Problem, gap: float = 1e-4, most: int = 20_000, *, progress: Progress = silent,
                cancel: CancelToken | None = None) -> Equilibrium:
    """Iterate until the relative gap is at most ``gap``, or ``most`` times. Raises InputError for trips without a way."""
    load = _Loading(problem)
    flow, total = load(problem.seconds)
    if not np.isfinite(total):
        raise InputError(f"no way leads {_without_way(problem)}", where="trips", repair="add the roads or drop these trips")
    past: _Past | None = None
    for done in range(1, most + 1):
        (cancel or CancelToken()).check()
        ratio = flow / problem.capacity
        seconds = problem.seconds * bpr(ratio, problem.factor, problem.power)
        nearest, shortest = load(seconds)
        found = float(1.0 - shortest / (seconds @ flow))
        progress(done, most, f"gap {found:.1e}")
        if found <= gap or done == most:
            break
        target = _target(problem, flow, nearest, past)
        step = _step(problem, flow, target - flow)
        past = None if step > _WHOLE_STEP else _Past(target, past.target if past else target, step)
        flow = flow + step * (target - flow)
    area = problem.seconds * problem.capacity * bpr_area(ratio, problem.factor, problem.power)
    return Equilibrium(flow, seconds, float(area.sum()), found, done, found <= gap)


def _target(problem: Problem, flow: Floats, nearest: Floats, past: _Past | None) -> Floats:
    """Where to go: the nearest ways, bent so as to be conjugate to the last one or two directions."""
    if past is None:
        return nearest
    curve = problem.seconds / problem.capacity * bpr_slope(flow / problem.capacity, problem.factor, problem.power)
    straight = curve * (nearest - flow)
    last = past.target - flow
    mixed = past.step * past.target + (1.0 - past.step) * past.earlier - flow
    mu = max(0.0, -_ratio(mixed @ straight, mixed @ (curve * (past.earlier - past.target))))
    nu = max(0.0, -_ratio(last @ straight, last @ (curve * last)) + mu * past.step / (1.0 - past.step))
    bent: Floats = (nearest + nu * past.target + mu * past.earlier) / (1.0 + nu + mu)
    seconds = problem.seconds * bpr(flow / problem.capacity, problem.factor, problem.power)
    return bent if seconds @ (bent - flow) < 0 else nearest


def _ratio(above: float | np.floating | Floats, below: float | np.floating | Floats) -> float:
    return float(above / below) if below != 0.0 else 0.0


def _step(problem: Problem, flow: Floats, way: Floats) -> float:
    """How far to go for the least objective: the zero of its derivative, by bisection with Newton's steps where they fit."""
    low, high, step = 0.0, 1.0, 0.5

    def slope(at: float) -> tuple[float, float]:
        ratio = np.maximum(flow + at * way, 0.0) / problem.capacity
        first = problem.seconds * bpr(ratio, problem.factor, problem.power)
        second = problem.seconds / problem.capacity * bpr_slope(ratio, problem.factor, problem.power)
        return float(first @ way), float(second @ way**2)

    if slope(1.0)[0] <= 0.0:
        return 1.0
    for _ in range(60):
        value, curve = slope(step)
        low, high = (step, high) if value < 0 else (low, step)
        newton = step - _ratio(value, curve)
        if abs(newton - step) < 1e-14:
            break
        step = newton if low < newton < high else (low + high) / 2
    return step


def _without_way(problem: Problem) -> str:
    """The first pair that no road joins, in words."""
    from stratum_core.population.traffic.routing import shortest_path_trees

    goals = np.unique(problem.goal)
    seconds = shortest_path_trees(problem.network, goals.tolist(), problem.seconds).seconds
    lost = np.flatnonzero(np.isinf(seconds[np.searchsorted(goals, problem.goal), problem.origin]))
    names = problem.network.node_ids
    return f"from '{names[problem.origin[lost[0]]]}' to '{names[problem.goal[lost[0]]]}'" + (
        f" and for {len(lost) - 1} more pairs" if len(lost) > 1 else "")

"""The ways to find an order; each gives a priority list, first served first, and is judged by the one evaluator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats, Ints
from stratum_core.policy.restoration.choosing.kernels import greedy as choose_greedily
from stratum_core.policy.restoration.exact.kernels import every_order, least_order
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.kernels import cost, dispatch, people_hours, search

#: jobs up to which the least order is looked for by branch and bound, and branches after which it is given up
EXACT_MOST, BRANCHES = 12, 4_000_000
#: jobs up to which all orders are tried one by one
EVERY_MOST = 9
#: orders that local search tries, up to how many jobs, and the seed of its moves
BUDGET, BUDGET_JOBS, SEED = 20_000, 50, 7


@dataclass(frozen=True)
class Order:
    """jobs: first served first. people_hours: of it. finish, crew: by job, hour of its end and who does it.

    exact: whether no order under the same dispatch has less.
    """

    jobs: Ints
    people_hours: float
    finish: Floats
    crew: Ints
    exact: bool = False


def carried_out(given: Instance, jobs: Ints, *, exact: bool = False) -> Order:
    """An order with what comes of it; raises InputError where ``jobs`` are not all jobs, each once."""
    if sorted(jobs) != list(range(given.jobs)):
        raise InputError("an order names each job once", where="order", repair=f"give the numbers 0 to {given.jobs - 1}")
    finish, crew = np.empty(given.jobs), np.empty(given.jobs, dtype=np.int64)
    dispatch(given, np.asarray(jobs, dtype=np.int64), finish, crew)
    return Order(np.asarray(jobs, dtype=np.int64), float(people_hours(given, finish)), finish, crew, exact)


def first_come(given: Instance) -> Order:
    """As jobs become ready, of equals by number: nobody weighs anything."""
    return carried_out(given, np.argsort(given.ready.min(axis=0), kind="stable"))


def smith(given: Instance) -> Order:
    """Most people per hour first (Smith 1956, Naval Research Logistics Quarterly 3:59).

    The least of all orders for one crew, one job to each group, nothing to wait for and no drives; a rule of thumb otherwise, in
    which people who need several jobs count for each in full.
    """
    load = np.zeros(given.jobs)
    np.add.at(load, given.member_list, np.repeat(given.weight, np.diff(given.member_ptr)))
    order = np.argsort(-load / np.maximum(given.hours, 1e-9), kind="stable")
    plain = (
        len(given.crew_skill) == 1 and given.separable and not (given.ready.any() or given.travel.any() or given.between.any())
    )
    return carried_out(given, order, exact=bool(plain and given.step == 0 and not given.earliest.any()))


def greedy(given: Instance) -> Order:
    """The job that gives most people back per hour of repair and drive, people who need other jobs too looked ahead to."""
    order = np.empty(given.jobs, dtype=np.int64)
    choose_greedily(given, order)
    return carried_out(given, order)


def local_search(given: Instance, *, start: Order | None = None, budget: int = BUDGET, seed: int = SEED) -> Order:
    """Moves and swaps of single jobs from ``start`` (greedy) on; the same seed and budget give the same order."""
    order = (start or greedy(given)).jobs.copy()
    search(given, order, budget, seed)
    return carried_out(given, order)


def budget(jobs: int) -> int:
    """Orders to try where an answer is waited for: fewer of more jobs, as each then takes longer by their square."""
    return min(BUDGET, int(BUDGET * (BUDGET_JOBS / max(jobs, 1)) ** 2))


def exact(given: Instance, *, most: int = BRANCHES, start: Order | None = None) -> Order | None:
    """The least of all orders; None where that is not proved within ``most`` branches."""
    begin = start or local_search(given)
    order = begin.jobs.copy()
    _, branches = least_order(given, begin.people_hours, most, order)
    return carried_out(given, order, exact=True) if branches <= most else None


def cost_of(given: Instance, jobs: Ints) -> float:
    """People-hours of an order, nothing else kept."""
    return float(cost(given, jobs, np.empty(given.jobs), np.empty(given.jobs, dtype=np.int64)))


def of_all_orders(given: Instance) -> tuple[float, float, float]:
    """Least, mean and most people-hours over all orders, tried one by one; raises InputError above EVERY_MOST jobs."""
    if not 1 <= given.jobs <= EVERY_MOST:
        raise InputError(
            f"{given.jobs} jobs have too many orders to try, or none", where="hours", repair=f"give 1 to {EVERY_MOST}"
        )
    least, mean, most = every_order(given)
    return float(least), float(mean), float(most)

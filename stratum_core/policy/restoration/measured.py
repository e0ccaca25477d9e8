"""How good the ways to find an order are, on instances that no net was trained on: against the least, and against greedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Floats
from stratum_core.model.statistics import spread
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.orders import Order, exact, greedy

Method = Callable[[Instance], Order]


@dataclass(frozen=True)
class Gap:
    """Mean of a relative difference in people-hours with its 95 % interval, its worst, and the share of instances at most 0."""

    instances: int
    mean: float
    ci95: tuple[float, float] | None
    worst: float
    none: float


def measured(instances: Sequence[Instance], methods: dict[str, Method], *, enumerable: bool) -> dict[str, dict[str, Gap]]:
    """By method, how far above the greedy order of the same instance and, where they are ``enumerable``, above the least.

    Instances whose least is not proved, or in which nobody waits, are left out.
    """
    rule = _hours(instances, greedy)
    least = _hours(instances, exact) if enumerable else rule
    known = np.isfinite(least) & (least > 0) & (rule > 0)
    found = {name: _hours(instances, find)[known] for name, find in methods.items()}
    page = {"against_greedy": {name: _gap(hours / rule[known] - 1) for name, hours in found.items()}}
    if enumerable:
        page["against_exact"] = {
            name: _gap(hours / least[known] - 1) for name, hours in (found | {"greedy": rule[known]}).items()
        }
    return page


def _hours(instances: Sequence[Instance], find: Callable[[Instance], Order | None]) -> Floats:
    orders = [find(given) for given in instances]
    return np.array([np.nan if order is None else order.people_hours for order in orders])


def _gap(values: Floats) -> Gap:
    found: Floats = np.round(values, 12)
    whole = spread(found, "1")
    return Gap(len(found), whole.mean, whole.ci95, float(found.max()), float((found <= 0).mean()))

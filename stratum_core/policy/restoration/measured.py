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


def against_exact(instances: Sequence[Instance], methods: dict[str, Method]) -> dict[str, Gap]:
    """By method: how far above the least of all orders; instances whose least is not proved are left out."""
    least = [(given, best.people_hours) for given in instances if (best := exact(given)) is not None]
    known = [(given, best) for given, best in least if best > 0]
    return {name: _gap([find(given).people_hours / best - 1 for given, best in known]) for name, find in methods.items()}


def against_greedy(instances: Sequence[Instance], methods: dict[str, Method]) -> dict[str, Gap]:
    """By method: how far above the greedy order of the same instance; below 0 is better."""
    known = [(given, rule) for given in instances if (rule := greedy(given).people_hours) > 0]
    return {name: _gap([find(given).people_hours / rule - 1 for given, rule in known]) for name, find in methods.items()}


def _gap(values: Sequence[float]) -> Gap:
    found: Floats = np.round(values, 12)
    whole = spread(found, "1")
    return Gap(len(found), whole.mean, whole.ci95, float(found.max()), float((found <= 0).mean()))

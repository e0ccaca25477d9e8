"""What inspections tell of condition: beta for "works or not", Dirichlet for grades (Gelman et al. 2013, 2.4 and 3.4).

The prior counts as so many inspections seen before; its weight is the user's. Ageing between inspections discounts all that was
seen by one factor a year, back towards the prior. Inspectors who err alike and assets that fail together are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats


@dataclass(frozen=True)
class Health:
    """The share in working order: mean, 95 % interval, and the counts of the beta distribution."""

    mean: float
    ci95: tuple[float, float]
    working: float
    faulty: float


@dataclass(frozen=True)
class Grades:
    """Shares by condition grade: mean and 95 % interval of each; counts: of the Dirichlet distribution."""

    mean: Floats
    ci95: Floats
    counts: Floats


def health(
    passed: float, failed: float, *, prior: tuple[float, float] = (1.0, 1.0), age_y: float = 0.0, kept_per_y: float = 1.0
) -> Health:
    """After so many inspections passed and failed, ``age_y`` years ago,
    of which a share ``kept_per_y`` still counts a year later.
    """
    kept = _kept(age_y, kept_per_y)
    a, b = prior[0] + kept * passed, prior[1] + kept * failed
    if min(passed, failed) < 0 or min(prior) <= 0:
        raise InputError("counts of inspections are below 0, or the prior is not above it", where="condition",
                         repair="give counts from 0 and a prior above 0")
    low, high = beta.ppf([0.025, 0.975], a, b)
    return Health(a / (a + b), (float(low), float(high)), a, b)


def grades(seen: Sequence[float], prior: Sequence[float], *, age_y: float = 0.0, kept_per_y: float = 1.0) -> Grades:
    """After ``seen`` inspections by grade; the interval of each grade is that of its own beta margin."""
    counts, start = np.asarray(seen, dtype=np.float64), np.asarray(prior, dtype=np.float64)
    if counts.shape != start.shape or (counts < 0).any() or (start <= 0).any():
        raise InputError("grades and their prior do not fit", where="condition",
                         repair="give a count from 0 and a prior above 0 for each")
    total = start + _kept(age_y, kept_per_y) * counts
    bounds = beta.ppf([[0.025], [0.975]], total, total.sum() - total).T
    return Grades(total / total.sum(), bounds, total)


def _kept(age_y: float, kept_per_y: float) -> float:
    if age_y < 0 or not 0 <= kept_per_y <= 1:
        raise InputError("an age is below 0 or a share outside 0 to 1", where="condition",
                         repair="give years from 0 and a share from 0 to 1")
    return float(kept_per_y**age_y)

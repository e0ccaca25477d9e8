"""Travel time of a road by its flow.

Bureau of Public Roads 1964, Traffic Assignment Manual: t = t0 (1 + B (v / c)^P). It counts flow that passes, also beyond
capacity, and knows no queue: right for a usual hour and for comparing plans, wrong for a rush in which queues spill back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats

#: the values of the manual, for roads that give none
FACTOR, POWER = 0.15, 4.0


def bpr(ratio: npt.ArrayLike, factor: npt.ArrayLike = FACTOR, power: npt.ArrayLike = POWER) -> Floats:
    """Travel time over free-flow time at a ratio of flow to capacity."""
    found: Floats = 1.0 + np.asarray(factor) * np.asarray(ratio, dtype=float) ** np.asarray(power)
    return found


def bpr_slope(ratio: Floats, factor: Floats, power: Floats) -> Floats:
    """Derivative of ``bpr`` by the ratio."""
    with np.errstate(divide="ignore"):
        found = factor * power * ratio ** (power - 1.0)
    return np.where(np.isfinite(found), found, 0.0)


def bpr_area(ratio: Floats, factor: Floats, power: Floats) -> Floats:
    """Integral of ``bpr`` from 0 to the ratio."""
    found: Floats = ratio + factor / (power + 1.0) * ratio ** (power + 1.0)
    return found

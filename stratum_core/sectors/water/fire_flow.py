"""Fire flow as hydrant tests measure it: draw a flow, read how far the pressure falls.

The flow that is left at a residual pressure follows from the static and the residual pressure of one test, since head loss goes
with flow to the power 1.85 (NFPA 291; Hazen-Williams). Whether the tested flow itself is there needs no such formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Floats

_EXPONENT = 0.54
MOST_NODES = 40  # tested in one hour


@dataclass(frozen=True)
class FireTest:
    """nodes: ids that are tested one at a time; flow: m3/s that a fire needs; residual_m: pressure that has to be left."""

    nodes: tuple[str, ...]
    flow: float
    residual_m: float


def spaced(count: int, most: int = MOST_NODES) -> Sequence[int]:
    """At most so many of ``count`` places, evenly spaced."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)).tolist() if count else []


def available(pressure: Floats, test: FireTest) -> Floats:
    """m3/s at each tested node with ``test.residual_m`` left; 0 where that is not there before anything is drawn.

    pressure: (2, nodes) m before and while ``test.flow`` is drawn, NaN without water. Infinite where it does not fall.
    """
    static, residual = pressure
    spare, drop = static - test.residual_m, static - residual
    with np.errstate(divide="ignore", invalid="ignore"):
        flow: Floats = np.where(spare > 0, test.flow * (spare / np.maximum(drop, 0.0)) ** _EXPONENT, 0.0)
    return flow

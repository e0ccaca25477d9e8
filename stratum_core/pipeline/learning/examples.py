"""Examples: what a city looks like to the net, and what its single outages lose in the cascade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.cascade.compiled import compile_city
from stratum_core.criticality.consequence import candidates, shares_lost
from stratum_core.criticality.learned.features import OUTAGE_H, Inputs, inputs
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import CascadeSpec, RunSpec
from stratum_core.ports import CancelToken, Progress, silent

#: of a large city so many outages are run, drawn at random
MOST_OUTAGES = 3000


@dataclass(frozen=True)
class Example:
    """chosen: components whose outage was run. lost: (chosen,) share of all that could be lost."""

    inputs: Inputs
    chosen: Ints
    lost: Floats


def example(
    city: City,
    *,
    most: int = MOST_OUTAGES,
    seed: int = 42,
    threads: int = 1,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Example:
    """Features of ``city``, and single outages of OUTAGE_H without repair: all, or ``most`` drawn with ``seed``."""
    compiled = compile_city(city, CascadeSpec(run=RunSpec(horizon_h=OUTAGE_H)))
    chosen = candidates(compiled)
    if len(chosen) > most:
        chosen = np.sort(np.random.default_rng(seed).choice(chosen, most, replace=False))
    lost = shares_lost(compiled, chosen, threads=threads, progress=progress, cancel=cancel)
    return Example(inputs(city), chosen, np.maximum(lost, 0.0))

"""The damage of one replicate: what waits for a crew, what is mended without one, for how long and from when."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.run import CascadeJob
from stratum_core.model.fields import Floats, Ints
from stratum_core.random_numbers import REPAIR
from stratum_core.random_numbers.kernels import lognormal, normal


@dataclass(frozen=True)
class Damage:
    """component: what waits for a crew; hours of work and hour from which it can begin. mended: by component, the hour at which
    it is back without a crew, 0 where it is not damaged."""

    component: Ints
    hours: Floats
    ready: Floats
    mended: Floats


def damage_of(job: CascadeJob, replicate: int) -> Damage:
    """What the hazards damage in ``replicate``, with the run's own draws of repair hours (see ``cascade.kernels``).

    A component that is hit more than once is one job, of the longest work.
    """
    compiled, batch = job.compiled, job.drawn(replicate, 1).damage
    step, end = compiled.timing.step, compiled.timing.steps * compiled.timing.step
    found: dict[int, tuple[float, float]] = {}
    mended = np.zeros(len(compiled.network.sector))
    for k in np.flatnonzero(batch.time <= end):
        component, hit = int(batch.component[k]), math.ceil(batch.time[k] / step - 1e-9) * step
        duration = _duration(compiled, component, float(batch.work[k]), replicate)
        clear = max(hit, float(batch.clear[k])) + (compiled.timing.parts if batch.state[k] >= 3 else 0.0)
        if compiled.crews.skilled[component] < 0:
            mended[component] = max(mended[component], clear + duration, hit + step)
        elif math.isfinite(clear):
            ready, hours = found.get(component, (clear, 0.0))
            found[component] = min(ready, clear), max(hours, duration, 1e-9)
    chosen = sorted(found)
    return Damage(
        np.array(chosen, dtype=np.int64),
        np.array([found[c][1] for c in chosen]),
        np.array([found[c][0] for c in chosen]),
        mended,
    )


def _duration(compiled: Compiled, component: int, work: float, replicate: int) -> float:
    timing = compiled.timing
    mean = float(timing.repair_mean[component])
    if not math.isnan(work):
        return work * timing.repair_factor
    if not timing.spread:
        return mean
    z = normal(compiled.spec.run.seed, replicate, component, REPAIR)
    return float(lognormal(z, mean, timing.repair_sd[component]))

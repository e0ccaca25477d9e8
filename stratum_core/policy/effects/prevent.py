"""Hardened: what the hazard would damage stands in a share of the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.hazards.draws import uniforms_of
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect, Lay
from stratum_core.policy.what_if import Baseline
from stratum_core.random_numbers import HARDENED


@EFFECTS.register("prevent")
@dataclass(frozen=True)
class Prevent(Effect):
    """Drawn once for a replicate and a component, so that a greater share holds wherever a lesser one does."""

    layer: ClassVar[str] = "damage"
    saves_value: ClassVar[bool] = True
    share: float = key(0.75, "share of the damages that do not happen any more", unit="1", hard=(0, 1))

    def later(self, base: Baseline, rows: Ints, at: int, lay: Lay) -> Floats:
        """See ``Effect``."""
        damage = base.drawn.damage
        replicate = np.searchsorted(damage.offset, rows, side="right") - 1
        holds = uniforms_of(base.job.compiled.spec.run.seed, replicate, damage.component[rows], HARDENED) < self.share
        return np.where(holds, np.inf, damage.time[rows])

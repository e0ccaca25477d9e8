"""Spares at hand: the target is mended sooner."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.model.fields import Bools
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect


@EFFECTS.register("mend")
@dataclass(frozen=True)
class Mend(Effect):
    """The mean repair time of its kind and its spread; repair times that the hazard itself gives stay."""

    factor: float = key(0.5, "by which its repair time is multiplied", unit="1", hard=(0, 1))

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        mean, sd = compiled.timing.repair_mean.copy(), compiled.timing.repair_sd.copy()
        mean[at] *= self.factor
        sd[at] *= self.factor
        return replace(compiled, timing=compiled.timing._replace(repair_mean=mean, repair_sd=sd))

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """Itself."""
        found: Bools = np.arange(len(compiled.kinds)) == at
        return found

"""Raised: water reaches the equipment later, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards import together
from stratum_core.model.changes import changed
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect, Lay
from stratum_core.policy.what_if import Baseline


@EFFECTS.register("elevate")
@dataclass(frozen=True)
class Elevate(Effect):
    """The hazards are laid over the city with the equipment higher, and drawn with the same random numbers.

    It saves outages only: curves of damage in money know the depth of water, not the height of the equipment.
    """

    layer: ClassVar[str] = "damage"
    metres: float = key(1.0, "by which the equipment stands higher", unit="m", hard=(0.05, 20))

    def city(self, city: City, at: int) -> City:
        """See ``Effect``."""
        if at >= len(city.assets):
            raise InputError("a line or pipe cannot be raised", where=str(city.component_ids[at]), repair="raise an asset")
        height = float(np.nan_to_num(city.assets.equipment_height[at]))
        return changed(city, "assets", str(city.assets.id[at]), equipment_height=height + self.metres).applied(city)

    def later(self, base: Baseline, rows: Ints, at: int, lay: Lay) -> Floats:
        """See ``Effect``."""
        job, before = base.job, base.drawn.damage
        hazards = lay(self.city(job.compiled.city, at))
        after = together([h.sample(job.compiled.spec.run.seed, 0, job.replicates) for h in hazards]).damage
        found = np.full(len(rows), np.inf)
        own = np.flatnonzero(after.component == at)
        time = {(int(r), int(after.origin[k])): float(after.time[k])
                for r, k in zip(np.searchsorted(after.offset, own, side="right") - 1, own, strict=True)}
        for place, row in enumerate(rows):
            replicate = int(np.searchsorted(before.offset, row, side="right")) - 1
            found[place] = time.get((replicate, int(before.origin[row])), np.inf)
        return found

"""A bigger tank: it holds more, and starts as full, by share, as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.errors import InputError
from stratum_core.model.fields import Bools
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect
from stratum_core.sectors.network import STORE


@EFFECTS.register("store")
@dataclass(frozen=True)
class Store(Effect):
    """Its base volume grows alike."""

    factor: float = key(1.5, "by which its capacity is multiplied", unit="1", hard=(1, 100))

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        if compiled.network.role[at] != STORE or not compiled.network.capacity[at] > 0:
            raise InputError("it stores nothing", where=str(compiled.city.component_ids[at]),
                             repair="name a tank with a capacity")
        capacity, volume = compiled.network.capacity.copy(), compiled.base.volume.copy()
        capacity[at] *= self.factor
        volume[at] *= self.factor
        return replace(compiled, network=compiled.network._replace(capacity=capacity),
                       base=compiled.base._replace(volume=volume))

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """Its own sector: while all of it stands, the tank neither runs empty nor has to last."""
        found: Bools = compiled.network.sector == compiled.network.sector[at]
        return np.asarray(found)

"""Demand response: customers of a sector draw less while it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect


@EFFECTS.register("demand")
@dataclass(frozen=True)
class Demand(Effect):
    """All demands of the sector, from the start of the event on."""

    layer: ClassVar[str] = "city"
    placed: ClassVar[bool] = False
    sector: str = key("power", "whose customers")
    share: float = key(0.1, "of their demand that they do without", unit="1", hard=(0, 1))

    def city(self, city: City, at: int) -> City:
        """See ``Effect``."""
        drawn = np.where((city.assets.sector == self.sector) & (city.assets.demand > 0), 1.0 - self.share, 1.0)
        return city.with_table("assets", city.assets.with_columns(demand=city.assets.demand * drawn))

"""A second feed: another supplier that is enough alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.errors import InputError
from stratum_core.model.changes import added, changed
from stratum_core.model.city import City
from stratum_core.model.fields import Bools
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect
from stratum_core.policy.effects.reserve import suppliers


@EFFECTS.register("feed")
@dataclass(frozen=True)
class Feed(Effect):
    """The target gets ``service`` from a second one too."""

    layer: ClassVar[str] = "city"
    service: str = key("power", "the service that it gets twice")
    supplier: str = key("", "id of the second supplier; empty: the nearest of the first one's kind and voltage")

    def city(self, city: City, at: int) -> City:
        """See ``Effect``."""
        table, own = city.dependencies, str(city.component_ids[at])
        rows = np.flatnonzero((table.dependent == own) & (table.service == self.service))
        if not len(rows):
            raise InputError(f"it does not need {self.service}", where=own, repair="name a target that does")
        first = rows[0]
        second = self.supplier and city.resolve(self.supplier, where="effect.supplier")
        second = second or str(city.assets.id[self._nearest(city, str(table.supplier[first]), at)])
        group = str(table.group[first]) or f"fed twice/{own}/{self.service}"
        city = changed(city, "dependencies", str(table.id[first]), group=group).applied(city)
        row = {name: value for name, value in ((n, table.columns()[n][first]) for n in ("needed", "buffer", "refill", "strength"))
               if np.isfinite(value)}
        return added(city, "dependencies", f"{table.id[first]}/second", provenance="assumed", dependent=own, supplier=second,
                     service=self.service, group=group, **{name: float(value) for name, value in row.items()}).applied(city)

    def _nearest(self, city: City, first: str, at: int) -> int:
        assets, place = city.assets, city.positions()[at]
        known = city.index.get(first, -1)
        if not 0 <= known < len(assets):
            raise InputError("its supplier is no asset", where=first, repair="name the second one as effect.supplier")
        alike = (assets.kind == assets.kind[known]) & (assets.id != first)
        alike &= (assets.voltage == assets.voltage[known]) | np.isnan(assets.voltage[known])
        metres = np.where(alike, np.hypot(assets.x - place[0], assets.y - place[1]), np.inf)
        if not np.isfinite(metres).any():
            raise InputError("there is no second supplier of this kind", where=first, repair="name one as effect.supplier")
        return int(np.nanargmin(metres))

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """Its suppliers so far."""
        return suppliers(compiled, at, self.service)

"""A tie line: a normally open link that operators close when one side is out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.errors import InputError
from stratum_core.model.changes import added
from stratum_core.model.city import City
from stratum_core.model.fields import Bools
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect


@EFFECTS.register("tie")
@dataclass(frozen=True)
class Tie(Effect):
    """From the target to the asset ``to``, built as its nearest neighbour line of the same voltage is."""

    layer: ClassVar[str] = "city"
    to: str = key("", "id of the asset at its other end; empty: the nearest of its kind and voltage that it has no line to")

    def city(self, city: City, at: int) -> City:
        """See ``Effect``."""
        other = city.index[city.resolve(self.to, where="effect.to")] if self.to else nearest_unlinked(city, at)
        links, assets = city.links, city.assets
        sector = str(assets.sector[at])
        like = np.flatnonzero((links.sector == sector) & (links.voltage == assets.voltage[at]) & (links.length > 0))
        if sector != "power" or not len(like):
            raise InputError("no line of its voltage is known", where=str(assets.id[at]), repair="name a node of the power grid")
        model = like[int(np.nan_to_num(links.capacity[like], nan=-1.0).argmax())]
        metres = length(city, at, other)
        per_metre = metres / float(links.length[model])
        start, end = str(assets.id[at]), str(assets.id[other])
        return added(
            city, "links", f"tie/{start}/{end}", name="Tie line", provenance="assumed", sector=sector,
            kind=str(links.kind[model]), start=start, end=end, length=metres, capacity=_plain(links.capacity[model]),
            unit=str(links.unit[model]),
            resistance=_plain(links.resistance[model] * per_metre), reactance=_plain(links.reactance[model] * per_metre),
            voltage=float(links.voltage[model]), closed=False,
        ).applied(city)

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """The power grid."""
        return np.array([k.sector == "power" for k in compiled.kinds], dtype=bool)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def length(city: City, one: int, other: int) -> float:
    """Metres between two assets, with the detour that a trench takes (1.3, as for roads)."""
    return 1.3 * float(np.hypot(city.assets.x[one] - city.assets.x[other], city.assets.y[one] - city.assets.y[other]))


def nearest_unlinked(city: City, at: int) -> int:
    """The nearest asset of the same kind and voltage without a link to ``at``; raises InputError where there is none."""
    assets, links, own = city.assets, city.links, str(city.assets.id[at])
    linked = {*links.end[links.start == own], *links.start[links.end == own], own}
    alike = (assets.kind == assets.kind[at]) & (assets.voltage == assets.voltage[at]) & ~np.isin(assets.id, list(linked))
    metres = np.where(alike, np.hypot(assets.x - assets.x[at], assets.y - assets.y[at]), np.inf)
    if not np.isfinite(metres).any():
        raise InputError("nothing of its kind is near", where=own, repair="name the other end as effect.to")
    return int(np.nanargmin(metres))

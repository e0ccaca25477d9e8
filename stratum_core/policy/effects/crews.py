"""More hands: repair crews, where they start, whom they serve first."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import ClassVar

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.crews.compiled import compile_crews, depots_of
from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Bools
from stratum_core.model.spec import CrewSpec, RepairSpec, key
from stratum_core.policy.effects import EFFECTS, Effect


@EFFECTS.register("crews")
@dataclass(frozen=True)
class MoreCrews(Effect):
    """Crews of a sector beyond those that the scenario has; a scenario that does not count crews has no want of them."""

    placed: ClassVar[bool] = False
    sector: str = key("power", "whose crews")
    more: int = key(1, "crews beside those there are", hard=(1, 1000))

    @property
    def crews(self) -> int:
        """See ``Effect``."""
        return self.more

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        known, crews = [f.name for f in fields(CrewSpec)], compiled.spec.repair.crews
        if self.sector not in known:
            raise unknown("crew", self.sector, known, where="effect.sector")
        there = getattr(crews, self.sector)
        if not there:
            raise InputError(f"the scenario does not count the crews of {self.sector}", where=f"repair.crews.{self.sector}",
                             repair="give their number in the scenario")
        return _with(compiled, replace(compiled.spec.repair, crews=replace(crews, **{self.sector: there + self.more})))

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """Its sector."""
        return np.array([k.sector == self.sector for k in compiled.kinds], dtype=bool)


@EFFECTS.register("staging")
@dataclass(frozen=True)
class Staging(Effect):
    """The target is the first depot: crews of each skill start from it and from where crews start now, in turn."""

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        if not len(compiled.crews.skill):
            raise InputError("the scenario counts no crews", where="repair.crews", repair="give their numbers in the scenario")
        city, repair = compiled.city, compiled.spec.repair
        there = city.component_ids[depots_of(city, compiled.network, repair)]
        if not len(there):
            raise InputError("crews lose no time driving in this project, as it has no road into town", where="repair.depots",
                             repair="name where they start from in the scenario")
        return _with(compiled, replace(repair, depots=(str(city.component_ids[at]), *map(str, there))))


@EFFECTS.register("repair_order")
@dataclass(frozen=True)
class RepairOrder(Effect):
    """Whom crews serve first."""

    placed: ClassVar[bool] = False
    order: str = key("people", "people (most people downstream) or first (as they come by id)")

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        return _with(compiled, replace(compiled.spec.repair, order=self.order))


def _with(compiled: Compiled, repair: RepairSpec) -> Compiled:
    crews, _ = compile_crews(compiled.city, compiled.network, compiled.base, compiled.people, compiled.needs, repair)
    return replace(compiled, crews=crews, spec=replace(compiled.spec, repair=repair))

"""Backed up: the target runs on its own for some hours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Ints
from stratum_core.model.spec import key
from stratum_core.policy.effects import EFFECTS, Effect


@EFFECTS.register("reserve")
@dataclass(frozen=True)
class Reserve(Effect):
    """At least so many hours; a longer reserve that is there stays."""

    hours: float = key(48.0, "hours that it runs without the service", unit="h", hard=(0.1, 1e4))
    service: str = key("power", "the service that it is without")

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """See ``Effect``."""
        needs, groups = compiled.needs, _groups(compiled, at, self.service)
        if not len(groups):
            raise InputError(f"it does not need {self.service}", where=str(compiled.city.component_ids[at]),
                             repair="name a target that does")
        columns = {}
        for name in ("buffer_low", "buffer", "buffer_high"):
            column = getattr(needs, name).copy()
            column[groups] = np.maximum(column[groups], self.hours)
            columns[name] = column
        return replace(compiled, needs=needs._replace(**columns))

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """Its suppliers."""
        return suppliers(compiled, at, self.service)


def suppliers(compiled: Compiled, at: int, service: str) -> Bools:
    """(components,) that give ``service`` to component ``at``."""
    needs, found = compiled.needs, np.zeros(len(compiled.kinds), dtype=bool)
    for group in _groups(compiled, at, service):
        found[needs.member_list[needs.member_ptr[group] : needs.member_ptr[group + 1]]] = True
    return found


def _groups(compiled: Compiled, at: int, service: str) -> Ints:
    needed = compiled.city.dependencies.service[compiled.need_row]
    return np.flatnonzero((compiled.needs.dependent == at) & (needed == service))

"""What an intervention changes, one file a kind of change.

A module registers a frozen class with the numbers of the change; its methods put the change into what an engine reads. An option
is a change at one target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stratum_core.cascade.compiled import Compiled
from stratum_core.hazards import Prepared
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.policy.what_if import Baseline
from stratum_core.population.evacuation.spec import EvacuationSpec
from stratum_core.registry import Registry

#: lays the hazards of a scenario over a city
Lay = Callable[[City], tuple[Prepared, ...]]


@dataclass(frozen=True)
class Effect:
    """A change; a method that is not overridden leaves things as they are. ``at``: component of the target, -1 without one."""

    #: what the change is put into: damage (rows of the hazard), engine (compiled city), city (its tables), evacuation
    layer: ClassVar[str] = "engine"
    #: whether it is done at a target; else to the city
    placed: ClassVar[bool] = True
    #: whether a target that the hazard does not damage any more keeps its value too
    saves_value: ClassVar[bool] = False

    @property
    def crews(self) -> int:
        """Crews that it adds."""
        return 0

    def compiled(self, compiled: Compiled, at: int) -> Compiled:
        """What the cascade runs on. Raises InputError where the target has nothing to change."""
        return compiled

    def city(self, city: City, at: int) -> City:
        """The city, which is compiled again. Raises InputError where the target has nothing to change."""
        return city

    def evacuation(self, spec: EvacuationSpec, target: str) -> EvacuationSpec:
        """What the evacuation is asked for."""
        return spec

    def later(self, base: Baseline, rows: Ints, at: int, lay: Lay) -> Floats:
        """(rows,) hours at which the damage ``rows`` of the target now comes; infinite: prevented."""
        return base.drawn.damage.time[rows]

    def watched(self, compiled: Compiled, at: int) -> Bools:
        """(components,) of which one must go down before the change can matter; of what changes the engine."""
        return np.ones(len(compiled.kinds), dtype=bool)


EFFECTS: Registry[type[Effect]] = Registry("effect", "stratum_core.policy.effects")

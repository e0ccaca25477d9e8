"""Plain outage: named components stop at a stated hour, for a stated time or until repaired."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.model.city import City
from stratum_core.model.fields import Ints
from stratum_core.model.spec import key
from stratum_core.random_numbers import DAMAGE
from stratum_core.random_numbers.kernels import uniform


@HAZARDS.register("outage")
@dataclass(frozen=True)
class OutageSpec:
    """assets: ids or unique source names; each fails with ``probability``, at ``at_h``; repair starts ``lasts_h`` later."""

    assets: tuple[str, ...] = key((), "ids of the components that stop")
    at_h: float = key(0.0, "hour of the outage", unit="h", hard=(0, 720))
    lasts_h: float = key(0.0, "hours before repair can start", unit="h", hard=(0, 1e4))
    probability: float = key(1.0, "chance that each of them stops", unit="1", hard=(0, 1))

    def prepare(self, city: City, folder: Path) -> PreparedOutage:
        """Resolve the ids; raises InputError naming an unknown or ambiguous one."""
        if not self.assets:
            raise InputError("the outage names no assets", where="hazard.assets", repair='write assets = ["id", ...]')
        indices = [city.index[city.resolve(name, where="hazard.assets")] for name in self.assets]
        return PreparedOutage(self, np.array(indices, dtype=np.int64))


@dataclass(frozen=True)
class PreparedOutage:
    """An outage whose components are known."""

    spec: OutageSpec
    components: Ints
    unit: str = ""
    rule: str = "outage"
    source: str = "scenario"
    warnings: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the outage takes for granted, for print."""
        many = len(self.components)
        what = "One named component stops" if many == 1 else f"{many} named components stop"
        return (f"{what} at T+{self.spec.at_h:g} h.",)

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``; an outage costs no direct damage."""
        draws = np.array([[uniform(seed, first + i, c, DAMAGE) for c in self.components] for i in range(count)])
        hit = draws < self.spec.probability
        rows = np.nonzero(hit)[1]
        size, at = len(rows), self.spec.at_h
        offset = np.concatenate([[0], np.cumsum(hit.sum(axis=1))]).astype(np.int64)
        stops, clear = np.full(size, at), np.full(size, at + self.spec.lasts_h)
        damage = batch(offset, self.components[rows], stops, clear, np.ones(size), np.zeros(size))
        return Drawn(damage, np.zeros(count), no_strain(count))

    def intensity(self) -> Intensity:
        """1 at each named component."""
        ones = np.ones(len(self.components))
        return Intensity(self.components, ones, ones, ones, self.spec.probability * ones)

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``."""
        return Reason("is out", source="scenario")

"""The chance that the chosen scenario itself damages each component, worked out when somebody asks for it.

Owned by the session's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress


@dataclass(frozen=True)
class Exposure:
    """``chance`` of direct damage of each component, before anything cascades; ``spec``: digest of the scenario."""

    spec: str
    chance: Floats


@dataclass(frozen=True)
class ExposureChanged:
    """The exposure to another scenario is known."""

    spec: str


class Exposures:
    """The exposure to the scenario that was asked about last."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._asked = ""
        self.known: Exposure | None = None

    def want(self, city: City, scenario: Scenario) -> Exposure | None:
        """The exposure if it is known; else it is worked out, and told on the bus."""
        spec = scenario.digest()
        if self.known is not None and self.known.spec == spec and len(self.known.chance) == len(city.component_ids):
            return self.known
        if self._asked != spec:
            self._asked = spec

            def work(progress: Progress, cancel: CancelToken) -> Exposure:
                return exposure(city, scenario)

            self._jobs.compute(work, self._take, lambda error: self._bus.publish(of_error(error)), lambda *_: None)
        return None

    def _take(self, found: Exposure) -> None:
        self.known, self._asked = found, ""
        self._bus.publish(ExposureChanged(found.spec))


def exposure(city: City, scenario: Scenario) -> Exposure:
    """The chance that any of the hazards damages each component, one independent of the other.

    Raises InputError for what does not fit the city.
    """
    spared = np.ones(len(city.component_ids))
    for hazard in scenario.prepare(city):
        found = hazard.intensity()
        np.multiply.at(spared, found.component, 1.0 - found.probability)
    return Exposure(scenario.digest(), 1.0 - spared)

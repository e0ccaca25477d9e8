"""The evacuation of the chosen scenario: run on the compute thread, its latest result kept while the scenario stays.

Owned by the session's thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from app.traces import Asked, Felt, Traces
from stratum_core.errors import StratumError
from stratum_core.ledger.canonical import city_digest
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation import store_evacuation
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress
from stratum_core.store.project import Project


@dataclass(frozen=True)
class EvacuationChanged:
    """A run began, ended, or another result is shown."""


@dataclass(frozen=True)
class EvacuationProgressed:
    """Replicates done of all, and seconds left (None while unknown)."""

    done: int
    total: int
    eta_s: float | None


class Evacuations:
    """Starts and cancels; ``result`` answers the scenario with the digest ``asked``."""

    def __init__(self, jobs: Jobs, bus: Bus, project: Project) -> None:
        self._jobs, self._bus, self._project = jobs, bus, project
        self._token: CancelToken | None = None
        self.traces = Traces(jobs, bus)
        self.result: EvacuationResult | None = None
        self.asked = ""

    @property
    def running(self) -> bool:
        """True while one is on."""
        return self._token is not None

    def recall(self, city: City, scenario: Scenario) -> None:
        """Show the newest stored one of this city and scenario, where there is one and none runs."""
        asked = scenario.evacuation_digest()
        if self.running or asked == self.asked:
            return

        def read() -> EvacuationResult | None:
            ids = self._project.evacuations.asked(asked)
            here = city_digest(city) if ids else ""
            found = (self._project.evacuations.result(id) for id in ids)
            return next((one for one in found if one.city_digest == here), None)

        def show(found: EvacuationResult | None) -> None:
            if found is not None and not self.running:
                self.result, self.asked = found, asked
                self.traces.start_from(None if found.cascade else Asked(city, scenario, None, found), at_once=False)
                self._bus.publish(EvacuationChanged())

        self._jobs.data(read, show, self._tell)

    def run(self, city: City, scenario: Scenario, felt: Felt | None, settings: Mapping[str, str]) -> None:
        """Evacuate and store the result with the settings that the person made; nothing happens while one runs."""
        if self.running:
            return
        asked = scenario.evacuation_digest()

        def work(progress: Progress, cancel: CancelToken) -> EvacuationResult:
            from stratum_core.pipeline.cascade import cascade_job
            from stratum_core.pipeline.evacuation import evacuate

            job = cascade_job(felt[1], felt[2]) if felt is not None else None
            return evacuate(city, scenario, cascade=job, run=felt[0] if felt is not None else "",
                            threads=self._jobs.compute_threads, progress=progress, cancel=cancel)[1]

        def done(found: EvacuationResult) -> None:
            self._done(Asked(city, scenario, felt, found), asked)
            self._jobs.data(lambda: store_evacuation(self._project, found, scenario, settings), lambda _: None, self._tell)

        self._token = self._jobs.compute(work, done, self._failed, self._progressed)
        self._bus.publish(EvacuationChanged())

    def not_safe(self, city: City, hour: float) -> Floats | None:
        """(blocks,) share of those told who have not arrived at ``hour``; None without a result for these blocks."""
        if self.result is None or len(self.result.not_safe) != len(city.blocks):
            return None
        last = self.result.not_safe.shape[1] - 1
        found: Floats = self.result.not_safe[:, min(int(hour), last)].astype(float)
        return found

    def cancel(self) -> None:
        """Ask it to stop; the old result stays."""
        if self._token is not None:
            self._token.cancel()

    def _progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self._bus.publish(EvacuationProgressed(done, total, eta_s))

    def _done(self, found: Asked, asked: str) -> None:
        self._token, self.result, self.asked = None, found.result, asked
        self._bus.publish(EvacuationChanged())
        self.traces.start_from(found)

    def _failed(self, error: StratumError) -> None:
        self._token = None
        self._bus.publish(EvacuationChanged())
        self._tell(error)

    def _tell(self, error: StratumError) -> None:
        self._bus.publish(of_error(error))

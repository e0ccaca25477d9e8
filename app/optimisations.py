"""Searches over options for the chosen scenario: on the compute thread, the front as it grows, the latest result kept.

Owned by the session's thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import StratumError
from stratum_core.ledger.canonical import city_digest
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.pipeline.cascade import of_replicates
from stratum_core.pipeline.optimising.study import Asked
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress
from stratum_core.store.project import Project


@dataclass(frozen=True)
class OptionsChanged:
    """A search began, ended, or another result is shown."""


@dataclass(frozen=True)
class OptionsProgressed:
    """Work done of all, seconds left (None while unknown), and what is counted."""

    done: int
    total: int
    eta_s: float | None
    what: str


class Optimisations:
    """Starts, ends and cancels. front: (n, cost and objectives) while a search runs; asked: what ``result`` answers."""

    def __init__(self, jobs: Jobs, bus: Bus, project: Project) -> None:
        self._jobs, self._bus, self._project = jobs, bus, project
        self._token: CancelToken | None = None
        self._enough = CancelToken()
        self.result: OptimiseResult | None = None
        self.front: Floats | None = None
        self.answers = ""  # disaster of the shown result
        self._doing = ""

    @property
    def running(self) -> bool:
        """True while one is on."""
        return self._token is not None

    def recall(self, city: City, scenario: Scenario) -> None:
        """Show the newest stored one of this city and disaster, where there is one and none runs."""
        disaster = scenario.disaster_digest()
        if self.running or disaster == self.answers:
            return

        def read() -> OptimiseResult | None:
            from stratum_core.pipeline.optimising.storing import newest_optimisation

            return newest_optimisation(self._project, scenario, city_digest(city))

        def show(found: OptimiseResult | None) -> None:
            if not self.running:
                self.result, self.answers = found, disaster
                self._bus.publish(OptionsChanged())

        self._jobs.data(read, show, self._tell)

    def run(
        self, city: City, scenario: Scenario, asked: Asked, replicates: int, settings: Mapping[str, str],
        start: Sequence[Sequence[str]] = (),
    ) -> None:
        """Search, store, and show; nothing happens while one runs. start: portfolios to go on from."""
        if self.running:
            return
        self._enough, self.front = CancelToken(), None

        def show(tried: int, front: Floats) -> None:
            self.front = front

        def work(progress: Progress, cancel: CancelToken) -> OptimiseResult:
            from stratum_core.pipeline.optimising import optimise
            from stratum_core.policy.interventions.reading import interventions

            return optimise(city, of_replicates(scenario, replicates), asked, interventions([self.folder]),
                            threads=self._jobs.compute_threads, progress=partial(self._noted, progress), cancel=cancel,
                            enough=self._enough, start=start, show=show)

        def done(found: OptimiseResult) -> None:
            from stratum_core.pipeline.optimising.storing import store_optimisation

            self._token, self.result, self.answers = None, found, scenario.disaster_digest()
            self._bus.publish(OptionsChanged())
            self._jobs.data(lambda: store_optimisation(self._project, found, scenario, settings), lambda _: None, self._tell)

        self._token = self._jobs.compute(work, done, self._failed, self._progressed)
        self._bus.publish(OptionsChanged())

    @property
    def folder(self) -> Path:
        """The project's own interventions."""
        return self._project.interventions

    def enough(self) -> None:
        """End the search; what it found is tried in futures and shown."""
        self._enough.cancel()

    def cancel(self) -> None:
        """Ask it to stop; the old result stays."""
        if self._token is not None:
            self._token.cancel()

    def _progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self._bus.publish(OptionsProgressed(done, total, eta_s, self._doing))

    def _noted(self, progress: Progress, done: int, total: int, note: str = "") -> None:
        """On the compute thread: what is counted goes along with how much."""
        self._doing = note.capitalize() or "Runs"
        progress(done, total)

    def _failed(self, error: StratumError) -> None:
        self._token = None
        self._bus.publish(OptionsChanged())
        self._tell(error)

    def _tell(self, error: StratumError) -> None:
        self._bus.publish(of_error(error))

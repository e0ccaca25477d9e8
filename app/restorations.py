"""Repair orders of the shown run: found and judged on the compute thread, the latest kept while the run stays.

Owned by the session's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import StratumError
from stratum_core.model.city import City
from stratum_core.model.restoration_results import RestorationResult
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress


@dataclass(frozen=True)
class RestorationChanged:
    """A search for orders began, ended, or went on; share: of the work that is done."""

    share: float = 0.0


class Restorations:
    """Starts and cancels; ``result`` is of the run whose id it names."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._token: CancelToken | None = None
        self.result: RestorationResult | None = None

    @property
    def running(self) -> bool:
        """True while one is on."""
        return self._token is not None

    def run(self, city: City, scenario: Scenario, run: str, crews: int) -> None:
        """Put the repairs of ``run`` in order; crews: of each sector, 0: as the run has them. Nothing happens while one runs."""
        if self.running:
            return

        def work(progress: Progress, cancel: CancelToken) -> RestorationResult:
            from stratum_core.pipeline.cascade import cascade_job
            from stratum_core.pipeline.restoring.answering import SECTORS, Question, restore

            question = Question(dict.fromkeys(SECTORS, crews) if crews else {})
            return restore(cascade_job(city, scenario), scenario, question, cascade=run, threads=self._jobs.compute_threads,
                           progress=progress, cancel=cancel)

        self._token = self._jobs.compute(work, self._done, self._failed, self._progressed)
        self._bus.publish(RestorationChanged())

    def cancel(self) -> None:
        """Ask it to stop; the old result stays."""
        if self._token is not None:
            self._token.cancel()

    def _progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self._bus.publish(RestorationChanged(done / max(total, 1)))

    def _done(self, found: RestorationResult) -> None:
        self._token, self.result = None, found
        self._bus.publish(RestorationChanged(1.0))

    def _failed(self, error: StratumError) -> None:
        self._token = None
        self._bus.publish(RestorationChanged())
        self._bus.publish(of_error(error))

"""What the shown run costs: reckoned on the compute thread, kept until another run is shown.

Owned by the session's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.model.city import City
from stratum_core.model.economics_results import EconomicsResult
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress


@dataclass(frozen=True)
class LossesChanged:
    """They are being reckoned, are known, or cannot be."""


@dataclass(frozen=True)
class LossesProgressed:
    """Steps done of all, and seconds left (None while unknown)."""

    done: int
    total: int
    eta_s: float | None


class Losses:
    """Starts and cancels; ``result`` is of the cascade ``cascade``, or ``trouble`` says why that has none."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._token: CancelToken | None = None
        self.result: EconomicsResult | None = None
        self.cascade: CascadeResult | None = None
        self.trouble = ""

    def answers(self, cascade: CascadeResult | None) -> bool:
        """True where what is known is of this cascade."""
        return cascade is not None and self.cascade is not None and self.cascade.run == cascade.run

    @property
    def running(self) -> bool:
        """True while they are reckoned."""
        return self._token is not None

    def run(self, city: City, scenario: Scenario, found: CascadeResult) -> None:
        """Reckon what a run of ``scenario`` costs; nothing happens while another is reckoned."""
        if self.running:
            return

        def work(progress: Progress, cancel: CancelToken) -> EconomicsResult:
            from stratum_core.pipeline.cascade import cascade_job
            from stratum_core.pipeline.economics.run_losses import economics_of_run

            return economics_of_run(cascade_job(city, scenario), scenario, found, threads=self._jobs.compute_threads,
                                    progress=progress, cancel=cancel)

        self._token = self._jobs.compute(work, lambda done: self._end(found, done, ""),
                                         lambda error: self._end(found, None, of_error(error).text), self._progressed)
        self._bus.publish(LossesChanged())

    def cancel(self) -> None:
        """Ask it to stop."""
        if self._token is not None:
            self._token.cancel()

    def _progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self._bus.publish(LossesProgressed(done, total, eta_s))

    def _end(self, cascade: CascadeResult, result: EconomicsResult | None, trouble: str) -> None:
        self._token, self.cascade, self.result, self.trouble = None, cascade, result, trouble
        self._bus.publish(LossesChanged())

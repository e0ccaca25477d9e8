"""The replicate of the shown evacuation that the person follows on the city: run once more, with the log on, on the compute
thread. Owned by the session's thread; the latest wish wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import Cancelled, StratumError
from stratum_core.model.city import City
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress

if TYPE_CHECKING:
    from stratum_core.population.evacuation.trace import Flows, Now, Trace

#: a cascade whose outages people feel: its id, the city and the scenario that it was of
Felt = tuple[str, City, Scenario]


@dataclass(frozen=True)
class TraceChanged:
    """Another replicate is followed, is being made ready, or none is."""


@dataclass(frozen=True)
class Asked:
    """What a shown evacuation was asked of."""

    city: City
    scenario: Scenario
    felt: Felt | None
    result: EvacuationResult


class Traces:
    """``found`` is the trace of a replicate of ``asked``; ``which`` the wish, a word or a number; ``replicate`` its number."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._token: CancelToken | None = None
        self._moment: tuple[float, Now, Flows] | None = None
        self.asked: Asked | None = None
        self.found: Trace | None = None
        self.which = "middle"
        self.replicate = -1

    @property
    def running(self) -> bool:
        """True while one is made."""
        return self._token is not None

    def start_from(self, asked: Asked | None, *, at_once: bool = True) -> None:
        """Forget the old one; of a new result follow what was followed of the old, where it has that: at once, or when asked."""
        self.stop()
        self.asked, self.found, self._moment, self.replicate = asked, None, None, -1
        if asked is not None and self.which.isdigit() and int(self.which) >= asked.result.replicates:
            self.which = "middle"
        if asked is not None and at_once:
            self.follow(self.which)
        else:
            self._bus.publish(TraceChanged())

    def follow(self, which: str) -> None:
        """Trace a replicate by its number or by a word. Raises InputError for another."""
        if self.asked is None:
            return
        from stratum_core.pipeline.evacuation.tracing import replicate_of

        asked, replicate = self.asked, replicate_of(self.asked.result, which)
        self.which = which
        if replicate == self.replicate and self.found is not None:
            self._bus.publish(TraceChanged())
            return
        self.stop()
        self.replicate = replicate

        def work(progress: Progress, cancel: CancelToken) -> Trace:
            from stratum_core.pipeline.cascade import cascade_job
            from stratum_core.pipeline.evacuation.tracing import trace

            job = cascade_job(asked.felt[1], asked.felt[2]) if asked.felt is not None else None
            return trace(asked.city, asked.scenario, replicate, cascade=job, cancel=cancel)

        token: CancelToken | None = None
        token = self._token = self._jobs.compute(
            work, lambda found: self._done(found, token), lambda error: self._failed(error, token), lambda *_: None)
        self._bus.publish(TraceChanged())

    def stop(self) -> None:
        """Make no more of it."""
        if self._token is not None:
            self._token.cancel()
            self._token = None

    def at(self, hour: float) -> tuple[Now, Flows] | None:
        """Everybody and the roads at an hour; made once for an hour. None without a trace."""
        if self.found is None:
            return None
        hour = min(hour, self.found.horizon_h)
        if self._moment is None or self._moment[0] != hour:
            self._moment = (hour, self.found.at(hour), self.found.flows(hour))
        return self._moment[1:]

    def _done(self, found: Trace, token: CancelToken | None) -> None:
        if token is self._token:
            self._token, self.found, self._moment = None, found, None
            self._bus.publish(TraceChanged())

    def _failed(self, error: StratumError, token: CancelToken | None) -> None:
        if token is self._token:
            self._token = None
            self._bus.publish(TraceChanged())
            if not isinstance(error, Cancelled):
                self._bus.publish(of_error(error))

"""What the person changes about the shown run: first an answer from some replicates, then from all of them.

Owned by the session's thread. The latest change wins: an answer that is still being worked on is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import Cancelled, StratumError
from stratum_core.model.city import City
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.actions import Action, Break, Protect, Reserve
from stratum_core.policy.what_if import Baseline, Consequence, what_if
from stratum_core.ports import CancelToken, Progress

#: replicates of the first answer
FIRST = 150


@dataclass(frozen=True)
class WhatIfChanged:
    """Other changes, or a better answer about them. ``refining``: all replicates are still being run."""

    refining: bool


class WhatIfs:
    """The actions that are on, and what they make of the run."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._base: Baseline | None = None
        self._make_base: Callable[[Progress, CancelToken], Baseline] | None = None
        self._token: CancelToken | None = None
        self.actions: tuple[Action, ...] = ()
        self.found: Consequence | None = None

    def start_from(self, base: Baseline) -> None:
        """Ask about this run from now on."""
        self._base, self._make_base = base, None
        self._forget()

    def start_from_scenario(self, city: City, scenario: Scenario | None) -> None:
        """Ask about a stored run from now on: it is run again at the first change."""
        self._base = None
        self._make_base = None
        if scenario is not None:
            self._make_base = lambda progress, cancel: baseline(
                cascade_job(city, scenario),
                threads=self._jobs.compute_threads,
                progress=progress,
                cancel=cancel,
            )
        self._forget()

    @property
    def possible(self) -> bool:
        """Whether there is a run to change."""
        return self._base is not None or self._make_base is not None

    def toggle(self, action: Action) -> None:
        """Turn an action on or off; one component is broken, protected or neither, and has one reserve."""
        rest = tuple(a for a in self.actions if not _excludes(action, a))
        self._take(rest if action in self.actions else (*rest, action))

    def clear(self) -> None:
        """Back to the run as it is."""
        self._take(())

    def _forget(self) -> None:
        self._cancel()
        self.actions, self.found = (), None
        self._bus.publish(WhatIfChanged(refining=False))

    def _take(self, actions: tuple[Action, ...]) -> None:
        self._cancel()
        self.actions = actions
        if not actions:
            self.found = None
            self._bus.publish(WhatIfChanged(refining=False))
            return
        self._ask(FIRST)
        self._bus.publish(WhatIfChanged(refining=True))

    def _ask(self, most: int) -> None:
        actions, threads = self.actions, self._jobs.compute_threads

        def work(progress: Progress, cancel: CancelToken) -> tuple[Baseline, Consequence]:
            base = self._base
            if base is None:
                assert self._make_base is not None
                base = self._make_base(progress, cancel)
            return base, what_if(base, actions, most=most, threads=threads, cancel=cancel)

        self._token = self._jobs.compute(work, lambda got: self._answered(actions, most, *got), self._failed, lambda *_: None)

    def _answered(self, actions: tuple[Action, ...], most: int, base: Baseline, found: Consequence) -> None:
        if actions != self.actions:
            return
        self._base, self.found = base, found
        more = bool(most) and found.replicates < base.job.replicates
        if more:
            self._ask(0)
        self._bus.publish(WhatIfChanged(refining=more))

    def _failed(self, error: StratumError) -> None:
        if not isinstance(error, Cancelled):
            self._bus.publish(of_error(error))

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None


def _excludes(new: Action, old: Action) -> bool:
    if isinstance(new, Reserve):
        return isinstance(old, Reserve) and old.component == new.component
    return isinstance(new, (Break, Protect)) and isinstance(old, (Break, Protect)) and old.component == new.component

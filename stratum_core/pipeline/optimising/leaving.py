"""The side of a portfolio that helps people leave: each set of such options is evacuated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation import evacuate
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.interventions import Option
from stratum_core.ports import CancelToken


class Leaving:
    """Evacuations of ``scenario`` by the options in force; only the hazard closes roads and stops signals."""

    def __init__(self, city: City, scenario: Scenario, *, threads: int, cancel: CancelToken) -> None:
        self._city, self._scenario, self._threads, self._cancel = city, scenario, threads, cancel
        self._known: dict[tuple[int, ...], EvacuationResult] = {}
        self.options: tuple[Option, ...] = ()

    @property
    def bottlenecks(self) -> list[str]:
        """Roads where most is lost without any option, each by the direction in which more is; the worst first."""
        found: dict[str, str] = {}
        for road in self._result(()).bottlenecks:
            found.setdefault(road.road.removesuffix("/back"), road.road)
        return list(found.values())

    def offer(self, options: Sequence[Option]) -> None:
        """The options that portfolios count."""
        self.options = tuple(options)

    def samples(self, portfolio: Bools, name: str) -> Floats:
        """(replicates,) of ``stranded``, or the one clearance time of the middle run."""
        chosen = tuple(at for at in np.flatnonzero(portfolio).tolist() if self.options[at].effect.layer == "evacuation")
        found = self._result(chosen)
        if name == "stranded":
            return found.stranded_by_replicate
        cleared = np.nan if found.clearance_h is None else found.clearance_h.p50
        return np.array([cleared if np.isfinite(cleared) else found.horizon_h])

    def _result(self, chosen: tuple[int, ...]) -> EvacuationResult:
        if chosen not in self._known:
            spec = self._scenario.evacuation
            for at in chosen:
                spec = self.options[at].effect.evacuation(spec, self.options[at].target)
            _, self._known[chosen] = evacuate(self._city, replace(self._scenario, evacuation=spec), threads=self._threads,
                                              cancel=self._cancel)
        return self._known[chosen]

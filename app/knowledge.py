"""The typed graph of the open city: built when somebody looks, kept up to date by every change, asked in milliseconds.

Owned by the session's thread once it is built.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import StratumError
from stratum_core.graph.affected import Affected, affected
from stratum_core.graph.critical import Critical, critical
from stratum_core.graph.open_questions import OpenQuestions, open_questions
from stratum_core.graph.typed import TypedGraph
from stratum_core.model.changes import Change
from stratum_core.model.city import City
from stratum_core.ports import CancelToken, Progress

#: rows of the lists
MOST = 100


@dataclass(frozen=True)
class KnowledgeChanged:
    """The graph is there, follows another city or is to be asked for anew; or its lists are new."""


class Knowledge:
    """The graph, what hangs on single components, and what should be asked about."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._building: City | None = None
        self.graph: TypedGraph | None = None
        self.single_points: Critical | None = None
        self.questions: OpenQuestions | None = None

    def want(self, city: City) -> TypedGraph | None:
        """The graph if it is there; else it is built, and told on the bus."""
        if self.graph is None and self._building is not city:
            self._building = city

            def work(progress: Progress, cancel: CancelToken) -> TypedGraph:
                graph = TypedGraph(city)
                _ = graph.columns  # what the first look needs
                return graph

            self._jobs.compute(work, self._take, self._fail, lambda *_: None)
        return self.graph

    def _take(self, graph: TypedGraph) -> None:
        if graph.city is not self._building:  # the city was changed in the meantime
            return
        self._building = None
        self.graph, self._work = graph, graph.graph.work()
        self._bus.publish(KnowledgeChanged())
        self._list()

    def _fail(self, error: StratumError) -> None:
        self._building = None
        self._bus.publish(of_error(error))

    def follow(self, change: Change) -> None:
        """The city was changed: the graph follows, or, where a network was altered, is built anew when somebody asks."""
        if self.graph is None:
            if self._building is None:
                return
            self._building = None
        elif self.graph.graph.rebuilt_by(change):
            self.graph = self.single_points = self.questions = None
        else:
            self.graph.apply(change)
            self._work = self.graph.graph.work()
            self._list()
        self._bus.publish(KnowledgeChanged())

    def _list(self) -> None:
        """Work out the lists on the compute thread, from the graph as it is now, which no change touches."""
        assert self.graph is not None
        rows = self.graph.graph

        def work(progress: Progress, cancel: CancelToken) -> tuple[Critical, OpenQuestions]:
            return critical(rows, MOST, cancel=cancel), open_questions(rows, MOST)

        def take(found: tuple[Critical, OpenQuestions]) -> None:
            if self.graph is not None and self.graph.graph is rows:
                self.single_points, self.questions = found
                self._bus.publish(KnowledgeChanged())

        self._jobs.compute(work, take, lambda error: self._bus.publish(of_error(error)), lambda *_: None)

    def affected(self, node: int) -> Affected | None:
        """Who is hit if a component fails for good; None for a block, a service, or without a graph."""
        if self.graph is None or not 0 <= node < self.graph.components:
            return None
        return affected(self.graph.graph, node, self._work)

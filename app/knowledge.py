"""The typed graph of the open city: built when somebody looks, kept up to date by every change, asked in milliseconds.

Owned by the session's thread once it is built.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
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
    """The graph is there, or follows another city; ``lists``: the ranking and the questions are new."""

    lists: bool


class Knowledge:
    """The graph, what hangs on single components, and what should be asked about."""

    def __init__(self, jobs: Jobs, bus: Bus) -> None:
        self._jobs, self._bus = jobs, bus
        self._building = False
        self.graph: TypedGraph | None = None
        self.single_points: Critical | None = None
        self.questions: OpenQuestions | None = None

    def want(self, city: City) -> TypedGraph | None:
        """The graph if it is there; else it is built, and told on the bus."""
        if self.graph is None and not self._building:
            self._building = True

            def work(progress: Progress, cancel: CancelToken) -> TypedGraph:
                graph = TypedGraph(city)
                _ = graph.columns  # what the first look needs
                return graph

            self._jobs.compute(work, self._take, lambda error: self._bus.publish(of_error(error)),
                               lambda *_: None)
        return self.graph

    def _take(self, graph: TypedGraph) -> None:
        self._building = False
        self.graph, self._work = graph, graph.graph.work()
        self._bus.publish(KnowledgeChanged(lists=False))
        self._list()

    def follow(self, change: Change) -> None:
        """The city was changed: in place for a dependency, else the graph is built anew when somebody asks."""
        if self.graph is None:
            return
        if change.table != "dependencies":
            self.graph = self.single_points = self.questions = None
        else:
            self.graph.apply(change)
            self._work = self.graph.graph.work()
            self._list()
        self._bus.publish(KnowledgeChanged(lists=False))

    def _list(self) -> None:
        """Work out the lists on the compute thread, from the graph as it is now, which no change touches."""
        assert self.graph is not None
        rows = self.graph.graph

        def work(progress: Progress, cancel: CancelToken) -> tuple[Critical, OpenQuestions]:
            return critical(rows, MOST, cancel=cancel), open_questions(rows, MOST)

        self._jobs.compute(work, lambda found: self._take_lists(*found), lambda error: self._bus.publish(of_error(error)),
                           lambda *_: None)

    def _take_lists(self, single_points: Critical, questions: OpenQuestions) -> None:
        self.single_points, self.questions = single_points, questions
        self._bus.publish(KnowledgeChanged(lists=True))

    def affected(self, node: int) -> Affected | None:
        """Who is hit if a component fails for good; None for a block, a service, or without a graph."""
        if self.graph is None or not 0 <= node < self.graph.components:
            return None
        return affected(self.graph.graph, node, self._work)

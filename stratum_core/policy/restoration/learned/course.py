"""The course of one order, decision by decision: what a policy sees, and what follows from its choice."""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.choosing.kernels import look, outlook
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.kernels import give, next_decision


class Course:
    """One order in the making. rows: (jobs, FEATURES), ties: (jobs, jobs) of the decision that is due, while ``crew`` >= 0."""

    def __init__(self, given: Instance) -> None:
        crews = len(given.crew_skill)
        self.given = given
        self.finish: Floats = np.full(given.jobs, -1.0)
        self.rows: Floats = np.empty((given.jobs, len(FEATURES)))
        self.ties: Floats = np.empty((given.jobs, given.jobs))
        self.order: list[int] = []
        self._free, self._place = np.zeros(crews), np.full(crews, -1, dtype=np.int64)
        self._ends = np.empty(given.jobs)
        self.t, self.crew = 0.0, -1
        self._next()

    @property
    def done(self) -> bool:
        """Whether every job is given out."""
        return self.crew < 0

    @property
    def jobs(self) -> Ints:
        """The order so far."""
        return np.array(self.order, dtype=np.int64)

    @property
    def allowed(self) -> Bools:
        """(jobs,) those that the crew may take."""
        return np.asarray(self.rows[:, 0] > 0)

    def outlook(self) -> float:
        """People-hours at least, from here on; those of the order when all is given out."""
        return float(outlook(self.given, self.finish, self._free, self._place, self.t, self._ends))

    def take(self, job: int) -> None:
        """The crew takes the job."""
        give(self.given, self.finish, self._free, self._place, self.crew, job, self.t)
        self.order.append(job)
        self._next()

    def _next(self) -> None:
        self.t, self.crew = next_decision(self.given, self.finish, self._free, self.t)
        if self.crew >= 0:
            look(self.given, self.finish, self._free, self._place, self.t, self.crew, self.rows, self.ties)

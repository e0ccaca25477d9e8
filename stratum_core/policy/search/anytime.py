"""A search that can be stopped after any generation and goes on later from what it has tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.policy.search.greedy import greedy_path
from stratum_core.policy.search.knapsack import best_choice
from stratum_core.policy.search.nsga2 import POPULATION, Search
from stratum_core.policy.search.pareto import front
from stratum_core.policy.search.rules import Rules
from stratum_core.ports import Evaluate

#: generations without a new portfolio after which a search ends
_IDLE = 20


@dataclass
class Tried:
    """Every portfolio that was evaluated, (n, options), with its objectives (n, objectives), the first of them cost."""

    portfolios: Bools
    objectives: Floats
    place: dict[bytes, int] = field(default_factory=dict)
    _looked: int = 0  # rows that _front is of
    _front: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def nothing(cls, options: int, objectives: int) -> Tried:
        """Empty."""
        return cls(np.empty((0, options), dtype=bool), np.empty((0, objectives)))

    def __len__(self) -> int:
        return len(self.portfolios)

    def row(self, portfolio: Bools) -> int:
        """Where a portfolio (options,) stands that was tried."""
        return self.place[np.packbits(portfolio).tobytes()]

    @property
    def front(self) -> Ints:
        """Rows that no other dominates, by rising cost."""
        if self._looked < len(self):
            rows = np.concatenate([self._front, np.arange(self._looked, len(self))])
            rows = rows[front(self.objectives[rows])]  # what was beaten stays beaten
            self._front, self._looked = rows[np.lexsort(self.objectives[rows].T[::-1])], len(self)
        return self._front

    def unknown(self, portfolios: Bools) -> Bools:
        """(n,) whether each was not tried yet; of equal ones only the first."""
        keys = [row.tobytes() for row in np.packbits(portfolios, axis=1)]
        return np.array([key not in self.place and key not in keys[:at] for at, key in enumerate(keys)], dtype=bool)

    def looked_up(self, portfolios: Bools, evaluate: Evaluate) -> Floats:
        """(n, objectives); what was not tried before is evaluated, once."""
        keys = [row.tobytes() for row in np.packbits(portfolios, axis=1)]
        new = {key: at for at, key in enumerate(keys) if key not in self.place}
        if new:
            rows = portfolios[list(new.values())]
            self.objectives = np.vstack([self.objectives, evaluate(rows)])
            self.place.update({key: at for at, key in enumerate(new, start=len(self.portfolios))})
            self.portfolios = np.vstack([self.portfolios, rows])
        return self.objectives[[self.place[key] for key in keys]]


@dataclass(frozen=True)
class Baselines:
    """Rows of ``Tried`` beside every search: the least (what must be in), the greedy path, the knapsack of single effects.

    worth: (options,) what each alone takes off the second objective.
    """

    least: int
    greedy: Ints
    knapsack: int
    worth: Floats


def baselines(tried: Tried, evaluate: Evaluate, rules: Rules) -> Baselines:
    """Evaluated into ``tried``; greedy and knapsack look at the second objective."""
    none = np.zeros(len(rules.options))
    least = rules.repaired(np.zeros((1, len(none)), dtype=bool), none)

    def second(portfolios: Bools) -> Floats:
        return tried.looked_up(portfolios, evaluate)[:, 1]

    worth = _worth(rules, least[0], second)
    path = greedy_path(rules.cost, second, rules.allowed, least[0])
    free = np.flatnonzero(worth > 0)
    packed = least.copy()
    if len(free):
        room = rules.budget - float(rules.cost[least[0]].sum())
        packed[0, free[list(best_choice(rules.cost[free], worth[free], room).items)]] = True
    packed = rules.repaired(packed, worth)
    second(packed)
    return Baselines(tried.row(least[0]), np.array([tried.row(row) for row in path], dtype=np.int64), tried.row(packed[0]), worth)


def _worth(rules: Rules, least: Bools, second: Callable[[Bools], Floats]) -> Floats:
    """(options,) what each takes off beside ``least``; 0 where it is not allowed alone."""
    alone = np.eye(len(least), dtype=bool) | least
    chosen = np.flatnonzero(rules.allowed(alone) & ~least)
    found = np.zeros(len(least))
    if len(chosen):
        found[chosen] = second(least[None])[0] - second(alone[chosen])
    return found


def generations(
    tried: Tried, evaluate: Evaluate, rules: Rules, worth: Floats, *, evaluations: int, seed: int, population: int = POPULATION
) -> Iterator[Tried]:
    """Search until ``evaluations`` portfolios were tried in all, or no new one comes up; yields after every generation."""
    search = Search(len(rules.options), tried.objectives.shape[1], seed=seed + len(tried), population=population,
                    start=tried.portfolios[tried.front], repair=lambda portfolios: rules.repaired(portfolios, worth))
    idle = 0
    while len(tried) < evaluations and idle < _IDLE:
        before, asked = len(tried), search.ask()
        if not len(asked):
            return
        new = np.flatnonzero(tried.unknown(asked))
        if len(new) > evaluations - before:
            tried.looked_up(asked[new[: evaluations - before]], evaluate)
        else:
            search.tell(tried.looked_up(asked, evaluate))
        idle = idle + 1 if len(tried) == before else 0
        yield tried

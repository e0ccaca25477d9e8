"""Which portfolios are allowed: budget, time, what must be in, what must not, what needs and excludes what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Bools, Floats
from stratum_core.policy.interventions import Option


@dataclass(frozen=True)
class Rules:
    """budget: by the most likely costs; lead_d: days until it has to stand, crews: that options may add together (infinite: any);
    must, must_not: ids of options or interventions. What has to be in brings what it needs.
    """

    options: tuple[Option, ...]
    budget: float
    lead_d: float = np.inf
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    crews: float = np.inf

    def __post_init__(self) -> None:
        for name in (*self.must, *self.must_not):
            if not self._called(name).any():
                known = {o.id for o in self.options} | {o.intervention for o in self.options}
                raise unknown("option", name, known, where="must, must not")
        if not self.budget >= 0:
            raise InputError("the budget is below 0", where="--budget", repair="give an amount from 0")
        for first, second in self._excludes:
            if self._forced[first] and self._forced[second]:
                raise InputError(f"'{self.options[first].id}' and '{self.options[second].id}' exclude each other",
                                 where="--must", repair="ask for one of them")
        bad = self._forced & ~self._free
        if bad.any():
            raise InputError(f"'{self.options[int(bad.argmax())].id}' must be in and cannot be", where="--must",
                             repair="look at --must-not and --lead")
        if (needed := float(self.cost[self._forced].sum())) > self.budget:
            raise InputError(f"what must be in costs {needed:,.0f}, more than the budget", where="--budget",
                             repair="raise it, or ask for less")
        if self._crews[self._forced].sum() > self.crews:
            raise InputError("what must be in adds more crews than are allowed", where="--crews",
                             repair="raise it, or ask for less")

    @cached_property
    def cost(self) -> Floats:
        """(options,) most likely cost."""
        return np.array([o.price.mode for o in self.options])

    def allowed(self, portfolios: Bools) -> Bools:
        """(n,) whether each of (n, options) is."""
        fits = portfolios @ self.cost <= self.budget * (1 + 1e-12)
        fits &= portfolios @ self._crews <= self.crews
        fits &= (portfolios[:, self._forced]).all(axis=1) & ~portfolios[:, ~self._free].any(axis=1)
        for first, second in self._excludes:
            fits &= ~(portfolios[:, first] & portfolios[:, second])
        return np.asarray(fits & self.ordered(portfolios))

    def ordered(self, portfolios: Bools) -> Bools:
        """(n,) whether nothing stands without what it needs."""
        fits = np.ones(len(portfolios), dtype=bool)
        for first, any_of in self._needs:
            fits &= ~portfolios[:, first] | portfolios[:, any_of].any(axis=1)
        return fits

    def repaired(self, portfolios: Bools, worth: Floats) -> Bools:
        """Each made allowed by leaving out what is worth least for its cost; worth: (options,) of each alone."""
        found = (portfolios | self._forced) & self._free
        ratio = np.where(self._forced, np.inf, worth / np.maximum(self.cost, 1e-9))
        for row in found:
            for first, second in self._excludes:
                if row[first] and row[second]:
                    row[first if ratio[first] < ratio[second] else second] = False
            self._drop_orphans(row)
            while row @ self.cost > self.budget * (1 + 1e-12) or row @ self._crews > self.crews:
                inside = np.flatnonzero(row & ~self._forced)
                row[inside[np.argmin(ratio[inside])]] = False
                self._drop_orphans(row)
        return found

    def _drop_orphans(self, row: Bools) -> None:
        """Leave out, until none is left, what needs something that is not there."""
        while (orphans := [first for first, any_of in self._needs if row[first] and not row[any_of].any()]):
            row[orphans] = False

    def _called(self, name: str) -> Bools:
        return np.array([name in (o.id, o.intervention) for o in self.options], dtype=bool)

    def _all_called(self, names: Sequence[str]) -> Bools:
        return np.any([self._called(name) for name in names], axis=0) if names else np.zeros(len(self.options), dtype=bool)

    @cached_property
    def _crews(self) -> Floats:
        return np.array([float(o.crews) for o in self.options])

    @cached_property
    def _forced(self) -> Bools:
        """What must be in, with what it needs: of several that would do the cheapest."""
        found = self._all_called(self.must)
        while (missing := [any_of for first, any_of in self._needs if found[first] and not found[any_of].any()]):
            free = [at for at in missing[0] if self._free[at]] or missing[0]
            found[min(free, key=lambda at: float(self.cost[at]))] = True
        return found

    @cached_property
    def _free(self) -> Bools:
        in_time = np.array([o.lead_d <= self.lead_d for o in self.options], dtype=bool)
        return in_time & ~self._all_called(self.must_not)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {o.id: at for at, o in enumerate(self.options)}

    @cached_property
    def _needs(self) -> list[tuple[int, list[int]]]:
        """(option, those of which one has to be in)."""
        return [(at, [self._place[other] for other in any_of if other in self._place])
                for at, o in enumerate(self.options) for any_of in o.needs]

    @cached_property
    def _excludes(self) -> list[tuple[int, int]]:
        return [(at, self._place[other]) for at, o in enumerate(self.options) for other in o.excludes if other in self._place]

"""The smallest change that keeps something up: fewest actions, drawn from the causes that the logs name.

Every chain of causes must be broken somewhere, so a set of actions works in a replicate only if it hits all
chains that are known of it. The best set of a size is found among these constraints and then tried; a chain by
which it still fails is a new constraint (implicit hitting sets, Chandrasekaran et al., SODA 2011). The
share of the last set found is reached by no other set of its size built from these actions, as
long as an action never makes another failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from stratum_core.cascade.fold import fold
from stratum_core.cascade.run import CascadeJob, ChunkResult
from stratum_core.ensemble import run_in_order
from stratum_core.model.fields import Ints
from stratum_core.model.results import Share
from stratum_core.model.statistics import share
from stratum_core.policy.actions import Action, Protect, Reserve, altered
from stratum_core.policy.what_if import Baseline, SomeReplicates
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.network import BY_HAZARD, INPUT

_MOST_TRIED = 200_000
Conflict = frozenset[Action]


@dataclass(frozen=True)
class LeastChange:
    """``actions`` keep it up in the share ``works`` of the replicates in which it fails."""

    actions: tuple[Action, ...]
    works: Share


def least_changes(
    base: Baseline,
    component: int,
    *,
    most: int = 4,
    reserve_h: float = 0.0,
    threads: int = 1,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[LeastChange, ...]:
    """For 1, 2, ... actions the set that keeps ``component`` up in most replicates, until it does in all; at most ``most``.

    reserve_h: hours that an added reserve lasts; 0 means the whole horizon. Empty where it
    never fails, or where no cause can be acted on.
    """
    failing = np.flatnonzero(base.went_down(np.array([component])))
    search = _Search(base.job, component, reserve_h or base.job.compiled.spec.run.horizon_h, threads, cancel or CancelToken())
    search.learn((), failing)
    found: list[LeastChange] = []
    for size in range(1, most + 1):
        progress(size - 1, most)
        actions, kept = search.best(size)
        if not actions or (found and kept == round(found[-1].works.value * len(failing))):
            break
        found.append(LeastChange(actions, share(kept, len(failing))))
        if kept == len(failing):
            break
    progress(most, most)
    return tuple(found)


class _Search:
    """What is known so far: the chains of every failing replicate, as the actions that would break each."""

    def __init__(self, job: CascadeJob, component: int, reserve_h: float, threads: int, cancel: CancelToken) -> None:
        compiled = replace(job.compiled, watched=np.array([component], dtype=np.int64))
        self.job, self.reserve_h = CascadeJob(compiled, job.hazards), reserve_h
        self.threads, self.cancel = threads, cancel
        self.conflicts: dict[int, frozenset[Conflict]] = {}

    def learn(self, actions: tuple[Action, ...], numbers: Ints) -> int:
        """Try ``actions`` in the replicates ``numbers``; how many still fail, each with its new conflict."""
        if not len(numbers):
            return 0
        some = SomeReplicates(altered(self.job, actions), numbers)
        rows = fold(some.job, run_in_order(some, threads=self.threads, progress=silent, cancel=self.cancel))
        failed = 0
        for number, conflict in zip(numbers, self._conflicts(rows, actions), strict=True):
            if conflict is not None:
                failed += 1
                self.conflicts[int(number)] = self.conflicts.get(int(number), frozenset()) | {conflict}
        return failed

    def _conflicts(self, rows: ChunkResult, actions: tuple[Action, ...]) -> Iterator[Conflict | None]:
        for members, rules in zip(rows.sums.chain[:, 0], rows.sums.chain_rule[:, 0], strict=True):
            if members[0] < 0:
                yield None
                continue
            ways = (self._action(int(c), int(rule)) for c, rule in zip(members, rules, strict=True) if c >= 0)
            yield frozenset(way for way in ways if way is not None and way not in actions)

    def _action(self, component: int, rule: int) -> Action | None:
        if rule >= BY_HAZARD:
            return Protect(component)
        return Reserve(component, self.reserve_h) if rule == INPUT else None

    def best(self, size: int) -> tuple[tuple[Action, ...], int]:
        """The set of ``size`` actions that works in most replicates, and in how many; tried, not only predicted."""
        while True:
            groups = Counter(self.conflicts.values())
            actions = _cover(groups, size)
            covered = [n for n, known in self.conflicts.items() if _hits(actions, known)]
            if not actions or not self.learn(actions, np.array(sorted(covered), dtype=np.int64)):
                return actions, len(covered)


def _hits(actions: tuple[Action, ...], known: frozenset[Conflict]) -> bool:
    return all(any(action in conflict for action in actions) for conflict in known)


def _cover(groups: Counter[frozenset[Conflict]], size: int) -> tuple[Action, ...]:
    """The ``size`` actions that hit all conflicts of most replicates; by every combination of the likeliest candidates."""
    weight: Counter[Action] = Counter()
    for known, count in groups.items():
        for action in {a for conflict in known for a in conflict}:
            weight[action] += count
    candidates = sorted(weight, key=lambda a: (-weight[a], repr(a)))
    if len(candidates) <= size:
        return tuple(candidates)
    while comb(len(candidates), size) > _MOST_TRIED:
        candidates.pop()
    return max(combinations(candidates, size), key=lambda chosen: sum(n for known, n in groups.items() if _hits(chosen, known)))

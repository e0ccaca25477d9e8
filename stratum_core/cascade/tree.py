"""The failure tree of a component in one replicate: what had to fail together, and what for each of them.

A chain names one way; the tree also names the alternatives of a redundancy group that were lost. Below a
network's loss stands the one component that cut it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import State
from stratum_core.cascade.wording import step
from stratum_core.model.results import Step
from stratum_core.sectors.network import INPUT

#: branches deeper than this end
_DEEPEST = 24


@dataclass(frozen=True)
class Branch:
    """``step`` happened because, for every gate in ``causes``, fewer than ``needed`` of its alternatives were up."""

    step: Step
    causes: tuple[Gate, ...]


@dataclass(frozen=True)
class Gate:
    """Alternatives of one need: ``lost`` of ``alternatives`` were down, ``needed`` must be up."""

    needed: int
    alternatives: int
    lost: tuple[Branch, ...]


def failure_tree(job: CascadeJob, state: State, component: int) -> Branch | None:
    """The tree above ``component`` in a replayed replicate; None if it never went down."""
    return _branch(job, state, component, ()) if state.first_down[component] >= 0.0 else None


def _branch(job: CascadeJob, state: State, component: int, below: tuple[int, ...]) -> Branch:
    rule, cause = int(state.rule[component]), int(state.cause[component])
    told = step(job, state, component)
    path = (*below, component)
    if len(path) == _DEEPEST:
        return Branch(told, ())
    if rule == INPUT:
        return Branch(told, tuple(_gates(job, state, component, path)))
    if cause < 0 or cause in path or state.first_down[cause] < 0.0:
        return Branch(told, ())
    return Branch(told, (Gate(1, 1, (_branch(job, state, cause, path),)),))


def _gates(job: CascadeJob, state: State, component: int, path: tuple[int, ...]) -> list[Gate]:
    needs, found = job.compiled.needs, []
    for group in np.flatnonzero(needs.dependent == component):
        members = needs.member_list[needs.member_ptr[group] : needs.member_ptr[group + 1]]
        down = state.first_down[members]
        lost = [int(m) for m, at in zip(members, down, strict=True) if 0.0 <= at <= state.first_down[component] and m not in path]
        needed = int(needs.needed[group])
        if len(members) - len(lost) < needed:
            found.append(Gate(needed, len(members), tuple(_branch(job, state, m, path) for m in lost)))
    return found

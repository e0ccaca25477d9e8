"""Why a component failed: its causal chain in one replicate, and its most frequent chains over all.

A chain is read from the run's own record of first causes; nothing is told that the event
queue did not do. Steps that only pass a loss on (a busbar, a pipe node) are left out.
"""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import State
from stratum_core.cascade.wording import step
from stratum_core.model.results import Chain, Step
from stratum_core.model.statistics import share
from stratum_core.sectors.network import BY_HAZARD, FACILITY, OVERLOAD

_PASSING_KINDS = frozenset(
    {"bus", "load", "junction", "cable", "line", "pipe", "manhole", "crossing", "road", "transformer", "switch"}
)


def chain_in(job: CascadeJob, state: State, component: int) -> tuple[Step, ...]:
    """Steps from the first cause to ``component`` in the replayed replicate; empty if it never went down."""
    members: list[int] = []
    at = component
    while at >= 0 and state.first_down[at] >= 0.0 and at not in members:
        members.append(at)
        at = int(state.cause[at])
    kept = [c for i, c in enumerate(members) if i in (0, len(members) - 1) or not _passes(job, c, int(state.rule[c]))]
    return tuple(step(job, state, c) for c in reversed(kept))


def _passes(job: CascadeJob, component: int, rule: int) -> bool:
    kind = job.compiled.kinds[component]
    return rule != OVERLOAD and rule < BY_HAZARD and kind.name in _PASSING_KINDS


def frequent_chains(
    job: CascadeJob, chains: np.ndarray, rules: np.ndarray, failures: np.ndarray, most: int = 12
) -> tuple[Chain, ...]:
    """The most frequent chain of each watched component that fails, worst first."""
    watched = job.compiled.watched
    failing = [k for k in range(len(watched)) if (chains[:, k, 0] >= 0).any()]
    failing.sort(key=lambda k: _weight(job, int(watched[k]), int((chains[:, k, 0] >= 0).sum())), reverse=True)
    return tuple(_chain(job, chains[:, k], rules[:, k], int(watched[k])) for k in failing[:most])


def _weight(job: CascadeJob, component: int, failures: int) -> tuple[bool, float]:
    """Facilities people know come first, then by failures times people served."""
    people = job.compiled.people
    served = float(people.total[component])
    if component < len(job.compiled.city.assets):
        served = max(served, float(np.nan_to_num(job.compiled.city.assets.people[component])))
    return job.compiled.network.role[component] == FACILITY, failures * max(served, 1.0)


def _chain(job: CascadeJob, chains: np.ndarray, rules: np.ndarray, component: int) -> Chain:
    rows = np.flatnonzero(chains[:, 0] >= 0)
    signatures: dict[tuple[int, ...], list[int]] = {}
    for row in rows:
        members = [int(c) for c in chains[row] if c >= 0]
        codes = rules[row]
        kept = tuple(c for i, c in enumerate(members) if i in (0, len(members) - 1) or not _passes(job, c, int(codes[i])))
        signatures.setdefault(kept, []).append(int(row))
    common = max(signatures.values(), key=lambda found: (len(found), -found[0]))
    state, _ = job.replay(common[0])
    steps = chain_in(job, state, component)
    city = job.compiled.city
    return Chain(
        asset=str(city.component_ids[component]),
        name=str(city.component_names[component]),
        failures=len(rows),
        count=len(common),
        share=share(len(rows), len(chains)),
        replicate=common[0],
        steps=steps,
    )

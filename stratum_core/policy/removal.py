"""The proof of an explanation: without its cause, in the same replicate, the failure is gone, or another cause suffices."""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.why import chain_in
from stratum_core.model.results import Step
from stratum_core.policy.actions import Protect, altered

#: more sufficient causes than these are not looked for
MOST = 5


@dataclass(frozen=True)
class Removal:
    """``removed``: causes taken away, one after the other; ``gone``: whether the failure is then gone.

    steps: without the causes removed before, the chain that still leads to the failure, for each further cause.
    """

    removed: tuple[str, ...]
    gone: bool
    steps: tuple[tuple[Step, ...], ...]


def removal(job: CascadeJob, replicate: int, component: int) -> Removal:
    """Take the first cause of ``component``'s failure away and run the replicate again, until the failure is gone."""
    ids, index = job.compiled.city.component_ids, job.compiled.city.index
    removed: list[int] = []
    chains: list[tuple[Step, ...]] = []
    for _ in range(MOST):
        changed = altered(job, [Protect(c) for c in removed])
        chain = chain_in(changed, changed.replay(replicate)[0], component)
        if not chain:
            return Removal(tuple(str(ids[c]) for c in removed), bool(removed), tuple(chains[1:]))
        chains.append(chain)
        cause = index[chain[0].asset]
        if cause in removed:
            break
        removed.append(cause)
    return Removal(tuple(str(ids[c]) for c in removed), False, tuple(chains[1:]))

"""Propagation as chunks of replicates that any executor may run, in any order, and what they add up to."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.propagation.hits import Hits
from stratum_core.cascade.propagation.kernels import propagate_chunk
from stratum_core.cascade.propagation.structure import Indices, ServiceRule, Structure
from stratum_core.errors import Cancelled
from stratum_core.model.fields import Bools, Floats, Ints

CHUNK = 250


class PropagationResult(NamedTuple):
    """failures and rounds by replicate, times each component failed, and working nodes (replicates, networks)."""

    failures: Ints
    rounds: Ints
    times: Ints
    working: Ints

    @property
    def replicates(self) -> int:
        """Replicates in all."""
        return len(self.failures)

    def failure_share(self) -> Floats:
        """Share of replicates in which each component fails."""
        share: Floats = self.times / max(self.replicates, 1)
        return share


class Scratch(NamedTuple):
    """Work arrays of one thread. lost: suppliers lost by group, one more place for the count of replicates; see the kernel."""

    lost: Indices
    stride: int
    failed: Bools
    queue: Indices
    root: Indices
    size: Indices


@dataclass
class PropagationJob:
    """Propagation of ``hits`` along ``structure``; ``run_chunk`` may be called from several threads at once."""

    structure: Structure
    hits: Hits
    rule: ServiceRule = ServiceRule.INPUTS
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))
    _local: threading.local = field(default_factory=threading.local)

    @property
    def chunks(self) -> int:
        """Chunks in all; their size is fixed, so no sum depends on threads."""
        return -(-self.hits.replicates // CHUNK)

    def run_chunk(self, number: int) -> PropagationResult:
        """Run chunk ``number``; raises Cancelled when stopped."""
        first = number * CHUNK
        return self.run(first, min(CHUNK, self.hits.replicates - first))

    def run(self, first: int, count: int) -> PropagationResult:
        """Run ``count`` replicates from ``first`` in this thread."""
        s, scratch = self.structure, self._scratch()
        offset, hit = self.hits.take(first, count)
        giant = self.rule == ServiceRule.GIANT_COMPONENT
        found = PropagationResult(
            np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64), np.zeros(s.components, dtype=np.int64),
            np.zeros((count, len(s.node_ptr) - 1 if giant else 0), dtype=np.int64))
        done = propagate_chunk(
            s.use_ptr, s.use_list, s.dependent, s.spare, s.node_ptr, s.edge_ptr, s.edge_start, s.edge_end, giant,
            offset, hit, *scratch, *found, self.stop)
        if done < count:
            raise Cancelled("Cancelled; nothing was stored.")
        return found

    def failed(self, replicate: int) -> Ints:
        """The components that fail in one replicate, sorted; the same as in the whole run."""
        return np.flatnonzero(self.run(replicate, 1).times)

    def _scratch(self) -> Scratch:
        kept: Scratch | None = getattr(self._local, "scratch", None)
        if kept is None:
            structure, n = self.structure, self.structure.components
            groups, members = len(structure.spare), np.bincount(structure.use_list, minlength=1)
            queue, root, size, lost = (np.zeros(length, dtype=np.int32) for length in (n, n, n, groups + 1))
            kept = Scratch(lost, int(members.max()) + 2, np.zeros(n, dtype=np.bool_), queue, root, size)
            self._local.scratch = kept
        return kept


def fold(job: PropagationJob, chunks: Iterable[PropagationResult]) -> PropagationResult:
    """All chunks, in order, as one result."""
    parts = list(chunks) or [job.run(0, 0)]
    return PropagationResult(
        np.concatenate([p.failures for p in parts]), np.concatenate([p.rounds for p in parts]),
        np.sum([p.times for p in parts], axis=0), np.concatenate([p.working for p in parts]))

"""Only what can have changed is run again: affected replicates, merged with the base run, and the paired difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.fold import fold
from stratum_core.cascade.run import CHUNK, CascadeJob, ChunkResult
from stratum_core.ensemble import run_in_order
from stratum_core.hazards import Drawn
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.results import Band, Difference, Spread
from stratum_core.model.statistics import band, difference, spread
from stratum_core.policy.actions import Action, Break, CrewCount, Protect, Reserve, altered
from stratum_core.ports import CancelToken, Progress, silent


@dataclass(frozen=True)
class Baseline:
    """A finished run with its rows by replicate; ``damaged`` and ``damage_offset`` list what the hazard hit in each."""

    job: CascadeJob
    rows: ChunkResult
    damaged: Ints
    damage_offset: Ints

    @classmethod
    def of(cls, job: CascadeJob, rows: ChunkResult) -> Baseline:
        """The baseline of a run from its folded chunks."""
        batch = job.drawn(0, job.replicates).damage
        return cls(job, rows, batch.component, batch.offset)

    @cached_property
    def drawn(self) -> Drawn:
        """What the hazards do in all replicates."""
        return self.job.drawn(0, self.job.replicates)

    def hit(self, components: Bools) -> Bools:
        """Replicates in which the hazard damaged any of ``components`` (a flag for each)."""
        before = np.concatenate([[0], np.cumsum(components[self.damaged])])
        return np.diff(before[self.damage_offset]) > 0

    def went_down(self, components: Ints) -> Bools:
        """Replicates in which any of ``components`` went down."""
        bits = self.rows.sums.down[:, components >> 3] >> (components & 7).astype(np.uint8)
        return np.asarray((bits & 1).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class Consequence:
    """What changes: paired over the same ``replicates``, of which ``rerun`` were run again.

    people_hours: by service, with the change and the base run; failure_probability by component.
    """

    replicates: int
    rerun: int
    people_hours: dict[str, Difference]
    people_without_service: dict[str, Band]
    people_peak: dict[str, Spread]
    cascade_size: Difference
    failure_probability: Floats


def affected(base: Baseline, actions: Sequence[Action]) -> Bools:
    """Replicates whose course the actions can change; all others stay as they are in the base run."""
    job, found = base.job, np.zeros(base.job.replicates, dtype=np.bool_)
    compiled = job.compiled
    for action in actions:
        if isinstance(action, Break):
            found[:] = True
        elif isinstance(action, Protect):
            found |= base.hit(np.arange(len(compiled.kinds)) == action.component)
        elif isinstance(action, Reserve):
            found |= base.went_down(_suppliers(base, action.component))
        elif isinstance(action, CrewCount):
            found |= base.hit(np.array([k.sector == action.sector for k in compiled.kinds], dtype=np.bool_))
    return found


def _suppliers(base: Baseline, component: int) -> Ints:
    needs = base.job.compiled.needs
    groups = np.flatnonzero(needs.dependent == component)
    members = [needs.member_list[needs.member_ptr[g] : needs.member_ptr[g + 1]] for g in groups]
    return np.concatenate([np.zeros(0, dtype=np.int64), *members])


def what_if(
    base: Baseline,
    actions: Sequence[Action],
    *,
    most: int = 0,
    threads: int = 1,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Consequence:
    """The consequence of ``actions``; ``most`` > 0 looks at that many replicates, evenly spaced, for a first answer.

    Raises Cancelled, EngineError, InputError for a sector that has no crews.
    """
    count = base.job.replicates
    chosen = np.arange(count) if not most or most >= count else np.linspace(0, count - 1, most).astype(np.int64)
    again = chosen[affected(base, actions)[chosen]]
    rows = _columns(base.rows, chosen)
    if len(again):
        job = SomeReplicates(altered(base.job, actions), again)
        fresh = fold(job.job, run_in_order(job, threads=threads, progress=progress, cancel=cancel or CancelToken()))
        place = np.searchsorted(chosen, again)
        for name, column in _columns(fresh, np.arange(len(again))).items():
            rows[name][place] = column
    return _consequence(base, chosen, rows, len(again))


@dataclass
class SomeReplicates:
    """Chosen replicates of a job, in chunks for an executor."""

    job: CascadeJob
    numbers: Ints
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Chunks in all."""
        return -(-len(self.numbers) // CHUNK)

    def run_chunk(self, number: int) -> ChunkResult:
        """Run the ``number``-th of them."""
        return self.job.run_replicates(self.numbers[number * CHUNK : (number + 1) * CHUNK], self.stop)


def _columns(rows: ChunkResult, chosen: Ints) -> dict[str, np.ndarray]:
    return {name: getattr(rows.sums, name)[chosen] for name in ("series", "people_hours", "size", "down")}


def _consequence(base: Baseline, chosen: Ints, rows: dict[str, np.ndarray], rerun: int) -> Consequence:
    services = base.job.compiled.services
    before = _columns(base.rows, chosen)
    hours = np.arange(rows["series"].shape[2], dtype=float)
    bits = np.unpackbits(rows["down"], axis=1, count=len(base.job.compiled.kinds), bitorder="little")
    return Consequence(
        replicates=len(chosen),
        rerun=rerun,
        people_hours={
            s: difference(before["people_hours"][:, i], rows["people_hours"][:, i], "people h") for i, s in enumerate(services)
        },
        people_without_service={s: band(hours, rows["series"][:, i]) for i, s in enumerate(services)},
        people_peak={s: spread(rows["series"][:, i].max(axis=1), "people") for i, s in enumerate(services)},
        cascade_size=difference(before["size"].astype(float), rows["size"].astype(float), "components"),
        failure_probability=bits.mean(axis=0),
    )

"""A Monte Carlo cascade as chunks of replicates that any executor may run, in any order.

Chunks are fixed in size and folded in order, so the sums, and with them the digest, do
not depend on threads.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.kernels import replicate_chunk
from stratum_core.cascade.state import Size, State, Sums, new_state, new_sums
from stratum_core.errors import Cancelled, EngineError
from stratum_core.hazards import Drawn, Prepared, taken, together
from stratum_core.model.fields import Floats, Ints
from stratum_core.sectors.network import Supply, work_arrays

CHUNK = 25
CHAINS_KEPT = 2000  # replicates whose causal chains are kept


class ChunkResult(NamedTuple):
    """What one chunk of replicates adds up to."""

    first: int
    sums: Sums
    money: Floats


@dataclass
class CascadeJob:
    """One cascade, cut into chunks; ``run_chunk`` may be called from several threads at once."""

    compiled: Compiled
    hazards: tuple[Prepared, ...]
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))
    _local: threading.local = field(default_factory=threading.local)

    def of(self, replicates: int) -> CascadeJob:
        """The same job with another number of replicates."""
        if replicates == self.replicates:
            return self
        spec = replace(self.compiled.spec, run=replace(self.compiled.spec.run, replicates=replicates))
        return CascadeJob(replace(self.compiled, spec=spec), self.hazards)

    def alike(self, compiled: Compiled) -> CascadeJob:
        """A job of another compilation with the same hazards; where all sizes agree it works in the arrays of this one."""
        same = _sizes(compiled) == _sizes(self.compiled)
        return CascadeJob(compiled, self.hazards, _local=self._local if same else threading.local())

    @property
    def replicates(self) -> int:
        """Replicates in all."""
        return self.compiled.spec.run.replicates

    @property
    def chunks(self) -> int:
        """Chunks in all."""
        return -(-self.replicates // CHUNK)

    def run_chunk(self, number: int) -> ChunkResult:
        """Run chunk ``number``; raises Cancelled when stopped, EngineError when a replicate does not settle."""
        first = number * CHUNK
        return self.run_replicates(np.arange(first, min(first + CHUNK, self.replicates)), self.stop)

    def run_replicates(self, numbers: Ints, stop: npt.NDArray[np.bool_]) -> ChunkResult:
        """Run the replicates ``numbers`` (rising, at least one); each is as in the whole run."""
        first = int(numbers[0])
        drawn = self.drawn(first, int(numbers[-1]) - first + 1)
        if len(numbers) < len(drawn.money):
            drawn = taken(drawn, numbers - first)
        return ChunkResult(first, self.run_drawn(drawn, numbers, stop), drawn.money)

    def run_drawn(self, drawn: Drawn, numbers: Ints, stop: npt.NDArray[np.bool_]) -> Sums:
        """Run what is given, one replicate for each row; ``numbers`` choose the random numbers of each."""
        work, state = self._arrays(drawn)
        return self._run(work, state, drawn, numbers, stop)

    def replay(self, replicate: int) -> tuple[State, Sums]:
        """Run one replicate again with its log on; the same numbers as in the whole run."""
        drawn = self.drawn(replicate, 1)
        work, state = self._fresh(drawn, log=20 * len(self.compiled.network.sector) + 1000)
        return state, self._run(work, state, drawn, np.array([replicate]), np.zeros(1, dtype=np.bool_))

    def _run(self, work: Supply, state: State, drawn: Drawn, numbers: Ints, stop: npt.NDArray[np.bool_]) -> Sums:
        compiled, sums = self.compiled, self.new_sums(len(numbers))
        code = replicate_chunk(
            compiled.network,
            compiled.power,
            compiled.needs,
            compiled.base,
            compiled.people,
            compiled.watched,
            compiled.timing,
            compiled.crews,
            compiled.fuel,
            compiled.tallies,
            work,
            state,
            sums,
            drawn.damage,
            drawn.strain,
            compiled.spec.run.seed,
            numbers,
            stop,
        )
        _check(code, int(numbers[0]))
        return sums

    def drawn(self, first: int, count: int) -> Drawn:
        """What all hazards do in some replicates."""
        return together([hazard.sample(self.compiled.spec.run.seed, first, count) for hazard in self.hazards])

    def new_sums(self, count: int) -> Sums:
        """Zeroed sums of the right shapes."""
        compiled = self.compiled
        return new_sums(
            len(compiled.network.sector), count, compiled.timing.hours, compiled.people.services, len(compiled.watched),
            compiled.tallies,
        )

    def _arrays(self, drawn: Drawn) -> tuple[Supply, State]:
        """This thread's work arrays; the event pool grows where a chunk has more events."""
        needed = _most_events(drawn)
        kept = getattr(self._local, "arrays", None)
        if kept is None or self._local.events < needed:
            self._local.events = 2 * needed
            self._local.arrays = kept = self._fresh(drawn, log=0, spare=2 * needed)
        arrays: tuple[Supply, State] = kept
        return arrays

    def _fresh(self, drawn: Drawn, *, log: int, spare: int = 0) -> tuple[Supply, State]:
        compiled = self.compiled
        network, components, groups = compiled.network, len(compiled.network.sector), len(compiled.needs.dependent)
        size = Size(
            components=components,
            assets=len(compiled.city.assets),
            groups=groups,
            sectors=len(network.physics),
            steps=compiled.timing.steps,
            services=compiled.people.services,
            ties=len(network.tie_list),
            crews=len(compiled.crews.skill),
            depots=len(compiled.crews.start),
            roads=int(network.link_ptr[network.roads + 1] - network.link_ptr[network.roads]) + len(compiled.tallies.help),
            tankers=len(compiled.fuel.of),
            stations=len(compiled.tallies.station),
            help=len(compiled.tallies.help),
            events=2 * max(_most_events(drawn), spare) + components + 8 * groups + 1000,
            log=log,
        )
        return work_arrays(network, compiled.power), new_state(size)


def _sizes(compiled: Compiled) -> tuple[int, ...]:
    """What the arrays of a thread are sized by, besides the events."""
    network = compiled.network
    return (len(network.sector), len(compiled.city.assets), len(network.tie_list), int(network.link_ptr[-1]),
            len(compiled.needs.dependent), len(compiled.crews.skill), len(compiled.crews.start), len(compiled.fuel.of),
            len(compiled.tallies.station), len(compiled.tallies.help))


def _most_events(drawn: Drawn) -> int:
    return int(np.diff(drawn.damage.offset).max(initial=0)) + int(np.diff(drawn.strain.offset).max(initial=0))


def _check(code: int, replicate: int) -> None:
    if code == -1:
        raise Cancelled("Cancelled; nothing was stored.")
    if code == 1:
        raise EngineError(f"The event queue of replicate {replicate} ran over; report this with the scenario.")
    if code == 2:
        raise EngineError(f"A moment near replicate {replicate} did not settle; report this with the scenario.")

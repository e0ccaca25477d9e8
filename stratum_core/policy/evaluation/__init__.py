"""What portfolios of options come to: every course of a replicate is run once, on the random numbers of the base run.

An option can change a replicate only where the hazard damages its target, or where one of what it watches goes down. So
portfolios that differ in other options share the course; that is exact, and it is most of what makes a search affordable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.run import CHUNK, CascadeJob
from stratum_core.cascade.state import Sums
from stratum_core.ensemble import run_in_order
from stratum_core.hazards import Drawn
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.policy.effects import Lay
from stratum_core.policy.evaluation.damage import DamageChange, Prevented, changed_damage, changes_of
from stratum_core.policy.evaluation.measures import Measures, Unequal
from stratum_core.policy.interventions import Option
from stratum_core.policy.what_if import Baseline
from stratum_core.ports import CancelToken, Progress, silent

_Key = bytes


class Courses:
    """Measures of every replicate under any portfolio of ``options``; ``runs`` counts the replicates that were run for it."""

    def __init__(
        self, base: Baseline, options: Sequence[Option], lay: Lay, *, unequal: bool = False, threads: int = 1,
        cancel: CancelToken | None = None,
    ) -> None:
        self.base, self.options, self.runs = base, tuple(options), 0
        self._threads, self._cancel = threads, cancel or CancelToken()
        compiled = base.job.compiled
        self.measures = Measures(compiled, Unequal.of(compiled) if unequal else None)
        self._damage: dict[int, DamageChange] = changes_of(base, self.options, lay)
        self._engine = np.array([o.effect.layer in ("engine", "city") for o in self.options], dtype=bool)
        self._watched = np.packbits(np.array(
            [o.effect.watched(compiled, o.component) if engine else np.zeros(len(compiled.kinds), dtype=bool)
             for o, engine in zip(self.options, self._engine, strict=True)]).reshape(len(self.options), -1), axis=1,
            bitorder="little")
        self._variants: dict[tuple[int, ...], CascadeJob] = {(): base.job}
        self._known: dict[tuple[int, _Key], int] = {}
        self._values = np.empty((0, len(self.measures.names)))
        self._triggered = np.empty((0, len(self.options)), dtype=bool)
        self._start()

    def outcomes(self, portfolios: Bools, *, progress: Progress = silent) -> Floats:
        """(portfolios, replicates, measures); ``portfolios`` (n, options). Raises Cancelled, EngineError."""
        count = self.base.job.replicates
        keys = self._prevented.merged(portfolios[:, None, :] & self._first[None])
        while True:
            at = self._look_up(keys, progress)
            more = portfolios[:, None, :] & self._triggered[at] & ~keys
            if not more.any():
                break
            keys = keys | more
        found = self._values[at]
        money = self.measures.names.index("damage")
        for row, portfolio in enumerate(portfolios):
            found[row, :, money] -= self._saved(np.flatnonzero(portfolio), count)
        return found

    def hours_down(self, portfolio: Bools) -> Floats:
        """(components,) mean hours down under one portfolio (options,), run anew."""
        count = self.base.job.replicates
        key = portfolio & (self._engine | np.isin(np.arange(len(portfolio)), list(self._damage)))
        job = self._variant(tuple(np.flatnonzero(key & self._engine).tolist()))
        parts = [[(r, key) for r in range(first, min(first + CHUNK, count))] for first in range(0, count, CHUNK)]
        work = _Chunks([job] * len(parts), [self._drawn(rows) for rows in parts],
                       [np.array([r for r, _ in rows]) for rows in parts], lambda sums, _: sums.hours_down)
        found = run_in_order(work, threads=self._threads, progress=silent, cancel=self._cancel)
        total: Floats = np.sum([hours for hours, _ in found], axis=0)
        return total / count

    def _start(self) -> None:
        """The base run's courses, as they are known already."""
        count, sums = self.base.job.replicates, self.base.rows.sums
        nothing = bytes(-(-len(self.options) // 8))
        if self.measures.unequal is None:
            self._keep([(r, nothing) for r in range(count)], self.measures.of(sums, self.base.rows.money), sums.down)
        else:
            self._run([(r, np.zeros(len(self.options), dtype=bool)) for r in range(count)], silent)
        self._first = np.zeros((count, len(self.options)), dtype=bool)
        for option, change in self._damage.items():
            self._first[change.replicates, option] = True
        self._prevented = Prevented.of(self._damage, count)

    def _look_up(self, keys: Bools, progress: Progress) -> Ints:
        """(n, replicates) rows of the courses with ``keys``; what is not known is run."""
        packed = np.packbits(keys, axis=2)
        names = [[(r, packed[p, r].tobytes()) for r in range(keys.shape[1])] for p in range(len(keys))]
        new = {name: (p, r) for p, row in enumerate(names) for r, name in enumerate(row) if name not in self._known}
        if new:
            self._run([(r, keys[p, r]) for p, r in new.values()], progress)
        return np.array([[self._known[name] for name in row] for row in names], dtype=np.int64)

    def _run(self, courses: list[tuple[int, Bools]], progress: Progress) -> None:
        """Run courses (replicate, options that count in it), those of one engine together."""
        by_engine: dict[tuple[int, ...], list[tuple[int, Bools]]] = {}
        for replicate, key in courses:
            by_engine.setdefault(tuple(np.flatnonzero(key & self._engine).tolist()), []).append((replicate, key))
        size = CHUNK if self.measures.unequal is None else 1
        parts = [(self._variant(engine), rows[i : i + size])
                 for engine, rows in by_engine.items() for i in range(0, len(rows), size)]
        job = _Chunks([part[0] for part in parts], [self._drawn(part[1]) for part in parts],
                      [np.array([r for r, _ in part[1]]) for part in parts], self.measures.of)
        found = list(run_in_order(job, threads=self._threads, progress=progress, cancel=self._cancel))
        # an option may add links at the end, which nothing watches
        seen = np.vstack([down[:, : self._watched.shape[1]] for _, down in found])
        self._keep([(r, np.packbits(key).tobytes()) for _, rows in parts for r, key in rows],
                   np.vstack([values for values, _ in found]), seen)
        self.runs += len(courses)

    def _drawn(self, rows: list[tuple[int, Bools]]) -> Drawn:
        return changed_damage(self.base.drawn, [(r, [self._damage[o] for o in np.flatnonzero(key).tolist() if o in self._damage])
                                                for r, key in rows])

    def _keep(self, names: list[tuple[int, _Key]], values: Floats, down: npt.NDArray[np.uint8]) -> None:
        for at, name in enumerate(names, start=len(self._values)):
            self._known[name] = at
        triggered = np.array([(row & self._watched).any(axis=1) for row in down]).reshape(len(down), len(self.options))
        self._values = np.vstack([self._values, values])
        self._triggered = np.vstack([self._triggered, triggered])

    def _variant(self, engine: tuple[int, ...]) -> CascadeJob:
        """The job with some options in the engine; the city is compiled again only where one changes its tables."""
        if engine not in self._variants:
            compiled = self.base.job.compiled
            city = compiled.city
            for o in engine:
                if self.options[o].effect.layer == "city":
                    city = self.options[o].effect.city(city, self.options[o].component)
            if city is not compiled.city:
                from stratum_core.cascade.compiled import compile_city

                compiled = compile_city(city, compiled.spec)
            for o in engine:
                if self.options[o].effect.layer == "engine":
                    compiled = self.options[o].effect.compiled(compiled, self.options[o].component)
            self._variants[engine] = self.base.job.alike(compiled)
        return self._variants[engine]

    def _saved(self, chosen: Ints, count: int) -> Floats:
        """(replicates,) damage in money that the options prevent; of two at one component the greater counts."""
        by_component: dict[int, Floats] = {}
        for option in chosen:
            change = self._damage.get(int(option))
            if change is not None:
                before = by_component.get(change.component)
                by_component[change.component] = change.saved if before is None else np.maximum(before, change.saved)
        return np.sum(list(by_component.values()), axis=0) if by_component else np.zeros(count)


@dataclass
class _Chunks:
    """Courses for an executor: one job, draw and list of replicates a chunk."""

    jobs: list[CascadeJob]
    drawn: list[Drawn]
    numbers: list[Ints]
    read: Callable[[Sums, Floats], Floats]
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Chunks in all."""
        return len(self.jobs)

    def run_chunk(self, number: int) -> tuple[Floats, npt.NDArray[np.uint8]]:
        """What is read off the sums, and what went down."""
        sums = self.jobs[number].run_drawn(self.drawn[number], self.numbers[number], self.stop)
        return self.read(sums, self.drawn[number].money), sums.down

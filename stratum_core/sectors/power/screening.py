"""Screening of branch outages, one by one and in pairs, by line outage distribution factors of DC flow.

F' = F + LODF[:, k] F_k, LODF[:, k] = h / (1 - h_k), with h the flows of one unit sent from the one end of branch k to the
other (Wood & Wollenberg, Power Generation, Operation and Control, 2nd ed. 1996, section 11.3.2). For two outages at once the
flows that both send over the rest solve a system of two equations (Güler, Gross & Liu, IEEE Trans. Power Systems 22(2),
2007, eq. 14-18). The factors of single outages are not stored: a sweep solves for sixteen outages at a time on the
factorised matrix. A bridge has no factors, since its outage splits the grid; it is reported apart with what it cuts off.
Redispatch, voltages and everything that follows an overload are left out: the cascade has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.sectors.power.dc_flow import Grid
from stratum_core.sectors.power.factorised import Factorised, factorised
from stratum_core.sectors.power.outages import LANES, kernels

#: pairs whose determinant 1 - LODF_ij LODF_ji is below this are taken to split the grid; rounding leaves about 1e-13
LEAST_DETERMINANT = 1e-9


@dataclass(frozen=True)
class Prepared:
    """A grid ready to be swept: its factors, flows (branches,) in MW before any outage, and what bridges cut off.

    bridge: (branches,); cut_demand, cut_generation: (branches,) MW on the side of a bridge away from the reference, else 0.
    """

    problem: Grid
    factors: Factorised
    flow: Floats
    bridge: Bools
    cut_demand: Floats
    cut_generation: Floats


@dataclass(frozen=True)
class Screening:
    """All single branch outages; every array stands in the order of ``branches``.

    flow: MW before any outage. base_loading: share of rating before. loading: the highest after the outage of the branch, NaN
    where it was not screened (out of service, without voltage, or a bridge). by: position of the branch that carries it, -1 where
    none is rated. overloads: branches above their rating after the outage. bridge: its outage splits the grid.
    cut_demand, cut_generation: MW in the part that a bridge cuts off from the reference bus.
    """

    branches: Strings
    flow: Floats
    base_loading: Floats
    loading: Floats
    by: Ints
    overloads: Ints
    bridge: Bools
    cut_demand: Floats
    cut_generation: Floats


@dataclass(frozen=True)
class PairScreening:
    """Outages of two branches at once, the worst first.

    screened: pairs in all; splitting: pairs that together split the grid, without loadings; overloading: pairs after which
    some branch is above its rating; hidden: those of them of which neither outage alone overloads anything.
    pairs: (kept, 2) positions of branches; loading, by, overloads: (kept,) as in ``Screening``.
    """

    screened: int
    splitting: int
    overloading: int
    hidden: int
    pairs: Ints
    loading: Floats
    by: Ints
    overloads: Ints


def prepare(problem: Grid) -> Prepared:
    """Factorise ``problem``, solve it once and find its bridges. Raises EngineError for a singular grid."""
    factors, dc, buses = factorised(problem), problem.dc, len(problem.buses)
    live = factors.live
    shifted = factors.susceptance * problem.shift[live]
    injection = np.where(factors.black, 0.0, problem.generation - problem.demand)
    injection += np.bincount(dc.branch_from[live], shifted, buses) - np.bincount(dc.branch_to[live], shifted, buses)
    angle = factors.angles(injection)
    flow, bridge = np.zeros(len(problem.branches)), np.zeros(len(problem.branches), dtype=np.bool_)
    flow[live] = factors.susceptance * (angle[dc.branch_from[live]] - angle[dc.branch_to[live]] - problem.shift[live])
    split, demand, generation = _bridges(problem, factors)
    bridge[live] = split
    cut = np.zeros((2, len(bridge)))
    cut[:, live] = demand, generation
    return Prepared(problem, factors, flow, bridge, cut[0], cut[1])


def screen(problem: Grid | Prepared, *, rating: Floats | None = None) -> Screening:
    """Every single branch outage of ``problem``.

    rating: (branches,) MW that takes the place of the grid's own; infinite or above 0. Raises EngineError for a singular grid.
    """
    ready = problem if isinstance(problem, Prepared) else prepare(problem)
    per_rating = 1.0 / (ready.problem.rating if rating is None else np.asarray(rating, dtype=float))
    live, count = ready.factors.live, len(ready.flow)
    outages = np.flatnonzero(~ready.bridge[live])
    worst, by, over = _swept(ready, per_rating[live], outages)
    loading, carrier, overloads = np.full(count, np.nan), np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    loading[live[outages]], overloads[live[outages]] = worst, over
    carrier[live[outages]] = np.where(by >= 0, live[by], -1)
    return Screening(
        branches=ready.problem.branches,
        flow=ready.flow,
        base_loading=np.abs(ready.flow) * per_rating,
        loading=loading,
        by=carrier,
        overloads=overloads,
        bridge=ready.bridge,
        cut_demand=ready.cut_demand,
        cut_generation=ready.cut_generation,
    )


def _swept(ready: Prepared, per_rating: Floats, outages: Ints) -> tuple[Floats, Ints, Ints]:
    f, room = ready.factors, max(len(outages), LANES)
    worst, by, over = np.zeros(room), np.full(room, -1, dtype=np.int64), np.zeros(room, dtype=np.int64)
    lanes_of, angle = np.full(len(f.live), -1, dtype=np.int64), np.zeros((len(f.place), LANES))
    kernels.sweep(
        f.ptr, f.row, f.value, f.inverse, f.free, f.start, f.end, f.susceptance, ready.flow[f.live], per_rating, outages,
        lanes_of, angle, worst, by, over,
    )
    return worst[: len(outages)], by[: len(outages)], over[: len(outages)]


def screen_pairs(problem: Grid | Prepared, *, rating: Floats | None = None, top: int = 100) -> PairScreening:
    """All pairs of branches that are no bridges; the ``top`` worst are kept.

    Holds three arrays of all branches by all outages (8 bytes each: 170 MB for 4,600 branches). Raises EngineError for a
    singular grid.
    """
    ready = problem if isinstance(problem, Prepared) else prepare(problem)
    per_rating = 1.0 / (ready.problem.rating if rating is None else np.asarray(rating, dtype=float))
    live = ready.factors.live
    outages = np.flatnonzero(~ready.bridge[live])
    per_rating, flow = per_rating[live], ready.flow[live]
    alone = _swept(ready, per_rating, outages)[2] > 0
    factors = _factors(ready.factors, outages)
    coupling = np.ascontiguousarray(factors[outages])
    loading, factors = flow * per_rating, factors * per_rating[:, None]
    by_outage, sent = np.ascontiguousarray(factors.T), flow[outages]
    size, kept = len(outages), _Kept(top)
    splitting = overloading = hidden = 0
    for first in range(0, size, LANES):
        block = np.ascontiguousarray(factors[:, first : first + LANES])
        worst = np.zeros((size, block.shape[1]))
        kernels.pair_block(loading, block, by_outage, sent, coupling, first, worst, LEAST_DETERMINANT)
        above = worst > 1.0
        splitting += int(np.isnan(worst).sum())
        overloading += int(above.sum())
        hidden += int((above & ~alone[:, None] & ~alone[first : first + LANES]).sum())
        kept.add(first, worst)
    pairs, worst = kept.rows()
    after = np.abs(loading[:, None] + _sent_over(factors, pairs, sent, coupling))
    by = np.where(worst > 0, live[after.argmax(axis=0)], -1) if len(pairs) else np.zeros(0, dtype=np.int64)
    return PairScreening(size * (size - 1) // 2, splitting, overloading, hidden, live[outages[pairs]], worst, by,
                         (after > 1.0).sum(axis=0))


def _sent_over(factors: Floats, pairs: Ints, flow: Floats, coupling: Floats) -> Floats:
    """(branches, pairs) what both outages of each pair send over every branch, as share of its rating."""
    sent = [kernels.pair_sent(flow, coupling, i, j, LEAST_DETERMINANT)[:2] for i, j in pairs]
    one, other = np.array(sent).reshape(-1, 2).T
    found: Floats = factors[:, pairs[:, 0]] * one + factors[:, pairs[:, 1]] * other
    return found


class _Kept:
    """The worst pairs so far."""

    def __init__(self, top: int) -> None:
        self.top, self.least = top, 0.0
        self.parts: list[tuple[Floats, Ints, Ints]] = [(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]

    def add(self, first: int, worst: Floats) -> None:
        """Take in one block of pairs (outages, lanes); those that are worse than what is kept stay."""
        i, lane = np.nonzero(worst > self.least)
        if len(i):
            self.parts.append((worst[i, lane], i, first + lane))
            self._cut()

    def _cut(self) -> None:
        worst, i, j = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        if len(worst) > self.top:
            floor = np.partition(worst, -self.top)[-self.top] if self.top else np.inf
            worst, i, j = (column[worst >= floor] for column in (worst, i, j))
            self.least = np.nextafter(floor, 0.0)
        self.parts = [(worst, i, j)]

    def rows(self) -> tuple[Ints, Floats]:
        """(kept, 2) outages and their loadings, the worst first, then by number."""
        worst, i, j = self.parts[0]
        order = np.lexsort((j, i, -worst))[: self.top]
        return np.column_stack([i, j])[order], worst[order]


def _factors(f: Factorised, outages: Ints) -> Floats:
    factors = np.zeros((len(f.live), len(outages)))
    angle = np.zeros((len(f.place), LANES))
    kernels.outage_factors(
        f.ptr, f.row, f.value, f.inverse, f.free, f.start, f.end, f.susceptance, outages, angle, factors
    )
    return factors


def outage_factors(problem: Grid | Prepared, branches: Ints) -> Floats:
    """LODF (all branches, ``branches``): the share of its flow that every other takes over; -1 for itself; NaN for a bridge.

    A branch that carries nothing (out of service, without voltage) has a column of zeros.
    """
    ready = problem if isinstance(problem, Prepared) else prepare(problem)
    live = ready.factors.live
    place = np.full(len(ready.flow), -1, dtype=np.int64)
    place[live] = np.arange(len(live))
    found = np.zeros((len(ready.flow), len(branches)))
    chosen = np.flatnonzero((place[branches] >= 0) & ~ready.bridge[branches])
    found[np.ix_(live, chosen)] = _factors(ready.factors, place[branches[chosen]])
    found[:, ready.bridge[branches]] = np.nan
    return found


def screened_flow(ready: Prepared, branches: Ints) -> Floats:
    """Flows (all branches, ``branches``) in MW after the outage of each; NaN after that of a bridge."""
    flows: Floats = ready.flow[:, None] + outage_factors(ready, branches) * ready.flow[branches]
    flows[branches, np.arange(len(branches))] = 0.0
    return flows


def flow_after_pair(ready: Prepared, pair: Ints) -> Floats:
    """Flows (branches,) in MW after both branches of ``pair`` went out; neither is a bridge, and together they do not split."""
    factors = outage_factors(ready, pair)
    sent = np.linalg.solve([[1.0, -factors[pair[0], 1]], [-factors[pair[1], 0], 1.0]], ready.flow[pair])
    flows: Floats = ready.flow + factors @ sent
    flows[pair] = 0.0
    return flows


def _bridges(problem: Grid, factors: Factorised) -> tuple[Bools, Floats, Floats]:
    """Of the live branches: which are bridges, and demand and generation (MW) on their far side."""
    start, end, buses = problem.dc.branch_from[factors.live], problem.dc.branch_to[factors.live], len(problem.buses)
    tails = np.concatenate([start, end])
    order = np.argsort(tails, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=buses))]).astype(np.int64)
    other, number = np.concatenate([end, start])[order], np.tile(np.arange(len(start)), 2)[order]
    bridge, behind = np.zeros(len(start), dtype=np.bool_), np.zeros((2, len(start)))
    amount = np.stack([problem.demand, problem.generation])
    kernels.behind_bridges(ptr, other, number, factors.reference, amount, bridge, behind)
    return bridge, behind[0], behind[1]

"""Measurements of a grid, and the fixed pattern of their equations.

Every power is S = V_i conj(sum_j y_ij V_j): of an injection with the row of the bus admittance matrix, of a flow with the two
admittances of its branch (Abur & Expósito 2004, 2.5). So one kernel serves all kinds, and taps, shifts and shunts come with y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from stratum_core.errors import InputError, unknown
from stratum_core.estimation.grid import kernels
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.sectors.power.ac import AcProblem, Complex, black_buses, branch_admittances, bus_admittance, current_matrices

#: voltage (pu), angle (rad), injection, flow that enters a branch at its start or end (pu of ``base``)
KINDS = ("v", "angle", "p", "q", "p_from", "q_from", "p_to", "q_to")
_PART = np.array([kernels.VOLTAGE, kernels.ANGLE, *[kernels.REAL, kernels.IMAGINARY] * 3])
#: how SuperLU orders and factorises a symmetric positive matrix
SYMMETRIC: dict[str, Any] = {"permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True}}
_BRANCH = frozenset(("p_from", "q_from", "p_to", "q_to"))


@dataclass(frozen=True)
class Measurements:
    """kind: of KINDS; place: index of a bus, or of a branch for flows; value and sd in per unit. All (m,)."""

    kind: tuple[str, ...]
    place: Ints
    value: Floats
    sd: Floats

    def __post_init__(self) -> None:
        for kind in self.kind:
            if kind not in KINDS:
                raise unknown("kind of measurement", kind, KINDS)
        if not (np.isfinite(self.value).all() and (self.sd > 0).all()):
            raise InputError("a measurement is no number, or its deviation not above 0", where="measurements",
                             repair="give finite values and sd above 0")

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Pattern:
    """All that does not change with the values: rows of admittances, unknowns, and the places of the gain matrix.

    part, own (m,); ptr, column, admittance: rows over buses; start (m + 1,), state: entries and their unknown, -1: none.
    angle_state, size_state: (buses,) unknown of each bus, -1: none; pair, indptr, indices: of the gain matrix, whose order keeps
    its factors sparse. reference: buses whose angle is 0; live: buses that carry voltage.
    """

    part: Ints
    own: Ints
    ptr: Ints
    column: Ints
    admittance: Complex
    start: Ints
    state: Ints
    angle_state: Ints
    size_state: Ints
    pair: Ints
    indptr: npt.NDArray[np.int32]
    indices: npt.NDArray[np.int32]
    reference: Ints
    live: Bools

    @property
    def states(self) -> int:
        """How many unknowns there are."""
        return len(self.indptr) - 1

    def jacobian(self, derivative: Floats) -> csr_matrix:
        """H as a sparse matrix."""
        kept = self.state >= 0
        rows = np.repeat(np.arange(len(self.part)), np.diff(self.start))
        return csr_matrix((derivative[kept], (rows[kept], self.state[kept])), shape=(len(self.part), self.states))


def pattern(problem: AcProblem, measurements: Measurements, base_mva: float) -> Pattern:
    """The equations of ``measurements``; raises InputError for one where there is no voltage."""
    dark = black_buses(problem)
    usable = problem.usable & ~dark[problem.start]
    own, ptr, column, admittance = _rows(problem, measurements, usable, base_mva)
    if dark[own].any():
        at = int(np.flatnonzero(dark[own])[0])
        raise InputError(f"measurement {at + 1} is at a bus without voltage", where="measurements",
                         repair="leave it out, or connect the bus to a source")
    reference = _references(problem, usable, dark)
    free = np.flatnonzero(~dark)
    turning = np.setdiff1d(free, reference)
    angle_state, size_state = np.full(len(dark), -1, dtype=np.int64), np.full(len(dark), -1, dtype=np.int64)
    angle_state[turning], size_state[free] = np.arange(len(turning)), len(turning) + np.arange(len(free))
    start, entry = 2 * ptr, np.empty(2 * len(column), dtype=np.int64)
    width = np.diff(ptr)
    first = np.repeat(ptr[:-1], width)
    inside = np.arange(len(column)) - first
    at_angle = 2 * first + inside
    entry[at_angle], entry[at_angle + np.repeat(width, width)] = angle_state[column], size_state[column]
    order, indptr, indices = _gain_pattern(start, entry, len(turning) + len(free))
    place = np.append(order, -1)
    state, angle_state, size_state = place[entry], place[angle_state], place[size_state]
    pair = np.empty(int((np.diff(start) ** 2).sum()), dtype=np.int64)
    count = kernels.places(start, state, indptr, indices, pair)
    part = _PART[[KINDS.index(kind) for kind in measurements.kind]].astype(np.int64)
    return Pattern(part, own, ptr, column, admittance, start, state, angle_state, size_state, pair[:count], indptr, indices,
                   reference, ~dark)


def _rows(problem: AcProblem, measurements: Measurements, usable: Bools, base: float) -> tuple[Ints, Ints, Ints, Complex]:
    """own bus of each measurement, and the buses and admittances of its row."""
    buses, branches = bus_admittance(problem, *current_matrices(problem, usable)).tocsr(), branch_admittances(problem, usable)
    own, columns, values = [], [], []
    for kind, place in zip(measurements.kind, measurements.place, strict=True):
        if kind in _BRANCH:
            ends = int(problem.start[place]), int(problem.end[place])
            far = kind.endswith("to")
            own.append(ends[far])
            columns.append(np.array(ends))
            values.append(np.array([branches[2 * far][place], branches[2 * far + 1][place]]))
        elif kind in ("v", "angle"):
            own.append(int(place))
            columns.append(np.array([place]))
            values.append(np.zeros(1, dtype=np.complex128))
        else:
            low, high = buses.indptr[place], buses.indptr[place + 1]
            own.append(int(place))
            there = place in buses.indices[low:high]  # not where a bus stands alone
            columns.append(np.append(buses.indices[low:high], [] if there else [place]))
            values.append(np.append(buses.data[low:high], [] if there else [0.0]))
    ptr = np.concatenate([[0], np.cumsum([len(c) for c in columns])]).astype(np.int64)
    admittance = np.concatenate(values).astype(np.complex128) / base
    return np.array(own, dtype=np.int64), ptr, np.concatenate(columns).astype(np.int64), admittance


def _references(problem: AcProblem, usable: Bools, dark: Bools) -> Ints:
    """One bus a connected part: the first reference of the grid there."""
    size = len(dark)
    ones = np.ones(int(usable.sum()))
    graph = csr_matrix((ones, (problem.start[usable], problem.end[usable])), shape=(size, size))
    part = connected_components(graph, directed=False)[1]
    able = np.flatnonzero(problem.reference & ~dark)
    return able[np.unique(part[able], return_index=True)[1]]


def _gain_pattern(start: Ints, state: Ints, states: int) -> tuple[Ints, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """An order of the unknowns in which the factors stay sparse, and the pattern of H'H + I in it, by columns."""
    kept = state >= 0
    rows = np.repeat(np.arange(len(start) - 1), np.diff(start))
    touched = csr_matrix((np.ones(int(kept.sum())), (rows[kept], state[kept])), shape=(len(start) - 1, states))
    own = csr_matrix((np.ones(states), (np.arange(states), np.arange(states))), shape=(states, states))
    product = (touched.T @ touched + own).tocsc()
    spread = csc_matrix((np.full(product.nnz, -1e-3), product.indices, product.indptr), shape=product.shape)
    spread.setdiag(1e6)
    order = splu(spread, **SYMMETRIC).perm_c.astype(np.int64)
    coo = product.tocoo()
    turned = csc_matrix((coo.data, (order[coo.row], order[coo.col])), shape=product.shape)
    turned.sort_indices()
    return order, turned.indptr, turned.indices

"""The DC equations of a grid, factorised once: B' = L D L^T in an ordering that keeps L sparse.

B' is the weighted Laplacian of the branches in service (``dc_flow``), with one reference bus per island. SuperLU finds a
minimum-degree ordering of B' + B'^T and the factors (Li, ACM Trans. Math. Software 31(3), 2005); they are solved
by a kernel of our own for many right-hand sides at once. Nothing here is changed after it was built.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from stratum_core.errors import EngineError
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.sectors.power.dc_flow import Grid, references
from stratum_core.sectors.power.outages import kernels


@dataclass(frozen=True)
class Factorised:
    """L by columns (ptr, row, value: strictly lower), inverse: 1 / D, place: bus -> row.

    free: (buses,) by row, False on references and black buses. live: branches that carry power, as positions in the grid;
    start, end: their ends, by row; susceptance: theirs, per unit of 1 MVA. reference: buses; black: (buses,) by bus.
    """

    ptr: Ints
    row: Ints
    value: Floats
    inverse: Floats
    place: Ints
    free: Bools
    live: Ints
    start: Ints
    end: Ints
    susceptance: Floats
    reference: Ints
    black: Bools

    def angles(self, injection: Floats) -> Floats:
        """Angles (rad) by bus for injections (buses,) in MW."""
        angle = np.zeros((len(injection), 1))
        angle[self.place, 0] = injection
        angle[~self.free] = 0.0
        kernels.solve_lanes(self.ptr, self.row, self.value, self.inverse, angle, np.ones(len(injection), dtype=np.bool_))
        angle[~self.free] = 0.0
        found: Floats = angle[self.place, 0]
        return found


def factorised(problem: Grid) -> Factorised:
    """The factors of ``problem`` as it stands; raises EngineError where its matrix is singular."""
    dc, buses = problem.dc, len(problem.buses)
    reference, black = references(problem, problem.usable)
    live = np.flatnonzero(problem.usable & ~black[dc.branch_from] & (dc.branch_from != dc.branch_to))
    start, end, b = dc.branch_from[live], dc.branch_to[live], problem.susceptance[live]
    held = black.copy()
    held[reference] = True
    inner = ~held[start] & ~held[end]
    diagonal = np.bincount(start, b, buses) + np.bincount(end, b, buses)
    diagonal[held] = 1.0
    own = np.arange(buses)
    rows = np.concatenate([start[inner], end[inner], own])
    columns = np.concatenate([end[inner], start[inner], own])
    matrix = csc_matrix((np.concatenate([-b[inner], -b[inner], diagonal]), (rows, columns)), shape=(buses, buses))
    try:
        found = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    except RuntimeError as error:
        raise EngineError("The matrix of the grid is singular; look for series reactances that cancel each other.") from error
    if not np.array_equal(found.perm_r, found.perm_c):
        raise EngineError("The matrix of the grid has a zero pivot; look for negative reactances that cancel others.")
    lower, place = found.L, found.perm_c.astype(np.int64)
    strict = lower.indices > np.repeat(own, np.diff(lower.indptr))
    ptr = np.concatenate([[0], np.cumsum(strict)])[lower.indptr].astype(np.int64)
    free = np.empty(buses, dtype=np.bool_)
    free[place] = ~held
    return Factorised(
        ptr=ptr,
        row=lower.indices[strict].astype(np.int64),
        value=lower.data[strict],
        inverse=1.0 / found.U.diagonal(),
        place=place,
        free=free,
        live=live,
        start=place[start],
        end=place[end],
        susceptance=b,
        reference=reference,
        black=black,
    )

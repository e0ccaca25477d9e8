"""DC power flow as a structure that a kernel factorises again after every change of topology.

B' theta = P with B' the weighted Laplacian of in-service branches, b = 1 / (x ratio)
(Stott, Jardim & Alsac, IEEE Trans. Power Systems 24(3), 2009, eq. 3-5). The matrix is kept in
envelope (skyline) form after a reverse Cuthill-McKee ordering, so that the kernel
can fill and factorise it without allocating. Losses, voltages and reactive power
are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import reverse_cuthill_mckee

IntArray = npt.NDArray[np.int64]


class DcStructure(NamedTuple):
    """Fixed part of a DC problem of n buses and m branches.

    place: bus -> row; first: row -> first column in the envelope; start: row -> offset of
    that column in the values; start, end (of branches): bus indices.
    """

    place: IntArray
    first: IntArray
    offset: IntArray
    branch_from: IntArray
    branch_to: IntArray


def structure(buses: int, branch_from: IntArray, branch_to: IntArray) -> DcStructure:
    """The ordering and the envelope of the network of all branches, in service or not."""
    place = _ordering(buses, branch_from, branch_to)
    first = np.arange(buses, dtype=np.int64)
    rows, cols = place[branch_from], place[branch_to]
    np.minimum.at(first, np.maximum(rows, cols), np.minimum(rows, cols))
    width = np.arange(buses, dtype=np.int64) - first
    offset = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
    return DcStructure(place, first, offset, branch_from.astype(np.int64), branch_to.astype(np.int64))


def _ordering(buses: int, branch_from: IntArray, branch_to: IntArray) -> IntArray:
    if buses == 0:
        return np.zeros(0, dtype=np.int64)
    ones = np.ones(len(branch_from))
    graph = coo_matrix((ones, (branch_from, branch_to)), shape=(buses, buses))
    order = reverse_cuthill_mckee((graph + graph.T).tocsr(), symmetric_mode=True)
    place = np.empty(buses, dtype=np.int64)
    place[order] = np.arange(buses)
    return place

"""Draws of many components at once, and the product that correlates them."""

from __future__ import annotations

import numpy as np
from numba import njit

from stratum_core.random_numbers.kernels import normal, uniform


@njit(cache=True, nogil=True)
def uniforms_at(seed, replicate, component, stream):
    """A uniform number in (0, 1) for each pair of replicate and component."""
    out = np.empty(len(replicate))
    for i in range(len(replicate)):
        out[i] = uniform(seed, replicate[i], component[i], stream)
    return out


@njit(cache=True, nogil=True)
def normals_at(seed, replicate, component, stream):
    """A standard normal number for each pair of replicate and component."""
    out = np.empty(len(replicate))
    for i in range(len(replicate)):
        out[i] = normal(seed, replicate[i], component[i], stream)
    return out


@njit(cache=True, nogil=True)
def lower_product(columns, draws):
    """Rows of ``draws`` times a lower triangular factor, whose columns are the rows of ``columns``.

    Always added up in the same order, so that a row does not depend on how many there are; a BLAS product would.
    """
    count, size = draws.shape
    out = np.zeros((count, size))
    for i in range(count):
        for k in range(size):
            z = draws[i, k]
            for j in range(k, size):
                out[i, j] += columns[k, j] * z
    return out

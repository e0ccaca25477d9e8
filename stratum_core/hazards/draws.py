"""Random numbers of a span of replicates as arrays, the same for any span that holds the replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stratum_core.hazards.kernels import normals_at, uniforms_at
from stratum_core.model.fields import Bools, Floats, Ints


def uniforms(seed: int, first: int, count: int, component: Ints, stream: int) -> Floats:
    """(count, components) uniform numbers of replicates ``first`` to ``first + count``."""
    replicate, which = _pairs(first, count, component)
    found: Floats = uniforms_at(seed, replicate, which, stream).reshape(count, len(component))
    return found


def normals(seed: int, first: int, count: int, component: Ints, stream: int) -> Floats:
    """(count, components) standard normal numbers."""
    replicate, which = _pairs(first, count, component)
    found: Floats = normals_at(seed, replicate, which, stream).reshape(count, len(component))
    return found


def uniforms_of(seed: int, replicate: Ints, component: Ints, stream: int) -> Floats:
    """One uniform number for each pair of replicate and component."""
    found: Floats = uniforms_at(seed, replicate, component, stream)
    return found


def triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    """The quantiles ``u`` of the triangular distribution; low = high gives that value."""
    if high <= low:
        return np.full_like(u, low)
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    found: Floats = np.where(u < split, rising, falling)
    return found


class Hits(NamedTuple):
    """Who is hit in a span of replicates, replicate by replicate: offset (count + 1), row and column of each hit."""

    offset: Ints
    row: Ints
    column: Ints


def hits(hit: Bools) -> Hits:
    """The true cells of a (replicates, components) matrix."""
    row, column = np.nonzero(hit)
    offset = np.concatenate([[0], np.cumsum(hit.sum(axis=1))]).astype(np.int64)
    return Hits(offset, row.astype(np.int64), column.astype(np.int64))


def _pairs(first: int, count: int, component: Ints) -> tuple[Ints, Ints]:
    which = np.ascontiguousarray(component, dtype=np.int64)
    return np.repeat(np.arange(first, first + count, dtype=np.int64), len(which)), np.tile(which, count)

"""State estimation: filters of very many sensors, resampling, and the state of a power grid, against their peers."""

from __future__ import annotations

from collections.abc import Iterator

from .. import Row
from . import filters, grid


def rows() -> Iterator[Row]:
    """Filters and resampling, then the grid."""
    yield from filters.rows()
    yield from grid.rows()

"""The graph: queries and rankings against igraph, rustworkx and networkx on the same graphs; changes; the sample city."""

from __future__ import annotations

from collections.abc import Iterator

from .. import Row
from . import changes, queries, sample


def rows() -> Iterator[Row]:
    """Queries, then changes, then the sample city."""
    yield from queries.rows()
    yield from changes.rows()
    yield from sample.rows()

"""Readings into the durable store: files against plain DuckDB on the same files, and streams in batches."""

from __future__ import annotations

from collections.abc import Iterator

from .. import Row
from . import files, streams


def rows() -> Iterator[Row]:
    """Files, then streams."""
    yield from files.rows()
    yield from streams.rows()

"""Readings into the durable store: files against plain DuckDB on the same files, streams, and on to the window."""

from __future__ import annotations

from collections.abc import Iterator

from .. import Row
from . import files, streams, window


def rows() -> Iterator[Row | str]:
    """Files, then streams, then the window."""
    yield from files.rows()
    yield from streams.rows()
    yield from window.rows()

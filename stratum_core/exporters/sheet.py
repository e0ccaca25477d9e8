"""Columns as a sheet of cells: headers that name units, empty cells for what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratum_core.exporters import Columns

#: fields whose header names the unit
HEADERS = {"buffer": "buffer_h", "buffer_low": "buffer_low_h", "buffer_high": "buffer_high_h"}


def header(columns: Columns) -> list[str]:
    """The first row."""
    return [HEADERS.get(name, name) for name in columns]


def cells(columns: Columns) -> Iterator[list[Any]]:
    """The rows below it."""
    for row in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield [None if value != value or value == "" else "inf" if value == float("inf") else value for value in row]

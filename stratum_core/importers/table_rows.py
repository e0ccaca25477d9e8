"""Rows of a CSV whose columns have fixed names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from stratum_core.errors import InputError, unknown
from stratum_core.importers.source_file import SourceFile

Cells = dict[str, str]


def header(file: SourceFile) -> list[str]:
    """The names of the columns, in lower case."""
    return [cell.strip().strip('"').lower() for cell in file.lines[0].split(_delimiter(file))]


def table_rows(file: SourceFile, known: Sequence[str], thing: str) -> Iterator[tuple[str, Cells]]:
    """File and number of each row that is not empty, and its cells by column.

    Raises InputError for a column that is not ``known``, and for a table without rows (of ``thing``).
    """
    columns, empty = header(file), True
    for cell in columns:
        if cell not in known:
            raise unknown("column", cell, known, where=f"{file.name}, line 1")
    for number, cells in enumerate(csv.reader(file.lines[1:], delimiter=_delimiter(file)), start=2):
        if any(cell.strip() for cell in cells):
            empty = False
            yield f"{file.name}, row {number}", dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    if empty:
        raise InputError(f"the table holds no {thing}, only its header", where=file.name, repair="write a row for each below it")


def _delimiter(file: SourceFile) -> str:
    return max(",;\t", key=file.lines[0].count)

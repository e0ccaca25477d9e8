"""Rows of a CSV whose columns have fixed names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import Draft
from stratum_core.importers.source_file import SourceFile

Cells = dict[str, str]


def header(file: SourceFile) -> list[str]:
    """The names of the columns, in lower case."""
    return [cell.strip().strip('"').lower() for cell in file.lines[0].split(_delimiter(file))]


def table_rows(draft: Draft, known: Sequence[str], thing: str) -> Iterator[tuple[str, Cells]]:
    """File and number of each row of the draft's file that is not empty, and its cells by column; longer rows are refused.

    Raises InputError for a column that is not ``known`` or comes twice, and for a table without rows (of ``thing``).
    """
    file = draft.file
    columns, empty = header(file), True
    for at, cell in enumerate(columns):
        if cell not in known:
            raise unknown("column", cell, known, where=f"{file.name}, line 1")
        if cell in columns[:at]:
            raise InputError(f"column '{cell}' comes twice", where=f"{file.name}, line 1", repair="leave out one of the two")
    for number, cells in enumerate(csv.reader(file.lines[1:], delimiter=_delimiter(file)), start=2):
        if any(cell.strip() for cell in cells):
            empty, where = False, f"{file.name}, row {number}"
            if any(cell.strip() for cell in cells[len(columns):]):
                draft.refuse(where, f"it has {len(cells)} cells, the header {len(columns)}",
                             "put a cell with a delimiter in it between quotes, or name the other columns")
            else:
                yield where, dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    if empty:
        raise InputError(f"the table holds no {thing}, only its header", where=file.name, repair="write a row for each below it")


def _delimiter(file: SourceFile) -> str:
    return max(",;\t", key=file.lines[0].count)

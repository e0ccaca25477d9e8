"""Rows of cells from a CSV text or a sheet of an XLSX workbook."""

from __future__ import annotations

import csv
import zipfile
from typing import Any

from stratum_core.errors import InputError
from stratum_core.importers.source_file import SourceFile

Cells = list[list[Any]]


def table_cells(file: SourceFile, sheet: str = "") -> Cells:
    """All rows of a CSV, or of ``sheet`` of a workbook (empty: its first). Raises InputError for no workbook or sheet."""
    return _workbook(file, sheet) if file.suffix == ".xlsx" else _text(file)


def _text(file: SourceFile) -> Cells:
    delimiter = max(",;\t", key=file.lines[0].count)
    return [list(row) for row in csv.reader([line for line in file.lines if line.strip()], delimiter=delimiter)]


def _workbook(file: SourceFile, sheet: str) -> Cells:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file.path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError("this is no XLSX workbook", where=file.name, repair="save it again as .xlsx") from error
    if sheet and sheet not in book.sheetnames:
        raise InputError(f"the workbook has no sheet '{sheet}'", where=file.name, repair="start from the one that export writes")
    chosen = book[sheet or book.sheetnames[0]]
    return [list(row) for row in chosen.iter_rows(values_only=True)]

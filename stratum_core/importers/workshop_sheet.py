"""The workshop sheet, CSV or XLSX, as it comes back: cells by column, each row with where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.tabular import table_cells
from stratum_core.model.tables import Dependencies

_HEADERS = {"buffer_h": "buffer", "buffer_low_h": "buffer_low", "buffer_high_h": "buffer_high"}
SHEET = "dependencies"
REMOVE, EXPORTED = "remove", "exported"


@dataclass(frozen=True)
class SheetRow:
    """One row: its file and number, its cells by field (empty: None), whether it is to go, and when it was exported."""

    where: str
    cells: dict[str, Any]
    remove: bool
    exported: str = ""


def read_sheet(path: Path) -> list[SheetRow]:
    """The rows of a sheet that the export made and people filled in. Raises InputError for an unknown column."""
    file = SourceFile(path)
    table = iter(table_cells(file, SHEET if file.suffix == ".xlsx" else ""))
    header = [str(cell or "").strip().lower() for cell in next(table, ())]
    names = [_HEADERS.get(cell, cell) for cell in header]
    known = [*Dependencies.specs(), REMOVE, EXPORTED]
    for cell, name in zip(header, names, strict=True):
        if name not in known:
            raise unknown("column", cell, [*known, *_HEADERS], where=f"{file.name}, row 1")
    if not {"dependent", "supplier", "service"} <= set(names):
        raise InputError("the sheet lacks dependent, supplier or service", where=f"{file.name}, row 1",
                         repair="start from the sheet that export writes")
    return [_row(file, number, dict(zip(names, cells, strict=False))) for number, cells in enumerate(table, start=2)
            if any(cell not in (None, "") for cell in cells)]


def _row(file: SourceFile, number: int, cells: dict[str, Any]) -> SheetRow:
    stripped = {name: cell.strip() if isinstance(cell, str) else cell for name, cell in cells.items()}
    remove, exported = stripped.pop(REMOVE, None), stripped.pop(EXPORTED, None)
    return SheetRow(f"{file.name}, row {number}", {name: None if cell == "" else cell for name, cell in stripped.items()},
                    remove not in (None, "", False), str(exported or ""))

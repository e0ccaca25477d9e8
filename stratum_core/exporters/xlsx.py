"""XLSX: the workshop sheet, on which people correct and rate dependencies, with the open questions beside it."""

from __future__ import annotations

from pathlib import Path

from stratum_core.exporters import EXPORTERS, Columns, GraphTables
from stratum_core.exporters.sheet import cells, header

HOW = (
    "Correct a row of 'dependencies', add rows at its end (leave id empty), or write x under remove.",
    "Put your name under author. confidence: 0 guessed to 1 certain. strength: the chance that the dependent stops without it.",
    "strength_low, strength_high: the range you would defend. buffer_h: hours on its own reserve.",
    "Rows of one dependent with one group are alternatives; needed says how many of them must be up.",
)


@EXPORTERS.register("xlsx")
def write(tables: GraphTables, file: Path) -> None:
    """Sheets: dependencies, questions, components, how."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _sheet(book, "dependencies", tables.dependencies, extra=("remove",))
    if tables.questions is not None:
        _sheet(book, "questions", tables.questions)
    _sheet(book, "components", {name: tables.nodes[name] for name in ("id", "name", "sector", "kind", "type", "people")})
    how = book.create_sheet("how")
    for line in HOW:
        how.append([line])
    book.save(file)


def _sheet(book: object, title: str, columns: Columns, extra: tuple[str, ...] = ()) -> None:
    from openpyxl.styles import Font

    page = book.create_sheet(title)  # type: ignore[attr-defined]
    page.append([*header(columns), *extra])
    for row in cells(columns):
        page.append(row)
    for cell in page[1]:
        cell.font = Font(bold=True)
        page.column_dimensions[cell.column_letter].width = max(12, len(str(cell.value)) + 2)
    page.freeze_panes = "A2"

"""Input-output tables of several regions as pymrio writes them: Z (trade), Y (final demand) and F (factors), tab-separated.

Two header rows name region and industry; a row begins with region, industry and, in some tables, the unit. Give the files
in one import, and with ``--mapping`` a TOML file with [io] currency, price_year and unit, since they do not say these.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.industries import Flows, Prices, enter
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.fields import Floats

Label = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Labels of rows and columns, and the numbers between."""

    rows: list[Label]
    columns: list[Label]
    cells: list[list[str]]


def claims(file: SourceFile, request: Request) -> bool:
    """True if the first two lines are headers of labelled columns."""
    return all(line.startswith("\t") for line in file.lines[:2]) and len(file.lines) > 2


def read(file: SourceFile, request: Request) -> Draft | None:
    """Industries and trade of a Z file; None for the others where a Z is in the request."""
    trade = [other for other in request.files if claims(other, request) and _is_trade(_sheet(other))]
    if file not in trade:
        if trade:
            return None
        raise InputError("this is final demand or a factor without the trade (Z) that it belongs to", where=file.name,
                         repair="give the file Z in the same import")
    draft, sheet = request.draft(file), _sheet(file)
    beside = [other for other in request.files if other is not file and claims(other, request)]
    draft.files += beside
    demand, given = np.zeros(len(sheet.rows)), dict[str, Floats]()
    for other in beside:
        found = _sheet(other)
        if [row[:2] for row in found.rows] == [row[:2] for row in sheet.rows]:
            demand = demand + _numbers(draft, other, found).sum(axis=1)
        elif found.columns == sheet.columns:
            given |= _factors(draft, other, found)
    if not demand.any():
        raise InputError("there is no final demand (Y) beside it", where=file.name, repair="give the file Y in the same import")
    names, regions = [column[1] for column in sheet.columns], [column[0] for column in sheet.columns]
    enter(draft, Flows(names, regions, _numbers(draft, file, sheet), demand, given), _prices(file, request))
    return draft


def _sheet(file: SourceFile) -> Sheet:
    lines = [row for row in csv.reader(file.lines, delimiter="\t") if any(row)]
    left = next((at for at, cell in enumerate(lines[0]) if cell), len(lines[0]))
    heads = [line[left:] for line in lines[:2]]
    columns: list[Label] = list(zip(*heads, strict=False))
    return Sheet([tuple(line[:left]) for line in lines[2:]], columns, [line[left:] for line in lines[2:]])


def _is_trade(sheet: Sheet) -> bool:
    return [row[:2] for row in sheet.rows] == sheet.columns


def _factors(draft: Draft, file: SourceFile, sheet: Sheet) -> dict[str, Floats]:
    """Value added, where the rows name it; other factors are left out and told."""
    table, names = _numbers(draft, file, sheet), [row[0] for row in sheet.rows]
    mine = [at for at, name in enumerate(names) if name.lower().replace(" ", "_") == "value_added"]
    left = [name for at, name in enumerate(names) if at not in mine]
    if left:
        draft.note(f"{file.name}: {len(left)} factors were left out, such as '{left[0]}'")
    return {"value_added": table[mine].sum(axis=0)} if mine else {}


def _numbers(draft: Draft, file: SourceFile, sheet: Sheet) -> Floats:
    rows = []
    for label, cells in zip(sheet.rows, sheet.cells, strict=True):
        where = f"{file.name}, row '{', '.join(label)}'"
        if len(cells) != len(sheet.columns):
            raise InputError(f"it has {len(cells)} numbers for {len(sheet.columns)} columns", where=where, repair="mend that row")
        rows.append([draft.number(cell, where, ", ".join(column)) for column, cell in zip(sheet.columns, cells, strict=True)])
    return np.array(rows)


def _prices(file: SourceFile, request: Request) -> Prices:
    said = {}
    if request.mapping is not None:
        try:
            said = tomllib.loads(request.mapping.text).get("io", {})
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"this is no TOML: {error}", where=request.mapping.name, repair="mend it at that place") from error
    return Prices.of(said, f"{request.mapping.name}, [io]" if request.mapping is not None else f"{file.name} (without --mapping)")


IMPORTERS.register("pymrio_text")(Format((".txt",), claims, read))

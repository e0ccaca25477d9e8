"""Input-output tables of one region as a plain sheet, CSV or XLSX.

    currency,EUR
    price_year,2020
    unit,million
    industry,Agriculture,Manufacturing,households,exports
    Agriculture,150,500,250,100
    Manufacturing,200,100,1200,500
    value_added,650,1400
    jobs,12000,30000
    needs_power,0.5,0.95

Rows sell to columns; columns that are no industries are final demand. After the industries come rows of any other
column of the table of industries: value_added, output, jobs, needs_power and so on.
"""

from __future__ import annotations

from itertools import takewhile

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.industries import Flows, Prices, enter
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.tabular import Cells, table_cells
from stratum_core.model.fields import Floats
from stratum_core.model.tables import Industries

_FIRST = "industry"
_HEAD = ("currency", "price_year", "unit")
_BELOW = tuple(name for name, spec in Industries.specs().items()
               if spec.dtype == "float" and name not in ("price_year", "confidence", "final_demand"))


def claims(file: SourceFile, request: Request) -> bool:
    """True if one of the first rows begins with ``industry``."""
    return any(_word(row) == _FIRST for row in table_cells(file)[:8])


def read(file: SourceFile, request: Request) -> Draft:
    """Industries and trade of ``file``; raises InputError where the table has no shape, bad cells are rows of the draft."""
    draft, cells, where = request.draft(file), table_cells(file), f"{file.name}, above the row that begins with {_FIRST}"
    above = list(takewhile(lambda row: _word(row) != _FIRST, cells))
    header, body = [str(cell or "").strip() for cell in cells[len(above)]], cells[len(above) + 1 :]
    for row in above:
        if _word(row) not in _HEAD:
            raise unknown("row", _word(row), _HEAD, where=where)
    prices = Prices.of({_word(row): row[1] for row in above if len(row) > 1}, where)
    names = _names(file, header, body)
    table = np.array([_numbers(draft, row, header) for row in body[: len(names)]])
    given = {_word(row): _numbers(draft, row, header, np.nan)[: len(names)] for row in body[len(names) :] if _below(row, file)}
    enter(draft, Flows(names, [""] * len(names), table[:, : len(names)], table[:, len(names) :].sum(axis=1), given), prices)
    return draft


def _word(row: list[object]) -> str:
    return str(row[0] or "").strip().lower() if row else ""


def _names(file: SourceFile, header: list[str], body: Cells) -> list[str]:
    """The industries: the first columns, and the first rows in the same order."""
    rows = [str(row[0] or "").strip() for row in body if row]
    count = next((at for at, (column, row) in enumerate(zip([*header[1:], ""], [*rows, ""], strict=False)) if column != row),
                 min(len(header) - 1, len(rows)))
    if count == 0 or len(set(header[1:])) < len(header) - 1:
        raise InputError("its rows are not the industries of its columns", where=file.name,
                         repair="name each industry once in the header and, in the same order, at the start of a row")
    return header[1 : count + 1]


def _below(row: list[object], file: SourceFile) -> bool:
    if _word(row) and _word(row) not in _BELOW:
        raise unknown("row", str(row[0]), _BELOW, where=file.name)
    return bool(_word(row))


def _numbers(draft: Draft, row: list[object], header: list[str], empty: float = 0.0) -> Floats:
    """The numbers of a row by column."""
    where = f"{draft.file.name}, row '{row[0]}'"
    cells = [*row[1 : len(header)], *[None] * (len(header) - len(row))]
    return np.array([empty if cell in (None, "") else draft.number(cell, where, column)
                     for column, cell in zip(header[1:], cells, strict=True)])


IMPORTERS.register("io_table")(Format((".csv", ".xlsx"), claims, read))

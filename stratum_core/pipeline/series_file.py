"""A plain series from a CSV file: ``time,value`` with a header, an empty value where a reading is missing."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

_MISSING = {"", "nan", "na", "null", "none"}
_REPAIR = "give CSV with the columns time and value: times as numbers or as 2026-03-13T14:20, an empty value where none was read"


@dataclass(frozen=True)
class Series:
    """times in steps; labels as they stand in the file; values NaN where missing; unit: of ``step``, and of times read from it.

    step: length of one step in that unit: 1 for numbers, the median difference for dates, in hours.
    """

    labels: tuple[str, ...]
    times: Floats
    values: Floats
    step: float
    unit: str


def read_series(path: Path, step: float | None = None) -> Series:
    """The series of a file; raises InputError that names the row."""
    rows = _rows(path)
    time, dated = _times(path, [row[0] for row in rows])
    values = np.array([_value(path, i, row[1]) for i, row in enumerate(rows)])
    back = np.flatnonzero(np.diff(time) < 0)
    if len(back):
        raise InputError(f"time goes back from '{rows[back[0]][0]}' to '{rows[back[0] + 1][0]}'",
                         where=f"{path.name} row {back[0] + 3}", repair="sort the rows by time")
    if not np.isfinite(values).any():
        raise InputError("there is no reading in it", where=path.name, repair=_REPAIR)
    apart = np.diff(time)
    length = step or (float(np.median(apart[apart > 0])) if dated and (apart > 0).any() else 1.0)
    return Series(tuple(row[0] for row in rows), time / length, values, length, "h" if dated else "")


def _rows(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = [[cell.strip() for cell in row] for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("the series cannot be read", where=str(path), repair=_REPAIR) from error
    if len(table) < 2:
        raise InputError("there are no rows in it", where=path.name, repair=_REPAIR)
    header = [cell.lower() for cell in table[0]]
    if "time" not in header or "value" not in header:
        raise InputError(f"its columns are {', '.join(table[0])[:80]}", where=path.name, repair=_REPAIR)
    at, of = header.index("time"), header.index("value")
    for i, row in enumerate(table[1:]):
        if len(row) <= at or len(row) > len(header):
            raise InputError(f"there are {len(row)} cells under {len(header)} columns", where=f"{path.name} row {i + 2}",
                             repair=_REPAIR)
    return [(row[at], row[of] if of < len(row) else "") for row in table[1:]]


def _times(path: Path, labels: list[str]) -> tuple[Floats, bool]:
    """Numbers as they are, or dates in hours since the first."""
    dated = _number(labels[0]) is None
    found, first = [], None
    for i, label in enumerate(labels):
        number = _hours(label) if dated else _number(label)
        if number is None:
            raise InputError(f"'{label}' is no {'date' if dated else 'number'}", where=f"{path.name} row {i + 2}: time",
                             repair=_REPAIR)
        first = number if first is None else first
        found.append(number - first if dated else number)
    return np.array(found), dated


def _hours(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / 3600


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _value(path: Path, i: int, text: str) -> float:
    if text.lower() in _MISSING:
        return math.nan
    number = _number(text)
    if number is None:
        raise InputError(f"'{text}' is no number", where=f"{path.name} row {i + 2}: value", repair=_REPAIR)
    return number

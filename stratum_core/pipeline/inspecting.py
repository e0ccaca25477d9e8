"""Condition from a table of inspections: the share in working order, or shares by grade, of each asset or class named in it.

CSV with ``id`` (an asset, or a class of assets), ``date`` and either ``result`` (works or faulty) or ``grade`` (a whole number
from 1); ``count`` stands for several alike. An inspection counts less the older it is (``kept_per_y``).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.estimation.condition import Grades, Health, grades, health
from stratum_core.number_format import counted, percent, percent_between

#: inspections seen before, by result or by each grade, and the share of an inspection that counts a year later; settable
DEFAULTS = {"prior_working": 1.0, "prior_faulty": 1.0, "prior_grade": 1.0, "kept_per_y": 1.0}
_RESULTS = {"works": True, "faulty": False}
_YEAR, _MOST_GRADES = 365.25, 99
_REPAIR = "give CSV with id, date (2026-03-13) and result (works or faulty) or grade (1, 2, ...), and perhaps count"


@dataclass(frozen=True)
class Inspected:
    """What inspections tell of one id: health by result or grades by grade, the other is null; newest: date of the last."""

    id: str
    inspections: float
    newest: str
    health: Health | None
    grades: Grades | None


@dataclass(frozen=True)
class ConditionPage:
    """At a day: each id in the order of the file, with the settings."""

    as_of: str
    settings: dict[str, float]
    inspected: tuple[Inspected, ...]


@dataclass(frozen=True)
class _Row:
    id: str
    day: date
    works: bool | None
    grade: int
    count: float


def condition_of_file(path: Path, settings: Mapping[str, str], as_of: datetime | None = None) -> ConditionPage:
    """The condition as of a day (None: that of the newest inspection). Raises InputError that names file and row."""
    chosen = _settings(settings)
    rows = _rows(path)
    day = as_of.date() if as_of is not None else max(row.day for row in rows)
    rows = [row for row in rows if row.day <= day]
    if not rows:
        raise InputError(f"nothing was inspected up to {day}", where=path.name, repair="name a later day")
    most = max(row.grade for row in rows)
    found = [_inspected(id, [row for row in rows if row.id == id], day, chosen, most) for id in dict.fromkeys(r.id for r in rows)]
    return ConditionPage(day.isoformat(), chosen, tuple(found))


def condition_lines(page: ConditionPage) -> list[str]:
    """One sentence an id."""
    lines = []
    for one in page.inspected:
        head = f"{one.id}, {counted(round(one.inspections), 'inspection')}, the last on {one.newest}"
        if one.health is not None:
            lines.append(f"{head}: {percent(one.health.mean)} in working order, 95\u202f% {percent_between(*one.health.ci95)}.")
        elif one.grades is not None:
            told = (f"grade {at} {percent(share)} ({percent_between(*ci)})"
                    for at, (share, ci) in enumerate(zip(one.grades.mean, one.grades.ci95.tolist(), strict=True), start=1))
            lines.append(f"{head}: {', '.join(told)}.")
    return [*lines, f"As of {page.as_of}; priors and ageing: {', '.join(f'{k} {v:g}' for k, v in page.settings.items())}. "
                    "Inspectors who err alike and assets that fail together are left out."]


def _inspected(id: str, rows: list[_Row], day: date, chosen: dict[str, float], most: int) -> Inspected:
    weight = np.array([row.count * chosen["kept_per_y"] ** ((day - row.day).days / _YEAR) for row in rows])
    seen, newest = float(sum(row.count for row in rows)), max(row.day for row in rows).isoformat()
    if rows[0].works is None:
        by_grade = np.bincount([row.grade - 1 for row in rows], weight, minlength=most)
        return Inspected(id, seen, newest, None, grades(by_grade.tolist(), [chosen["prior_grade"]] * most))
    works = np.array([bool(row.works) for row in rows])
    prior = chosen["prior_working"], chosen["prior_faulty"]
    found = health(float(weight[works].sum()), float(weight[~works].sum()), prior=prior)
    return Inspected(id, seen, newest, found, None)


def _settings(given: Mapping[str, str]) -> dict[str, float]:
    found = dict(DEFAULTS)
    for name, text in given.items():
        if name not in found:
            raise unknown("setting", name, DEFAULTS, where="--set")
        try:
            found[name] = float(text)
        except ValueError as error:
            raise InputError(f"'{text}' is no number", where=f"--set {name}", repair=f"write --set {name}=0.5") from error
    if not (0 < found["kept_per_y"] <= 1 and min(found[name] for name in DEFAULTS if name.startswith("prior")) > 0):
        raise InputError("a prior is not above 0, or a share not from 0 to 1", where="--set",
                         repair="give priors above 0 and kept_per_y above 0, at most 1")
    return found


def _rows(path: Path) -> list[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("the inspections cannot be read", where=str(path), repair=_REPAIR) from error
    if not table:
        raise InputError("there are no rows in it", where=path.name, repair=_REPAIR)
    by_grade = "grade" in table[0]
    if not {"id", "date"} <= set(table[0]) or by_grade == ("result" in table[0]):
        raise InputError(f"its columns are {', '.join(map(str, table[0]))[:80]}", where=path.name, repair=_REPAIR)
    return [_row(cells, by_grade, f"{path.name} row {number}") for number, cells in enumerate(table, start=2)]


def _row(cells: Mapping[str, str | None], by_grade: bool, where: str) -> _Row:
    id, said = ((cells.get(name) or "").strip() for name in ("id", "grade" if by_grade else "result"))
    try:
        day, count = date.fromisoformat((cells.get("date") or "").strip()), float((cells.get("count") or "1").strip())
        grade = int(said) if by_grade else 1
    except ValueError as error:
        raise InputError(str(error), where=where, repair=_REPAIR) from error
    known = 1 <= grade <= _MOST_GRADES if by_grade else said.lower() in _RESULTS
    if not id or not known or not 0 <= count < np.inf:
        raise InputError(f"'{said}' is no inspection of '{id}'", where=where, repair=_REPAIR)
    return _Row(id, day, None if by_grade else _RESULTS[said.lower()], grade, count)

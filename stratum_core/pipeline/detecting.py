"""Two tables of readings, one of normal operation and one to judge, through the detector."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.estimation.detection import Detection, DetectorSpec, detect, resolution, train
from stratum_core.estimation.detection_scores import Scores, scores, spans
from stratum_core.ledger.canonical import result_digest
from stratum_core.model.fields import Bools, Floats

SCHEMA = "stratum.detect/1"
_MODEL_CLASS = ("every column predicted from the others, {} earlier rows and the hour; residual charts; limit from normal rows "
                "only; new but harmless states of operation raise alarms too")
_MISSING = {"", "nan", "na", "null", "none", "-"}
_DAYS = ("%d/%m/%y", "%d/%m/%Y", "%m/%d/%y", "%m/%d/%Y", "%Y/%m/%d")
_DATES = tuple(f"{day} {time}" for day in _DAYS for time in ("%H", "%H:%M", "%H:%M:%S", "%I:%M:%S %p"))
_SHOWN = 3


@dataclass(frozen=True)
class Readings:
    """A table: names of columns of readings, values (rows, columns) with NaN where missing, labels of rows,
    hours where they are dates.
    """

    names: tuple[str, ...]
    values: Floats
    rows: tuple[str, ...]
    hours: Floats | None
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Alarm:
    """One run of rows above the limit: first and last, how far above at most,
    and the columns that are most to blame with their share.
    """

    first: str
    last: str
    rows: int
    greatest: float
    columns: dict[str, float]


@dataclass(frozen=True)
class Detected:
    """Alarms in the judged table, and with labels how right they are. score: of each row in terms of the limit, alarm above 1."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    NULL_IF_EMPTY: ClassVar[tuple[str, ...]] = ()
    UNDIGESTED: ClassVar[tuple[str, ...]] = ("run", "digest")

    schema: str
    run: str
    digest: str
    seed: int | None
    model_class: str
    warnings: tuple[str, ...]
    trained_on: int
    columns: tuple[str, ...]
    time: tuple[str, ...]
    score: Floats
    alarms: tuple[Alarm, ...]
    share_of_rows: float
    labels: str | None
    scores: Scores | None


def detect_files(normal: Path, judged: Path, labels: str | None = None, spec: DetectorSpec | None = None) -> Detected:
    """Train on one CSV, judge another; raises InputError for tables that do not fit each other."""
    spec = spec or DetectorSpec()
    first, second = read_readings(normal), read_readings(judged)
    if labels is not None and labels not in second.names:
        raise unknown("column", labels, second.names, where=f"{judged.name}: --labels")
    names = tuple(name for name in first.names if name in second.names and name != labels)
    if not names:
        raise InputError("the tables share no column of numbers", where=judged.name,
                         repair="give tables with the same column names")
    a, b = (table.values[:, [table.names.index(name) for name in names]] for table in (first, second))
    kept = ~_flagged(first, labels)
    hours = (None, None) if first.hours is None or second.hours is None else (first.hours[kept], second.hours)
    every, every_judged = _thinned(*hours)
    detector = train(a[kept][::every], _each(hours[0], every), spec, np.maximum(resolution(a), resolution(b)))
    found = _spread_out(detect(detector, b[::every_judged], _each(hours[1], every_judged)), every_judged, len(b))
    truth = second.values[:, second.names.index(labels)] > 0.5 if labels is not None else None
    result = Detected(
        schema=SCHEMA, run="", digest="", seed=None, model_class=_MODEL_CLASS.format(spec.lags),
        warnings=_warnings(first, second, names, detector.moving, found, max(every, every_judged)),
        trained_on=len(a[kept][::every]), columns=names, time=second.rows, score=found.score,
        alarms=_alarms(found, second.rows, names), share_of_rows=float(found.alarm.mean()),
        labels=labels, scores=None if truth is None else scores(found.alarm, truth),
    )
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])


def _each(hours: Floats | None, every: int) -> Floats | None:
    return None if hours is None else hours[::every]


def read_readings(path: Path) -> Readings:
    """A CSV table with a header; a first column that is no number is the time. Raises InputError naming the row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = [[cell.strip() for cell in row] for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("the table cannot be read", where=str(path), repair="give CSV with a header") from error
    if len(table) < 3:
        raise InputError("there are less than two rows in it", where=path.name, repair="give CSV with a header and readings")
    header, rows = table[0], table[1:]
    doubled = [name for name, times in Counter(header).items() if times > 1]
    if doubled:
        raise InputError(f"column '{doubled[0]}' stands there twice", where=path.name, repair="give every column its own name")
    for i, row in enumerate(rows):
        if len(row) != len(header):
            raise InputError(f"there are {len(row)} cells under {len(header)} columns", where=f"{path.name} row {i + 2}",
                             repair="give one cell a column")
    first = _column([row[0] for row in rows])
    timed = first is None or _counts(first)
    columns = {name: _column([row[i] for row in rows]) for i, name in enumerate(header) if i or not timed}
    kept = {name: column for name, column in columns.items()
            if column is not None and not _counts(column) and np.isfinite(column).any()}
    if not kept:
        raise InputError("no column holds numbers", where=path.name, repair="give readings as numbers")
    labels = tuple(row[0] if timed else str(i + 1) for i, row in enumerate(rows))
    return Readings(tuple(kept), np.stack(list(kept.values()), axis=1), labels, _hours(labels) if first is None else None,
                    tuple(name for name in columns if name not in kept))


def _counts(column: Floats) -> bool:
    """Whether it only ever rises from row to row, as a clock or a row number does."""
    return bool((np.diff(column) > 0).all())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _column(cells: Sequence[str]) -> Floats | None:
    found = [np.nan if cell.lower() in _MISSING else _number(cell) for cell in cells]
    if any(value is None for value in found):
        return None
    column = np.array(found, dtype=np.float64)
    return np.where(np.isfinite(column), column, np.nan)


def _hours(labels: Sequence[str]) -> Floats | None:
    """Hours since a Monday's midnight by the first form that reads all labels in order; None where none does."""
    monday = datetime(2000, 1, 3)
    for form in (None, *_DATES):
        try:
            moments = [datetime.fromisoformat(t) if form is None else datetime.strptime(t, form) for t in labels]
        except ValueError:
            continue
        found = np.array([(moment.replace(tzinfo=None) - monday).total_seconds() / 3600 for moment in moments])
        if (np.diff(found) >= 0).all():
            return found
    return None


def _flagged(first: Readings, labels: str | None) -> Bools:
    """Rows of the normal table that its own labels call events."""
    if labels is None or labels not in first.names:
        return np.zeros(len(first.values), dtype=np.bool_)
    flagged: Bools = first.values[:, first.names.index(labels)] > 0.5
    return flagged


def _thinned(first: Floats | None, second: Floats | None) -> tuple[int, int]:
    """Every how many rows of each table to take, so that both have the longer step."""
    steps = [float(np.median(np.diff(hours))) if hours is not None and len(hours) > 1 else 0.0 for hours in (first, second)]
    if min(steps) <= 0:
        return 1, 1
    ratio = max(steps) / min(steps)
    if abs(ratio - round(ratio)) > 0.05 * ratio:
        raise InputError(f"readings come every {steps[0]:g} h in one table and every {steps[1]:g} h in the other",
                         where="--score", repair="give tables whose steps are multiples of each other")
    return (round(ratio), 1) if steps[0] < steps[1] else (1, round(ratio))


def _spread_out(found: Detection, every: int, rows: int) -> Detection:
    """Rows between those judged hold the last judgement."""
    if every == 1:
        return found
    at = np.arange(rows) // every
    return Detection(found.score[at], found.alarm[at], found.blame[at])


def _alarms(found: Detection, rows: Sequence[str], names: Sequence[str]) -> tuple[Alarm, ...]:
    alarms = []
    for low, high in spans(found.alarm):
        blame = found.blame[low:high].mean(axis=0)
        most = [int(i) for i in np.argsort(-blame, kind="stable")[:_SHOWN] if blame[i] > 0]
        alarms.append(Alarm(rows[low], rows[high - 1], int(high - low), float(found.score[low:high].max()),
                            {names[i]: float(blame[i]) for i in most}))
    return tuple(alarms)


def _warnings(
    first: Readings, second: Readings, names: Sequence[str], moving: Bools, found: Detection, every: int
) -> tuple[str, ...]:
    told = []
    left = [*first.ignored, *second.ignored, *(n for n in first.names if n not in second.names)]
    if left:
        named = ", ".join(sorted(set(left)))[:200]
        told.append(f"Left out, since empty, no numbers, only counting on, or not in both tables: {named}.")
    frozen = [name for name, moves in zip(names, moving, strict=True) if not moves]
    woken = [name for i, name in enumerate(names) if not moving[i] and (found.blame[:, i] > 0).any()]
    if frozen:
        told.append(f"Never moved in normal operation: {', '.join(frozen)[:200]}.")
    if woken:
        told.append(f"Of these, moved in the judged table, which counts as an alarm: {', '.join(woken)[:200]}. "
                    "If one of them holds labels, name it with --labels.")
    if first.hours is None or second.hours is None:
        told.append("Times are not read as dates in both tables, so the hour of the day is not used.")
    if every > 1:
        told.append(f"The tables have different steps; one row in {every} of the finer one is used.")
    return tuple(told)

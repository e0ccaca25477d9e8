"""What was expected against what came out, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratum_core.pipeline.validation.cases import Case, NotHere, case_files, read_case, run_case, schema_of
from stratum_core.ports import CancelToken, Progress, silent

SCHEMA = "stratum.validation/1"


@dataclass(frozen=True)
class Row:
    """One figure. ok None: it could not be run here, ``note`` says why."""

    name: str
    section: str
    target: Any
    got: Any
    tolerance: float
    unit: str
    source: str
    ok: bool | None
    note: str = ""


@dataclass(frozen=True)
class CaseReport:
    """One case: its outputs, and a row for each figure that was expected."""

    kind: str
    outputs: dict[str, Any]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Report:
    """All rows of a validation."""

    schema: str
    rows: tuple[Row, ...]

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows that missed their target."""
        return tuple(row for row in self.rows if row.ok is False)


def validate(name: str | None = None, *, progress: Progress = silent, cancel: CancelToken | None = None) -> Report:
    """Run the cases of one section, or all. Raises InputError for an unknown section or a malformed case."""
    files = case_files(name)
    rows: list[Row] = []
    for done, path in enumerate(files):
        (cancel or CancelToken()).check()
        progress(done, len(files), path.stem)
        case, section = read_case(path), path.parent.name
        try:
            rows += check_case(case, section).rows
        except NotHere as error:
            rows.append(Row(case.name, section, None, None, 0.0, "", case.source, None, str(error)))
    progress(len(files), len(files))
    return Report(SCHEMA, tuple(rows))


def validate_case(path: Path) -> CaseReport:
    """Run the case in a file from anywhere. Raises InputError for a malformed case or missing data."""
    return check_case(read_case(path))


def check_case(case: Case, section: str = "") -> CaseReport:
    """Run one case and compare what it expects. Raises InputError or NotHere."""
    outputs = run_case(case)
    units = {name: spec.get("unit", "") for name, spec in schema_of(case.kind)["$defs"]["outputs"]["properties"].items()}
    rows = tuple(_row(case, section, path, target, _at(outputs, path), units.get(path[0], ""))
                 for path, target in _leaves(case.expected))
    return CaseReport(case.kind, outputs, rows)


def _leaves(expected: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in expected.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _at(outputs: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = outputs
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _row(case: Case, section: str, path: tuple[str, ...], target: Any, got: Any, unit: str) -> Row:
    allowed = case.tolerance
    tolerance = float(allowed.get(path[0], 1e-9)) if isinstance(allowed, Mapping) else float(allowed)
    name = f"{case.name}: {'.'.join(path)}"
    return Row(name, section, target, got, tolerance, unit, case.source, agrees(target, got, tolerance))


def agrees(target: Any, got: Any, tolerance: float) -> bool:
    """Whether ``got`` is ``target``: numbers within ``tolerance``, lists entry by entry, all else exactly."""
    if isinstance(target, list):
        return isinstance(got, list) and len(got) == len(target) and all(
            agrees(a, b, tolerance) for a, b in zip(target, got, strict=True))
    if isinstance(target, (int, float)) and not isinstance(target, bool):
        number = isinstance(got, (int, float)) and not isinstance(got, bool)
        return number and math.isfinite(got) and abs(got - target) <= tolerance
    return bool(target == got)

"""What a rule finds, and how a list of findings becomes a score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

from stratum_core.model import City

Severity = Literal["error", "warning", "note"]

_WEIGHT: dict[str, float] = {"error": 0.4, "warning": 0.1, "note": 0.0}
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class Issue:
    """One finding: how bad, by which rule, in which table and field, about which rows.

    An issue without ids is about the city as a whole. The message ends with the repair.
    """

    severity: Severity
    code: str
    component: str
    field: str
    ids: tuple[str, ...]
    message: str
    repair: str


@dataclass(frozen=True)
class Report:
    """The issues of a city, worst first, and its score from 0 (unusable) to 100 (nothing found)."""

    score: float
    issues: tuple[Issue, ...]

    def of(self, severity: Severity) -> list[Issue]:
        """The issues of one severity."""
        return [found for found in self.issues if found.severity == severity]


def issue(severity: Severity, code: str, component: str, field: str, ids: Iterable[str], what: str, repair: str) -> Issue:
    """An issue whose message says ``what`` and ends with the repair."""
    what, repair = what.rstrip("."), repair.rstrip(".")
    return Issue(severity, code, component, field, tuple(map(str, ids)), f"{what}. {repair[0].upper()}{repair[1:]}.", repair)


def named(ids: Sequence[str] | npt.NDArray[Any]) -> str:
    """The first of ``ids`` for a sentence: 'a' or such as 'a'."""
    return f"'{ids[0]}'" if len(ids) == 1 else f"such as '{ids[0]}'"


def report(city: City, issues: Iterable[Issue]) -> Report:
    """Order the issues and score the city.

    score = 100 * product over the issues of (1 - w * (0.25 + 0.75 * s)), where w is 0.4
    for an error, 0.1 for a warning and 0 for a note, and s is the share of the rows of
    its table that the issue names (0 for an issue about the city as a whole).
    """
    ordered = sorted(issues, key=lambda found: (_ORDER[found.severity], found.code, found.component, found.field))
    sizes = {name: len(table) for name, table in city.tables().items()}
    score = 100.0
    for found in ordered:
        share = min(1.0, len(found.ids) / max(1, sizes.get(found.component, 0)))
        score *= 1 - _WEIGHT[found.severity] * (0.25 + 0.75 * share)
    return Report(round(score, 1), tuple(ordered))

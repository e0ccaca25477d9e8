"""Assumptions about people and roads as tables of ``resources/tables``: value, range, unit, source and mark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stratum_core.resource_files import table


@dataclass(frozen=True)
class Parameter:
    """A value in ``unit`` with the range to try. mark: P published, M commonly quoted, A assumed."""

    value: float
    low: float
    high: float
    unit: str
    label: str
    source: str
    mark: str


@cache
def parameter_table(name: str) -> dict[str, Parameter]:
    """The parameters of one table by name."""
    return {
        row["parameter"]: Parameter(float(row["value"]), float(row["low"]), float(row["high"]), row["unit"], row["label"],
                                    row["source"], row["mark"])
        for row in table(name)
    }

"""What movement assumes where a city does not say: ``resources/tables/traffic.csv``, each with range, source and mark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stratum_core.errors import unknown
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
def parameters() -> dict[str, Parameter]:
    """All parameters by name."""
    return {
        row["parameter"]: Parameter(float(row["value"]), float(row["low"]), float(row["high"]), row["unit"], row["label"],
                                    row["source"], row["mark"])
        for row in table("traffic")
    }


def value(name: str) -> float:
    """The value of one; raises InputError for a name that nobody knows."""
    if name not in parameters():
        raise unknown("traffic parameter", name, parameters())
    return parameters()[name].value

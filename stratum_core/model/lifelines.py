"""The eight FEMA community lifelines and the one rule of their status; window and briefing both ask here.

By the share of people without any one service of the lifeline, the worst of its services counting: Unstable when the middle
run reaches 25 %, Limited when it reaches 1 % or the 95 % run 5 %, Stable below. A lifeline of which the model holds no
service is Unknown, never Stable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from stratum_core.resource_files import table

UNSTABLE, LIMITED, LIMITED_HIGH = 0.25, 0.01, 0.05
WORDS = {"R": "Unstable", "Y": "Limited", "G": "Stable", "?": "Unknown"}
RULE = (
    "R Unstable: the middle run has 25 % of the people or more without one of its services. Y Limited: 1 % in the middle run, "
    "or 5 % in 5 of 100 runs. G Stable: less. ? Unknown: the model holds none of its services."
)
_ORDER = "?GYR"
#: services whose sector has another name
_SERVICE_OF = {"roads": "access"}
_TITLES = {"Food Hydration Shelter": "Food, Hydration, Shelter"}


@dataclass(frozen=True)
class Lifeline:
    """One of the eight: its name for people and the services that inform it."""

    name: str
    services: tuple[str, ...]

    def worst(self, people: Mapping[str, tuple[float, float]], total: float) -> str:
        """The service that decides, of people without each as (middle run, 95 % run); '' where none is known."""
        known = [service for service in self.services if service in people]
        return max(known, key=lambda s: (_ORDER.index(status(*people[s], total)), people[s])) if known else ""


@cache
def lifelines() -> tuple[Lifeline, ...]:
    """All eight, in FEMA's order."""
    rows = table("lifelines")
    return tuple(Lifeline(_TITLES.get(row["lifeline"], row["lifeline"]), tuple(row["services"].split())) for row in rows)


def lifeline_of(sector: str) -> str:
    """The name of the lifeline that a component's sector serves; '' where none is informed by it."""
    service = _SERVICE_OF.get(sector, sector)
    return next((kind.name for kind in lifelines() if service in kind.services), "")


def status(middle: float, high: float, total: float) -> str:
    """R, Y or G of a service without which so many people are in the middle and in the 95 % run; ? where nobody is counted."""
    if not total or not (math.isfinite(middle) and math.isfinite(high)):
        return "?"
    if middle >= UNSTABLE * total:
        return "R"
    return "Y" if middle >= LIMITED * total or high >= LIMITED_HIGH * total else "G"

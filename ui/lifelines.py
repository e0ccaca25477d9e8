"""The rule of the lifeline strip, in one place: from a result and an hour to eight statuses.

Of all services that inform a lifeline, the worst counts. In the middle run (p50 of the people
without the service at that hour): R from 25 % of the people, Y above 1 %, else G. A lifeline that
no service of the model informs is unknown, never green.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.results import CascadeResult
from stratum_core.number_format import between, count
from stratum_core.resource_files import table

UNSTABLE_FROM, LIMITED_ABOVE = 0.25, 0.01
RULE = (
    "Middle run at this hour: R Unstable from 25 % of the people without one of its services, "
    "Y Limited above 1 %, G Stable otherwise, ? Unknown where the model holds none of its services."
)
_LOST = {
    "power": "power",
    "gas": "gas",
    "heat": "heat",
    "water": "water",
    "wastewater": "sewers",
    "telecom": "phone",
    "health": "care",
    "access": "road",
    "shelter": "shelter",
}


@dataclass(frozen=True)
class Lifeline:
    """One cell: letter R, Y, G or ?, what limits it, and all its services in words."""

    name: str
    letter: str
    impact: str
    details: str


def lifelines(result: CascadeResult | None, hour: float) -> list[Lifeline]:
    """The eight lifelines at an hour, in FEMA's order."""
    return [_lifeline(row, result, hour) for row in table("lifelines")]


def _lifeline(row: dict[str, str], result: CascadeResult | None, hour: float) -> Lifeline:
    name = row["lifeline"].replace("Food Hydration Shelter", "Food, Hydration, Shelter")
    services = row["services"].split()
    if result is None or not result.people_total:
        return Lifeline(name, "?", "No run yet" if services else "Not modelled", RULE)
    known = [s for s in services if s in result.people_without_service]
    if not known:
        return Lifeline(name, "?", "Not modelled", f"The model holds no service of this lifeline. {RULE}")
    people = {s: _people(result, s, hour) for s in known}
    worst = max(known, key=lambda s: people[s][1])
    share = people[worst][1] / result.people_total
    lines = [f"{s}: {between(p[0], p[2])} people without (middle run {count(p[1])})" for s, p in people.items()]
    return Lifeline(name, letter(share), _impact(worst, people[worst][1]), "\n".join([*lines, RULE]))


def letter(share: float) -> str:
    """The status of a share of people without a service."""
    if not np.isfinite(share):
        return "?"
    return "R" if share >= UNSTABLE_FROM else "Y" if share > LIMITED_ABOVE else "G"


def _impact(service: str, people: float) -> str:
    if people < 0.5:
        return "All supplied"
    return f"{count(people)} no {_LOST.get(service, service)}"


def _people(result: CascadeResult, service: str, hour: float) -> tuple[float, float, float]:
    band = result.people_without_service[service]
    low, middle, high = (float(np.interp(hour, band.h, line)) for line in (band.p05, band.p50, band.p95))
    return low, middle, high

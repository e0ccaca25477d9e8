"""The lifeline strip: from a result and an hour to eight statuses in words. The rule itself is the core's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.lifelines import RULE, lifeline_of, lifelines, status
from stratum_core.model.lifelines import Lifeline as Kind
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import DASH, between, count, hours
from stratum_core.pipeline.situation.board import Picture

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
_AT_THIS_HOUR = f"At this hour. {RULE}"


@dataclass(frozen=True)
class Lifeline:
    """One cell: letter R, Y, G or ?, what limits it, and all its services in words."""

    name: str
    letter: str
    impact: str
    details: str


def lifelines_at(result: CascadeResult | None, hour: float) -> list[Lifeline]:
    """The eight lifelines at an hour, in FEMA's order."""
    return [_lifeline(kind, result, hour) for kind in lifelines()]


def data_ages(city: City, picture: Picture | None) -> list[str]:
    """How old the newest reading behind each lifeline is; empty where no sensor measures anything of it."""
    if picture is None:
        return ["" for _ in lifelines()]
    sectors = {id: sector for table in (city.assets, city.links) for id, sector in zip(table.id, table.sector, strict=True)}
    of_sensor = [lifeline_of(sectors.get(id, "")) for id in city.sensors.component]
    found = []
    for kind in lifelines():
        ages = [age for name, age in zip(of_sensor, picture.age_h, strict=True) if name == kind.name and age == age]
        found.append(f"data {hours(min(ages))}" if ages and min(ages) >= 1 / 60 else "data now" if ages else "")
    return found


def courses(result: CascadeResult | None) -> list[str]:
    """The letters of each lifeline hour by hour, R, Y, G or ?; empty without a run."""
    if result is None:
        return ["" for _ in lifelines()]
    whole = range(int(result.horizon_h) + 1)
    return ["".join(_lifeline(kind, result, float(hour)).letter for hour in whole) for kind in lifelines()]


def _lifeline(kind: Kind, result: CascadeResult | None, hour: float) -> Lifeline:
    if result is None:
        return Lifeline(kind.name, "?", "No run yet" if kind.services else "Not modelled", _AT_THIS_HOUR)
    if not result.people_total:
        return Lifeline(kind.name, "?", "No people counted", f"The project holds no population. {_AT_THIS_HOUR}")
    people = {s: _people(result, s, hour) for s in kind.services if s in result.people_without_service}
    worst = kind.worst({s: (middle, high) for s, (_, middle, high) in people.items()}, result.people_total)
    if not worst:
        return Lifeline(kind.name, "?", "Not modelled", f"The model holds no service of this lifeline. {_AT_THIS_HOUR}")
    low, middle, high = people[worst]
    lines = [f"{s}: {between(p[0], p[2])} people without (middle run {count(p[1])})" for s, p in people.items()]
    letter = status(middle, high, result.people_total)
    return Lifeline(kind.name, letter, _impact(worst, low, high), "\n".join([*lines, _AT_THIS_HOUR]))


def _impact(service: str, low: float, high: float) -> str:
    if high < 0.5:
        return "All supplied"
    return f"{between(low, high, joined=DASH)} no {_LOST.get(service, service)}"


def _people(result: CascadeResult, service: str, hour: float) -> tuple[float, float, float]:
    band = result.people_without_service[service]
    low, middle, high = (float(np.interp(hour, band.h, line)) for line in (band.p05, band.p50, band.p95))
    return low, middle, high

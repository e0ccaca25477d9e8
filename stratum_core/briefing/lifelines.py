"""The eight FEMA community lifelines at the worst hour: status, impact, what limits them, when they are back.

Status by the share of people without any one service of the lifeline, at that service's worst hour:
Unstable when the middle run reaches 25 %, Limited when it reaches 1 % or the 95 % run 5 %, Stable below.
A lifeline that the model does not hold is Unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stratum_core import number_format as show
from stratum_core.briefing import people, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model.results import Chain
from stratum_core.resource_files import table

UNSTABLE, LIMITED, LIMITED_HIGH = 0.25, 0.01, 0.05
_LONGEST, _LONGEST_WITH_DEPTH = 26, 15  # letters of a name under "limited by"
WORDS = {"R": "Unstable", "Y": "Limited", "G": "Stable", "?": "Unknown"}
_TITLES = {"Food Hydration Shelter": "Food, Hydration, Shelter"}
_SECTORS = {"power": ("power",), "gas": ("gas",), "heat": ("heat",), "telecom": ("telecom",), "water": ("water",),
            "wastewater": ("wastewater",), "health": ("health",), "access": ("roads",), "shelter": ("community",)}


@dataclass(frozen=True)
class LifelineRow:
    """One row of the table; status is R, Y, G or ?, word goes with it."""

    lifeline: str
    status: str
    word: str
    impact: str
    limited_by: str
    back_by: str
    worst_hour: str


def lifeline_rows(facts: BriefingFacts) -> tuple[LifelineRow, ...]:
    """All eight, in FEMA's order."""
    return tuple(_row(facts, row["lifeline"], row["services"].split()) for row in table("lifelines"))


def status_of(facts: BriefingFacts, service: str) -> str:
    """R, Y or G of one service; ? where no people are counted."""
    total = facts.result.people_total
    if not total or service not in facts.result.people_peak:
        return "?"
    peak = facts.result.people_peak[service]
    if peak.p50 >= UNSTABLE * total:
        return "R"
    return "Y" if peak.p50 >= LIMITED * total or peak.p95 >= LIMITED_HIGH * total else "G"


def _row(facts: BriefingFacts, lifeline: str, services: list[str]) -> LifelineRow:
    title = _TITLES.get(lifeline, lifeline)
    present = [s for s in services if s in facts.result.people_peak]
    if not present or not facts.result.people_total:
        counted = not services or bool(facts.result.people_total)
        known = "Not in this model" if counted else "No people counted"
        return LifelineRow(title, "?", WORDS["?"], known, "No data", show.DASH, "no data")
    worst = max(present, key=lambda s: ("GYR".index(status_of(facts, s)), facts.result.people_peak[s].mean))
    status = status_of(facts, worst)
    band = facts.result.people_without_service[worst]
    hour = people.worst_hour(band)
    if status == "G" and facts.result.people_peak[worst].p95 < 0.5:
        return LifelineRow(title, status, WORDS[status], "No effect found", show.DASH, show.DASH, show.DASH)
    return LifelineRow(title, status, WORDS[status], _impact(facts, worst), _limited_by(facts, worst), _back(facts, worst),
                       show.hour_mark(hour) if hour is not None else show.DASH)


def _impact(facts: BriefingFacts, service: str) -> str:
    peak = facts.result.people_peak[service]
    return f"{show.between(peak.p05, peak.p95, joined=show.DASH)} without {wording.without(service).removeprefix('their ')}"


def _limited_by(facts: BriefingFacts, service: str) -> str:
    chain = _chain_through(facts, _SECTORS.get(service, ()))
    if chain is None:
        return "No single cause"
    step = chain.steps[0]
    root = wording.shortened(wording.plain_name(facts.city, step.asset), _LONGEST)
    deep = step.unit == "m" and step.value is not None and len(root) < _LONGEST_WITH_DEPTH
    return f"{root}, {show.with_unit(step.value or 0.0, 'm')} deep" if deep else root


def _chain_through(facts: BriefingFacts, sectors: tuple[str, ...]) -> Chain | None:
    """The first chain that ends in one of the sectors, else the first that passes through one."""
    chains = [chain for chain in facts.result.critical_paths if chain.steps]
    ends = [c for c in chains if wording.sector_of(facts.city, c.asset) in sectors]
    passes = [c for c in chains if any(wording.sector_of(facts.city, s.asset) in sectors for s in c.steps)]
    return next(iter(ends + passes), None)


def _back(facts: BriefingFacts, service: str) -> str:
    band, total = facts.result.people_without_service[service], facts.result.people_total or 0.0
    back = people.back_by(band, total)
    if back is None:
        return "not lost"
    if math.isinf(back):
        return f"after {show.weekday_time(facts.start, facts.result.horizon_h)}"
    return show.weekday_time(facts.start, back)

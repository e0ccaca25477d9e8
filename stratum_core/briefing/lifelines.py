"""The eight FEMA community lifelines at the worst hour: status, impact, what limits them, when they are back.

The rule of the status is that of ``model.lifelines``, here over the worst hour of each run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stratum_core import number_format as show
from stratum_core.briefing import people, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model.lifelines import WORDS, Lifeline, lifelines, status
from stratum_core.model.results import Chain

_LONGEST, _LONGEST_WITH_DEPTH = 24, 15  # letters of a name under "limited by"
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
    return tuple(_row(facts, lifeline) for lifeline in lifelines())


def _row(facts: BriefingFacts, lifeline: Lifeline) -> LifelineRow:
    title, result = lifeline.name, facts.result
    total = result.people_total or 0.0
    peaks = {service: (peak.p50, peak.p95) for service, peak in result.people_peak.items()}
    worst = lifeline.worst(peaks, total)
    if not worst or not total:
        known = "not in this model" if not lifeline.services or total else "no people counted"
        return LifelineRow(title, "?", WORDS["?"], known, "no data", show.DASH, "no data")
    letter = status(*peaks[worst], total)
    hour = people.worst_hour(result.people_without_service[worst])
    if letter == "G" and result.people_peak[worst].p95 < 0.5:
        return LifelineRow(title, letter, WORDS[letter], "nobody", show.DASH, show.DASH, show.DASH)
    return LifelineRow(title, letter, WORDS[letter], _impact(facts, worst), _limited_by(facts, worst), _back(facts, worst),
                       show.hour_mark(hour) if hour is not None else show.DASH)


def _impact(facts: BriefingFacts, service: str) -> str:
    peak = facts.result.people_peak[service]
    return f"{show.between(peak.p05, peak.p95, joined=show.DASH)}: {wording.without(service).removeprefix('their ')}"


def _limited_by(facts: BriefingFacts, service: str) -> str:
    chain = _chain_through(facts, _SECTORS.get(service, ()))
    if chain is None:
        return "no single cause"
    step = chain.steps[0]
    root = wording.shortened(wording.plain_name(facts.city, step.asset), _LONGEST)
    deep = step.unit == "m" and step.value is not None and len(root) < _LONGEST_WITH_DEPTH
    return f"{root} ({show.with_unit(step.value or 0.0, 'm')})" if deep else root


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

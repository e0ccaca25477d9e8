"""Which service the page is about, and when people have it back."""

from __future__ import annotations

import numpy as np

from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model.fields import Floats
from stratum_core.model.kinds import kinds
from stratum_core.model.results import Band, CascadeResult

SUPPLIED = ("power", "water", "gas", "heat", "telecom", "wastewater")
RESTORED_SHARE = 0.01  # a service counts as back when fewer of the people than this are without it


def lead_service(facts: BriefingFacts) -> str:
    """The service of headline, map and chart: the chosen one, else the one with most people-hours lost; '' without people."""
    result = facts.result
    if facts.service:
        return facts.service
    if result.people_total is None or not result.people_peak:
        return ""
    supplied = [s for s in SUPPLIED if s in result.people_peak] or list(result.people_peak)
    return max(supplied, key=lambda s: (result.people_hours[s].mean, result.people_peak[s].mean))


def worst_hour(band: Band) -> float | None:
    """The first hour at which most people are without, in the middle run or else in the upper one; None if never."""
    for line in (band.p50, band.p95):
        if len(line) and np.nanmax(line) > 0:
            return float(band.h[int(np.nanargmax(line))])
    return None


def back_by(band: Band, people: float) -> float | None:
    """The hour from which the middle run stays below 1 % of the people; infinite beyond the horizon, None if never lost."""
    lost = np.flatnonzero(band.p50 >= max(RESTORED_SHARE * people, 0.5))
    if not len(lost):
        return None
    last = int(lost[-1])
    return float(band.h[last + 1]) if last + 1 < len(band.h) else float("inf")


def chance_by_block(facts: BriefingFacts, service: str) -> Floats:
    """Chance of each block of losing ``service`` at some hour: that of its supplier, the lowest of several; NaN without one."""
    city, result = facts.city, facts.result
    chance = np.full(len(city.blocks), np.nan)
    rows = np.flatnonzero(city.services.service == service)
    if not len(rows):
        return chance
    at = {name: i for i, name in enumerate(city.blocks.id)}
    for block, supplier in zip(city.services.block[rows], city.services.supplier[rows], strict=True):
        component = city.index.get(supplier)
        if component is not None and block in at:
            chance[at[block]] = np.fmin(chance[at[block]], result.failure_probability[component])
    return chance


def facility(facts: BriefingFacts) -> str:
    """The id of the facility that matters most: the first that fails, else the one most people use; '' without any."""
    city, result = facts.city, facts.result
    facilities = _facilities(facts)
    failing = [chain.asset for chain in result.critical_paths if chain.asset in facilities]
    if failing:
        return failing[0]
    people = {name: float(np.nan_to_num(city.assets.people[city.index[name]])) for name in facilities}
    return max(people, key=lambda name: people[name]) if people else ""


def failure_share(result: CascadeResult, index: int) -> tuple[float, float, float]:
    """(share of runs in which the component fails, low, high of its 95 % interval)."""
    low, high = result.failure_ci95[index]
    return float(result.failure_probability[index]), float(low), float(high)


def _facilities(facts: BriefingFacts) -> set[str]:
    known = kinds()
    roles = [known[kind].role if kind in known else "" for kind in facts.city.assets.kind]
    return {str(name) for name, role in zip(facts.city.assets.id, roles, strict=True) if role == "facility"}

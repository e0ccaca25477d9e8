"""What the run assumed and what the model cannot say, gathered from scenario, tables and sectors."""

from __future__ import annotations

import numpy as np

from stratum_core import number_format as show
from stratum_core.briefing import people, tables, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model.spec import CrewSpec
from stratum_core.model.tables import SECTORS

_KINDS_SHOWN = 3
_MOSTLY = 0.5


def assumptions(facts: BriefingFacts) -> tuple[str, ...]:
    """The hazards' own assumptions, the depths that stop what floods most, repair."""
    depths = tuple(
        f"A {kind.label.lower()} stops at {show.decimal(kind.depth[1])}{show.NARROW}m of water "
        f"({show.decimal(kind.depth[0])} to {show.decimal(kind.depth[2])}) and takes {show.hours(kind.repair_mean_h)} to repair."
        for kind in tables.flooded_kinds(facts)[:_KINDS_SHOWN] if kind.depth is not None) if facts.flood is not None else ()
    return (*facts.assumptions, *depths, _repair(facts))


def limits(facts: BriefingFacts) -> tuple[str, ...]:
    """What is not surveyed, what is not modelled at all, then the sectors' own limits."""
    found = [*_unsurveyed(facts)]
    if facts.result.people_total is None:
        found.append("The project holds no population, so no people are counted.")
    found += _uncounted(facts)
    found.append("Safety, security and hazardous materials are not modelled.")
    return (*found, *facts.limits)


def _uncounted(facts: BriefingFacts) -> list[str]:
    """Networks that the city has and that nobody is said to get a service from, although people are counted."""
    if facts.result.people_total is None:
        return []
    sectors = set(facts.city.assets.sector)
    missing = [name for name in people.SUPPLIED if name in sectors and name not in facts.result.people_peak]
    if not missing:
        return []
    lost = wording.joined([wording.without(name) for name in missing], "or")
    return [f"Nobody is counted as without {lost}: the project does not say who gets it."]


def _repair(facts: BriefingFacts) -> str:
    repair = facts.spec.repair
    if not repair.enabled:
        return "Nothing is repaired within the run."
    factor = f", all multiplied by {repair.factor:g}" if repair.factor != 1 else ""
    times = "Repair times are drawn by kind" if repair.spread else "Repair times are the means of their kind"
    return f"{times}{factor}; {_crews(repair.crews)}."


def _unsurveyed(facts: BriefingFacts) -> list[str]:
    """Sectors most of whose rows are generated or assumed."""
    assets, links = facts.city.assets, facts.city.links
    sector = np.concatenate([assets.sector, links.sector])
    made = np.isin(np.concatenate([assets.provenance, links.provenance]), ("generated", "assumed"))
    poor = [name for name in SECTORS if (sector == name).any() and made[sector == name].mean() > _MOSTLY]
    people = len(facts.city.blocks) and np.isin(facts.city.blocks.provenance, ("generated", "assumed")).mean() > _MOSTLY
    words = poor + (["population"] if people else [])
    if not words:
        return []
    verb = "is" if len(words) == 1 else "are"
    return [f"{wording.sentence(wording.joined(words))} {verb} generated, not surveyed."]


def _crews(crews: CrewSpec) -> str:
    """Who mends, in words: only the sectors whose crews are counted."""
    counted = [f"{count} of {sector}" for sector, count in vars(crews).items() if count]
    return f"crews: {wording.joined(counted)}, others not limited" if counted else "crews are not limited"

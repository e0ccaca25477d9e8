"""Three causal chains in plain words: distinct ends and distinct roots first."""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core import number_format as show
from stratum_core.briefing import wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.briefing.headline import main_chain, step_text
from stratum_core.model.results import Chain


@dataclass(frozen=True)
class Story:
    """One chain: what fails, in how many runs, and each step as (text, time)."""

    title: str
    share: str
    note: str
    steps: tuple[tuple[str, str], ...]


def stories(facts: BriefingFacts, most: int = 3) -> tuple[Story, ...]:
    """The worst chains, the one on the map first."""
    return tuple(_story(facts, chain) for chain in chosen(facts, most))


def chosen(facts: BriefingFacts, most: int = 3) -> tuple[Chain, ...]:
    """Chains of two steps or more with an end and a root of their own, then whatever is left."""
    chains = [chain for chain in facts.result.critical_paths if chain.steps]
    first = main_chain(facts)
    if first in chains:
        chains.remove(first)
        chains.insert(0, first)
    taken: list[Chain] = []
    for fits in (_new_in_all, _new_in_kind, _new):
        for chain in chains:
            if len(taken) < most and chain not in taken and fits(facts, chain, taken):
                taken.append(chain)
    return tuple(taken)


def _new_in_all(facts: BriefingFacts, chain: Chain, taken: list[Chain]) -> bool:
    roots = {other.steps[0].asset for other in taken}
    return (len(chain.steps) > 1 or not taken) and chain.steps[0].asset not in roots and _new_in_kind(facts, chain, taken)


def _new_in_kind(facts: BriefingFacts, chain: Chain, taken: list[Chain]) -> bool:
    ends = {wording.kind_of(facts.city, other.asset) for other in taken}
    return len(chain.steps) > 1 and wording.kind_of(facts.city, chain.asset) not in ends


def _new(facts: BriefingFacts, chain: Chain, taken: list[Chain]) -> bool:
    return True


def _story(facts: BriefingFacts, chain: Chain) -> Story:
    low, high = chain.share.bounds
    return Story(
        title=wording.sentence(f"{wording.subject(facts.city, chain.asset)} {wording.failing_verb(facts.city, chain.asset)}"),
        share=f"{show.percent(chain.share.value)} of runs ({show.percent_between(low, high).replace(show.NARROW + '%', '')})",
        note=f"this way in {show.whole(chain.count)} of {show.whole(chain.failures)} failures; times of run {chain.replicate}",
        steps=tuple((step_text(facts, chain, i), show.clock(step.t_h)) for i, step in enumerate(chain.steps)))

"""Targeted attack: the k worst assets by a stated rule stop at once.

Rules: degree (edges of the knowledge graph at it), betweenness (shortest directed paths of the whole graph through it, Brandes
2001), people (residents who lose a service when it alone fails, ``graph.critical``), capacity, demand (its own figure; one unit
at a time). Candidates are assets in service, of ``sectors`` where given; ties go by id, so the choice is the same everywhere.
The attacker knows the network and this rule, and nothing else; left out: protection, access, the attacker's means, a second wave.
Which rule an attacker would follow is an assumption; run several.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.critical import critical
from stratum_core.graph.typed import component_edges
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.attack.kernels import betweenness
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import key
from stratum_core.model.tables import SECTORS

RULES = {
    "degree": "edges",
    "betweenness": "paths",
    "people": "people",
    "capacity": "",
    "demand": "",
}


@HAZARDS.register("attack")
@dataclass(frozen=True)
class AttackSpec:
    """The ``k`` assets that ``rule`` ranks highest stop at ``at_h``; repair starts ``lasts_h`` later."""

    k: int = key(1, "how many assets stop", hard=(1, 10_000))
    rule: str = key("people", "degree, betweenness, people, capacity or demand")
    sectors: tuple[str, ...] = key((), "sectors attacked; none given: all")
    at_h: float = key(0.0, "hour of the attack", unit="h", hard=(0, 720))
    lasts_h: float = key(12.0, "hours before repair can start", unit="h", hard=(0, 1e4), source="assumed: the site is searched")

    def prepare(self, city: City, folder: Path) -> PreparedAttack:
        """Rank the assets; raises InputError for an unknown rule or sector, or where fewer than ``k`` have a figure."""
        if self.rule not in RULES:
            raise unknown("rule", self.rule, RULES, where="hazard.rule")
        for sector in self.sectors:
            if sector not in SECTORS:
                raise unknown("sector", str(sector), SECTORS, where="hazard.sectors")
        score = _scores(self.rule, city)
        fitting = city.assets.in_service & (score > 0)
        if self.sectors:
            fitting &= np.isin(city.assets.sector, self.sectors)
        candidates = np.flatnonzero(fitting)
        if len(candidates) < self.k:
            raise InputError(f"only {len(candidates)} assets can be ranked by {self.rule}, not {self.k}", where="hazard.k",
                             repair="give a smaller k, other sectors or another rule")
        unit = self._unit(city, candidates)
        order = np.lexsort([city.assets.id[candidates].astype(str), -score[candidates]])[: self.k]
        chosen = candidates[order]
        return PreparedAttack(self, chosen, score[chosen], unit, tuple(str(name) for name in city.component_names[chosen]))

    def _unit(self, city: City, candidates: Ints) -> str:
        if self.rule not in ("capacity", "demand"):
            return RULES[self.rule]
        units = sorted(set(city.assets.unit[candidates]))
        if len(units) > 1:
            raise InputError(f"{self.rule} is in {', '.join(u or 'no unit' for u in units)}, which cannot be compared",
                             where="hazard.sectors", repair="name one sector whose assets share a unit")
        return str(units[0])


def _scores(rule: str, city: City) -> Floats:
    """A figure for each asset, 0 where it has none."""
    assets = len(city.assets)
    if rule in ("capacity", "demand"):
        own: Floats = np.nan_to_num(getattr(city.assets, rule))
        return own
    graph = knowledge_graph(city)
    if rule == "people":
        return _people(graph, city)
    tails, heads, _ = component_edges(graph)
    size = len(city.component_ids)
    if rule == "degree":
        both: Ints = np.bincount(tails, minlength=size) + np.bincount(heads, minlength=size)
        found: Floats = both[:assets].astype(np.float64)
        return found
    order = np.lexsort([heads, tails])
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=size))]).astype(np.int64)
    between: Floats = betweenness(ptr, np.ascontiguousarray(heads[order], dtype=np.int64))[:assets]
    return between


def _people(graph: KnowledgeGraph, city: City) -> Floats:
    score = np.zeros(len(city.assets))
    for row in critical(graph, top=len(city.component_ids)).ranking:
        at = city.index[row.asset]
        if at < len(score):
            score[at] = row.anyone or 0.0
    return score


@dataclass(frozen=True)
class PreparedAttack:
    """An attack whose targets are known, worst first."""

    spec: AttackSpec
    components: Ints
    score: Floats
    unit: str
    names: tuple[str, ...]
    rule: str = "attack"
    source: str = "scenario"
    warnings: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the attack takes for granted, for print."""
        shown = ", ".join(self.names[:5]) + (", ..." if len(self.names) > 5 else "")
        return (f"The {len(self.names)} worst assets by {self.spec.rule} stop at T+{self.spec.at_h:g} h: {shown}.",)

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``; the same in every replicate, and no direct damage in money."""
        size = len(self.components)
        offset = np.arange(count + 1, dtype=np.int64) * size
        start = np.full(count * size, self.spec.at_h)
        damage = batch(offset, np.tile(self.components, count), start, start + self.spec.lasts_h, np.tile(self.score, count),
                       np.full(count * size, self.score.min()))
        return Drawn(damage, np.zeros(count), no_strain(count))

    def intensity(self) -> Intensity:
        """The figure that each target was chosen by."""
        least = np.full(len(self.components), self.score.min())
        return Intensity(self.components, self.score, least, least, np.ones(len(self.components)))

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``."""
        return Reason(f"is attacked, ranked by {self.spec.rule}", self.unit, "scenario")

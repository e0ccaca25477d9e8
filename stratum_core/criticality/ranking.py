"""Rankings of single outages by structure and by the trained net, each beside what simulation says, and why one ranks so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.criticality.agreement import Agreement
from stratum_core.criticality.learned.attribution import Attribution
from stratum_core.criticality.learned.shipped import Familiarity
from stratum_core.graph.impact import labels
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints

RANKING_SCHEMA, PLACE_SCHEMA = "stratum.ranking/1", "stratum.place/1"
CONSEQUENCE, STRUCTURE, LEARNED = "consequence", "structure", "learned"
MODEL_CLASS = {
    CONSEQUENCE: "cascade of each single outage, without repair and chance",
    STRUCTURE: "reach in the knowledge graph, redundancy respected; no hours, flows or reserves",
    LEARNED: "GCN and GAT net trained on cascades of generated cities; expected loss, not simulated",
}


@dataclass(frozen=True)
class Ranked:
    """score: by the ranking's own measure. simulated: what its outage loses in the cascade, as share of all there is."""

    rank: int
    asset: str
    name: str
    sector: str
    kind: str
    score: float
    simulated: float


@dataclass(frozen=True)
class Ranking:
    """by: what the ranking rests on; another than ``asked`` where the net does not know such a city.

    components: the first ones. checked: agreement of the ranking, and of betweenness, with outages drawn at random and
    simulated. familiarity: of the net with this city, where it was asked for.
    """

    schema: str
    asked: str
    by: str
    model_class: str
    hours: float
    evaluated: int
    components: tuple[Ranked, ...]
    checked: tuple[Agreement, ...]
    familiarity: Familiarity | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Follower:
    """What goes down right after, in the knowledge graph: by which rule, for want of which service."""

    asset: str
    name: str
    rule: str
    service: str | None


@dataclass(frozen=True)
class Place:
    """Why one component ranks where it does.

    ranks: by measure, 1 is the worst; consequence only where every outage was run. share: what its outage loses of all that
    could be lost; by_service: people-hours; lost: components down. single_point: something besides itself, or somebody's
    service, is lost for good by structure. people: who loses which service then. followers: what goes down next.
    learned: the net's reasons; None where it does not know such a city.
    """

    schema: str
    asset: str
    name: str
    evaluated: int
    ranks: dict[str, int]
    share: float
    by_service: dict[str, float]
    lost: int
    single_point: bool
    people: dict[str, float] | None
    followers: tuple[Follower, ...]
    familiarity: Familiarity
    learned: Attribution | None


def first_of(score: Floats, scored: Bools, top: int) -> Ints:
    """Indices of the ``top`` components with the highest score above 0."""
    order: Ints = np.argsort(np.where(scored, -score, np.inf), kind="stable")[:top]
    return order[(score[order] > 0) & scored[order]]


def ranked(city: City, chosen: Ints, score: Floats, simulated: Floats) -> tuple[Ranked, ...]:
    """Rows for components already in order; ``simulated`` (chosen,)."""
    sectors, kinds = labels(city)
    return tuple(
        Ranked(
            rank,
            str(city.component_ids[c]),
            str(city.component_names[c]),
            str(sectors[c]),
            str(kinds[c]),
            float(score[c]),
            float(lost),
        )
        for rank, (c, lost) in enumerate(zip(chosen.tolist(), simulated, strict=True), start=1)
    )


def place_of(score: Floats, scored: Bools, component: int) -> int:
    """Rank of one component among the scored ones; the number of those before it, and one."""
    return int((score[scored] > score[component]).sum()) + 1

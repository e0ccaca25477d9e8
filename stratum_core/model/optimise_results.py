"""What a search over options gives; see ``model.results`` for intervals and nulls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from stratum_core.model.results import Difference


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval over replicates or futures; null: one number only."""

    value: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True)
class ObjectiveRow:
    """What is to be small."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class OptionRow:
    """One thing that can be done. cost: low, most likely, high; upkeep: a year; x, y: metres, null without a place.

    needs: groups of options, of each of which one has to be in. alone: what it takes off the first objective by itself, in
    sample.
    """

    id: str
    intervention: str
    name: str
    target: str
    x: float | None
    y: float | None
    cost_low: float
    cost: float
    cost_high: float
    upkeep: float
    lead_d: float
    life_y: float
    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    source: str
    limits: str
    alone: float


@dataclass(frozen=True)
class Box:
    """Futures in which a plan fails. ranges: parameter to (low, high); density: share of the futures in it that fail; coverage:
    share of the failing ones that it holds; share: of all futures that lie in it."""

    text: str
    ranges: dict[str, tuple[float, float]]
    density: float
    coverage: float
    share: float


@dataclass(frozen=True)
class Driver:
    """Mean of the first objective in the third of the futures where a parameter is lowest and highest.

    chance: that so much rank correlation of the two comes about by luck (Spearman 1904).
    """

    key: str
    label: str
    at_low: float
    at_high: float
    chance: float


@dataclass(frozen=True)
class Step:
    """One option in the year in which it is begun; after: the first objective once it and all before it stand."""

    year: int
    option: str
    cost: float
    after: float


@dataclass(frozen=True)
class GroupChange:
    """Hours without a service of a person of the group, in the mean of all runs, all services added, before and after."""

    group: str
    people: float
    before: float
    after: float


@dataclass(frozen=True)
class Paying:
    """Whether it pays in money alone: damage prevented against cost and upkeep over its life, discounted.

    saved: of one event; once_in_y: it pays if the event comes more often than once in so many years, null: never; npv, bcr: at
    the scenario's return period, null without one.
    """

    saved: Estimate
    rate: float
    years: int
    once_in_y: float | None
    npv: float | None
    bcr: float | None


@dataclass(frozen=True)
class Plan:
    """A portfolio. decision: 0 or 1 by option, in the order of ``options`` of the result; change: against doing nothing, paired.

    objectives_again: under the assumptions of the search with other random numbers, which shows what luck the choice had.
    objectives_out, change_out (paired with doing nothing), regret, satisfies, fails_when, drivers: over futures that the search
    did not see; these and the former are empty or null where a plan was not tried on them. regret: by objective, how much worse
    than the best plan in the same future, mean. satisfies: share of the futures in which every objective is within its limit.
    ties: plans that no interval tells from this one.
    """

    name: str
    decision: tuple[int, ...]
    options: tuple[str, ...]
    cost_low: float
    cost: float
    cost_high: float
    upkeep: float
    lead_d: float
    objectives_in: dict[str, Estimate]
    change: dict[str, Difference]
    schedule: tuple[Step, ...]
    groups: tuple[GroupChange, ...]
    paying: Paying | None
    objectives_again: dict[str, Estimate] = field(default_factory=dict)
    objectives_out: dict[str, Estimate] = field(default_factory=dict)
    change_out: dict[str, Difference] = field(default_factory=dict)
    regret: dict[str, float] = field(default_factory=dict)
    satisfies: float | None = None
    fails_when: tuple[Box, ...] = ()
    ties: tuple[str, ...] = ()
    drivers: tuple[Driver, ...] = ()
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Range:
    """Within which an assumption was drawn."""

    label: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True)
class Futures:
    """What the plans were tried on. ranges: by parameter; parameters: its value in each future; values: plan
    to objective to value in each future; limits: of the objectives that count in "satisfies".
    """

    count: int
    replicates: int
    ranges: dict[str, Range]
    parameters: dict[str, tuple[float, ...]]
    values: dict[str, dict[str, tuple[float, ...]]]
    limits: dict[str, float]


@dataclass(frozen=True)
class OptimiseResult:
    """front: plans that no tried one beats in everything, by cost; baselines: do nothing, greedy, knapsack by name of the rule.

    hypervolume: share of the box between ``reference`` (the budget, doing nothing) and ``ideal`` (no cost, doing everything)
    that the front covers; course: (evaluations, hypervolume) while it ran. runs: replicates run for it, of ``evaluations`` times
    ``replicates``.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    ADDED: ClassVar[tuple[str, ...]] = ()
    NULL_IF_EMPTY: ClassVar[tuple[str, ...]] = ()
    UNDIGESTED: ClassVar[tuple[str, ...]] = ("digest", "run", "seconds", "threads")

    schema: str
    scenario: str
    seed: int
    replicates: int
    model_class: str
    warnings: tuple[str, ...]
    city_digest: str
    spec_digest: str
    currency: str
    price_year: int
    budget: float
    years: int
    objectives: tuple[ObjectiveRow, ...]
    options: tuple[OptionRow, ...]
    left_out: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    front: tuple[Plan, ...]
    baselines: dict[str, Plan]
    hypervolume: float
    reference: dict[str, float]
    ideal: dict[str, float]
    course: tuple[tuple[int, float], ...]
    evaluations: int
    runs: int
    stopped: bool
    futures: Futures | None
    recommendation: tuple[str, ...]
    digest: str = ""
    run: str = ""
    seconds: float = field(default=0.0, compare=False)
    threads: int = field(default=1, compare=False)

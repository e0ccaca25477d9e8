"""What the evacuation engine returns; see ``model.results`` for intervals and nulls."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats
from stratum_core.model.results import Band, Difference, Spread


@dataclass(frozen=True)
class Clearance:
    """Hours from the first order to the last arrival of those who were not cut off: quantiles and 95 % interval of the mean.
    cleared: share of replicates in which nobody is to come at the end and nobody gave up on an open way; a quantile that falls
    among the others is null. left_out: mean people of those replicates who would go and are not in it: cut off, turned back where
    no way led on, without means, or told by nobody; null in results of before it was counted."""

    p50: float
    p95: float | None
    ci95: tuple[float, float] | None
    cleared: float
    left_out: float | None = None


@dataclass(frozen=True)
class GroupOutcome:
    """People of the zone by what became of them, means over replicates; stranded: on the way, held up, turned back or without
    means."""

    group: str
    people: float
    departed: float
    arrived: float
    stranded: Spread
    stayed: float
    not_warned: float
    fates: dict[str, float]


@dataclass(frozen=True)
class Place:
    """People who arrived at a destination, and its beds (null: no limit)."""

    destination: str
    people: Spread
    beds: float | None


@dataclass(frozen=True)
class RoadDelay:
    """A road on which people wait: mean vehicle-hours lost, its capacity, the hour (from the start) in which most is lost."""

    road: str
    name: str
    capacity: float  # veh/h
    delay_h: Spread
    worst_hour: float


@dataclass(frozen=True)
class Cluster:
    """Where the stranded of the zone live: a crossing, its place in metres, mean people."""

    node: str
    x: float
    y: float
    people: float


@dataclass(frozen=True)
class Deadline:
    """The hour by which the order must go out: arrival of the hazard minus the clearance, early enough in 95 % of the replicates
    in which it arrives.

    arrival_h: earliest hour (5 % quantile) at which the hazard reaches the zone; null where it never does or nobody knows. ci95:
    of order_by_h, by order statistics; its early end is null where there are too few replicates to know it. replicates: in which
    the hazard arrives.
    """

    arrival_h: float | None
    order_by_h: float | None
    ci95: tuple[float | None, float] | None
    replicates: int


@dataclass(frozen=True)
class EvacuationResult:
    """What an evacuation gives. agents: simulated people; share: of the city's. Curves are of all simulated people."""

    schema: str
    scenario: str
    cascade: str  # run whose outages were felt; empty: none
    seed: int
    replicates: int
    horizon_h: float
    model_class: str
    warnings: tuple[str, ...]
    city_digest: str
    spec_digest: str
    agents: int
    share: float
    in_zone: int
    told: str
    departed: Spread
    arrived: Spread
    stranded: Spread
    shadow: Spread
    clearance_h: Clearance | None
    deadline: Deadline
    by_group: tuple[GroupOutcome, ...]
    by_destination: tuple[Place, ...]
    turned_away: Spread
    warned_by: dict[str, float]
    bottlenecks: tuple[RoadDelay, ...]
    clusters: tuple[Cluster, ...]
    travel_h: dict[str, float | None]  # quantiles of the time on the way, means over replicates; null: nobody arrives
    curve: dict[str, Band]  # aware, departed, arrived by hour
    cut_off: dict[str, Band]  # people still at home who cannot reach a hospital, ... within half an hour, by hour
    in_place: Spread  # people told to stay who stay
    usual_traffic: dict[str, float]  # vehicles that have nothing to do with it, and those that arrive; means
    gridlocked: float  # share of replicates that end with roads blocking one another in a circle
    behaviour: dict[str, tuple[float, float, float]]  # value, low and high of each parameter
    conservation_error: int
    not_safe: npt.NDArray[np.float32]  # (blocks, hours + 1) share of those told who have not arrived; NaN: nobody is told
    stranded_by_replicate: Floats
    arrived_by_replicate: Floats
    digest: str = ""
    run: str = ""
    seconds: float = field(default=0.0, compare=False)
    threads: int = field(default=1, compare=False)

    #: not part of the digest: identity, time and machine
    UNDIGESTED = ("digest", "run", "seconds", "threads")
    #: too large for JSON: there they stand as the SHA-256 of their bytes
    COLUMNS = ("not_safe", "stranded_by_replicate", "arrived_by_replicate")
    ADDED = ()
    NULL_IF_EMPTY = ()


@dataclass(frozen=True)
class Variant:
    """One order or plan beside the first: what was set, what came of it, and the change in people on the same replicates."""

    name: str
    settings: dict[str, str]
    run: str
    stranded: Spread
    arrived: Spread
    in_place: Spread
    clearance_h: Clearance | None
    stranded_change: Difference
    arrived_change: Difference


@dataclass(frozen=True)
class EvacuationComparison:
    """Plans beside each other on common random numbers; the first is the scenario as it is."""

    scenario: str
    seed: int
    replicates: int
    variants: tuple[Variant, ...]


def quantiles_of(values: Floats) -> dict[str, float | None]:
    """5, 50 and 95 % by name; one that is not finite is null."""
    return dict(zip(("p05", "p50", "p95"), (float(v) if np.isfinite(v) else None for v in values), strict=True))

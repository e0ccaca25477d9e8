"""What engines return: frozen, labelled with their model class, ready for JSON.

Arrays stand in the order of ``assets`` (ids of assets, then of links). A thing
that never happens is null. ``ci95`` is the 95 % interval of a share or mean;
p05 and p95 are quantiles over replicates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats, Strings


@dataclass(frozen=True)
class Spread:
    """A quantity over replicates: mean with its 95 % interval (null of one replicate), and quantiles."""

    mean: float
    ci95: tuple[float, float] | None
    p05: float
    p50: float
    p95: float
    unit: str
    quantiles: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantiles", {"p05": self.p05, "p50": self.p50, "p95": self.p95})

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the interval, NaN where there is none."""
        return self.ci95 or (math.nan, math.nan)


@dataclass(frozen=True)
class Difference:
    """Means over the same replicates before and after a change, and the change with its paired 95 % interval."""

    before: float
    after: float
    change: float
    ci95: tuple[float, float] | None
    unit: str

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the interval, NaN where there is none."""
        return self.ci95 or (math.nan, math.nan)


@dataclass(frozen=True)
class Share:
    """A share of replicates with its 95 % (Wilson) interval; null of one replicate."""

    value: float
    ci95: tuple[float, float] | None

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the interval, NaN where there is none."""
        return self.ci95 or (math.nan, math.nan)


@dataclass(frozen=True)
class Band:
    """A quantity over time: hours since the start and quantiles at each."""

    h: Floats
    p05: Floats
    p50: Floats
    p95: Floats


@dataclass(frozen=True)
class Step:
    """One link of a causal chain: what happened to which component, when, by which rule.

    value and threshold are in ``unit``; low and high bound the threshold's range.
    """

    asset: str
    name: str
    t_h: float
    rule: str
    text: str
    value: float | None = None
    threshold: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    source: str = ""
    provenance: str = ""


@dataclass(frozen=True)
class Chain:
    """The most frequent way in which ``asset`` fails: count of its failing replicates.

    Times and values of the steps are those of ``replicate``, an example of it.
    """

    asset: str
    name: str
    failures: int
    count: int
    share: Share
    replicate: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Bottleneck:
    """A component whose failure starts chains: people-hours lost downstream of it, mean per replicate."""

    asset: str
    name: str
    people_hours: float
    share: float


@dataclass(frozen=True)
class Round:
    """One round of overload trips, where one replicate was asked for."""

    round: int
    t_h: float
    tripped: tuple[str, ...]
    shed_fraction: float


@dataclass(frozen=True)
class Health:
    """Beds of all sites. working: beds that can be used; least: at the worst hour; without_bed: patients beyond them, likewise.

    Patients are ``occupied`` of all beds; moving them to a free bed elsewhere in the city takes no time here.
    """

    beds: float
    occupied: float
    working: Band
    least: Spread
    without_bed: Spread


@dataclass(frozen=True)
class Travel:
    """Drives over open roads from the working sites of one kind of help to where people live, at some hours.

    limit_min: beyond it people count as out of reach. beyond: people out of reach; worst: at the worst of these hours;
    median_min: drive to the middle one of all people, null where more than half cannot be reached. undamaged_*: before.
    """

    help: str
    sites: int
    limit_min: float
    undamaged_beyond: float
    undamaged_median_min: float | None
    beyond: Band
    worst: Spread
    median_min: Band


@dataclass(frozen=True)
class Overflow:
    """A lift station that overflows, or works that let sewage pass: m3 in the mean, and in which share of replicates."""

    asset: str
    name: str
    mean_m3: float
    share: Share


@dataclass(frozen=True)
class Sewage:
    """Sewage that ran out of wet wells, and what reached the works while it did not treat; top: where most of both."""

    overflow: Spread
    untreated: Spread
    top: tuple[Overflow, ...]


@dataclass(frozen=True)
class Fuel:
    """Deliveries of fuel to generators by ``tankers`` from ``depots``."""

    depots: int
    tankers: int
    deliveries: Spread


@dataclass(frozen=True)
class CascadeResult:
    """What a cascade gives; see the module for order and intervals."""

    schema: str
    scenario: str
    seed: int
    replicates: int
    horizon_h: float
    model_class: str
    warnings: tuple[str, ...]
    city_digest: str
    spec_digest: str
    assets: Strings
    failure_probability: Floats
    failure_ci95: Floats  # (components, 2)
    mean_hours_down: Floats
    time_to_failure_h: Floats  # mean, given failure; NaN where it never fails
    base_loading: Floats  # share of its rating that each link carries in the undamaged city; NaN without a rating
    damage_probability: Floats  # share of replicates in which the hazard itself damages it
    cascade_size: Spread
    cascade_probability: Share
    people_total: float | None
    people_without_service: dict[str, Band]
    people_peak: dict[str, Spread]  # people without the service at the worst hour
    people_hours: dict[str, Spread]
    damage: Spread | None
    currency: str
    price_year: int
    bottlenecks: tuple[Bottleneck, ...]
    critical_paths: tuple[Chain, ...]
    rounds: tuple[Round, ...]
    converged: bool
    down_share_by_hour: npt.NDArray[np.float32]  # (components, hours + 1)
    peak_by_replicate: dict[str, Floats]  # service -> (replicates,)
    hours_by_replicate: dict[str, Floats]  # service -> (replicates,) hours in which 1 % of the people or more are without
    damage_by_replicate: Floats
    health: Health | None = None  # null without beds
    travel: tuple[Travel, ...] = ()
    sewage: Sewage | None = None  # null without lift stations and works
    fuel: Fuel | None = None  # null where nobody's reserve is refilled
    digest: str = ""
    run: str = ""
    seconds: float = field(default=0.0, compare=False)
    threads: int = field(default=1, compare=False)

    #: not part of the digest: identity, time and machine
    UNDIGESTED = ("digest", "run", "seconds", "threads")
    #: too large for JSON: there they stand as the SHA-256 of their bytes
    COLUMNS = ("down_share_by_hour", "peak_by_replicate", "hours_by_replicate", "damage_by_replicate")
    #: fields that pages of older runs lack
    ADDED = ("health", "travel", "sewage", "fuel")
    #: null on the page where they are empty: nobody is counted, nothing is priced
    NULL_IF_EMPTY = ("people_without_service", "people_peak", "people_hours", "currency", "price_year")


def jsonable(value: Any) -> Any:
    """Plain data of any result: arrays as lists, NaN and infinity as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, (list, tuple)):
        return [jsonable(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _array(array: npt.NDArray[Any]) -> Any:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return jsonable(array.tolist())
    return array.tolist()

"""What the economics give; money carries its currency and price year, see ``model.results`` for intervals and nulls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from stratum_core.model.fields import Floats


@dataclass(frozen=True)
class Money:
    """An amount with its 95 % interval (null: none, or one run); level: of a quantile, null of a mean."""

    value: float
    interval: tuple[float, float] | None
    level: float | None
    currency: str
    price_year: int


@dataclass(frozen=True)
class IndustryLoss:
    """Means over replicates. output_loss: with what the losses of others draw after them (Leontief, upper bound); lower: its own
    after substitution and overtime; inoperability: share of its output of the whole time; jobs: years of work, null: unknown;
    both are output_loss in other units. *_ci95: 95 % intervals, null: one run or none.
    """

    industry: str
    name: str
    output_loss: float
    lower: float
    value_added_loss: float
    inoperability: float
    jobs: float | None
    output_loss_ci95: tuple[float, float] | None = None
    lower_ci95: tuple[float, float] | None = None
    value_added_loss_ci95: tuple[float, float] | None = None


@dataclass(frozen=True)
class Exceeded:
    """Chance of more than each amount."""

    amounts: Floats
    chance: Floats


@dataclass(frozen=True)
class Borne:
    """Damage that one group bears. by: sector (of assets and links), use (of blocks) or quarter (of the town, all of both)."""

    by: str
    group: str
    damage: Money


@dataclass(frozen=True)
class Side:
    """What one side bears of an insured damage: mean, and the tail of its own losses by level."""

    mean: Money
    var: tuple[Money, ...]
    cvar: tuple[Money, ...]


@dataclass(frozen=True)
class Insurance:
    """A layer: of each run's damage the insurer pays what exceeds the deductible, up to the limit (null: none)."""

    deductible: float
    limit: float | None
    paid: Side
    retained: Side


@dataclass(frozen=True)
class YearlyScenario:
    """One run of a set. rate: times a year that its damage counts."""

    cascade: str
    scenario: str
    return_period_y: float
    source: str
    rate: float
    damage: Money


@dataclass(frozen=True)
class Yearly:
    """Annual expected damage over a set of scenarios, the most frequent first."""

    expected: Money
    scenarios: tuple[YearlyScenario, ...]


@dataclass(frozen=True)
class Valued:
    """What customers lose, by a price of the user's own table; never part of damage, output or value added."""

    what: str
    amount: float
    unit: str
    price: float
    value: Money
    source: str


@dataclass(frozen=True)
class EconomicsResult:
    """Stock and flow apart: ``damage`` is what stands that is destroyed, ``output_loss`` what is not made; they are never added.

    var, cvar: of the damage, by level. resilience: share of people times hours without each service (the triangle), mean, with
    its 95 % interval. horizon_h: time that losses are counted for. course: inoperability by industry at ``times_h`` where one
    shock is followed (industries, times).
    valued: stands apart, as customers' losses and lost output are partly the same.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    NULL_IF_EMPTY: ClassVar[tuple[str, ...]] = ()
    UNDIGESTED: ClassVar[tuple[str, ...]] = ("digest", "run")

    schema: str
    cascade: str
    seed: int
    model_class: str
    warnings: tuple[str, ...]
    currency: str
    price_year: int
    horizon_h: float
    damage: Money | None
    var: tuple[Money, ...]
    cvar: tuple[Money, ...]
    exceedance: Exceeded | None
    output_loss: Money | None
    output_loss_lower: Money | None
    value_added_loss: Money | None
    industries: tuple[IndustryLoss, ...]
    inoperability: dict[str, float]
    resilience: dict[str, float]
    times_h: Floats
    course: Floats
    borne: tuple[Borne, ...] = ()
    insurance: Insurance | None = None
    annual: Yearly | None = None
    resilience_ci95: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    valued: tuple[Valued, ...] = ()
    digest: str = field(default="")
    run: str = field(default="")

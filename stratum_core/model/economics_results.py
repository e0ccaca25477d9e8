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
    after substitution and overtime; inoperability: share of its output of the whole time; jobs: years of work, null: unknown.
    """

    industry: str
    name: str
    output_loss: float
    lower: float
    value_added_loss: float
    inoperability: float
    jobs: float | None


@dataclass(frozen=True)
class Exceeded:
    """Chance of more than each amount."""

    amounts: Floats
    chance: Floats


@dataclass(frozen=True)
class EconomicsResult:
    """Stock and flow apart: ``damage`` is what stands that is destroyed, ``output_loss`` what is not made; they are never added.

    var, cvar: of the damage, by level. resilience: share of people times hours without each service, mean. horizon_h: time that
    losses are counted for. course: inoperability by industry at ``times_h`` where one shock is followed (industries, times).
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
    digest: str = field(default="")
    run: str = field(default="")

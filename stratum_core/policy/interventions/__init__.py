"""What a planner can do, as data: one TOML file a kind of intervention, and the options that it gives in a city."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stratum_core.errors import InputError
from stratum_core.model.spec import key
from stratum_core.policy.effects import Effect

_CURRENCY = re.compile("[A-Z]{3}")
#: what a cost is counted by: an option, its target's replacement value, metre of the new line, or unit of the target's capacity
PER = ("option", "value", "metre", "capacity")
#: which targets qualify: what the hazard damages, what goes down in the base run, all, a road where people queue, none (the city)
WHERE = ("damaged", "down", "all", "bottleneck", "city")


@dataclass(frozen=True)
class Cost:
    """What one option costs to build, and a year after it, in the money of a year."""

    low: float = key(0.0, "low end of its range", hard=(0, 1e15))
    mode: float = key(0.0, "most likely", hard=(0, 1e15))
    high: float = key(0.0, "high end of its range", hard=(0, 1e15))
    per: str = key("option", "what it is counted by: option, value (share of the target's replacement value), metre, capacity")
    upkeep: float = key(0.0, "share of it that a year of upkeep costs", unit="1/y", hard=(0, 10))
    currency: str = key("", "ISO code; empty: the city's")
    price_year: int = key(0, "year of the prices; 0: the city's", hard=(0, 3000))
    source: str = key("", "where the figure comes from")

    def __post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            raise InputError("the cost does not rise from low over mode to high", where="cost", repair="order the three")
        if self.per not in PER:
            raise InputError(f"'{self.per}' is nothing to count costs by", where="cost.per",
                             repair=f"use one of {', '.join(PER)}")
        if self.currency and not _CURRENCY.fullmatch(self.currency):
            raise InputError(f"'{self.currency}' is no currency", where="cost.currency",
                             repair="give three capital letters, as EUR")
        if not self.source.strip():
            raise InputError("the cost has no source", where="cost.source", repair="say where the figure comes from")


@dataclass(frozen=True)
class Targets:
    """At what it is done. names given: there and nowhere else."""

    where: str = key("damaged", "damaged, down, all, bottleneck (roads where people queue) or city")
    kinds: tuple[str, ...] = key((), "kinds of assets; none: all")
    service: str = key("", "only what needs this service of another")
    names: tuple[str, ...] = key((), "ids or names, in place of the rules above")
    most: int = key(4, "so many at most, those first behind whom most people-hours are lost", hard=(1, 1000))

    def __post_init__(self) -> None:
        if self.where not in WHERE:
            raise InputError(f"'{self.where}' is no choice of targets", where="targets.where",
                             repair=f"use one of {', '.join(WHERE)}")


@dataclass(frozen=True)
class Intervention:
    """One file. says: the option in words, with {target} and the numbers of the effect."""

    id: str
    name: str
    says: str
    does: str
    effect: Effect
    targets: Targets
    cost: Cost
    lead_d: float
    life_y: float
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    limits: str


@dataclass(frozen=True)
class Price:
    """Cost of one option or portfolio, low to high; upkeep: a year."""

    low: float
    mode: float
    high: float
    upkeep: float
    currency: str
    price_year: int


@dataclass(frozen=True)
class Option:
    """An intervention at one target. component: -1 where it has no place, or is a directed road.

    needs: groups of options, of each of which one has to be in; excludes: options.
    """

    id: str
    intervention: str
    name: str
    target: str
    component: int
    price: Price
    lead_d: float
    life_y: float
    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    source: str
    limits: str
    effect: Effect

    @property
    def crews(self) -> int:
        """Crews that it adds."""
        return self.effect.crews


@dataclass(frozen=True)
class LeftOut:
    """An intervention, or one option of it, that is not offered, and why, in a sentence."""

    intervention: str
    why: str

"""What repair orders of a stored cascade come to: each method judged by the cascade, and one order in steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from stratum_core.model.results import Difference, Spread


@dataclass(frozen=True)
class MethodResult:
    """A way to find an order, over all replicates. change: against the cascade's own order, paired; null for it itself.

    Of the replicates with something to put in order: told: people-hours that the plan's model expects, null where it plans
    nothing; hours_to_90: until nine in ten of those who were without a service at the worst hour have it back, where it comes to
    that; unrestored: replicates in which it does not.
    """

    name: str
    meaning: str
    people_hours: Spread
    change: Difference | None
    told: float | None
    hours_to_90: Spread | None
    unrestored: int


@dataclass(frozen=True)
class RepairStep:
    """One job of the order told in full. times in hours since the start; served: people who get each service back when it is
    done, by the plan's model; crew: its number among those of the sector, from 1."""

    asset: str
    name: str
    kind: str
    sector: str
    crew: int
    leaves_h: float
    drive_h: float
    work_h: float
    done_h: float
    served: dict[str, float]


@dataclass(frozen=True)
class RestorationResult:
    """Orders of repair for the damage of ``cascade``, judged on its own replicates and random numbers.

    replicates: looked at; to_order: those with two jobs or more that people wait for. crews: by sector, assumed where the run
    counts none. lowest: the method of the fewest people-hours; recommended: it, or the cascade's own order where the
    replicates do not tell them apart. steps: the recommended order in ``replicate``; cut_off: damaged there
    and reached by no road.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    NULL_IF_EMPTY: ClassVar[tuple[str, ...]] = ()
    UNDIGESTED: ClassVar[tuple[str, ...]] = ("digest", "run")

    schema: str
    cascade: str
    scenario: str
    seed: int
    model_class: str
    warnings: tuple[str, ...]
    replicates: int
    to_order: int
    horizon_h: float
    crews: dict[str, int]
    crews_assumed: bool
    methods: tuple[MethodResult, ...]
    lowest: str
    recommended: str
    replicate: int
    steps: tuple[RepairStep, ...]
    cut_off: tuple[str, ...]
    digest: str = field(default="")
    run: str = field(default="")

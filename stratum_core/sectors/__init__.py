"""One file or folder per sector: its physics class, what its model is called and what it leaves out.

A sector module registers a ``Sector``; the cascade finds it by the ``sector`` of a component.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core.registry import Registry
from stratum_core.sectors.network import ALONE, ELECTRIC, REACH, STORAGE


@dataclass(frozen=True)
class Sector:
    """physics: ALONE, REACH, STORAGE or ELECTRIC; order: place in a round of solving; model and leaves_out print."""

    name: str
    physics: int
    order: int
    model: str
    leaves_out: tuple[str, ...]


SECTORS: Registry[Sector] = Registry("sector", "stratum_core.sectors")


def sectors_in_order() -> list[Sector]:
    """All sectors, those that others lean on first."""
    return sorted(SECTORS, key=lambda sector: (sector.order, sector.name))


__all__ = ["ALONE", "ELECTRIC", "REACH", "SECTORS", "STORAGE", "Sector", "sectors_in_order"]

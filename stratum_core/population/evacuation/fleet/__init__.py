"""Vehicles that help people leave, as Mesa agents with rules of their own; one file a kind, found by being there.

A vehicle drives on the same roads as everybody. What it may do in its ``step``: ``drive_to`` a crossing, ``work`` for some
minutes, and change the model by ``model.rescue`` (``fetch``, ``deliver``, ``tell``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import mesa

from stratum_core.errors import InputError
from stratum_core.registry import Registry
from stratum_core.resource_files import table

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel

FLEET: Registry[type[Vehicle]] = Registry("vehicle", "stratum_core.population.evacuation.fleet")


@dataclass(frozen=True)
class FleetKind:
    """A row of ``resources/tables/fleet.csv``; minutes: for each person; base: kinds of assets at which it starts."""

    seats: int
    minutes: float
    base: tuple[str, ...]


@cache
def fleet_kinds() -> dict[str, FleetKind]:
    """All kinds of the table by name."""
    return {row["kind"]: FleetKind(int(row["seats"]), float(row["minutes"]), tuple(row["base"].split()))
            for row in table("fleet")}


def counted(fleet: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """(kind, number) of each entry such as ``bus:3``. Raises InputError for an unknown kind or no number."""
    for entry in fleet:
        kind, _, number = entry.partition(":")
        FLEET.get(kind.strip(), where="evacuation.fleet")
        if not number.strip().isdigit():
            raise InputError(f"'{entry}' is no kind and number", where="evacuation.fleet", repair="write bus:3")
        yield kind.strip(), int(number)


class Vehicle(mesa.Agent):  # type: ignore[misc]
    """One vehicle: ``node`` is where it stands or where it drives to; ``slot`` its traveller and its row of the route tables."""

    kind = ""

    def __init__(self, model: EvacuationModel, slot: int, base: int) -> None:
        super().__init__(model)
        self.slot, self.node, self.driving = slot, base, False
        self._free_at = 0.0
        self.of = fleet_kinds()[self.kind]

    def step(self) -> None:
        """Arrive, wait until the work is done, then ``act``."""
        if self.driving:
            if not self.model.rescue.reached(self):
                return
            self.driving = False
            self.arrive()
        if self.model.minutes >= self._free_at:
            self.act()

    def drive_to(self, node: int) -> bool:
        """Set out for a crossing; False where no open road leads there."""
        if node == self.node:
            self.arrive()
            return True
        self.driving = bool(self.model.rescue.send(self, node))
        return self.driving

    def work(self, minutes: float) -> None:
        """Stay for so long."""
        self._free_at = max(self._free_at, self.model.minutes) + minutes

    def arrive(self) -> None:
        """What it does on arrival."""

    def act(self) -> None:
        """What it does when it is free."""


class Fetcher(Vehicle):
    """Takes people without means from where most of them wait to the nearest shelter with beds, else out of town."""

    helped = False  # whether it takes those who cannot leave unaided, or the others

    def __init__(self, model: EvacuationModel, slot: int, base: int) -> None:
        super().__init__(model, slot, base)
        share = min(model.world.share, 1.0)
        self.seats = max(round(self.of.seats * share), 1)  # of a sample of the people, a sample of the seats
        self._aboard: list[int] = []
        self._destination = -1

    def act(self) -> None:
        """Drive to people while there are seats, else deliver."""
        room = self.seats - self.model.rescue.people_of(self._aboard)
        for stop in self.model.rescue.stops(self.helped, room) if room > 0 else ():
            if self.drive_to(stop):
                return
        if self._aboard:
            self._destination, node = self.model.rescue.refuge_from(self)
            if self._destination >= 0:
                self.drive_to(node)

    def arrive(self) -> None:
        """Take in who waits here, or let out."""
        if self._destination >= 0:
            self.work(self.of.minutes * self.model.rescue.people_of(self._aboard))
            self.model.rescue.deliver(self._aboard, self._destination)
            self._aboard, self._destination = [], -1
            return
        taken = self.model.rescue.fetch(self, self.helped, self.seats - self.model.rescue.people_of(self._aboard))
        self._aboard += taken
        self.work(self.of.minutes * self.model.rescue.people_of(taken))

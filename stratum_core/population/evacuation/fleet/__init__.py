"""Vehicles that help people leave, as Mesa agents with rules of their own; one file a kind, found by being there.

A vehicle drives on the same roads as everybody. What it may do in its ``step``: ``drive_to`` a crossing, ``work`` for some
minutes, and change the model by ``model.rescue`` (``fetch``, ``deliver``, ``tell``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import mesa
import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Ints
from stratum_core.registry import Registry
from stratum_core.resource_files import table

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel

_TABLE = "resources/tables/fleet.csv"
FLEET: Registry[type[Vehicle]] = Registry("vehicle", "stratum_core.population.evacuation.fleet")


@dataclass(frozen=True)
class FleetKind:
    """A row of ``resources/tables/fleet.csv``; minutes: for each person; vehicles: that drive as one; base: kinds of assets at
    which it starts."""

    seats: int
    minutes: float
    vehicles: int
    base: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """One vehicle, or several that drive as one: kind, crossing at which it starts, the travellers that it is (slots), seats,
    crossings of its line."""

    kind: str
    base: int
    slots: range
    seats: int
    stops: tuple[int, ...] = ()


@cache
def fleet_kind(name: str) -> FleetKind:
    """The row of a kind. Raises InputError where there is none, or one that cannot be read."""
    row = next((row for row in table("fleet") if row["kind"] == name), None)
    if row is None:
        raise InputError(f"vehicles of kind '{name}' have no row", where=_TABLE, repair=f"add one that begins with {name}")
    try:
        found = FleetKind(int(row["seats"]), float(row["minutes"]), int(row["vehicles"]), tuple((row["base"] or "").split()))
    except (TypeError, ValueError) as error:
        raise InputError(f"seats, minutes or vehicles of '{name}' are no number", where=_TABLE,
                         repair="correct the row") from error
    if found.seats < 0 or not 0 <= found.minutes < math.inf or found.vehicles < 1:
        raise InputError(f"'{name}' has fewer than 0 seats or minutes, or no vehicle", where=_TABLE, repair="correct the row")
    return found


class Vehicle(mesa.Agent):  # type: ignore[misc]
    """One unit: ``node`` is where it stands or where it drives to; ``number`` its place among all; ``aboard`` parties;
    ``bound``: row of destinations to which it brings them, -1."""

    def __init__(self, model: EvacuationModel, number: int, unit: Unit) -> None:
        super().__init__(model)
        self.number, self.unit, self.node, self.driving = number, unit, unit.base, False
        self.aboard: list[int] = []
        self.bound = -1
        self._free_at = self._sent_at = 0.0
        self.of = fleet_kind(unit.kind)

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
        self._sent_at = self.model.minutes
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

    def calls(self, hears: Bools) -> Ints:
        """Crossings with people whom it would help, now or later; hears: households that know or will without it."""
        return np.empty(0, dtype=np.int64)

    def act(self) -> None:
        """What it does when it is free."""


class Fetcher(Vehicle):
    """Takes people without means from where most of them wait to a hospital, a shelter or out of town."""

    def __init__(self, model: EvacuationModel, number: int, unit: Unit) -> None:
        super().__init__(model, number, unit)
        self.seats = unit.seats * model.world.sampled  # of a sample of the people, a sample of the seats
        self._tour_from = 0.0

    @property
    def room(self) -> int:
        """Seats that are free; in a sample the last party may take more than are left, at the cost of a ``rest``."""
        people = self.model.rescue.people_of(self.aboard)
        return int(self.unit.seats) - people if people < self.seats else 0

    def takes(self) -> Bools:
        """(parties,) whom it is for, whether they wait or not: all that find room, where a kind says nothing else."""
        found: Bools = self.model.rescue.parties.people <= self.unit.seats
        return found

    def wanted(self) -> Bools:
        """(parties,) whom it takes of those that wait."""
        found: Bools = self.model.rescue.waiting() & self.takes()
        return found

    def calls(self, hears: Bools) -> Ints:
        """Where those are whom it is for and nobody has taken."""
        rescue = self.model.rescue
        return np.unique(rescue.parties.node[rescue.left_of(hears) & self.takes()])

    def in_turn(self) -> Iterator[Bools]:
        """(parties,) of those, whom first; where the first are out of reach, whom next."""
        yield self.wanted()

    def act(self) -> None:
        """Drive to people while there are seats, else deliver."""
        for whom in self.in_turn() if self.room > 0 else ():
            for stop in self.model.rescue.stops(whom, self.room):
                if self.drive_to(stop):
                    return
        self.deliver()

    def deliver(self) -> None:
        """Set out for a refuge, where one is reached."""
        if self.aboard:
            self.bound, node = self.model.rescue.refuge_from(self)
            if self.bound >= 0:
                self.drive_to(node)

    def arrive(self) -> None:
        """Take in who waits here, or let out."""
        if self.bound >= 0:
            people = self.model.rescue.people_of(self.aboard)
            self.board(people)
            self.rest(people)
            self.model.rescue.deliver(self.aboard, self.bound)
            self.aboard, self.bound = [], -1
            return
        self.take_in(self.waiting_here())

    def waiting_here(self) -> Bools:
        """(parties,) of those that it takes, who is where it stands."""
        found: Bools = self.wanted() & (self.model.rescue.parties.node == self.node)
        return found

    def take_in(self, whom: Bools) -> None:
        """Those of ``whom`` for whom there are seats."""
        self._tour_from = self._tour_from if self.aboard else self._sent_at
        self.board(self.model.rescue.fetch(self, whom))

    def board(self, people: int) -> None:
        """Let people in or out: as many as there are in the whole city, but no more than there are seats."""
        self.work(self.of.minutes * min(people / self.model.world.sampled, self.unit.seats))

    def rest(self, people: int) -> None:
        """Where it brought more of a sample than its seats there: stay for the tours that the others would have taken."""
        self.work((self._free_at - self._tour_from) * (max(people / self.seats, 1.0) - 1.0))

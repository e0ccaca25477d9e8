"""A bus of a line: from stop to stop of its route; people without a car walk to the stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.model.fields import Bools, Ints
from stratum_core.population.evacuation.fleet import FLEET, Fetcher, Unit
from stratum_core.population.traffic.walking import FREE_SPEED_MS

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel


@FLEET.register("line")
class LineBus(Fetcher):
    """Full, or at its last stop, it brings those aboard to a refuge and begins its line anew."""

    def __init__(self, model: EvacuationModel, number: int, unit: Unit) -> None:
        super().__init__(model, number, unit)
        self._next = unit.stops.index(unit.base)
        self._full = False

    def waiting_here(self) -> Bools:
        """Who has walked to the stop at which it stands."""
        world, model, parties = self.model.world, self.model, self.model.rescue.parties
        metres = np.hypot(*(world.places - world.network.xy[self.node]).T)
        there = model.warning.aware_at + model.decisions.delay + metres / FREE_SPEED_MS / 60.0 <= model.minutes
        near = metres <= model.behaviour.walk_to_stop
        found: Bools = self.wanted() & (near & there)[parties.household]
        return found

    def takes(self) -> Bools:
        """Who needs no help."""
        found: Bools = super().takes() & (self.model.rescue.parties.helped == 0)
        return found

    def calls(self, hears: Bools) -> Ints:
        """The stops near which those are."""
        world, rescue = self.model.world, self.model.rescue
        homes = world.places[rescue.parties.household[rescue.left_of(hears) & self.takes()]]
        stops = np.array(self.unit.stops, dtype=np.int64)
        metres = cKDTree(homes).query(world.network.xy[stops])[0] if len(homes) else np.full(len(stops), np.inf)
        found: Ints = stops[metres <= self.model.behaviour.walk_to_stop]
        return found

    def act(self) -> None:
        """To the next stop to which a road leads, or to a refuge; where it stands at the stop, people get in first."""
        if self.aboard and (self._full or self._next == 0):
            self._full, self._next = False, 0
            self.deliver()
            return
        for _ in self.unit.stops:
            stop, before = self.unit.stops[self._next], len(self.aboard)
            self._next = (self._next + 1) % len(self.unit.stops)
            if stop == self.node:
                self.take_in(self.waiting_here())
            if len(self.aboard) > before or (stop != self.node and self.drive_to(stop)):
                return
        self.work(self.model.world.spec.inform_min)  # no road leads on: until the next news

    def take_in(self, whom: Bools) -> None:
        """Those who are at the stop."""
        super().take_in(whom)
        self._full = bool((whom & (self.model.rescue.taken < 0)).any())

"""Who waits to be fetched, who was, and how the vehicles that help stand in the movement on the roads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Ints
from stratum_core.population.evacuation.decisions import NO_MEANS
from stratum_core.population.evacuation.fleet import FLEET, Fetcher, Unit, Vehicle, fleet_kind
from stratum_core.population.evacuation.parties import parties_of
from stratum_core.population.traffic.routing import paths_between
from stratum_core.population.traffic.state import ARRIVED, NO_WAY

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel

#: crossings that a vehicle looks at before it waits for the next step
_LOOKED_AT = 5


class Rescue:
    """One replicate; of each of the ``parties``: who took it (number of the vehicle, -1), delivered_at (minutes, NaN), refuge
    (row of destinations, -1)."""

    def __init__(self, model: EvacuationModel, first: int, units: list[Unit]) -> None:
        """first: the traveller that is the first slot of the units."""
        self._model, self._first = model, first
        ambulances = any(unit.kind == "ambulance" for unit in units)
        self.parties = parties_of(model.world.households, fleet_kind("ambulance").seats if ambulances else 0)
        self.taken = np.full(len(self.parties), -1, dtype=np.int64)
        self.delivered_at = np.full(len(self.parties), np.nan)
        self.refuge = np.full(len(self.parties), -1, dtype=np.int64)
        self._goal = np.array([unit.base for unit in units for _ in unit.slots], dtype=np.int64)
        self._lost: set[int] = set()  # crossings that no open road led to at the last look
        self.vehicles: list[Vehicle] = [FLEET.get(unit.kind)(model, at, unit) for at, unit in enumerate(units)]

    @property
    def slots(self) -> int:
        """Travellers that belong to the fleet."""
        return len(self._goal)

    def tables(self, seconds: npt.NDArray[np.float64], usable: Bools) -> npt.NDArray[np.int32]:
        """(slots, nodes) next links of each vehicle, on its way alone: from where it is next to where it goes."""
        self._lost.clear()
        ways = paths_between(self._model.world.network, self.next_nodes(), self._goal, seconds, usable)
        return np.array([self._row(way, int(goal)) for way, goal in zip(ways, self._goal, strict=True)], dtype=np.int32)

    def aboard(self) -> Bools:
        """(parties,) taken and not yet delivered."""
        found: Bools = (self.taken >= 0) & (self.refuge < 0)
        return found

    @property
    def fetched(self) -> Ints:
        """(households,) people who were taken."""
        gone = self.taken >= 0
        return np.bincount(self.parties.household[gone], self.parties.people[gone],
                           minlength=len(self._model.world.households)).astype(np.int64)

    # what vehicles ask and do

    def reached(self, vehicle: Vehicle) -> bool:
        """Whether all of it has arrived."""
        return bool((self._model.movement.agents.place[self._travellers(vehicle)] == ARRIVED).all())

    def send(self, vehicle: Vehicle, node: int) -> bool:
        """Let it drive to a crossing by the news; False where no open road leads there."""
        model = self._model
        way = paths_between(model.world.network, np.array([vehicle.node]), np.array([node]), model.movement.travel_times(),
                            model.conditions.open)[0]
        if way is None:
            self._lost.add(node)
            return False
        tables, along = model.movement.routes.next_link, self._row(way, node)
        for slot, who in zip(vehicle.unit.slots, self._travellers(vehicle), strict=True):
            row = len(tables) - self.slots + slot
            tables[row] = along
            model.movement.restart(who, vehicle.node, row)
            model.movement.depart(np.array([who]), np.array([model.movement.now]))
            self._goal[slot] = node
        vehicle.node = node
        return True

    def waiting(self) -> Bools:
        """(parties,) that want to leave, cannot by themselves, are ready, and nobody has taken."""
        ready = self._model.warning.aware_at + self._model.decisions.delay <= self._model.minutes
        found = self.left_of(ready)
        found[self.parties.held_back(self.taken >= 0)] = False
        return found

    def left_of(self, homes: Bools) -> Bools:
        """(parties,) of such households that want to leave, cannot by themselves, and nobody has taken."""
        chosen = self._model.decisions
        stuck = chosen.goes & self._model.told & (chosen.means == NO_MEANS) & homes
        return np.asarray(stuck[self.parties.household] & (self.taken < 0))

    def stops(self, whom: Bools, seats: int) -> Iterator[int]:
        """Crossings with people to fetch, most first, that no other vehicle goes to and roads may lead to."""
        whom = whom & (self.parties.people <= seats)
        yield from self._most(self.parties.node[whom], self.parties.people[whom])

    def unaware_stops(self) -> Iterator[int]:
        """Crossings at which people do not know, most first."""
        homes, whom = self._model.world.households, self._uninformed()
        yield from self._most(homes.node[whom], homes.people[whom])

    def fetch(self, vehicle: Fetcher, whom: Bools) -> int:
        """Take in parties of ``whom`` while there is room; returns how many people."""
        before = self.people_of(vehicle.aboard)
        for at in np.flatnonzero(whom).tolist():
            if vehicle.room == 0:
                break
            if self.parties.people[at] <= vehicle.room:
                vehicle.aboard.append(at)
        self.taken[vehicle.aboard] = vehicle.number
        return self.people_of(vehicle.aboard) - before

    def refuge_from(self, vehicle: Vehicle) -> tuple[int, int]:
        """Row of destinations and crossing to which those aboard are brought; -1, -1: no open road leads to any.

        Patients go to the quickest hospital with beds for all of them, others, and patients where there is none, to the quickest
        shelter with beds for all, else out of town. Beds are kept for those whom other vehicles bring.
        """
        world, targets = self._model.world, self._model.world.destinations
        taking = self._taking(self.people_of(vehicle.aboard))
        shelters = np.arange(targets.shelters)
        choices = [shelters[taking[shelters]], np.array([targets.out])]
        if world.patients[self.parties.household[vehicle.aboard]].any():
            choices.insert(0, targets.hospitals[taking[targets.hospitals]])
        for rows in (rows for rows in choices if len(rows)):  # by the last news, which is what all routes go by
            seconds = self._model.present_s[rows, vehicle.node]
            if np.isfinite(seconds.min()):
                row = int(rows[np.argmin(seconds)])
                return row, self._end_of(self._model.movement.routes.next_link[2 * row + 1], vehicle.node)
        return -1, -1

    def leads_on(self, nodes: Ints) -> Bools:
        """(nodes,) whether an open road leads from each to a refuge for one more."""
        targets = self._model.world.destinations
        places = np.append(np.arange(targets.shelters), targets.hospitals)
        rows = np.append(places[self._taking(1)[places]], targets.out)
        return np.asarray(np.isfinite(self._model.present_s[rows][:, nodes]).any(axis=0))

    def _taking(self, people: int) -> Bools:
        """(rows of destinations,) those with beds for so many more."""
        model = self._model
        found: Bools = model.world.taking(model.minutes / 60.0, model.disruption)
        return found & (model.arrived_at() + self._promised() + people <= model.world.room)

    def next_nodes(self) -> Ints:
        """(slots,) the crossing at which each vehicle is next: where it stands, or the end of its road."""
        found = self._goal.copy()
        for vehicle in (vehicle for vehicle in self.vehicles if vehicle.driving):
            movement = self._model.movement
            who = np.array(self._travellers(vehicle))
            under_way = movement.agents.place[who] != ARRIVED
            found[np.array(vehicle.unit.slots)[under_way]] = movement.next_nodes(who[under_way])
        return found

    def _row(self, way: list[int] | None, goal: int) -> npt.NDArray[np.int32]:
        """A route table that knows one way."""
        network = self._model.world.network
        row = np.full(network.nodes, NO_WAY, dtype=np.int32)
        row[network.tail[way or []]] = way or []
        if way is not None:
            row[goal] = ARRIVED
        return row

    def _promised(self) -> Ints:
        """(rows of destinations,) people whom vehicles are bringing there."""
        found = np.zeros(len(self._model.world.destinations.names), dtype=np.int64)
        for vehicle in self.vehicles:
            if vehicle.bound >= 0:
                found[vehicle.bound] += self.people_of(vehicle.aboard)
        return found

    def _travellers(self, vehicle: Vehicle) -> range:
        return range(self._first + vehicle.unit.slots.start, self._first + vehicle.unit.slots.stop)

    def _end_of(self, next_link: npt.NDArray[np.int32], node: int) -> int:
        while next_link[node] >= 0:
            node = int(self._model.world.network.head[next_link[node]])
        return node

    def deliver(self, parties: list[int], row: int) -> None:
        """Let parties out at a destination."""
        self.delivered_at[parties], self.refuge[parties] = self._model.minutes, row

    def tell(self, node: int) -> int:
        """Tell all at a crossing who do not know; returns how many households."""
        whom = np.flatnonzero(self._uninformed() & (self._model.world.households.node == node))
        self._model.warning.tell(whom, self._model.minutes)
        return len(whom)

    def people_of(self, parties: list[int]) -> int:
        """People in some parties."""
        return int(self.parties.people[parties].sum())

    def _uninformed(self) -> Bools:
        model = self._model
        found: Bools = model.told & (model.order_min <= model.minutes) & np.isnan(model.warning.aware_at)
        return found

    def _most(self, nodes: Ints, people: Ints) -> Iterator[int]:
        people = np.bincount(nodes, people, minlength=self._model.world.network.nodes)
        for vehicle in self.vehicles:
            people[vehicle.node] = people[vehicle.node] if not vehicle.driving else 0.0
        for node in np.argsort(-people, kind="stable")[:_LOOKED_AT].tolist():
            if people[node] > 0 and node not in self._lost:
                yield node

"""Who waits to be fetched, who was, and how the vehicles that help stand in the movement on the roads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Ints
from stratum_core.population.evacuation.decisions import NO_MEANS
from stratum_core.population.evacuation.fleet import FLEET, Vehicle, counted, fleet_kinds
from stratum_core.population.traffic.routing import shortest_path_trees
from stratum_core.population.traffic.state import ARRIVED

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel
    from stratum_core.population.evacuation.world import World

#: crossings that a vehicle looks at before it waits for the next step
_LOOKED_AT = 5


def bases_of(world: World) -> Ints:
    """(vehicles,) crossing at which each vehicle of the fleet starts: those of its kind in turn. Raises InputError for none."""
    found: list[int] = []
    kinds, assets = world.city.assets.kind.astype(str), world.city.assets
    for name, number in counted(world.spec.fleet):
        at = np.flatnonzero(np.isin(kinds, fleet_kinds()[name].base) & np.isfinite(assets.x))
        if not len(at):
            raise InputError(f"the city has no place from which vehicles of kind {name} could start", where="evacuation.fleet",
                             repair=f"add an asset of kind {' or '.join(fleet_kinds()[name].base)}")
        nodes = world.nearest(np.column_stack([assets.x[at], assets.y[at]]))
        found += nodes[np.arange(number) % len(nodes)].tolist()
    return np.array(found, dtype=np.int64)


class Rescue:
    """One replicate; of each household: who took it (slot of the vehicle, -1), delivered_at (minutes, NaN), refuge (row of
    destinations, -1)."""

    def __init__(self, model: EvacuationModel, citizens: int, bases: Ints) -> None:
        homes = len(model.world.households)
        self._model, self._citizens = model, citizens
        self.taken = np.full(homes, -1, dtype=np.int64)
        self.delivered_at = np.full(homes, np.nan)
        self.refuge = np.full(homes, -1, dtype=np.int64)
        self._goal = bases.copy()
        self._lost: set[int] = set()  # crossings that no open road led to at the last look
        kinds = [name for name, number in counted(model.world.spec.fleet) for _ in range(number)]
        self.vehicles: list[Vehicle] = [FLEET.get(kind)(model, slot, int(base))
                                        for slot, (kind, base) in enumerate(zip(kinds, bases, strict=True))]

    def __len__(self) -> int:
        return len(self._goal)

    def tables(self, seconds: npt.NDArray[np.float64], usable: Bools) -> npt.NDArray[np.int32]:
        """(vehicles, nodes) next links to where each vehicle goes."""
        self._lost.clear()
        return shortest_path_trees(self._model.world.network, self._goal.tolist(), seconds, usable).next_link

    def aboard(self) -> Bools:
        """(households,) taken and not yet delivered."""
        found: Bools = (self.taken >= 0) & (self.refuge < 0)
        return found

    # what vehicles ask and do

    def reached(self, vehicle: Vehicle) -> bool:
        """Whether it has arrived."""
        return bool(self._model.movement.agents.place[self._citizens + vehicle.slot] == ARRIVED)

    def send(self, vehicle: Vehicle, node: int) -> bool:
        """Let it drive to a crossing by the news; False where no open road leads there."""
        model = self._model
        tree = shortest_path_trees(model.world.network, [node], model.movement.travel_times(), model.conditions.open).next_link[0]
        if tree[vehicle.node] == -1:
            self._lost.add(node)
            return False
        row = len(model.movement.routes.next_link) - len(self) + vehicle.slot
        model.movement.routes.next_link[row] = tree
        who = self._citizens + vehicle.slot
        model.movement.restart(who, vehicle.node, row)
        model.movement.depart(np.array([who]), np.array([model.movement.now]))
        self._goal[vehicle.slot] = vehicle.node = node
        return True

    def waiting(self, helped: bool) -> Bools:
        """(households,) that want to leave, cannot by themselves, are ready, and nobody has taken."""
        model = self._model
        ready = model.warning.aware_at + model.decisions.delay <= model.minutes
        stuck = model.decisions.goes & model.told & (model.decisions.means == NO_MEANS)
        found: Bools = stuck & ready & (self.taken < 0) & ((model.world.households.helped > 0) == helped)
        return found

    def stops(self, helped: bool, seats: int) -> Iterator[int]:
        """Crossings with people to fetch, most first, that no other vehicle goes to and roads may lead to."""
        homes = self._model.world.households
        yield from self._most(self.waiting(helped) & (homes.people <= seats))

    def unaware_stops(self) -> Iterator[int]:
        """Crossings at which people do not know, most first."""
        yield from self._most(self._uninformed())

    def fetch(self, vehicle: Vehicle, helped: bool, seats: int) -> list[int]:
        """Take in households that wait where it stands while seats last."""
        homes = self._model.world.households
        found: list[int] = []
        for at in np.flatnonzero(self.waiting(helped) & (homes.node == vehicle.node)).tolist():
            if homes.people[at] <= seats:
                seats -= int(homes.people[at])
                found.append(at)
        self.taken[found] = vehicle.slot
        return found

    def refuge_from(self, vehicle: Vehicle) -> tuple[int, int]:
        """Row of destinations and crossing of the quickest shelter with beds left, else of a way out; -1, -1: none is reached."""
        model, targets = self._model, self._model.world.destinations
        room = model.world.room[: targets.shelters] - model.arrived_at()[: targets.shelters]
        rows = [*np.flatnonzero(room > 0).tolist(), targets.out]
        trees = shortest_path_trees(model.world.network, [targets.groups[row] for row in rows], model.movement.travel_times(),
                                    model.conditions.open)
        seconds = trees.seconds[:, vehicle.node]
        shelters = seconds[:-1]
        best = int(np.argmin(shelters)) if len(shelters) and np.isfinite(shelters).any() else len(rows) - 1
        if not np.isfinite(seconds[best]):
            return -1, -1
        at = vehicle.node
        while trees.next_link[best, at] >= 0:
            at = int(model.world.network.head[trees.next_link[best, at]])
        return rows[best], at

    def deliver(self, households: list[int], row: int) -> None:
        """Let households out at a destination."""
        self.delivered_at[households], self.refuge[households] = self._model.minutes, row

    def tell(self, node: int) -> int:
        """Tell all at a crossing who do not know; returns how many households."""
        whom = np.flatnonzero(self._uninformed() & (self._model.world.households.node == node))
        self._model.warning.tell(whom, self._model.minutes)
        return len(whom)

    def people_of(self, households: list[int]) -> int:
        """People in some households."""
        return int(self._model.world.households.people[households].sum())

    def _uninformed(self) -> Bools:
        model = self._model
        found: Bools = model.told & (model.order_min <= model.minutes) & np.isnan(model.warning.aware_at)
        return found

    def _most(self, whom: Bools) -> Iterator[int]:
        homes = self._model.world.households
        people = np.bincount(homes.node[whom], homes.people[whom], minlength=self._model.world.network.nodes)
        for vehicle in self.vehicles:
            people[vehicle.node] = people[vehicle.node] if not vehicle.driving else 0.0
        for node in np.argsort(-people, kind="stable")[:_LOOKED_AT].tolist():
            if people[node] > 0 and node not in self._lost:
                yield node

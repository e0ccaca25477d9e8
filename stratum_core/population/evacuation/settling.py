"""When a replicate is cleared: everybody who will ever leave has arrived, and of all others it is known why they do not.

People are final who have arrived, stay, or wait for what cannot come: no channel, neighbour or warden will tell them, no vehicle
of the fleet takes people like them. Held up, turned back where no way led on, aboard a vehicle that is held up, or where no
vehicle gets to now: they count as cut off once nobody else is to come for ``CUT_OFF_MIN``. Whoever turns back from an open way
gave up: then there is no clearance. What is found once holds, however long the run goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stratum_core.model.fields import Bools
from stratum_core.population.evacuation.decisions import CAR, FOOT
from stratum_core.population.evacuation.fleet import Fetcher
from stratum_core.population.traffic.routing import shortest_path_trees
from stratum_core.population.traffic.state import ARRIVED

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel

#: minutes after which a way that does not open has cut people off, assumed
CUT_OFF_MIN = 60.0


class Settling:
    """One replicate. over: it is cleared; last_s: second of the last arrival of those who count (NaN: none, or not cleared);
    left_out: people who would go and had not arrived then."""

    def __init__(self, model: EvacuationModel) -> None:
        self._model, self._since = model, np.nan
        self.over, self.last_s, self.left_out = False, np.nan, 0

    def look(self, *, at_the_end: bool = False) -> None:
        """With every news of the roads; at the end of the run, which may come at any time, only what is final counts."""
        if self.over or self._model.detours.gave_up.any():
            return
        to_come, cut_off = self._others()
        now = self._model.minutes
        self._since = np.nan if to_come else np.fmin(self._since, now)
        if to_come or (cut_off and (at_the_end or now - self._since < CUT_OFF_MIN)):
            return
        model = self._model
        arrivals = np.append(model.citizens.arrived[model.at_destination()], model.rescue.delivered_at * 60.0)  # NaN: not yet
        going = model.world.households.people[model.decisions.goes & model.told].sum()
        self.over, self.last_s, self.left_out = True, float(np.fmax.reduce(arrivals, initial=np.nan)), int(going) - model.arrived

    def _others(self) -> tuple[bool, bool]:
        """Of those who have not arrived: whether somebody is to come; whether somebody is cut off for now."""
        model, back = self._model, self._model.detours.turned_back
        started, out = ~np.isnan(model.set_out)[model.household], ~back & (model.citizens.place != ARRIVED)
        held, aboard, chosen = held_up(model), model.rescue.aboard(), model.decisions
        if (started & out & ~held).any() or (aboard & ~held_parties(model)).any():
            return True, False
        hears = model.will_hear()
        leaving = chosen.goes & model.told & np.isin(chosen.means, (CAR, FOOT)) & np.isnan(model.set_out)
        if (leaving & hears).any():
            return True, False
        comes, called = self._vehicles(hears)
        return comes, called or bool(held.any() or back.any() or aboard.any())

    def _vehicles(self, hears: Bools) -> tuple[bool, bool]:
        """Whether a vehicle can get to somebody to help, and whether there is somebody at all whom one would help."""
        model, rescue = self._model, self._model.rescue
        at, called = rescue.next_nodes(), False
        asked: dict[tuple[int, ...], list[int]] = {}  # by crossings: from where vehicles would come
        for vehicle, halts in zip(rescue.vehicles, halted(model), strict=True):
            nodes = vehicle.calls(hears)
            called |= len(nodes) > 0
            nodes = nodes[rescue.leads_on(nodes)] if isinstance(vehicle, Fetcher) else nodes
            if len(nodes) and not halts:
                asked.setdefault(tuple(nodes.tolist()), []).append(int(at[vehicle.unit.slots.start]))
        if not asked:
            return False, called
        network = model.world.network
        seconds = shortest_path_trees(network, list(asked), network.free_time, model.conditions.open).seconds
        return any(np.isfinite(row[places]).any() for row, places in zip(seconds, asked.values(), strict=True)), called


def held_up(model: EvacuationModel, *, everybody: bool = False) -> Bools:
    """Travellers under way on a closed link, or from whose place no open way leads on; everybody: vehicles of the fleet too."""
    agents, links = model.movement.agents if everybody else model.citizens, model.world.network.links
    place, tables = agents.place, model.movement.routes.next_link
    on_link = (place >= 0) & (place < links)
    shut = np.zeros(len(place), dtype=bool)
    walks = agents.speed > 0
    shut[on_link] = np.where(walks[on_link], ~model.conditions.walk_open[place[on_link]], ~model.conditions.open[place[on_link]])
    node = model.movement.next_nodes(np.arange(len(place)))
    lost = (agents.table >= 0) & (tables[agents.table, node] == -1)
    found: Bools = ~np.isnan(agents.departed) & (place != ARRIVED) & (shut | lost)
    return found


def halted(model: EvacuationModel) -> Bools:
    """(vehicles of the fleet,) held up, or standing with people aboard where no open road leads to a refuge."""
    rescue, held = model.rescue, held_up(model, everybody=True)[len(model.household) + len(model.usual_traffic):]
    return np.array([held[v.unit.slots.start:v.unit.slots.stop].any()
                     or (bool(v.aboard) and not v.driving and rescue.refuge_from(v)[0] < 0) for v in rescue.vehicles], dtype=bool)


def held_parties(model: EvacuationModel) -> Bools:
    """(parties,) aboard a vehicle that is halted."""
    return np.append(halted(model), False)[model.rescue.taken] & model.rescue.aboard()

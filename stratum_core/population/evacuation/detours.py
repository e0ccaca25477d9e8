"""Who does not get to where they set out for: shelters that take nobody in, no open way, patience that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.traffic.routing import paths_between
from stratum_core.population.traffic.state import ARRIVED

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel


class Detours:
    """One replicate; of each traveller that is people's own: turned_away by a shelter, turned_back on the way, gave_up: turned
    back though an open way led on, then or later."""

    def __init__(self, model: EvacuationModel) -> None:
        count = len(model.household)
        self._model = model
        self.turned_away, self.turned_back, self.gave_up = (np.zeros(count, dtype=bool) for _ in range(3))
        self._left_at = np.zeros(count, dtype=np.int64)  # crossing at which they turned back
        self._usual = np.full(count, np.nan)  # seconds that the way would take on empty roads

    def set_out(self, who: Ints) -> None:
        """Before they leave people hear which shelters take nobody, and go elsewhere."""
        model = self._model
        shut = who[np.isin(model.target[who], model.shut)]
        model.target[shut] = self._elsewhere(shut)
        self._usual[who] = model.usual_s[model.target[who], model.movement.next_nodes(who)]

    def at_shelters(self) -> None:
        """Who is on the way to a shelter that takes nobody any more goes to the quickest that does, else out of town."""
        model = self._model
        late = np.flatnonzero(np.isin(model.target, model.shut) & self._under_way()) if len(model.shut) else model.shut
        if len(late):
            self.turned_away[late] = True
            model.target[late] = self._elsewhere(late)
            model.follow()
            model.movement.change()

    def where_no_way_leads(self) -> None:
        """Who has no open way to the destination goes to the quickest shelter or way out that has one."""
        model = self._model
        seconds, under_way = model.present_s, np.flatnonzero(self._under_way())
        node = model.movement.next_nodes(under_way)
        cut_off = ~np.isfinite(seconds[model.target[under_way], node])
        who, node, other = under_way[cut_off], node[cut_off], self._elsewhere(under_way[cut_off])
        reached = np.isfinite(seconds[other, node])
        model.target[who[reached]] = other[reached]

    def out_of_patience(self) -> None:
        """Drivers who have lost more time on the way than they have patience for drive home where a way leads there."""
        model, now = self._model, self._model.movement.now
        lost = now - model.citizens.departed - np.where(np.isfinite(self._usual), self._usual, 0.0)
        shut_in = np.flatnonzero(~model.conditions.open)
        over = np.flatnonzero(self._under_way() & (model.citizens.speed == 0) & (lost > model.behaviour.patience * 60.0)
                              & ~np.isin(model.citizens.place, shut_in))
        if not len(over):
            return
        homes = model.world.households.node[model.household[over]]
        ways = paths_between(model.world.network, model.movement.next_nodes(over), homes, model.movement.travel_times(),
                             model.conditions.open)
        home = [(who, way) for who, way in zip(over.tolist(), ways, strict=True) if way is not None]
        back = np.array([who for who, _ in home], dtype=np.int64)
        self.turned_back[back], self._left_at[back] = True, model.movement.next_nodes(back)
        model.movement.reroute(back, [way for _, way in home])

    def missed_ways(self) -> None:
        """Who has turned back gave up where a way leads on from there."""
        seconds, back = self._model.present_s, np.flatnonzero(self.turned_back & ~self.gave_up)
        node = self._left_at[back]
        other = self._elsewhere(back, node)
        self.gave_up[back] = np.isfinite(seconds[self._model.target[back], node]) | np.isfinite(seconds[other, node])

    def _under_way(self) -> Bools:
        citizens = self._model.citizens
        found: Bools = ~np.isnan(citizens.departed) & (citizens.place != ARRIVED) & ~self.turned_back
        return found

    def _elsewhere(self, who: Ints, node: Ints | None = None) -> Ints:
        """The quickest shelter that takes people in, else out of town; from where they are next, or from some crossings."""
        model, targets = self._model, self._model.world.destinations
        taking = np.setdiff1d(np.arange(targets.shelters), model.shut)
        if not len(taking) or not len(who):
            return np.full(len(who), targets.out)
        seconds: Floats = model.present_s[taking][:, model.movement.next_nodes(who) if node is None else node]
        best = seconds.argmin(axis=0)
        return np.where(np.isfinite(seconds.min(axis=0)), taking[best], targets.out)

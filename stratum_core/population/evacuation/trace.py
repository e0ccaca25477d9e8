"""One replicate of an evacuation in full: where everybody is at any hour, and what is on the roads.

Arrays only, so that 100,000 travellers are placed within milliseconds. It takes 45 bytes for each entry into a link and about 150
for each row (``nbytes``). Refuses to say more than was simulated: the place within a link is drawn, evenly from entry to exit,
and homes that share a place are drawn around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.evacuation.trace_roads import SLOWEST, Drawn

#: what a person does at an hour; outside: of the zone, and does not leave; those without means, and those who have turned back
#: and are at home again, have no way to leave
STATES = ("outside", "not warned", "getting ready", "on foot", "driving", "held up", "safe", "stays", "no way to leave")
OUTSIDE, NOT_WARNED, GETTING_READY, ON_FOOT, DRIVING, HELD_UP, SAFE, STAYS, NO_WAY = range(len(STATES))
#: seconds over which the flow of a road is counted, and over which the vehicles on it are averaged
FLOW_S, DENSITY_S = 900.0, 300.0
#: metres from the middle of the road at which vehicles and walkers are drawn, on their right
_LANE_M, _WALK_M = 2.0, 4.0


@dataclass(frozen=True)
class Now:
    """Everybody at one moment, a row each: places (n, 2) metres, state (code of ``STATES``), link (-1: on none)."""

    places: Floats
    state: npt.NDArray[np.int8]
    link: Ints


@dataclass(frozen=True)
class Flows:
    """Roads at one moment, one entry a directed link. vehicles: on it; density: mean share, over the last ``DENSITY_S``, of what
    fits on it in a jam; flow: vehicles an hour that drove on to it within the last ``FLOW_S``, of the whole city where people
    are a sample."""

    vehicles: Ints
    density: Floats
    flow: Floats


@dataclass(frozen=True)
class Trace:
    """Rows: travellers (cars, single walkers), vehicles of usual traffic, from row ``fleet`` on vehicles of the fleet, and from
    row ``movers`` on households, or parts of them that others fetch, that do not travel by themselves.

    Times are seconds, inf: never; back: at home again, without having arrived; ready: when one without means could go.
    home, goal: (rows, 2) metres. members: (groups, rows) people of each group, the first is all; they sum to the groups.
    household: of each row, -1: usual traffic and the fleet; fate: (households,) code of ``outcome.FATES``. speed: on foot, m/s,
    0: by vehicle. idle: state between hearing and setting out. carrier: row that takes a row along, -1: none. refuge: row of
    ``destinations`` in the end, -1: none. begin, time, link, leaves: entries into links, by mover and time; stop: part of the
    link at which a mover stands that never leaves it.
    """

    replicate: int
    horizon_h: float
    order_h: float
    groups: tuple[str, ...]
    destinations: tuple[str, ...]
    beds: Floats
    travellers: int
    fleet: int
    movers: int
    home: Floats
    goal: Floats
    members: npt.NDArray[np.float32]
    household: Ints
    fate: Ints
    speed: Floats
    idle: npt.NDArray[np.int8]
    aware: Floats
    ready: Floats
    departed: Floats
    arrived: Floats
    back: Floats
    carrier: Ints
    refuge: Ints
    begin: Ints
    time: Floats
    link: npt.NDArray[np.int32]
    leaves: Floats
    stop: Floats
    roads: Drawn
    share: float

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.home)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, those made on first use included."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))

    def at(self, hour: float) -> Now:
        """Where everybody is and what everybody does at an hour."""
        second = hour * 3600.0
        gone, there, home = self.departed <= second, self.arrived <= second, self.back <= second
        under_way = gone & ~there & ~home
        places, state = self.home.copy(), self._waiting(second)
        state[home] = NO_WAY
        link = np.full(self.rows, -1, dtype=np.int64)
        state[there] = SAFE
        places[there] = self.goal[there]
        carried = np.flatnonzero(under_way & (self.carrier >= 0))
        moving = under_way[: self.movers].copy()
        moving[self.carrier[carried]] = True
        who = np.flatnonzero(moving)
        entry = self._entry(who, second)
        places[who], state[who], link[who] = self._on_the_way(who, entry, second)
        state[carried], link[carried] = np.maximum(state[self.carrier[carried]], DRIVING), link[self.carrier[carried]]
        places[carried] = places[self.carrier[carried]]
        return Now(places, state, link)

    def flows(self, hour: float) -> Flows:
        """What is on the roads at an hour."""
        second, links = hour * 3600.0, self.roads.links
        entry = self._entry(np.flatnonzero(self.speed == 0), second)
        entry = entry[entry >= 0]
        on = entry[self.leaves[entry] > second]
        entered = self._between(self.time, self._by_time, second - FLOW_S, second)
        gone = self._between(self.leaves, self._by_leaving, second - DENSITY_S, second)
        spent = np.minimum(second - self.time[on], DENSITY_S), self.leaves[gone] - np.maximum(self.time[gone], second - DENSITY_S)
        both = np.bincount(self.link[np.concatenate([on, gone])], np.concatenate(spent), minlength=links)
        flow = np.bincount(self.link[entered], minlength=links) / FLOW_S * 3600.0
        return Flows(np.bincount(self.link[on], minlength=links), both / DENSITY_S / self.roads.room, flow / min(self.share, 1.0))

    def people(self, hour: float, group: int = 0) -> Floats:
        """(states,) people of a group in each state; they sum to the group at every hour."""
        return np.bincount(self.at(hour).state, self.members[group], minlength=len(STATES)).astype(float)

    def curve(self, hours: Floats, group: int = 0) -> dict[str, Floats]:
        """People of a group who have heard, set out and arrived by each hour."""
        whole = self.members[group].astype(float)
        told = self.idle != OUTSIDE
        return {name: self._until(times, whole * told, hours) for name, times in (
            ("aware", self.aware), ("departed", self.departed), ("arrived", self.arrived))}

    def there(self, hour: float) -> Floats:
        """(destinations,) people who are at each at an hour."""
        rows = np.flatnonzero(self.arrived <= hour * 3600.0)
        return np.bincount(self.refuge[rows], self.members[0][rows], minlength=len(self.destinations)).astype(float)

    @staticmethod
    def _until(times: Floats, people: Floats, hours: Floats) -> Floats:
        order = np.argsort(times, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(people[order])])
        return np.asarray(total[np.searchsorted(times[order], hours * 3600.0, side="right")])

    @cached_property
    def _key(self) -> Floats:
        """(entries,) mover and time in one growing number."""
        mover = np.repeat(np.arange(self.movers), np.diff(self.begin))
        return np.asarray(mover * self._span + np.minimum(self.time, self._span - 1.0))

    @property
    def _span(self) -> float:
        return self.horizon_h * 3600.0 + 3600.0

    @cached_property
    def _by_time(self) -> Ints:
        """(entries,) their numbers in the order of time."""
        return np.argsort(self.time, kind="stable")

    @cached_property
    def _by_leaving(self) -> Ints:
        """(entries,) their numbers in the order in which links were left."""
        return np.argsort(self.leaves, kind="stable")

    @cached_property
    def _drives(self) -> Bools:
        """(entries,) whether a vehicle entered."""
        return np.repeat(self.speed == 0, np.diff(self.begin))

    def _between(self, times: Floats, order: Ints, begin: float, end: float) -> Ints:
        """Entries of vehicles whose time lies after ``begin``, until ``end``."""
        first, last = np.searchsorted(times, [begin, end], side="right", sorter=order)
        found = order[first:last]
        return found[self._drives[found]]

    def _waiting(self, second: float) -> npt.NDArray[np.int8]:
        """The state of those who have not set out."""
        state = np.where(self.aware <= second, np.int8(GETTING_READY), np.int8(NOT_WARNED))
        settled = np.isin(self.idle, (STAYS, NO_WAY)) & (np.where(self.idle == NO_WAY, self.ready, self.aware) <= second)
        return np.where(settled | (self.idle == OUTSIDE), self.idle, state).astype(np.int8)

    def _entry(self, who: Ints, second: float) -> Ints:
        """The last entry of each mover until a second; -1 before the first."""
        found = np.searchsorted(self._key, who * self._span + second, side="right") - 1
        return np.where(found >= self.begin[who], found, -1)

    def _on_the_way(self, who: Ints, entry: Ints, second: float) -> tuple[Floats, npt.NDArray[np.int8], Ints]:
        """(places, states, links) of movers under way; those that wait at their door are held up."""
        known = entry >= 0
        if not known.any():
            return self.home[who], np.full(len(who), HELD_UP, dtype=np.int8), np.full(len(who), -1)
        at, link = np.maximum(entry, 0), np.where(known, self.link[entry], -1)
        spent, takes, speed = second - self.time[at], self.leaves[at] - self.time[at], self.speed[who]
        with np.errstate(divide="ignore"):
            usual = np.where(speed > 0, self.roads.length[link] / speed * SLOWEST, self.roads.seconds[link])
        part = np.where(np.isfinite(takes), spent / np.maximum(takes, 1e-9),
                        np.minimum(spent / np.maximum(usual, 1e-9), self.stop[who]))
        places = self.roads.along(np.maximum(link, 0), np.clip(part, 0.0, 1.0), np.where(speed > 0, _WALK_M, _LANE_M))
        held = (~known | (spent > usual + 1.0)) & (who < self.fleet)
        state = np.where(held, HELD_UP, np.where(speed > 0, ON_FOOT, DRIVING)).astype(np.int8)
        return np.where(known[:, None], places, self.home[who]), state, link

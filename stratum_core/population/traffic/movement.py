"""Agents moving on a network: the one object that holds the state of a run.

    movement = Movement(network, travellers, tables)
    movement.depart(who, times)          # any time before they set out, also in the course of the run
    movement.advance(60.0)               # to the first minute; the steps do not matter
    movement.change(conditions, tables)  # roads or routes are otherwise from now on
    movement.counts()                    # where everybody is

One thread at a time may use it; the kernel releases the GIL.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.traffic import kernels
from stratum_core.population.traffic.conditions import Conditions, flow_limits, normal
from stratum_core.population.traffic.network import RoadNetwork
from stratum_core.population.traffic.state import (
    AGENT,
    ARRIVED,
    LATER,
    LOGGED,
    LONG_AGO,
    NO_WAY,
    NOTHING,
    Roads,
    Routes,
    Small,
    State,
)
from stratum_core.population.traffic.walking import CAPACITY, FREE_SPEED_MS

#: days of a quarter of a second in the calendar: four hours and a half, then it begins anew
_DAYS = 1 << 16

People = np.recarray[tuple[int], np.dtype[np.void]]


@dataclass(frozen=True)
class Travellers:
    """Who will move, one entry each: a vehicle with all in it, or a walker.

    origin: node; table: row of the route tables, or -1: takes the links path_links[path_begin:path_end]. walks: on foot, at
    ``speed`` m/s where there is room.
    """

    origin: Ints
    table: Ints
    walks: Bools | None = None
    speed: Floats | None = None
    path_begin: Ints | None = None
    path_end: Ints | None = None
    path_links: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def on_paths(cls, origin: npt.ArrayLike, paths: list[list[int]], **others: npt.ArrayLike) -> Travellers:
        """Each on a path of its own."""
        ends = np.cumsum([len(path) for path in paths]).astype(np.int64)
        begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)
        links = np.array([link for path in paths for link in path], dtype=np.int64)
        return cls(np.array(origin, dtype=np.int64), np.full(len(paths), -1), path_begin=begins, path_end=ends,
                   path_links=links, **others)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Counts:
    """How many are where; the first five sum to all. held: of those under way, vehicles on closed links, and heads of queues
    and walkers that no way leads on for."""

    at_home: int
    waiting: int
    driving: int
    walking: int
    arrived: int
    held: int


class Movement:
    """A run on one network. Arrays of ``agents`` and ``state`` may be read between two calls.

    Vehicles that wait at a node to enter share the next link with those that drive up, as a road of the widest capacity that
    leaves the node; ``origins_first`` lets them in before all others instead.
    """

    def __init__(self, network: RoadNetwork, travellers: Travellers, tables: Small | None = None, *,
                 conditions: Conditions | None = None, origins_first: bool = False, log: int = 0) -> None:
        self.network = network
        self._origins_first = origins_first
        self.now = 0.0
        self.agents = _agents(network, travellers)
        self.routes = Routes(np.zeros((0, network.nodes), np.int32) if tables is None else np.ascontiguousarray(tables, np.int32),
                             travellers.path_links.astype(np.int32))
        self.conditions = conditions or normal(network)
        self.roads = roads_under(network, self.conditions, origins_first)
        self.state = _state(network, self.roads, len(travellers.origin), log)

    def _last_event(self) -> float:
        """When anybody last did anything, once nothing is to come."""
        due = np.where(np.isfinite(self.agents.due), self.agents.due, 0.0)
        return float(np.fmax.reduce(np.fmax(due, np.fmax(self.agents.since, self.agents.arrived)), initial=0.0))

    def depart(self, who: Ints, times: Floats) -> None:
        """Let some set out at their times (s), each once. Raises InputError for times that have passed."""
        if len(times) and not (np.isfinite(times).all() and times.min() >= self.now):
            raise InputError("a departure lies before the present of the run, or never", where=f"at {self.now:g} s",
                             repair="give departures before advancing past them")
        kernels.depart(self.agents, self.state, np.asarray(who, dtype=np.int64), np.asarray(times, dtype=float))

    def restart(self, who: int, node: int, table: int) -> None:
        """Put one that has not set out, or has arrived, at a node, to depart once more by another route table."""
        agent = self.agents[who]
        if not (agent.place == ARRIVED or np.isnan(agent.departed)):
            raise InputError(f"traveller {who} is under way", where=f"at {self.now:g} s", repair="wait until it has arrived")
        agent.due, agent.since, agent.departed, agent.arrived = np.inf, np.nan, np.nan, np.nan
        agent.behind, agent.aim, agent.place, agent.table = -1, -1, self.network.links + node, table

    def reroute(self, who: Ints, paths: list[list[int]]) -> None:
        """Let travellers take paths of their own from the next node on, and end there; ``change`` has to follow."""
        begin = len(self.routes.path_links) + np.cumsum([0, *(len(path) for path in paths)])
        more = np.array([link for path in paths for link in path], dtype=np.int32)
        self.routes = self.routes._replace(path_links=np.concatenate([self.routes.path_links, more]))
        self.agents.table[who], self.agents.path[who], self.agents.path_end[who] = -1, begin[:-1], begin[1:]

    def advance(self, until: float) -> int:
        """Run every event before ``until`` (s; inf: to the last one) and return how many there were."""
        events: int = kernels.advance(self.roads, self.routes, self.agents, self.state, float(until))
        self.now = max(self.now, until if np.isfinite(until) else self._last_event())
        return events

    def change(self, conditions: Conditions | None = None, tables: Small | None = None) -> None:
        """Go on with other roads, other route tables or both; call it too after writing to ``agents.table``."""
        if conditions is not None:
            self.conditions = conditions
            self.roads = roads_under(self.network, conditions, self._origins_first)
            if (self.roads.storage > self.state.ring_room).any():
                raise InputError("a road would hold more vehicles than both its directions together", where="conditions",
                                 repair="give it no more than the lanes of its reverse")
        if tables is not None:
            self.routes = self.routes._replace(next_link=np.ascontiguousarray(tables, np.int32))
        kernels.rearm(self.roads, self.agents, self.state, self.now)

    @property
    def over(self) -> bool:
        """Nothing will happen any more unless something is changed."""
        return not self.state.counts[:LATER + 1].any()

    def counts(self) -> Counts:
        """Where everybody is now."""
        agents, links = self.agents, self.network.links
        home, arrived = np.isnan(agents.departed), agents.place == ARRIVED
        on_link = ~home & (agents.place >= 0) & (agents.place < links)
        walking = int((on_link & (agents.speed > 0)).sum())
        under_way = int((~home & ~arrived).sum())
        return Counts(int(home.sum()), under_way - int(on_link.sum()), int(on_link.sum()) - walking, walking, int(arrived.sum()),
                      self._held())

    def next_nodes(self, who: npt.ArrayLike) -> Ints:
        """The node at which each traveller is next: the end of its link, or where it waits; of those who have not arrived."""
        place, links = self.agents.place[who], self.network.links
        found: Ints = np.where(place < links, self.network.head[np.clip(place, 0, links - 1)], place - links)
        return found

    def on_links(self) -> Ints:
        """Vehicles on each link."""
        return self.state.entered - self.state.left

    def at_origins(self) -> Ints:
        """Vehicles that wait at each node for room on the first link of their way."""
        return self._waiting(self.agents.speed == 0)

    def travel_times(self) -> Floats:
        """Seconds that each link takes as far as can be seen now: of the last that left it, or of the first still on it."""
        state, roads = self.state, self.roads
        busy = np.flatnonzero(self.on_links() > 0)
        first = state.slot_agent[state.ring_begin[busy] + state.left[busy] % state.ring_room[busy]]
        seen = roads.free_time.copy()
        seen[busy] = np.maximum(np.maximum(seen[busy], state.trip[busy]), self.now - self.agents.since[first])
        return seen

    def gridlock(self) -> Ints:
        """Links that wait for room on one another in a circle: nothing on them moves again unless something is changed."""
        wants = self.state.wants[:self.network.links]
        circle = np.zeros(self.network.links, dtype=bool)
        state = np.zeros(self.network.links, dtype=np.int64)  # 0 unseen, else the walk that saw it
        for start in np.flatnonzero(wants >= 0):
            link = int(start)
            while link >= 0 and state[link] == 0:
                state[link] = start + 1
                link = int(wants[link])
            if link >= 0 and state[link] == start + 1:
                while not circle[link]:
                    circle[link] = True
                    link = int(wants[link])
        return np.flatnonzero(circle)

    def log(self) -> tuple[Floats, Small, Small]:
        """Times, agents and links of the first entries into links, as many as were asked for."""
        n = self.state.counts[LOGGED]
        return self.state.log_time[:n], self.state.log_agent[:n], self.state.log_link[:n]

    def keep_log(self, room: int) -> None:
        """From now on keep up to ``room`` entries into links, for ``log``; those of before are dropped."""
        self.state = self.state._replace(log_time=np.zeros(room), log_agent=np.zeros(room, dtype=np.int32),
                                         log_link=np.zeros(room, dtype=np.int32))
        self.state.counts[LOGGED] = 0

    def take_log(self) -> tuple[Floats, Small, Small]:
        """What ``log`` holds, which is empty afterwards."""
        time, agent, link = self.log()
        self.state.counts[LOGGED] = 0
        return time.copy(), agent.copy(), link.copy()

    def _waiting(self, whom: Bools) -> Ints:
        there = self.agents.place[whom & ~np.isnan(self.agents.departed) & (self.agents.place >= self.network.links)]
        return np.bincount(there - self.network.links, minlength=self.network.nodes)

    def _held(self) -> int:
        """Vehicles on closed links, heads that want a closed link or have no way on, and halted walkers."""
        shut, wants, links = ~self.conditions.open, self.state.wants, self.network.links
        heads = (wants == NO_WAY) | ((wants >= 0) & shut[np.maximum(wants, 0)])
        heads[:links] &= ~shut
        return int(self.on_links()[shut].sum()) + int(heads.sum()) + int((self.agents.aim == NOTHING).sum())


def roads_under(network: RoadNetwork, now: Conditions, origins_first: bool = False) -> Roads:
    """The arrays of the kernel for a network under conditions."""
    into, out = flow_limits(network, now)
    best = np.zeros(network.nodes)
    np.maximum.at(best, network.tail, into)
    best = np.full(network.nodes, np.inf) if origins_first else best
    room = now.jam_density * network.length
    storage = np.ceil(np.maximum(room, 1.0) - 1e-9)
    with np.errstate(divide="ignore"):
        entry_gap, exit_gap, share = 1.0 / into, 1.0 / out, 1.0 / np.concatenate([out, best])
        walk_gap = 1.0 / (CAPACITY * network.walk_width)
    # the part of a vehicle by which storage exceeds the room counts as headway, so that short links keep their capacity
    release = network.length / network.wave_speed + np.where(into > 0, storage - room, 0.0) * np.where(into > 0, entry_gap, 0.0)
    return Roads(
        head=np.concatenate([network.head, np.arange(network.nodes)]).astype(np.int32),
        exit_gap=np.concatenate([exit_gap, np.zeros(network.nodes)]), share=np.where(np.isfinite(share), share, 0.0),
        entry_gap=entry_gap, free_time=network.length / now.speed, release=release, storage=storage.astype(np.int64),
        open=now.open, walk_gap=walk_gap, walk_area=network.length * network.walk_width, walk_open=now.walk_open,
        length=network.length,
    )


def _agents(network: RoadNetwork, given: Travellers) -> People:
    count = len(given.origin)
    walking = np.full(count, FREE_SPEED_MS) if given.speed is None else np.asarray(given.speed, dtype=float)
    if count and (not (walking > 0).all() or given.origin.min() < 0 or given.origin.max() >= network.nodes):
        raise InputError("a traveller starts at no node of the network or walks at no speed", where="travellers",
                         repair="give a node and a speed above 0")
    agents = np.recarray(count, dtype=AGENT)
    agents.due, agents.since, agents.departed, agents.arrived = np.inf, np.nan, np.nan, np.nan
    agents.behind, agents.aim = -1, -1
    agents.place = network.links + given.origin
    agents.table = given.table
    agents.speed = 0.0 if given.walks is None else np.where(given.walks, walking, 0.0)
    agents.path = 0 if given.path_begin is None else given.path_begin
    agents.path_end = 0 if given.path_end is None else given.path_end
    return agents


def _state(network: RoadNetwork, roads: Roads, agents: int, log: int) -> State:
    """Empty roads. A link has room for the vehicles of its reverse too, for the case of contraflow."""
    links, nodes = network.links, network.nodes
    queues = links + nodes
    room = roads.storage + np.where(network.reverse >= 0, roads.storage[network.reverse], 0)
    begin = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)

    def small(count: int, fill: int = -1) -> Small:
        return np.full(count, fill, dtype=np.int32)

    return State(
        ring_begin=begin[:-1], ring_room=room, slot_time=np.full(begin[-1], LONG_AGO), slot_agent=small(begin[-1]),
        entered=np.zeros(links, dtype=np.int64), left=np.zeros(links, dtype=np.int64), last_exit=np.full(queues, LONG_AGO),
        last_entry=np.full(links, LONG_AGO), first=small(nodes), last=small(nodes), waiting=small(links),
        next_waiting=small(queues), wants=small(queues, NOTHING), turn=np.zeros(queues), tag=np.full(queues, -1.0),
        clock=np.zeros(nodes), delay=np.zeros(queues), spent=np.zeros(links), trip=np.zeros(links),
        walkers=np.zeros(links, dtype=np.int64), walk_next=np.full(links, LONG_AGO), walk_count=np.zeros(links, dtype=np.int64),
        heap_time=np.zeros(queues), heap_tag=np.zeros(queues), heap_queue=small(queues), near_time=np.zeros(agents),
        near_agent=small(agents), bucket=small(_DAYS), counts=np.zeros(6, dtype=np.int64), log_time=np.zeros(log),
        log_agent=small(log), log_link=small(log),
    )

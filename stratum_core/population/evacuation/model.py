"""The evacuation as a Mesa model: one step is a minute of warning, deciding, setting out and moving.

Citizens are arrays that kernels step; special vehicles are Mesa agents (``EvacuationModel.agents``) with rules of their own,
which act at the end of every step and may read all that is below.
"""

from __future__ import annotations

from dataclasses import replace

import mesa
import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.behaviour import drawn
from stratum_core.population.evacuation.decisions import CAR, FOOT, NO_MEANS, RIDE_ALONG, decide, with_facilities
from stratum_core.population.evacuation.detours import Detours
from stratum_core.population.evacuation.rescue import Rescue
from stratum_core.population.evacuation.settling import Settling
from stratum_core.population.evacuation.units import units_of
from stratum_core.population.evacuation.usual_traffic import usual_traffic
from stratum_core.population.evacuation.world import Disruption, Outage, World, is_day, is_night
from stratum_core.population.facilities import ready_minutes
from stratum_core.population.traffic import Movement, Travellers
from stratum_core.population.traffic.movement import People
from stratum_core.population.traffic.routing import shortest_path_trees
from stratum_core.population.traffic.state import ARRIVED
from stratum_core.population.traffic.walking import FREE_SPEED_MS
from stratum_core.population.warning import Warning


class EvacuationModel(mesa.Model):  # type: ignore[misc]
    """One replicate. Travellers are cars with all in them and single walkers; ``household`` and ``people`` tell whose."""

    def __init__(self, world: World, disruption: Disruption, replicate: int) -> None:
        super().__init__(seed=replicate)
        self.world, self.disruption, self.replicate = world, disruption, replicate
        spec, homes = world.spec, world.households
        self.behaviour = drawn(spec.behaviour, world.seed, replicate)
        near = ~world.in_zone & ((world.zone_distance <= self.behaviour.shadow_distance) | world.stays)
        self.told = world.in_zone | near
        self._in_facility = (homes.facility >= 0) & world.in_zone
        self.order_min = np.where(near, world.first_order_h, world.order_h) * 60.0
        at_home = homes.facility < 0
        decisions = decide(homes, world.in_zone & at_home, near & at_home, world.places, world.destinations, world.target_places,
                           self.behaviour, is_day(world.start_hour + self.order_min / 60.0), world.seed, replicate)
        self.decisions = with_facilities(decisions, homes.facility, world.in_zone, ready_minutes(
            world.facility_kind, world.seed, replicate, self.behaviour.spread))
        out = self.decisions.destination == world.destinations.out
        self.decisions = replace(self.decisions, destination=np.where(out, world.way_out, self.decisions.destination))
        self.warning = Warning(homes, world.places, self.behaviour, world.seed, replicate)
        self.household, self.people, travellers = self._travellers()
        units = units_of(world)
        self.usual_traffic = usual_traffic(world, self.behaviour, replicate)
        self.rescue = Rescue(self, len(self.household) + len(self.usual_traffic), units)
        self.conditions = world.conditions(0.0, disruption)
        tables = self._tables(world.network.free_time)
        rows = 2 * len(world.destinations.names)
        travellers = with_vehicles(travellers, self.usual_traffic.origin, rows + self.usual_traffic.goal)
        travellers = with_vehicles(travellers, np.array([unit.base for unit in units for _ in unit.slots], dtype=np.int64))
        self.movement = Movement(world.network, travellers, tables, conditions=self.conditions)
        self.movement.depart(len(self.household) + np.arange(len(self.usual_traffic)), self.usual_traffic.leaves)
        self.set_out = np.full(len(homes), np.nan)  # minutes
        self.target = self.decisions.destination[self.household].copy()
        self.minutes = 0.0
        self.detours, self.settling = Detours(self), Settling(self)
        self.shut = self._shut_shelters()
        self._informed_at = 0.0
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        self.datacollector.collect(self)

    def step(self) -> None:
        """One step of the spec; then the special agents in the order in which they came."""
        minutes = self.world.spec.step_min
        now, self.minutes = self.minutes, self.minutes + minutes
        self.warning.call(np.flatnonzero(self._in_facility & (self.order_min <= now)), now)
        night = bool(is_night(np.array(self.world.start_hour + now / 60.0)))
        self.warning.step(now, minutes, self.order_min <= now, self._without(self.disruption.power, now / 60.0),
                          self._without(self.disruption.telecom, now / 60.0) <= 0, night)
        self._set_out()
        news = self.minutes - self._informed_at >= self.world.spec.inform_min
        if news:
            self._inform()
        self.movement.advance(self.minutes * 60.0)
        self.shut = self._shut_shelters()
        self.detours.at_shelters()
        self.agents.do("step")
        if news:
            self.settling.look()
        self.datacollector.collect(self)

    @property
    def citizens(self) -> People:
        """The travellers that are people's own: cars and walkers; after them come usual traffic and the fleet."""
        return self.movement.agents[: len(self.household)].view(np.recarray)  # type: ignore[return-value]

    @property
    def usual_vehicles(self) -> People:
        """The travellers that are usual traffic."""
        first = len(self.household)
        return self.movement.agents[first:first + len(self.usual_traffic)].view(np.recarray)  # type: ignore[return-value]

    # what reporters count: people

    @property
    def aware(self) -> int:
        """People who have heard."""
        return int(self.world.households.people[~np.isnan(self.warning.aware_at)].sum())

    @property
    def departed(self) -> int:
        """People who have set out."""
        return int(self.people[~np.isnan(self.citizens.departed)].sum() + self.rescue.fetched.sum())

    @property
    def arrived(self) -> int:
        """People who have arrived."""
        return int(self.arrived_at().sum())

    @property
    def at_home(self) -> Ints:
        """(households,) people who are where they live or lie: who has not left, or is back."""
        away = ~np.isnan(self.set_out)
        away[self.household[self.detours.turned_back & (self.citizens.place == ARRIVED)]] = False
        riders = np.flatnonzero(self.decisions.means == RIDE_ALONG)
        away[riders] = away[self.decisions.host[riders]]
        people = self.world.households.people
        return np.where(away, 0, people) - self.rescue.fetched

    def at_destination(self) -> Bools:
        """(travellers,) those who have arrived, but for who is back at home."""
        found: Bools = (self.citizens.place == ARRIVED) & ~self.detours.turned_back
        return found

    def _shut_shelters(self) -> Ints:
        """Shelters that take nobody in now: not yet open, out of service or full."""
        targets = self.world.destinations
        taking = (self.arrived_at() < self.world.room) & self.world.taking(self.minutes / 60.0, self.disruption)
        return np.flatnonzero(~taking[: targets.shelters])

    def arrived_at(self) -> Ints:
        """(rows of destinations,) people who have arrived, shelters first."""
        there, rows = self.at_destination(), len(self.world.destinations.names)
        brought = self.rescue.refuge >= 0
        own = np.bincount(self.target[there], self.people[there], minlength=rows)
        fetched = np.bincount(self.rescue.refuge[brought], self.rescue.parties.people[brought], minlength=rows)
        return (own + fetched).astype(np.int64)

    # steps

    def _travellers(self) -> tuple[Ints, Ints, Travellers]:
        """Cars of all that would drive, with who rides along, then walkers one by one."""
        homes, chosen = self.world.households, self.decisions
        riders = np.flatnonzero(chosen.means == RIDE_ALONG)
        load = homes.people + np.bincount(chosen.host[riders], homes.people[riders], minlength=len(homes)).astype(np.int64)
        driving = np.flatnonzero(chosen.goes & (chosen.means == CAR) & self.told)
        cars = np.repeat(driving, chosen.cars[driving])
        first = np.concatenate([[0], np.cumsum(chosen.cars[driving])])[:-1]
        place = np.arange(len(cars)) - np.repeat(first, chosen.cars[driving])
        inside = load[cars] // chosen.cars[cars] + (place < load[cars] % chosen.cars[cars])
        walking = np.flatnonzero(chosen.goes & (chosen.means == FOOT) & self.told)
        walkers = np.repeat(walking, homes.people[walking])
        household = np.concatenate([cars, walkers])
        on_foot = np.arange(len(household)) >= len(cars)
        slow = (homes.children + homes.elderly)[household] > 0
        speed = FREE_SPEED_MS * np.where(slow, self.behaviour.slow_walk, 1.0)
        table = chosen.destination[household] * 2 + chosen.informed[household]
        return household, np.where(on_foot, 1, np.concatenate([inside, np.ones(len(walkers), dtype=np.int64)])), Travellers(
            homes.node[household], table, walks=on_foot, speed=speed)

    def _set_out(self) -> None:
        """Those whose time comes within this step; who rides along goes with the host."""
        at = self.warning.aware_at + self.decisions.delay
        able = self.decisions.goes & self.told & (self.decisions.means != NO_MEANS)
        due = np.isnan(self.set_out) & able & (at <= self.minutes)
        self.set_out[due] = np.maximum(at[due], self.minutes - self.world.spec.step_min)
        riders = np.flatnonzero(self.decisions.means == RIDE_ALONG)
        self.set_out[riders] = self.set_out[self.decisions.host[riders]]
        who = np.flatnonzero(due[self.household])
        if len(who):
            times = np.maximum(self.set_out[self.household[who]] * 60.0, self.movement.now)
            self.detours.set_out(who)
            self.follow()
            self.movement.depart(who, times)

    def follow(self) -> None:
        """Everybody takes the route table of their destination, but for who drives home."""
        ahead = ~self.detours.turned_back
        self.citizens.table[ahead] = (self.target * 2 + self.decisions.informed[self.household])[ahead]

    def _inform(self) -> None:
        """Roads as they are now for all; routes by present times for those who follow the news, and whoever is held up."""
        self._informed_at = self.minutes
        self.conditions = self.world.conditions(self.minutes / 60.0, self.disruption)
        tables = self._tables(self.movement.travel_times())
        self.detours.where_no_way_leads()
        self.follow()
        self.detours.out_of_patience()
        self.detours.missed_ways()
        self.movement.change(self.conditions, tables)

    def _tables(self, seconds: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        """Route tables of every destination, by habit on the open roads and by present times, interleaved; then of usual traffic,
        then of the fleet."""
        network, targets, usable = self.world.network, self.world.destinations, self.conditions.open
        rows, goals = 2 * len(targets.names), self.usual_traffic.goals
        found = np.empty((rows + len(goals) + self.rescue.slots, network.nodes), dtype=np.int32)
        weight = self.world.weighed(self.behaviour.route_pull)
        usual = shortest_path_trees(network, targets.groups, network.free_time * weight, usable)
        present = shortest_path_trees(network, targets.groups, seconds * weight, usable)
        found[0:rows:2], found[1:rows:2] = usual.next_link, present.next_link
        self.usual_s, self.present_s = usual.seconds, present.seconds
        if len(goals):
            found[rows:rows + len(goals)] = shortest_path_trees(network, goals.tolist(), network.free_time, usable).next_link
        if self.rescue.slots:
            found[rows + len(goals):] = self.rescue.tables(seconds, usable)
        return found

    def will_hear(self) -> Bools:
        """(households,) who know of the order, or will without anybody at their door."""
        gone, hour = self.disruption, self.minutes / 60.0
        hears = self.warning.will_hear(np.isfinite(self.order_min), self._without(gone.power.for_good, hour),
                                       self._without(gone.telecom.for_good, hour) <= 0)
        return hears | self._in_facility

    def _without(self, outage: Outage, hour: float) -> Floats:
        """(households,) hours that each has been without; 0 with."""
        gone = outage.at(hour)
        since = np.zeros(len(self.world.city.blocks))
        np.maximum.at(since, outage.which[gone], hour - outage.from_h[gone] + 1e-9)
        return since[self.world.households.block]


def with_vehicles(travellers: Travellers, origin: Ints, table: Ints | None = None) -> Travellers:
    """More vehicles behind the others, with a route table each; vehicles of the fleet get theirs when they are sent."""
    assert travellers.walks is not None
    assert travellers.speed is not None
    rows = np.zeros(len(origin), dtype=np.int64) if table is None else table
    return Travellers(
        np.concatenate([travellers.origin, origin]), np.concatenate([travellers.table, rows]),
        walks=np.concatenate([travellers.walks, np.zeros(len(origin), dtype=bool)]),
        speed=np.concatenate([travellers.speed, np.ones(len(origin))]))


REPORTERS = {"minutes": "minutes", "aware": "aware", "departed": "departed", "arrived": "arrived"}

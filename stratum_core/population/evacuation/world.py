"""Everything of an evacuation that is the same in all replicates, and what a disaster does in one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.evacuation.destinations import Destinations, destinations_of, nearest_crossings
from stratum_core.population.evacuation.spec import EvacuationSpec
from stratum_core.population.facilities import HOSPITAL, facility_kinds, facility_rows, joined, parties_of, takes_patients
from stratum_core.population.households import Households, age_warnings, make_up, sampled
from stratum_core.population.traffic import RoadNetwork, network_of
from stratum_core.population.traffic.conditions import (
    Conditions,
    closed,
    contraflow,
    dark_factor,
    flooded,
    normal,
    signals,
)

#: hours of the day between which people sleep, and are at work or school
NIGHT, DAY = (22, 6), (8, 17)


def is_day(hour: Floats) -> Bools:
    """Whether people are at work and school at hours, counted from some midnight; not at hours that never come."""
    of_day = np.fmod(hour, 24.0, where=np.isfinite(hour), out=np.zeros_like(hour))
    found: Bools = (of_day >= DAY[0]) & (of_day < DAY[1])
    return found


def is_night(hour: Floats) -> Bools:
    """Whether people sleep, and streets are empty, at hours counted from some midnight."""
    of_day = hour % 24
    found: Bools = (of_day >= NIGHT[0]) | (of_day < NIGHT[1])
    return found


@dataclass(frozen=True)
class Outage:
    """Hours from when to when something is gone, one row each: which (block or link of the network), from_h, to_h."""

    which: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    from_h: Floats = field(default_factory=lambda: np.empty(0))
    to_h: Floats = field(default_factory=lambda: np.empty(0))

    def at(self, hour: float) -> Bools:
        """(rows,) which are gone at an hour."""
        found: Bools = (self.from_h <= hour) & (hour < self.to_h)
        return found

    @property
    def for_good(self) -> Outage:
        """The rows that never come back."""
        rows = np.isinf(self.to_h)
        return Outage(self.which[rows], self.from_h[rows], self.to_h[rows])


@dataclass(frozen=True)
class Water:
    """Depth on links: hours (t,), links (n,), depth in metres (n, t); 0 elsewhere, and linear between the hours."""

    hours: Floats
    links: Ints
    depth: Floats

    def at(self, hour: float, links: int) -> Floats:
        """(links,) depth."""
        found = np.zeros(links)
        if len(self.links):
            high = int(np.clip(np.searchsorted(self.hours, hour), 1, max(len(self.hours) - 1, 1)))
            low = high - 1 if len(self.hours) > 1 else 0
            high = min(high, len(self.hours) - 1)
            span = self.hours[high] - self.hours[low]
            share = float(np.clip((hour - self.hours[low]) / span, 0.0, 1.0)) if span > 0 else 0.0
            found[self.links] = self.depth[:, low] * (1 - share) + self.depth[:, high] * share
        return found


@dataclass(frozen=True)
class Disruption:
    """What a replicate of the disaster takes away. power, telecom: by block; roads: links closed; signals: nodes whose signal is
    dark; assets: rows of the city's assets out of service. arrival_h: first hour at which the hazard reaches the zone, NaN: never
    or not known."""

    power: Outage = field(default_factory=Outage)
    telecom: Outage = field(default_factory=Outage)
    roads: Outage = field(default_factory=Outage)
    signals: Outage = field(default_factory=Outage)
    assets: Outage = field(default_factory=Outage)
    arrival_h: float = float("nan")


@dataclass(frozen=True)
class World:
    """The city as people move in it. order_h: (households,) hour of their order, inf: none; stays: told to stay; share: of the
    people that are simulated; roads carry the same share. facilities: rows of assets whose people are fetched, facility_kind:
    of each.
    """

    city: City
    spec: EvacuationSpec
    seed: int
    network: RoadNetwork
    households: Households
    places: Floats
    in_zone: Bools
    order_h: Floats
    stays: Bools
    zone_distance: Floats
    destinations: Destinations
    target_places: Floats
    water: Water
    share: float
    start_hour: float
    facilities: Ints
    facility_kind: Ints
    warnings: tuple[str, ...]

    @cached_property
    def first_order_h(self) -> float:
        """The hour of the first order; where all are told to stay that of the spec."""
        return float(self.order_h[self.in_zone].min()) if self.in_zone.any() else self.spec.order_h

    @cached_property
    def kind(self) -> Ints:
        """(households,) row of the kind of place whose people they are, -1: at home."""
        return np.append(self.facility_kind, -1)[self.households.facility]

    @cached_property
    def patients(self) -> Bools:
        """(households,) whether they belong into a hospital."""
        found: Bools = np.isin(self.kind, [at for at, of in enumerate(facility_kinds()) if of.refuge == HOSPITAL])
        return found

    @cached_property
    def way_out(self) -> Ints:
        """(households,) row of destinations by which each leaves town."""
        return np.append(self.destinations.of_zones, self.destinations.out)[_first_zone(self.spec, self.places)]

    @property
    def sampled(self) -> float:
        """The share of people, seats and beds that a sample stands for; 1 where nobody is left out."""
        return min(self.share, 1.0)

    @property
    def room(self) -> Floats:
        """(rows of destinations,) people that find a place; of a sample of the people the same share."""
        return self.destinations.beds * self.sampled

    def taking(self, hour: float, disruption: Disruption) -> Bools:
        """(rows of destinations,) those that take people in at an hour, were there room: open and not out of service."""
        targets, found = self.destinations, np.ones(len(self.destinations.names), dtype=bool)
        down = disruption.assets.which[disruption.assets.at(hour)]
        opened = hour >= self.first_order_h + self.spec.shelters_open_after_h
        found[: targets.shelters] = ~np.isin(targets.assets, down) & opened
        found[targets.hospitals] = ~np.isin(targets.hospital_assets, down)
        return found

    def conditions(self, hour: float, disruption: Disruption) -> Conditions:
        """The roads at an hour."""
        now = normal(self.network)
        if self.spec.contraflow and hour >= self.first_order_h:
            now = contraflow(self.network, now, self.contraflow_links())
        now = flooded(now, self.water.at(hour, self.network.links))
        dark = np.ones(self.network.nodes)
        dark[disruption.signals.which[disruption.signals.at(hour)]] = dark_factor()
        now = signals(self.network, now, dark)
        gone = disruption.roads.which[disruption.roads.at(hour)].tolist()
        for closure in self.spec.closures:
            if float(closure.get("from_h", 0.0)) <= hour < float(closure.get("to_h", np.inf)):
                gone += self.links_of(str(closure["road"]), "evacuation.closures")
        return closed(now, np.array(gone, dtype=np.int64)) if gone else now

    def links_of(self, road: str, where: str) -> list[int]:
        """Both directions of a road. Raises InputError, with the key that names it, for no road."""
        found = [self._link_at[name] for name in (road, f"{road}/back") if name in self._link_at]
        if not found:
            raise InputError(f"'{road}' is no road", where=where, repair="name the id of a road")
        return found

    @cached_property
    def _link_at(self) -> dict[str, int]:
        """Link by id."""
        return {str(id): at for at, id in enumerate(self.network.link_ids)}

    def nearest(self, places: Floats) -> Ints:
        """The crossing nearest to each place."""
        return nearest_crossings(self.network, places)

    def weighed(self, pull: float) -> Floats:
        """(links,) factor of the time on each as people weigh it: ``pull`` on marked routes. Raises InputError for no road."""
        found = np.ones(self.network.links)
        for road in self.spec.routes:
            found[self.links_of(road, "evacuation.routes")] = pull
        return found

    def contraflow_links(self) -> Ints:
        """Directed roads that get the lanes of their reverse. Raises InputError for one that is none."""
        for name in self.spec.contraflow:
            if name not in self._link_at:
                raise InputError(f"'{name}' is no directed road", where="evacuation.contraflow",
                                 repair="name a road id, or its id with /back for the other direction")
        found = np.array([self._link_at[name] for name in self.spec.contraflow], dtype=np.int64)
        both = found[np.isin(found, self.network.reverse[found])]
        if len(both):
            raise InputError(f"'{self.network.link_ids[both[0]]}' is named in both directions, which would close it both ways",
                             where="evacuation.contraflow", repair="name the direction that is given all lanes alone")
        return found


def world_of(
    city: City, spec: EvacuationSpec, seed: int, *, exposed: Floats, water: Water | None = None, agents: int = 0,
    start_hour: float = 2.0,
) -> World:
    """The world of a city. exposed: (n, 2) places that the hazard can hit; water: on links of ``network_of(city)``.

    Raises InputError for a city without roads or people, and for zones that hold nobody.
    """
    network = network_of(city)
    start_hour = start_hour if spec.start_hour < 0 else spec.start_hour
    rows, kinds = facility_rows(city) if spec.facilities else (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    spots = np.column_stack([city.assets.x, city.assets.y])
    told = _orders(spec, spots[rows], exposed)
    parties = parties_of(city, rows, kinds, nearest_crossings(network, spots[rows]),
                         is_day(start_hour + np.where(np.isfinite(told), told, spec.order_h)))
    households, share = sampled(joined(make_up(city, network, spec.behaviour, seed), parties), agents, seed)
    if share < 1.0:
        network = _carrying(network, share)
    places = np.column_stack([city.blocks.x, city.blocks.y])[households.block]
    inside = households.facility >= 0
    places[inside] = spots[rows[households.facility[inside]]]
    order_h, stays = _orders(spec, places, exposed), _told_to_stay(spec, places)
    in_zone = np.isfinite(order_h)
    addressed = in_zone | stays
    if not addressed.any() and share < 1.0:
        raise InputError(f"none of the {int(households.people.sum())} simulated people lives in the zone", where="--agents",
                         repair="simulate more, or all")
    if not addressed.any():
        raise InputError("no home lies in the zone that is told to go or to stay", where="evacuation.zone",
                         repair='set evacuation.zone to "all", draw zones, or widen evacuation.margin_m')
    distance = cKDTree(places[in_zone]).query(places)[0] if in_zone.any() else np.full(len(places), np.inf)
    everybody = spec.zone == "all" and not spec.zones
    safe = np.full(len(spots), everybody) | ~np.isfinite(_orders(spec, spots, exposed))
    hospitals = rows[safe[rows] & takes_patients(kinds)]
    targets = destinations_of(city, network, spec, households.node[~in_zone & ~inside], safe, hospitals)
    target_places = np.array([network.xy[group].mean(axis=0) if row not in targets.ways_out else (np.nan, np.nan)
                              for row, group in enumerate(targets.groups)])
    warnings = (*network.warnings, *targets.warnings, *age_warnings(city.blocks))
    made = World(city, spec, seed, network, households, places, in_zone, order_h, stays, distance, targets, target_places,
                 water or Water(np.zeros(1), np.empty(0, dtype=np.int64), np.empty((0, 1))), share,
                 start_hour, rows, kinds, warnings)
    made.weighed(1.0)  # a road that is not there is told before anybody moves
    for closure in spec.closures:
        made.links_of(str(closure["road"]), "evacuation.closures")
    made.contraflow_links()
    return made


def _orders(spec: EvacuationSpec, places: Floats, exposed: Floats) -> Floats:
    """(households,) hour of the order; inf for those who are not told."""
    if spec.zones:
        return _orders_of_zones(spec, places)
    inside = np.ones(len(places), dtype=bool)
    if spec.zone == "hazard":
        if not len(exposed):
            raise InputError("the hazard reaches nothing, so its zone is empty", where="evacuation.zone",
                             repair='set evacuation.zone to "all" or draw zones')
        inside = cKDTree(exposed).query(places)[0] <= spec.margin_m
    return np.where(inside, spec.order_h, np.inf)


def _orders_of_zones(spec: EvacuationSpec, places: Floats) -> Floats:
    orders = [np.inf if zone.get("stay") else float(zone.get("order_h", spec.order_h)) for zone in spec.zones]
    return np.array([*orders, np.inf])[_first_zone(spec, places)]


def _first_zone(spec: EvacuationSpec, places: Floats) -> Ints:
    """(places,) the first zone of each, -1: in none."""
    import shapely

    points = shapely.points(places)
    found = np.full(len(places), -1, dtype=np.int64)
    for at in reversed(range(len(spec.zones))):
        found[shapely.contains(shapely.Polygon(spec.zones[at]["polygon"]), points)] = at
    return found


def _told_to_stay(spec: EvacuationSpec, places: Floats) -> Bools:
    """(places,) in a zone that is to shelter in place, and in none that goes."""
    return np.array([*(bool(zone.get("stay")) for zone in spec.zones), False])[_first_zone(spec, places)]


def _carrying(network: RoadNetwork, share: float) -> RoadNetwork:
    """The same roads for a sample of the people: capacity, room and walkways times ``share``."""
    return replace(network, capacity=network.capacity * share, jam_density=network.jam_density * share,
                   walk_width=network.walk_width * share)

"""What each household would do once it is warned: go or stay, how long it takes, by what means, and where to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from stratum_core.hazards.draws import uniforms
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.destinations import Destinations
from stratum_core.population.households import Households
from stratum_core.random_numbers import (
    AIM,
    AIM_PLACE,
    CARS,
    COMPLY,
    GATHER,
    INFORMED,
    MILL,
    PREPARE,
    RIDE,
    SCHOOL,
    SCHOOL_WAY,
    WAY_HOME,
)

#: by car, on foot, with others, no way to leave
CAR, FOOT, RIDE_ALONG, NO_MEANS = range(4)
MEANS = ("car", "foot", "ride", "none")
#: side of the squares within which people ask neighbours for a ride
ASK_WITHIN_M = 400.0


@dataclass(frozen=True)
class Decisions:
    """One entry a household: goes; delay: minutes from hearing to setting out; means; cars it takes; host: the household in
    whose car it rides, -1: none; destination (row); informed: follows news of the traffic."""

    goes: Bools
    delay: Floats
    means: Ints
    cars: Ints
    host: Ints
    destination: Ints
    informed: Bools


def decide(
    households: Households, in_zone: Bools, near_zone: Bools, places: Floats, targets: Destinations, target_places: Floats,
    behaviour: BehaviourSpec, by_day: Bools, seed: int, replicate: int,
) -> Decisions:
    """The decisions of one replicate. places, target_places: metres of households and of destination rows (nan: far away);
    by_day: households whose order comes while people are at work and school."""
    who = np.arange(len(households))

    def luck(stream: int) -> Floats:
        return np.asarray(uniforms(seed, replicate, 1, who, stream)[0])

    b = behaviour
    goes = luck(COMPLY) < np.where(in_zone, b.compliance, np.where(near_zone, b.shadow, 0.0))
    destination = _destinations(luck(AIM), luck(AIM_PLACE), targets, b)
    way = np.hypot(*(target_places[destination] - places).T)
    cars = np.where(households.cars > 0, np.maximum(np.ceil(households.cars * b.vehicles_used - luck(CARS)), 1), 0)
    cars = np.minimum(cars, households.people).astype(np.int64)
    walks = (cars == 0) & (households.helped == 0) & (way <= b.walk_limit)
    asks = (cars == 0) & ~walks & (luck(RIDE) < b.ride_share)
    host = _hosts(households, goes & (cars > 0), goes & asks, cars, places, b)
    means = np.select([cars > 0, walks, host >= 0], [CAR, FOOT, RIDE_ALONG], NO_MEANS)
    return Decisions(goes, _delay(households, luck, b, by_day), means, cars, host, destination, luck(INFORMED) < b.informed)


def with_facilities(chosen: Decisions, facility: Ints, in_zone: Bools, ready: Floats) -> Decisions:
    """The same, but whoever is in a place of the zone (facility: its row) goes when it is ready and somebody comes."""
    inside = facility >= 0
    return replace(chosen, goes=np.where(inside, in_zone, chosen.goes), means=np.where(inside, NO_MEANS, chosen.means),
                   delay=np.where(inside, ready[facility] if len(ready) else 0.0, chosen.delay))


def _hosts(households: Households, drives: Bools, asks: Bools, cars: Ints, places: Floats, b: BehaviourSpec) -> Ints:
    """Whoever asks rides with the first household of its square that drives and has seats left for all of it."""
    square = np.unique(np.floor(places / ASK_WITHIN_M), axis=0, return_inverse=True)[1].reshape(-1)
    seats = np.where(drives, cars * int(b.car_seats) - households.people, 0)
    hosts: dict[int, list[int]] = {}
    for at in np.flatnonzero(seats > 0)[::-1].tolist():
        hosts.setdefault(int(square[at]), []).append(at)
    found = np.full(len(households), -1, dtype=np.int64)
    for at in np.flatnonzero(asks).tolist():
        free, need = hosts.get(int(square[at]), []), int(households.people[at])
        for host in reversed(free):
            if seats[host] >= need:
                found[at] = host
                seats[host] -= need
                if seats[host] == 0:
                    free.remove(host)
                break
    return found


def _destinations(kind: Floats, which: Floats, targets: Destinations, b: BehaviourSpec) -> Ints:
    """A shelter, friends or out of town; where a kind is missing, out of town."""
    to_shelter = (kind < b.to_shelter) & (targets.shelters > 0)
    to_friends = (kind >= b.to_shelter) & (kind < b.to_shelter + b.to_friends) & (len(targets.friends) > 0)
    shelter = np.minimum((which * max(targets.shelters, 1)).astype(np.int64), max(targets.shelters - 1, 0))
    friend = targets.out + 1 + np.minimum((which * len(targets.friends)).astype(np.int64), max(len(targets.friends) - 1, 0))
    return np.where(to_shelter, shelter, np.where(to_friends, friend, targets.out))


def _delay(households: Households, luck: Callable[[int], Floats], b: BehaviourSpec, by_day: Bools) -> Floats:
    """Minutes of milling, then of getting ready or, by day, of gathering, whichever is longer.

    Getting ready follows a Rayleigh law (Tweedie et al. 1986), milling and the way home exponential ones.
    """
    milling = -b.milling * np.log(luck(MILL))
    ready = b.preparation * np.sqrt(-2.0 * np.log(luck(PREPARE))) + np.where(households.helped > 0, b.help_time, 0.0)
    waits = (households.children > 0) & (luck(SCHOOL) < b.in_school * b.gather)
    fetched = np.where(waits, b.school_release - b.way_home * np.log(luck(SCHOOL_WAY)), 0.0)
    adults = households.people - households.children - households.elderly
    away = 1.0 - (1.0 - b.away_by_day) ** np.maximum(adults, 0)
    waits = luck(GATHER) < away * b.gather  # somebody is away, and the family waits
    home = np.where(waits, -b.way_home * np.log(luck(WAY_HOME)), 0.0)
    return np.asarray(milling + np.maximum(ready, np.where(by_day, np.maximum(home, fetched), 0.0)))

"""The problem of assignment in arrays, from a city or from figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.number_format import counted
from stratum_core.population.assignment.delay import FACTOR, POWER
from stratum_core.population.traffic import RoadNetwork, network_of


@dataclass(frozen=True)
class Problem:
    """Roads and trips.

    seconds: free-flow time of each link; capacity: veh/h; factor, power: of the BPR function. origin, goal: nodes of each
    pair, by origin; demand: veh/h. warnings: what was assumed.
    """

    network: RoadNetwork
    seconds: Floats
    capacity: Floats
    factor: Floats
    power: Floats
    origin: Ints
    goal: Ints
    demand: Floats
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises InputError where nobody travels."""
        if not len(self.demand):
            raise InputError("there are no trips between two places", where="trips",
                             repair="import a file of trips with the roads")


def problem_of(city: City) -> Problem:
    """Roads in service and trips of a city; raises InputError where it has none of either."""
    network = network_of(city, walkway_width=0.0)
    row = network.component - len(city.assets)
    factor, power = city.links.delay_factor[row], city.links.delay_power[row]
    unknown = np.isnan(factor) | np.isnan(power)
    notes = list(network.warnings)
    if unknown.any():
        notes.append(f"{counted(int(unknown.sum()), 'link')} without a delay function: BPR with {FACTOR:g} and {POWER:g}")
    trips = city.trips
    at = network.node_index
    ends = [np.array([at.get(name, -1) for name in names], dtype=np.int64) for names in (trips.origin, trips.destination)]
    if len(trips) and min(end.min() for end in ends) < 0:
        name = trips.id[int(np.argmax((ends[0] < 0) | (ends[1] < 0)))]
        raise InputError(f"trips '{name}' begin or end at no node of the roads", where="trips", repair="name nodes of roads")
    apart = (ends[0] != ends[1]) & (trips.vehicles > 0)
    if (~apart).any():
        notes.append(f"{counted(int((~apart).sum()), 'row')} of trips within a place or without vehicles: left out")
    kept = np.flatnonzero(apart)[np.argsort(ends[0][apart], kind="stable")]
    return Problem(network, network.free_time, network.capacity * 3600.0, np.where(unknown, FACTOR, factor),
                   np.where(unknown, POWER, power), ends[0][kept], ends[1][kept], trips.vehicles[kept], tuple(notes))

"""Depots, tankers and the reserves that they refill, from the city's tables to arrays."""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.crews.compiled import nearest, people_downstream, road_nodes, straight_hours
from stratum_core.cascade.fuel import Fuel
from stratum_core.cascade.state import Base, People
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.spec import FuelSpec
from stratum_core.model.tables import Dependencies
from stratum_core.number_format import counted
from stratum_core.sectors.network import Needs, Network

DEPOT = "fuel_depot"


def deliveries(city: City) -> Bools:
    """Rows of dependencies that say whose reserve a depot refills; they are no needs."""
    depots = set(city.assets.id[city.assets.kind == DEPOT])
    rows = city.dependencies
    found = [service == "fuel" and name in depots for service, name in zip(rows.service, rows.supplier, strict=True)]
    return np.array(found, dtype=np.bool_)


def ordering(city: City, first: Ints, needs: Dependencies, rows: Bools, spec: FuelSpec) -> Floats:
    """``order_at`` of each group of ``needs``, whose first row is ``first``; ``rows`` as of ``deliveries``."""
    refilled = set(city.dependencies.dependent[rows]) if spec.tankers else set()
    found = np.array([name in refilled for name in needs.dependent[first]], dtype=np.bool_)
    return np.where(found & (needs.service[first] == "power") & (needs.buffer[first] > 0), spec.order_at, -1.0)


def compile_fuel(
    city: City, network: Network, base: Base, people: People, needs: Needs, spec: FuelSpec, speed_kmh: float
) -> tuple[Fuel, tuple[str, ...]]:
    """The depots of ``city`` and its tankers, and warnings. Tankers stand at the depots in turn."""
    named = set(city.dependencies.supplier[deliveries(city)])
    depots = np.array([i for i, name in enumerate(city.assets.id) if name in named], dtype=np.int64)
    tankers = spec.tankers if (needs.order_at >= 0).any() else 0
    places, nodes = city.positions(), road_nodes(network)
    at = nearest(places, nodes, np.concatenate([depots, needs.dependent])) if tankers else np.full(len(places), -1)
    weight = people_downstream(network, base, people, needs)[needs.dependent]
    own = np.concatenate([np.nan_to_num(city.assets.people), np.zeros(len(city.links))])[needs.dependent]
    rank = np.empty(len(weight))
    rank[np.lexsort((-np.arange(len(weight)), np.maximum(weight, own)))] = np.arange(len(weight))
    fuel = Fuel(
        depot=depots,
        start=at[depots],
        of=np.arange(tankers, dtype=np.int64) % max(len(depots), 1),
        near=at[needs.dependent],
        rank=rank,
        hours=np.where(_served(city, depots, needs), straight_hours(places, depots, speed_kmh)[:, needs.dependent], np.inf),
        delivery=spec.delivery_h,
    )
    few = tankers < len(depots) if tankers else False
    idle = (f"{counted(tankers, 'tanker')} for {counted(len(depots), 'depot')}, so {counted(len(depots) - tankers, 'depot')} "
            f"get{'s' if len(depots) - tankers == 1 else ''} none. Set fuel.tankers to one a depot or more.",) if few else ()
    return fuel, idle + _warnings(city, needs, spec)


def _served(city: City, depots: Ints, needs: Needs) -> Bools:
    """(depots, groups) whether a row names the depot for the dependent."""
    rows = deliveries(city)
    pairs = set(zip(city.dependencies.supplier[rows], city.dependencies.dependent[rows], strict=True))
    ids = city.component_ids
    return np.array([[(ids[d], ids[c]) in pairs for c in needs.dependent] for d in depots], dtype=np.bool_).reshape(
        len(depots), len(needs.dependent))


def _warnings(city: City, needs: Needs, spec: FuelSpec) -> tuple[str, ...]:
    asked = set(city.dependencies.dependent[deliveries(city)])
    filled = {city.component_ids[c] for c in needs.dependent[needs.order_at >= 0]}
    without = sorted(asked - filled) if spec.tankers else []
    if not without:
        return ()
    return (f"{len(without)} sites get fuel but have no reserve of power that it could refill, such as '{without[0]}'. "
            "Give their need of power a buffer.",)

"""What is to be counted in one city: sites with beds, help and the people it drives to, stations that sewage passes."""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.crews.compiled import depths, nearest, road_nodes
from stratum_core.cascade.state import Base, Crews
from stratum_core.cascade.tallies import Tallies
from stratum_core.cascade.tallies.drives import FARTHEST_M, beside_roads, living, undamaged
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.model.spec import CascadeSpec, HealthSpec
from stratum_core.sectors.network import FACILITY, Needs, Network

#: kinds of help that drives are counted of, and the kinds of sites that give it
HELP = {"care": ("hospital", "clinic"), "ambulance": ("ambulance_base",), "fire": ("fire_station",)}
#: hours between looks at travel times: every replicate keeps each of them
LEAST_LOOK_H = 1.0
STATIONS = ("lift_station", "sewage_works")


def compile_tallies(
    city: City, network: Network, needs: Needs, services: Strings, base: Base, crews: Crews, spec: CascadeSpec
) -> tuple[Tallies, tuple[str, ...]]:
    """The tallies of ``city`` and warnings; ``services``: the service of each group of needs.

    Raises InputError for looks closer than an hour.
    """
    site, beds, group_ptr, group = _beds(city, network, needs)
    home, every = living(city, network), spec.roads.look_h
    if 0 < every < LEAST_LOOK_H:
        raise InputError(f"{every:g} h between looks is too short", where="roads.look_h",
                         repair=f"give 0 for none, or at least {LEAST_LOOK_H:g} h")
    help_of, near, off = _help(city, network, base) if every > 0 and home.any() else ({}, *np.zeros((2, 0), dtype=np.int64))
    care, fire = spec.roads.response_min / 60.0, spec.roads.fire_response_min / 60.0
    limit = np.array([care if help == "care" else fire for help in help_of])
    calm = [
        undamaged(network, crews, base, home, near[sites[base.up[sites]]], hours)
        for sites, hours in zip(help_of.values(), limit, strict=True)
    ]
    help_all = np.concatenate([np.zeros(0, dtype=np.int64), *help_of.values()])
    station, below, inflow = sewers(city, network, base, spec.wastewater.litres_per_day)
    tallies = Tallies(
        site=site,
        beds=beds,
        group_ptr=group_ptr,
        group=group,
        left=_left(services, spec.health),
        help_ptr=np.concatenate([[0], np.cumsum([len(sites) for sites in help_of.values()])]).astype(np.int64),
        help=help_all,
        near=near[help_all],
        limit=limit,
        calm=np.array(calm, dtype=float).reshape(-1, 2),
        living=home,
        everyone=float(home.sum()),
        look=every,
        looks=int(spec.run.horizon_h / every + 1e-9) + 1 if len(help_all) else 0,
        station=station,
        below=below,
        inflow=inflow,
        power=_power_of(station, needs, services),
        well=well_hours(city, station, below, inflow, spec.wastewater.well_h),
    )
    return tallies, _warnings(city, off)


def _power_of(station: Ints, needs: Needs, services: Strings) -> Ints:
    """The group by which each station needs power, or -1."""
    groups = {int(needs.dependent[g]): int(g) for g in np.flatnonzero(services == "power")}
    return np.array([groups.get(int(one), -1) for one in station], dtype=np.int64)


def _warnings(city: City, off: Ints) -> tuple[str, ...]:
    assumed, found = city.assets.id[_with_beds(city) & (city.assets.unit == "")], []
    if len(assumed):
        found.append(f"{len(assumed)} capacities without unit, such as that of '{assumed[0]}', count as beds. Give the unit.")
    if len(off):
        found.append(
            f"{len(off)} sites of help, such as '{city.assets.id[off[0]]}', have no place or stand more than {FARTHEST_M:.0f} m "
            "from every road; nobody is reached from them. Import the roads that lead there."
        )
    return tuple(found)


def _help(city: City, network: Network, base: Base) -> tuple[dict[str, Ints], Ints, Ints]:
    """(working sites on the roads by kind of help, road node of each asset, working sites off the roads)."""
    kind, count = city.assets.kind, len(city.assets)
    helping = np.flatnonzero(np.isin(kind, [name for of in HELP.values() for name in of]) & base.functional[:count])
    near = nearest(city.positions()[:count], road_nodes(network), helping)
    on = near[helping] >= 0
    on[on] = beside_roads(city, helping[on])
    found = {help: helping[np.isin(kind[helping], of) & on] for help, of in HELP.items()}
    return {help: sites for help, sites in found.items() if len(sites)}, near, helping[~on]


def _beds(city: City, network: Network, needs: Needs) -> tuple[Ints, Floats, Ints, Ints]:
    assets = city.assets
    chosen = _with_beds(city) & assets.in_service
    site = np.flatnonzero(chosen & (network.role[: len(assets)] == FACILITY))
    groups = [np.flatnonzero(needs.dependent == c) for c in site]
    ptr = np.concatenate([[0], np.cumsum([len(g) for g in groups])]).astype(np.int64)
    return site, assets.capacity[site], ptr, np.concatenate([np.zeros(0, dtype=np.int64), *groups])


def _with_beds(city: City) -> Bools:
    """Assets whose capacity counts beds: those of health in that unit, hospitals and clinics also without a unit."""
    assets = city.assets
    counted = (assets.unit == "beds") | (np.isin(assets.kind, HELP["care"]) & (assets.unit == ""))
    found: Bools = (assets.sector == "health") & (assets.capacity > 0) & counted
    return found


def _left(services: Strings, spec: HealthSpec) -> Floats:
    """Share of beds by group of needs, while it is not met."""
    share = {"water": spec.beds_without_water, "staff": spec.beds_without_staff, "access": 1.0}  # who is in is cared for
    return np.array([share.get(service, 0.0) for service in services], dtype=float)


def sewers(city: City, network: Network, base: Base, litres_per_day: float) -> tuple[Ints, Ints, Floats]:
    """(stations, upstream first; place of the one that each sends to or -1; m3/h of its own people) in the undamaged city."""
    assets = len(city.assets)
    chosen = np.flatnonzero(np.isin(city.assets.kind, STATIONS) & base.functional[:assets])
    node = np.where(network.attach[chosen] >= 0, network.attach[chosen], chosen)
    order = np.lexsort((chosen, -depths(base.parent)[node]))
    station, node = chosen[order], node[order]
    place = {int(n): i for i, n in enumerate(node)}

    def receiver(node: int) -> int:
        while node >= 0 and node not in place:
            node = int(base.parent[node])
        return place.get(node, -1)

    below = np.array([receiver(int(base.parent[n])) for n in node], dtype=np.int64)
    residents = dict(zip(city.blocks.id, np.nan_to_num(city.blocks.residents), strict=True))
    people: dict[str, float] = {}
    rows = city.services.service == "wastewater"
    for block, supplier in zip(city.services.block[rows], city.services.supplier[rows], strict=True):
        people[supplier] = people.get(supplier, 0.0) + residents[block]
    inflow = np.zeros(len(station))
    for supplier, count in people.items():
        at = receiver(city.index[supplier]) if city.index[supplier] < assets else -1
        if at >= 0:
            inflow[at] += count * litres_per_day / 24_000.0
    return station, below, inflow


def well_hours(city: City, station: Ints, below: Ints, inflow: Floats, default: float) -> Floats:
    """Hours in which the wet well of each lift station fills, all stations above it working; 0 for works."""
    flow = inflow.copy()
    for i, to in enumerate(below):
        if to >= 0:
            flow[to] += flow[i]
    volume = city.assets.capacity[station]
    with np.errstate(divide="ignore", invalid="ignore"):
        hours = np.where((volume > 0) & (flow > 0), volume / flow, default)
    return np.where(city.assets.kind[station] == "lift_station", hours, 0.0)


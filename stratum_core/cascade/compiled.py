"""From the city's tables to the arrays that kernels run on, and the undamaged base case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.base_case import base_case
from stratum_core.cascade.crews.compiled import compile_crews
from stratum_core.cascade.fuel import Fuel
from stratum_core.cascade.fuel.compiled import compile_fuel, deliveries, ordering
from stratum_core.cascade.state import Base, Crews, People, Timing
from stratum_core.cascade.tallies import Tallies
from stratum_core.cascade.tallies.compiled import compile_tallies
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.model.kinds import Kind, kind
from stratum_core.model.spec import CascadeSpec
from stratum_core.model.tables import SERVICES
from stratum_core.sectors import ELECTRIC, STORAGE, sectors_in_order
from stratum_core.sectors.gas import UNIT as GAS_UNIT
from stratum_core.sectors.gas import line_pack
from stratum_core.sectors.network import FACILITY, PUMP, ROLES, SOURCE, STORE, Needs, Network, PowerNetwork
from stratum_core.sectors.power.compiled import BASE_W, power_network

WATCHED_KINDS = frozenset(
    {
        "hospital",
        "clinic",
        "care_home",
        "school",
        "shelter",
        "fire_station",
        "ambulance_base",
        "fuel_depot",
        "tank",
        "pump",
        "well",
        "treatment",
        "substation",
        "exchange",
        "mast",
        "lift_station",
        "sewage_works",
        "gas_station",
        "gas_regulator",
        "heat_plant",
        "pump_station",
    }
)
WATCHED_MOST = 200


@dataclass(frozen=True)
class Compiled:
    """Everything a kernel needs for one city and one spec; read-only, shared by all threads.

    need_row: the first of the city's dependencies in each group of needs.
    """

    city: City
    spec: CascadeSpec
    network: Network
    power: PowerNetwork
    needs: Needs
    need_row: Ints
    base: Base
    people: People
    services: tuple[str, ...]
    timing: Timing
    crews: Crews
    fuel: Fuel
    tallies: Tallies
    watched: Ints
    warnings: tuple[str, ...]
    base_loading: Floats
    kinds: tuple[Kind, ...]


def compile_city(city: City, spec: CascadeSpec) -> Compiled:
    """Compile ``city`` under ``spec``.

    Raises InputError for unknown kinds, dangling links or dependencies.
    """
    kinds = _kinds(city)
    network, gas_warnings = _network(city, kinds, spec)
    power, power_warnings = power_network(city, network, spec)
    needs, need_row = _needs(city, spec)
    needed = city.dependencies.service[need_row]
    services = _services(city, spec)
    people = _people(city, services, len(network.sector), spec)
    power, base, loading, base_warnings = base_case(city, network, power, needs, people)
    crews, crew_warnings = compile_crews(city, network, base, people, needs, spec.repair)
    fuel, fuel_warnings = compile_fuel(city, network, base, people, needs, spec.fuel, spec.repair.speed_kmh)
    tallies, tally_warnings = compile_tallies(city, network, needs, needed, base, crews, spec)
    return Compiled(
        city=city,
        spec=spec,
        network=network,
        power=power,
        needs=_with_wells(city, needs, needed, tallies),
        need_row=need_row,
        base=base,
        people=people,
        services=services,
        timing=_timing(kinds, spec),
        crews=crews,
        fuel=fuel,
        tallies=tallies,
        watched=_watched(kinds),
        warnings=(*power_warnings, *gas_warnings, *base_warnings, *crew_warnings, *fuel_warnings, *tally_warnings),
        base_loading=loading,
        kinds=kinds,
    )


def _kinds(city: City) -> tuple[Kind, ...]:
    names = np.concatenate([city.assets.kind, city.links.kind])
    known = {name: kind(name, where="kind of an asset or link") for name in set(names)}
    return tuple(known[name] for name in names)


def _network(city: City, kinds: tuple[Kind, ...], spec: CascadeSpec) -> tuple[Network, tuple[str, ...]]:
    sectors = sectors_in_order()
    code = {sector.name: i for i, sector in enumerate(sectors)}
    sector = np.array([code[k.sector] for k in kinds], dtype=np.int8)
    role = np.array([ROLES[k.role] for k in kinds], dtype=np.int8)
    assets, count = len(city.assets), len(kinds)
    attach = _positions(city, city.assets.node, "node of an asset", count)
    ends = [
        _positions(city, column, f"{name} of a link", len(city.links), offset=0)
        for name, column in (("start", city.links.start), ("end", city.links.end))
    ]
    start, end = (np.concatenate([np.full(assets, -1, dtype=np.int64), e]) for e in ends)
    usable = np.concatenate([city.assets.in_service, city.links.in_service & city.links.closed])
    is_link = np.arange(count) >= assets
    hanging = (attach >= 0) & ~is_link
    physics = np.array([s.physics for s in sectors], dtype=np.int8)
    pack, gas_warnings = line_pack(city, spec.gas)
    if pack is not None:
        physics[code["gas"]] = STORAGE
        role[:assets][pack > 0] = STORE
    ptr, other, link = _adjacency(assets, ends[0], ends[1])
    lists = {
        "node": ~is_link & ~hanging,
        "sink": hanging & (role != SOURCE),
        "source": (role == SOURCE) & ~is_link,
        "link": is_link,
        "pump": role == PUMP,
        "store": role == STORE,
        "tie": ~usable & (physics[sector] == ELECTRIC) & _switched(city, spec),
    }
    by_sector = {}
    for name, mask in lists.items():
        by_sector[f"{name}_ptr"], by_sector[f"{name}_list"] = _by_sector(sector, mask, len(sectors))
    chosen = np.flatnonzero(hanging)
    hang_ptr, hang_list = _csr(attach[chosen], chosen, assets)
    demand, capacity, planned = _amounts(city, sector, role, code, spec)
    if pack is not None:
        capacity[:assets] = np.where(pack > 0, pack, capacity[:assets])
    minimum = np.array(
        [{"power": spec.power.minimum_supply, "water": spec.water.minimum_supply}.get(s.name, 0.5) for s in sectors]
    )
    network = Network(
        sector=sector,
        role=role,
        attach=attach,
        usable=usable,
        start=start,
        end=end,
        adjacent_ptr=ptr,
        adjacent_node=other,
        adjacent_link=link,
        demand=demand,
        capacity=capacity,
        planned=planned,
        level=np.concatenate([np.nan_to_num(city.assets.level, nan=1.0), np.ones(len(city.links))]),
        level_sd=np.nan_to_num(city.assets.level_sd),
        physics=physics,
        minimum_supply=minimum,
        unlimited=np.array([bool(np.isinf(capacity[(sector == c) & (role == SOURCE)]).all()) for c in range(len(sectors))]),
        hold=np.array([{"gas": spec.gas.linepack_h, "heat": spec.heat.inertia_h}.get(s.name, 0.0) for s in sectors]),
        surge=np.array([spec.telecom.surge if s.name == "telecom" else 1.0 for s in sectors]),
        roads=code["roads"],
        packed=-1 if pack is None else code["gas"],
        hang_ptr=hang_ptr,
        hang_list=hang_list,
        part_ptr=np.concatenate([[0], np.cumsum(np.bincount(sector, minlength=len(sectors)))]).astype(np.int64),
        **by_sector,
    )
    return network, gas_warnings


def _switched(city: City, spec: CascadeSpec) -> Bools:
    """Normally open links that operators close when they need them, by the nominal voltage of their start."""
    links = city.links
    at = dict(zip(city.assets.id, city.assets.voltage, strict=True))
    volts = np.array([at.get(name, np.nan) for name in links.start], dtype=float)
    chosen = links.in_service & ~links.closed & (volts >= spec.power.switched_above_v)
    return np.concatenate([np.zeros(len(city.assets), dtype=np.bool_), chosen])


def _positions(city: City, names: Strings, what: str, size: int, offset: int = 0) -> Ints:
    """Component indices of ids; empty gives -1. Raises InputError for an unknown id."""
    found = np.full(size, -1, dtype=np.int64)
    for i, name in enumerate(names):
        if name:
            position = city.index.get(name)
            if position is None:
                raise InputError(f"'{name}' is not in the project", where=what, repair="run check, which lists every dangling id")
            found[i + offset] = position
    return found


def _adjacency(assets: int, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """CSR adjacency over assets, both directions; links as component indices."""
    tails, heads = np.concatenate([start, end]), np.concatenate([end, start])
    links = np.tile(np.arange(len(start)) + assets, 2)
    order = np.argsort(tails, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=assets))]).astype(np.int64)
    return ptr, heads[order].astype(np.int64), links[order].astype(np.int64)


def _by_sector(sector: npt.NDArray[np.int8], mask: npt.NDArray[np.bool_], sectors: int) -> tuple[Ints, Ints]:
    chosen = np.flatnonzero(mask)
    order = np.argsort(sector[chosen], kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(sector[chosen], minlength=sectors))]).astype(np.int64)
    return ptr, chosen[order].astype(np.int64)


def _amounts(
    city: City,
    sector: npt.NDArray[np.int8],
    role: npt.NDArray[np.int8],
    code: dict[str, int],
    spec: CascadeSpec,
) -> tuple[Floats, Floats, Floats]:
    """Demand, capacity and planned output of components; power in per unit of 1 MVA."""
    assets = city.assets
    demand = np.concatenate([np.nan_to_num(assets.demand), np.zeros(len(city.links))])
    capacity = np.concatenate([assets.capacity, city.links.capacity])
    storage = np.isin(role, [ROLES["storage"]])
    capacity = np.where(np.isnan(capacity), np.where(storage, 0.0, np.inf), capacity)
    planned = np.where(np.isfinite(capacity), capacity, 0.0) * np.concatenate(
        [np.nan_to_num(assets.level, nan=0.0), np.zeros(len(city.links))]
    )
    is_power = sector == code["power"]
    unit = np.where(is_power, 1 / BASE_W, np.where(sector == code["gas"], GAS_UNIT, 1.0))
    return demand * unit * np.where(sector == code["water"], spec.water.demand_factor, 1.0), capacity * unit, planned * unit


def _needs(city: City, spec: CascadeSpec) -> tuple[Needs, Ints]:
    """The groups of needs, and the first row of each."""
    fuel = deliveries(city)
    rows = city.dependencies.take(~fuel)
    where = "dependencies"
    _positions(city, city.dependencies.dependent[fuel], where, int(fuel.sum()))
    dependent = _positions(city, rows.dependent, where, len(rows))
    supplier = _positions(city, rows.supplier, where, len(rows))
    names = [f"{d}\x00{g}" if g else f"{d}\x00\x00{i}" for i, (d, g) in enumerate(zip(rows.dependent, rows.group, strict=True))]
    _, first, group = (
        np.unique(np.array(names, dtype=object), return_index=True, return_inverse=True) if len(rows) else (0, [], [])
    )
    first, group = np.asarray(first, dtype=np.int64), np.asarray(group, dtype=np.int64)
    factor = spec.needs.reserve_factor
    buffer = rows.buffer[first] * factor
    use_ptr, use_list = _csr(supplier, group, len(city.component_ids))
    member_ptr, member_list = _csr(group, supplier, len(first))
    needs = Needs(
        dependent=dependent[first],
        needed=np.maximum(np.nan_to_num(rows.needed[first], nan=1.0), 1).astype(np.int64),
        buffer_low=np.where(np.isnan(rows.buffer_low[first]), buffer, rows.buffer_low[first] * factor),
        buffer=buffer,
        buffer_high=np.where(np.isnan(rows.buffer_high[first]), buffer, rows.buffer_high[first] * factor),
        refill=rows.refill[first],
        strength_low=np.where(np.isnan(rows.strength_low[first]), rows.strength[first], rows.strength_low[first]),
        strength=rows.strength[first],
        strength_high=np.where(np.isnan(rows.strength_high[first]), rows.strength[first], rows.strength_high[first]),
        order_at=ordering(city, first, rows, fuel, spec.fuel),
        member_ptr=member_ptr,
        member_list=member_list,
        use_ptr=use_ptr,
        use_list=use_list,
    )
    return needs, np.flatnonzero(~fuel)[first]


def _with_wells(city: City, needs: Needs, services: Strings, tallies: Tallies) -> Needs:
    """A lift station without power stands still at once, but runs over only when its wet well is full."""
    hours = np.zeros(len(city.component_ids))
    hours[tallies.station] = tallies.well
    more = np.where(services == "power", hours[needs.dependent], 0.0)
    # fuel is ordered by what the generator has left, the well not counted
    order = np.divide(needs.order_at * needs.buffer + more, needs.buffer + more, out=needs.order_at.copy(),
                      where=(needs.order_at >= 0) & (needs.buffer + more > 0))
    return needs._replace(
        buffer_low=needs.buffer_low + more, buffer=needs.buffer + more, buffer_high=needs.buffer_high + more, order_at=order
    )


def _csr(keys: Ints, values: Ints, size: int) -> tuple[Ints, Ints]:
    order = np.argsort(keys, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=size))]).astype(np.int64)
    return ptr, values[order].astype(np.int64)


def _timing(kinds: tuple[Kind, ...], spec: CascadeSpec) -> Timing:
    run, repair = spec.run, spec.repair
    steps = int(np.floor(run.horizon_h / run.step_h + 1e-9))
    return Timing(
        step=run.step_h,
        steps=steps,
        hours=int(np.floor(run.horizon_h + 1e-9)),
        repair_mean=np.array([k.repair_mean_h for k in kinds]) * repair.factor,
        repair_sd=np.array([k.repair_sd_h for k in kinds]) * repair.factor,
        repair_factor=repair.factor,
        repairs=repair.enabled,
        spread=repair.spread,
        parts=repair.parts_h,
        reclose=spec.power.reclose_h,
        switching=spec.power.switching_h,
    )


def _services(city: City, spec: CascadeSpec) -> tuple[str, ...]:
    """Services that the city has; where it has water, also that of water which must be boiled."""
    have = set(city.services.service)
    if "water" in have and spec.water.boil_notice_h > 0:
        have.add("boil_water")
    return tuple(service for service in SERVICES if service in have)


def _people(city: City, services: tuple[str, ...], components: int, spec: CascadeSpec) -> People:
    rows = city.services
    block = {name: i for i, name in enumerate(city.blocks.id)}
    residents = np.nan_to_num(np.array([city.blocks.residents[block[name]] for name in rows.block], dtype=float))
    codes = np.array([services.index(s) for s in rows.service], dtype=np.int64)
    supplier = _positions(city, rows.supplier, "supplier of a service", len(rows))
    ptr, order = _csr(supplier, np.arange(len(rows)), components)
    total = np.zeros(components)
    np.add.at(total, supplier, residents)
    tapped = np.zeros(components)
    boil = services.index("boil_water") if "boil_water" in services else -1
    if boil >= 0:
        water = codes == services.index("water")
        np.add.at(tapped, supplier[water], residents[water])
    return People(
        ptr, codes[order], residents[order], len(services), np.unique(supplier), total, boil, spec.water.boil_notice_h, tapped
    )


def _watched(kinds: tuple[Kind, ...]) -> Ints:
    """Components whose causal chain is kept in every replicate: facilities first, then plant."""
    chosen = [i for i, k in enumerate(kinds) if k.name in WATCHED_KINDS]
    chosen.sort(key=lambda i: (ROLES[kinds[i].role] != FACILITY, i))
    return np.array(chosen[:WATCHED_MOST], dtype=np.int64)

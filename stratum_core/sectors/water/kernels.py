"""Water by storage balance: zones joined by pipes, fed by sources and pumps, carried by tanks until they run empty."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.sectors.kernels import give, grow, node_loads, node_of
from stratum_core.sectors.network import STORE

#: capacity, in units of demand, that stands for none stated
_UNLIMITED = 1e12
#: seconds in which a pump or regulator without a stated capacity fills a store
_REFILL_S = 3_600.0


@njit(cache=True, nogil=True, _nrt=False)
def advance_storage(net, work, sector, seconds):
    """Move every tank by its rate over ``seconds``; volumes stay between 0 and the capacity."""
    for k in range(net.store_ptr[sector], net.store_ptr[sector + 1]):
        tank = net.store_list[k]
        volume = min(max(work.volume[tank] + work.rate[tank] * seconds, 0.0), net.capacity[tank])
        # a rest below a litre is the rounding of the event's time, not water
        work.volume[tank] = 0.0 if volume < 1e-3 else volume


@njit(cache=True, nogil=True, _nrt=False)
def solve_storage(net, work, sector):
    """Balance every zone: supply by sources and pumps against demand; the rest comes from or goes to tanks.

    Sets ``work.supplied`` of nodes and ``work.rate`` (m3/s) of tanks. Returns the seconds until
    the first tank runs empty or full (infinite if none does).
    """
    zones = _zones(net, work, sector)
    demand, source, volume, room = work.zones[0, :zones], work.zones[1, :zones], work.zones[2, :zones], work.zones[3, :zones]
    inflow, outflow, live = work.zones[4, :zones], work.zones[5, :zones], work.zones[10, :zones]
    _zone_sums(net, work, sector, demand, source, volume, room)
    _pump_flows(net, work, sector, demand, source, volume, room, inflow, outflow, live)
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        zone = work.island[node]
        if zone < 0:
            give(net, work, node, 0.0)
            work.rate[node] = 0.0
            continue
        surplus = source[zone] + inflow[zone] - outflow[zone] - demand[zone]
        if live[zone] == 0.0:
            share = 0.0
        elif surplus >= -1e-12 or volume[zone] > 0.0:
            share = 1.0
        else:
            share = max(1.0 + surplus / demand[zone], 0.0) if demand[zone] > 0.0 else 0.0
        give(net, work, node, share)
        if net.role[node] == STORE:
            work.rate[node] = _tank_rate(net, work, node, surplus, volume[zone], room[zone])
    return _next_change(net, work, sector)


@njit(cache=True, nogil=True, _nrt=False)
def _zones(net, work, sector):
    node_loads(net, work, sector)
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        work.island[net.node_list[k]] = -1
    zones = 0
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        if work.island[node] < 0 and work.functional[node]:
            grow(net, work, node, zones, net.node_ptr[sector])
            zones += 1
    return zones


@njit(cache=True, nogil=True, _nrt=False)
def _zone_sums(net, work, sector, demand, source, volume, room):
    demand[:] = 0.0
    source[:] = 0.0
    volume[:] = 0.0
    room[:] = 0.0
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        zone = work.island[node]
        if zone < 0:
            continue
        demand[zone] += work.load[node]
        if net.role[node] == STORE:
            volume[zone] += work.volume[node]
            room[zone] += net.capacity[node] - work.volume[node]
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        component = net.source_list[k]
        zone = work.island[node_of(net, component)]
        if zone >= 0 and work.functional[component]:
            source[zone] += net.capacity[component]


@njit(cache=True, nogil=True, _nrt=False)
def _pump_flows(net, work, sector, demand, source, volume, room, inflow, outflow, live):
    """What pumps bring into and take from each zone, per second.

    A zone asks its pumps, in proportion to their capacity, for its demand, for what its own pumps pass on, and for refill.
    What it has it shares alike among its demand and its pumps. Both are passed along as often as there are zones at most, so
    that pumps in series agree. live: zones that a source, a store with content or a running pump reaches.
    """
    zones = len(demand)
    capacity_in, want, ratio = work.zones[6, :zones], work.zones[7, :zones], work.zones[8, :zones]
    for zone in range(zones):
        live[zone] = 1.0 if source[zone] > 0.0 or volume[zone] > 0.0 else 0.0
    for _ in range(zones):
        if not _spread_life(net, work, sector, live):
            break
    capacity_in[:] = 0.0
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, live):
            capacity_in[work.island[net.end[pump]]] += min(net.capacity[pump], _UNLIMITED)
    outflow[:] = 0.0
    for _ in range(zones + 1):
        if not _ask(net, work, sector, demand, source, room, outflow, capacity_in, want, live):
            break
    inflow[:] = 0.0
    ratio[:] = 1.0
    for _ in range(zones + 1):
        if not _deliver(net, work, sector, demand, source, volume, inflow, outflow, capacity_in, want, ratio, live):
            break
    # what pumps really take
    outflow[:] = 0.0
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, live):
            above, below = work.island[net.start[pump]], work.island[net.end[pump]]
            outflow[above] += ratio[above] * _share_of(want[below], net.capacity[pump], capacity_in[below])


@njit(cache=True, nogil=True, _nrt=False)
def _spread_life(net, work, sector, live):
    """Pumps carry life downstream by one step; whether any did."""
    spread = False
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, live) and live[work.island[net.end[pump]]] == 0.0:
            live[work.island[net.end[pump]]] = 1.0
            spread = True
    return spread


@njit(cache=True, nogil=True, _nrt=False)
def _ask(net, work, sector, demand, source, room, outflow, capacity_in, want, live):
    """One pass of what each zone wants from its pumps, and so what they want from the zone above; whether that changed."""
    for zone in range(len(demand)):
        asked = max(demand[zone] + outflow[zone] - source[zone], 0.0)
        if room[zone] > 1e-3:
            # pumps fill stores at full capacity; where that has no limit, within an hour
            asked = capacity_in[zone] if capacity_in[zone] < _UNLIMITED else asked + room[zone] / _REFILL_S
        want[zone] = min(asked, capacity_in[zone])
    work.zones[9, : len(demand)] = 0.0
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, live):
            below = work.island[net.end[pump]]
            work.zones[9, work.island[net.start[pump]]] += _share_of(want[below], net.capacity[pump], capacity_in[below])
    changed = False
    for zone in range(len(demand)):
        changed = changed or abs(work.zones[9, zone] - outflow[zone]) > 1e-12
        outflow[zone] = work.zones[9, zone]
    return changed


@njit(cache=True, nogil=True, _nrt=False)
def _deliver(net, work, sector, demand, source, volume, inflow, outflow, capacity_in, want, ratio, live):
    """One pass of what each zone can give of what is wanted of it, and so what comes in below; whether that changed."""
    for zone in range(len(demand)):
        needed, has = demand[zone] + outflow[zone], source[zone] + inflow[zone]
        ratio[zone] = 1.0 if volume[zone] > 0.0 or needed <= has else has / needed
    work.zones[9, : len(demand)] = 0.0
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, live):
            above, below = work.island[net.start[pump]], work.island[net.end[pump]]
            work.zones[9, below] += ratio[above] * _share_of(want[below], net.capacity[pump], capacity_in[below])
    changed = False
    for zone in range(len(demand)):
        changed = changed or abs(work.zones[9, zone] - inflow[zone]) > 1e-12
        inflow[zone] = work.zones[9, zone]
    return changed


@njit(cache=True, nogil=True, _nrt=False)
def _runs(net, work, pump, live):
    if not work.functional[pump] or not net.usable[pump]:
        return False
    above, below = work.island[net.start[pump]], work.island[net.end[pump]]
    return above >= 0 and below >= 0 and above != below and live[above] > 0.0


@njit(cache=True, nogil=True, _nrt=False)
def _share_of(asked, capacity, capacity_in):
    """What one of several pumps gives of what a zone asks of all."""
    return min(asked / capacity_in, 1.0) * min(capacity, _UNLIMITED) if capacity_in > 0.0 else 0.0


@njit(cache=True, nogil=True, _nrt=False)
def _tank_rate(net, work, tank, surplus, volume, room):
    """A zone's deficit is drawn from its tanks by their volume, its surplus fills them by their room."""
    if surplus < 0.0 and volume > 0.0:
        return surplus * work.volume[tank] / volume
    if surplus > 0.0 and room > 1e-3:
        return min(surplus, 1e9) * (net.capacity[tank] - work.volume[tank]) / room
    return 0.0


@njit(cache=True, nogil=True, _nrt=False)
def _next_change(net, work, sector):
    soonest = math.inf
    for k in range(net.store_ptr[sector], net.store_ptr[sector + 1]):
        tank = net.store_list[k]
        rate, room = work.rate[tank], net.capacity[tank] - work.volume[tank]
        if rate < 0.0 and work.volume[tank] > 0.0:
            soonest = min(soonest, work.volume[tank] / -rate)
        elif rate > 0.0 and room > 1e-3:
            soonest = min(soonest, room / rate)
    return soonest

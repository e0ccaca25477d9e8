"""Water by storage balance: zones joined by pipes, fed by sources and pumps, carried by tanks until they run empty."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.sectors.kernels import give, grow, node_loads, node_of
from stratum_core.sectors.network import STORE


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
    inflow, outflow = work.zones[4, :zones], work.zones[5, :zones]
    _zone_sums(net, work, sector, demand, source, volume, room)
    _pump_flows(net, work, sector, demand, source, volume, room, inflow, outflow)
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        zone = work.island[node]
        if zone < 0:
            give(net, work, node, 0.0)
            work.rate[node] = 0.0
            continue
        surplus = source[zone] + inflow[zone] - outflow[zone] - demand[zone]
        if source[zone] + inflow[zone] <= 0.0 and volume[zone] <= 0.0:
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
def _pump_flows(net, work, sector, demand, source, volume, room, inflow, outflow):
    """What pumps bring into and take from each zone, m3/s, by repeated passes until it stands still.

    A zone asks its pumps for its demand, for what its own pumps pass on, and for refill;
    they give up to their capacity, and never more than the zone upstream has.
    """
    zones = len(demand)
    capacity_in, new_in, new_out = work.zones[6, :zones], work.zones[7, :zones], work.zones[8, :zones]
    inflow[:] = 0.0
    outflow[:] = 0.0
    total = 0.0
    for _ in range(min(zones, 12)):
        _pump_pass(net, work, sector, demand, source, volume, room, inflow, outflow, capacity_in, new_in, new_out)
        before, total = total, 0.0
        for zone in range(zones):
            inflow[zone], outflow[zone] = new_in[zone], new_out[zone]
            total += new_in[zone]
        if abs(total - before) < 1e-12:
            break


@njit(cache=True, nogil=True, _nrt=False)
def _pump_pass(net, work, sector, demand, source, volume, room, inflow, outflow, capacity_in, new_in, new_out):
    capacity_in[:] = 0.0
    new_in[:] = 0.0
    new_out[:] = 0.0
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if _runs(net, work, pump, source, volume, inflow):
            capacity_in[work.island[net.end[pump]]] += net.capacity[pump]
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        if not _runs(net, work, pump, source, volume, inflow):
            continue
        above, below = work.island[net.start[pump]], work.island[net.end[pump]]
        asked = max(demand[below] + outflow[below] - source[below], 0.0)
        if room[below] > 1e-3:
            asked = capacity_in[below] if capacity_in[below] < math.inf else asked + 1.0
        flow = _share_of(asked, net.capacity[pump], capacity_in[below])
        if volume[above] <= 0.0:
            flow = min(flow, source[above] + inflow[above])
        new_in[below] += flow
        new_out[above] += flow


@njit(cache=True, nogil=True, _nrt=False)
def _runs(net, work, pump, source, volume, inflow):
    if not work.functional[pump] or not net.usable[pump]:
        return False
    above, below = work.island[net.start[pump]], work.island[net.end[pump]]
    return above >= 0 and below >= 0 and above != below and (source[above] > 0.0 or volume[above] > 0.0 or inflow[above] > 0.0)


@njit(cache=True, nogil=True, _nrt=False)
def _share_of(asked, capacity, capacity_in):
    if math.isinf(capacity):
        return asked if not math.isinf(asked) else 1.0
    if math.isinf(capacity_in):
        return 0.0
    return min(asked / capacity_in, 1.0) * capacity if capacity_in > 0.0 else 0.0


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

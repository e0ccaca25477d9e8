"""Kernels of power physics: DC flow by envelope LDL^T, and radial DistFlow."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.sectors.kernels import give, node_of, sourced_islands


@njit(cache=True, nogil=True)
def dc_angles(dc, susceptance, injection, pinned, values, diagonal, angle):
    """Solve B' theta = P in place of ``angle`` (rad), per unit.

    susceptance: (branches,) 0 where out of service; injection: (buses,) pu;
    pinned: (buses,) True where theta is 0 (a slack, or a bus without an island).
    values, diagonal: work arrays of offset[-1] and buses numbers.
    """
    n = len(dc.place)
    values[:] = 0.0
    diagonal[:] = 0.0
    for k in range(len(susceptance)):
        b = susceptance[k]
        if b == 0.0:
            continue
        i, j = dc.branch_from[k], dc.branch_to[k]
        if i == j:
            continue
        ri, rj = dc.place[i], dc.place[j]
        if not pinned[i]:
            diagonal[ri] += b
        if not pinned[j]:
            diagonal[rj] += b
        if not pinned[i] and not pinned[j]:
            row, col = max(ri, rj), min(ri, rj)
            values[dc.offset[row] + col - dc.first[row]] -= b
    for i in range(n):
        r = dc.place[i]
        if pinned[i] or diagonal[r] == 0.0:
            diagonal[r] = 1.0
            angle[r] = 0.0
        else:
            angle[r] = injection[i]
    _factorise(dc.first, dc.offset, values, diagonal)
    _substitute(dc.first, dc.offset, values, diagonal, angle)
    # rows back to buses; ``diagonal`` is free now and serves as the copy
    for i in range(n):
        diagonal[i] = angle[i]
    for i in range(n):
        angle[i] = diagonal[dc.place[i]]


@njit(cache=True, nogil=True)
def _factorise(first, offset, values, diagonal):
    """L D L^T of a symmetric envelope matrix in place (George & Liu 1981, section 4.4)."""
    for i in range(len(first)):
        fi, oi = first[i], offset[i]
        for j in range(fi, i):
            fj, oj = first[j], offset[j]
            total = values[oi + j - fi]
            for k in range(max(fi, fj), j):
                total -= values[oi + k - fi] * values[oj + k - fj]
            values[oi + j - fi] = total
        for j in range(fi, i):
            raw = values[oi + j - fi]
            scaled = raw / diagonal[j]
            values[oi + j - fi] = scaled
            diagonal[i] -= raw * scaled


@njit(cache=True, nogil=True)
def _substitute(first, offset, values, diagonal, x):
    n = len(first)
    for i in range(n):
        for k in range(first[i], i):
            x[i] -= values[offset[i] + k - first[i]] * x[k]
    for i in range(n):
        x[i] /= diagonal[i]
    for i in range(n - 1, -1, -1):
        for k in range(first[i], i):
            x[k] -= values[offset[i] + k - first[i]] * x[i]


@njit(cache=True, nogil=True)
def distflow(order, count, parent, parent_r, parent_x, gain_in, gain_out, active, reactive, voltage2, flow_p, flow_q, sweeps):
    """Radial DistFlow by backward and forward sweeps, per unit, in place.

    Baran & Wu, IEEE Trans. Power Delivery 4(1), 1989, eq. 1-3. ``order``[:count] lists nodes from
    the roots outwards; parent[node] is -1 at a root, whose voltage2 (square of the
    voltage) is given. active, reactive: loads. flow_p, flow_q: power entering the
    branch above each node; gain_in, gain_out: squares of the turns ratio of that branch's ideal transformer before and behind
    its impedance. Starts from the voltages it is given; stops when no square of a
    voltage moves by more than 1e-6, or after ``sweeps``.
    """
    for _ in range(sweeps):
        for i in range(count):
            node = order[i]
            flow_p[node] = active[node]
            flow_q[node] = reactive[node]
        for i in range(count - 1, -1, -1):
            node = order[i]
            up = parent[node]
            if up < 0:
                continue
            square = (flow_p[node] ** 2 + flow_q[node] ** 2) / max(voltage2[node] / gain_out[node], 0.01)
            flow_p[node] += parent_r[node] * square
            flow_q[node] += parent_x[node] * square
            flow_p[up] += flow_p[node]
            flow_q[up] += flow_q[node]
        moved = 0.0
        for i in range(count):
            node = order[i]
            up = parent[node]
            if up < 0:
                continue
            r, x = parent_r[node], parent_x[node]
            p, q = flow_p[node], flow_q[node]
            above = voltage2[up] * gain_in[node]
            square = (p * p + q * q) / max(above, 0.01)
            new = max(above - 2.0 * (r * p + x * q) + (r * r + x * x) * square, 0.0) * gain_out[node]
            moved = max(moved, abs(new - voltage2[node]))
            voltage2[node] = new
        if moved < 1e-6:
            return True
    return False


@njit(cache=True, nogil=True)
def dispatch(demand, planned, capacity):
    """How an island's demand is met: (scale of planned output, share of headroom used, served share of demand).

    Surplus scales generation down; a deficit raises it in proportion to headroom, and what
    is still missing is shed pro rata. Without capacity the island is black.
    """
    if demand <= 0.0:
        return 0.0, 0.0, 1.0
    if math.isinf(capacity):
        return 1.0, 0.0, 1.0
    if planned >= demand:
        return demand / planned, 0.0, 1.0
    headroom = capacity - planned
    need = demand - planned
    if need <= headroom:
        return 1.0, need / headroom, 1.0
    return 1.0, 1.0, capacity / demand if capacity > 0.0 else 0.0


@njit(cache=True, nogil=True, _nrt=False)
def solve_power(net, power, work, sector, tripped):
    """One steady state of the power sector; branches above their trip level are entered in ``tripped``.

    Sets ``work.supplied`` of all power nodes (share of demand served; 0 below the voltage floor). Output and shedding
    carry over from solve to solve until something comes back: what was shed in one round of trips is shed in the next.
    Returns (branches tripped, share of the whole demand that is shed, nodes below their voltage floor).
    """
    if work.restored[sector]:
        _as_planned(net, work, sector)
    islands, tail = sourced_islands(net, work, sector)
    order = work.order[net.node_ptr[sector] : tail]
    _dispatch_islands(net, work, sector, islands)
    _solve_radial(net, power, work, order)
    _solve_meshed(net, power, work, sector, order)
    trips = _overloads(net, power, work, sector, tripped) if power.trips else 0
    shed, weak = _write_supply(net, power, work, sector)
    return trips, shed, weak


@njit(cache=True, nogil=True, _nrt=False)
def _as_planned(net, work, sector):
    """All sources at their plan, nothing shed."""
    work.restored[sector] = False
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        work.carried[net.source_list[k]] = net.planned[net.source_list[k]]
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        work.kept[net.node_list[k]] = 1.0


@njit(cache=True, nogil=True, _nrt=False)
def _dispatch_islands(net, work, sector, islands):
    """Served share per island into island_planned; output of each source into ``output``."""
    for label in range(islands):
        demand, planned, capacity = work.island_demand[label], work.island_planned[label], work.island_capacity[label]
        scale, headroom, served = dispatch(demand, planned, capacity)
        work.island_planned[label] = served
        work.island_capacity[label] = headroom
        work.island_demand[label] = scale
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        label = work.island[node_of(net, source)]
        work.output[source] = 0.0
        if not work.functional[source] or label < 0:
            continue
        carried, headroom = work.carried[source], work.island_capacity[label]
        work.output[source] = carried * work.island_demand[label]
        if headroom > 0.0 and not math.isinf(net.capacity[source]):
            work.output[source] += headroom * (net.capacity[source] - carried)
        work.carried[source] = work.output[source]


@njit(cache=True, nogil=True, _nrt=False)
def _solve_radial(net, power, work, order):
    """DistFlow from every high-voltage node (or source) outwards; flow_p of a root is all that it feeds."""
    active, reactive, voltage2, tree_parent = work.active, work.reactive, work.voltage2, work.tree_parent
    parent, parent_link, high, tangent = work.parent, work.parent_link, power.high, power.tangent
    for node in order:
        active[node] = work.load[node] * work.island_planned[work.island[node]]
        reactive[node] = active[node] * tangent
        up = parent[node]
        tree_parent[node] = -1 if high[node] else up
        if tree_parent[node] < 0 or voltage2[node] < 0.25:
            voltage2[node] = 1.0
        if up >= 0:
            link = parent_link[node]
            work.branch_r[node] = power.r[link]
            work.branch_x[node] = power.x[link]
            square = power.ratio[link] ** 2
            work.gain_in[node], work.gain_out[node] = (1.0 / square, 1.0) if net.start[link] == up else (1.0, square)
    flows, gains = (work.flow_p, work.flow_q), (work.gain_in, work.gain_out)
    branch_r, branch_x = work.branch_r, work.branch_x
    distflow(
        order, len(order), tree_parent, branch_r, branch_x, gains[0], gains[1], active, reactive, voltage2, flows[0], flows[1], 20
    )


@njit(cache=True, nogil=True, _nrt=False)
def in_use(net, work, link):
    """Whether ``link`` is whole and closed now."""
    return work.functional[link] and (net.usable[link] or work.engaged[link])


@njit(cache=True, nogil=True, _nrt=False)
def _solve_meshed(net, power, work, sector, order):
    """DC flow among the high nodes, each drawing what DistFlow found below it."""
    if len(power.branch) == 0:
        return
    work.pinned[:] = True
    work.injection[:] = 0.0
    for node in order:
        bus = power.bus[node]
        if bus >= 0:
            up = work.parent[node]  # the root of its island, or fed from a lower grid
            work.pinned[bus] = up < 0 or power.bus[up] < 0
            work.injection[bus] -= work.flow_p[node]
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        bus = power.bus[node_of(net, source)]
        if bus >= 0 and work.functional[source]:
            work.injection[bus] += work.output[source]
            if math.isinf(net.capacity[source]):
                work.pinned[bus] = True
    for k in range(len(power.branch)):
        link = power.branch[k]
        alive = in_use(net, work, link) and work.functional[net.start[link]] and work.functional[net.end[link]]
        work.susceptance[k] = power.b[k] if alive else 0.0
        turned = work.susceptance[k] * power.shift[k]  # a phase shift is a pair of injections
        work.injection[power.dc.branch_from[k]] += turned
        work.injection[power.dc.branch_to[k]] -= turned
    dc_angles(power.dc, work.susceptance, work.injection, work.pinned, work.envelope, work.diagonal, work.angle)


@njit(cache=True, nogil=True, _nrt=False)
def branch_flow(net, power, work, link):
    """Power through ``link``, per unit: DC among high nodes (signed), apparent power of DistFlow below."""
    k = power.branch_of[link]
    if k >= 0:
        return work.susceptance[k] * (work.angle[power.dc.branch_from[k]] - work.angle[power.dc.branch_to[k]] - power.shift[k])
    for node in (net.start[link], net.end[link]):
        if work.island[node] >= 0 and work.parent_link[node] == link and work.tree_parent[node] >= 0:
            return math.sqrt(work.flow_p[node] ** 2 + work.flow_q[node] ** 2)
    return 0.0


@njit(cache=True, nogil=True, _nrt=False)
def rating_now(power, work, link):
    """The rating of ``link`` in this weather, per unit."""
    return power.rating[link] * work.rating_scale[1 if power.transformer[link] else 0]


@njit(cache=True, nogil=True, _nrt=False)
def _overloads(net, power, work, sector, tripped):
    count = 0
    for k in range(net.link_ptr[sector], net.link_ptr[sector + 1]):
        link = net.link_list[k]
        if math.isinf(power.rating[link]) or not in_use(net, work, link):
            continue
        if abs(branch_flow(net, power, work, link)) > power.trip * rating_now(power, work, link):
            tripped[count] = link
            count += 1
    return count


@njit(cache=True, nogil=True, _nrt=False)
def _write_supply(net, power, work, sector):
    demand, lost, weak = 0.0, 0.0, 0
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = net.node_list[k]
        label = work.island[node]
        if label >= 0:
            work.kept[node] *= work.island_planned[label]
        share = work.kept[node] if label >= 0 else 0.0
        if label >= 0 and not power.high[node] and work.voltage2[node] < power.floor[node] ** 2:
            share = 0.0
            weak += 1
        give(net, work, node, share)
        demand += work.full[node]
        lost += work.full[node] * (1.0 - share)
    return (lost / demand if demand > 0.0 else 0.0), weak

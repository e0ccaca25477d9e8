"""Islands: which nodes of one sector hang together with a working source, and whether it suffices."""

from __future__ import annotations

import math

from numba import njit

from stratum_core.sectors.network import PUMP, SOURCE


@njit(cache=True, nogil=True, _nrt=False)
def note(net, work, component):
    """Enter ``component`` in its sector's list of changes, once."""
    if not work.noted[component]:
        work.noted[component] = True
        sector = net.sector[component]
        work.noted_list[net.part_ptr[sector] + work.noted_count[sector]] = component
        work.noted_count[sector] += 1


@njit(cache=True, nogil=True, _nrt=False)
def give(net, work, node, share):
    """Supply ``node`` with ``share`` of its demand."""
    if work.supplied[node] != share:
        work.supplied[node] = share
        note(net, work, node)


@njit(cache=True, nogil=True, _nrt=False)
def spread(net, work, head, tail):
    """Grow islands over intact links (no pumps) from the nodes of the order from ``head`` on; returns its new end."""
    island, parent, parent_link, order, functional = work.island, work.parent, work.parent_link, work.order, work.functional
    ptr, nodes, links, usable, role = net.adjacent_ptr, net.adjacent_node, net.adjacent_link, net.usable, net.role
    while head < tail:
        node = order[head]
        head += 1
        for k in range(ptr[node], ptr[node + 1]):
            other, link = nodes[k], links[k]
            if island[other] >= 0 or not functional[link] or not usable[link]:
                continue
            if not functional[other] or role[link] == PUMP:
                continue
            island[other] = island[node]
            parent[other] = node
            parent_link[other] = link
            order[tail] = other
            tail += 1
    return tail


@njit(cache=True, nogil=True, _nrt=False)
def grow(net, work, root, label, tail):
    """Label all nodes that intact links (no pumps) join to ``root``; return the new end of ``work.order``."""
    work.island[root] = label
    work.parent[root] = -1
    work.parent_link[root] = -1
    work.order[tail] = root
    return spread(net, work, tail, tail + 1)


@njit(cache=True, nogil=True, _nrt=False)
def node_of(net, component):
    """The node that ``component`` hangs on, or itself."""
    return net.attach[component] if net.attach[component] >= 0 else component


@njit(cache=True, nogil=True, _nrt=False)
def node_loads(net, work, sector):
    """Add up what each node of a sector and its working customers ask for, and what is left of it after shedding."""
    full, load, kept, functional, demand, attach = work.full, work.load, work.kept, work.functional, net.demand, net.attach
    scale = work.demand_scale[sector]
    nodes, sinks = net.node_list, net.sink_list
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = nodes[k]
        full[node] = max(demand[node], 0.0) * scale
    for k in range(net.sink_ptr[sector], net.sink_ptr[sector + 1]):
        sink = sinks[k]
        if functional[sink]:
            full[attach[sink]] += demand[sink] * scale
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        load[nodes[k]] = full[nodes[k]] * kept[nodes[k]]


@njit(cache=True, nogil=True, _nrt=False)
def sourced_islands(net, work, sector):
    """What hangs together with a working source of ``sector``, engaged ties included.

    Fills island (-1: no source), load by node, order (of the nodes in islands, from ``node_ptr[sector]`` on, parents
    first) and the sums by island; returns (islands, end of the order).
    """
    _grow_islands(net, work, sector)
    node_loads(net, work, sector)
    islands, tail = work.islands[sector], work.order_end[sector]
    for label in range(islands):
        work.island_capacity[label] = 0.0
        work.island_planned[label] = 0.0
        work.island_demand[label] = 0.0
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        label = work.island[node_of(net, source)]
        if label >= 0 and work.functional[source]:
            work.island_capacity[label] += net.capacity[source]
            work.island_planned[label] += work.carried[source]
    order, island, demand, load = work.order, work.island, work.island_demand, work.load
    for i in range(net.node_ptr[sector], tail):
        demand[island[order[i]]] += load[order[i]]
    return islands, tail


@njit(cache=True, nogil=True, _nrt=False)
def _grow_islands(net, work, sector):
    """Islands of all sources; where little changed since the last call, only what hangs on that is searched again."""
    if not work.grown[sector] or not _regrow(net, work, sector):
        work.order_end[sector] = _over_ties(net, work, sector, _grow_all(net, work, sector))
        work.grown[sector] = not _any_engaged(net, work, sector)


@njit(cache=True, nogil=True, _nrt=False)
def _grow_all(net, work, sector):
    """Islands from nothing; returns the end of the order."""
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        work.island[net.node_list[k]] = -1
    islands, tail = 0, net.node_ptr[sector]
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        node = node_of(net, source)
        if work.functional[source] and work.functional[node] and work.island[node] < 0:
            tail = grow(net, work, node, islands, tail)
            islands += 1
    work.islands[sector] = islands
    return tail


@njit(cache=True, nogil=True, _nrt=False)
def _any_engaged(net, work, sector):
    engaged = False
    for k in range(net.tie_ptr[sector], net.tie_ptr[sector + 1]):
        engaged |= work.engaged[net.tie_list[k]]
    return engaged


@njit(cache=True, nogil=True, _nrt=False)
def _regrow(net, work, sector):
    """Mend the islands after the noted changes: what hung on a failed component is cut off and attached anew where it can be.

    Returns False where it takes a search from nothing: a source stopped, islands have to be joined, or a tie is closed.
    """
    first, noted = net.part_ptr[sector], work.noted_list
    if _any_engaged(net, work, sector):
        return False
    island, functional, role = work.island, work.functional, net.role
    assets = len(net.hang_ptr) - 1
    cut = False
    for i in range(work.noted_count[sector]):
        c = noted[first + i]
        if functional[c]:
            continue
        if role[c] == SOURCE:
            return False
        if c < assets:
            if net.attach[c] < 0 and island[c] >= 0:
                work.cut[c] = True
                cut = True
        else:
            for node in (net.start[c], net.end[c]):
                if island[node] >= 0 and work.parent_link[node] == c:
                    work.cut[node] = True
                    cut = True
    lost = _cut_off(net, work, sector) if cut else 0
    return _attach_anew(net, work, sector, lost)


@njit(cache=True, nogil=True, _nrt=False)
def _cut_off(net, work, sector):
    """Take all nodes below the cut ones out of their islands and the order; they stand in ``loose``. Returns their number."""
    first, tail = net.node_ptr[sector], work.order_end[sector]
    order, parent, cut, island, loose = work.order, work.parent, work.cut, work.island, work.loose
    kept, lost = first, 0
    for i in range(first, tail):
        node = order[i]
        if cut[node] or (parent[node] >= 0 and cut[parent[node]]):
            cut[node] = True
            loose[lost] = node
            lost += 1
        else:
            order[kept] = node
            kept += 1
    for i in range(lost):
        cut[loose[i]] = False
        island[loose[i]] = -1
    work.order_end[sector] = kept
    return lost


@njit(cache=True, nogil=True, _nrt=False)
def _attach_anew(net, work, sector, lost):
    """Attach loose and mended nodes wherever a live neighbour is, else to a source of their own; False where islands join."""
    first, start = net.part_ptr[sector], work.order_end[sector]
    assets = len(net.hang_ptr) - 1
    tail = start
    for i in range(lost):
        tail = _attach(net, work, work.loose[i], tail)
    for i in range(work.noted_count[sector]):
        c = work.noted_list[first + i]
        if not work.functional[c] or (c < assets and net.attach[c] >= 0):
            continue
        if c < assets:
            tail = _attach(net, work, c, tail)
        else:
            tail = _attach(net, work, net.start[c], tail)
            tail = _attach(net, work, net.end[c], tail)
    tail = spread(net, work, start, tail)
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        source = net.source_list[k]
        node = node_of(net, source)
        if work.functional[source] and work.functional[node] and work.island[node] < 0:
            if work.islands[sector] == assets:
                return False
            tail = grow(net, work, node, work.islands[sector], tail)
            work.islands[sector] += 1
    work.order_end[sector] = tail
    return work.islands[sector] == 1 or not _joined(net, work, sector, start, tail)


@njit(cache=True, nogil=True, _nrt=False)
def _joined(net, work, sector, start, tail):
    """Whether a node attached since ``start`` of the order, or a mended link, lies between two islands."""
    first = net.part_ptr[sector]
    assets = len(net.hang_ptr) - 1
    for i in range(start, tail):
        node = work.order[i]
        for k in range(net.adjacent_ptr[node], net.adjacent_ptr[node + 1]):
            if _between(net, work, net.adjacent_link[k]):
                return True
    for i in range(work.noted_count[sector]):
        c = work.noted_list[first + i]
        if c >= assets and _between(net, work, c):
            return True
    return False


@njit(cache=True, nogil=True, _nrt=False)
def _between(net, work, link):
    one, other = work.island[net.start[link]], work.island[net.end[link]]
    if one == other or one < 0 or other < 0:
        return False
    return work.functional[link] and net.usable[link] and net.role[link] != PUMP


@njit(cache=True, nogil=True, _nrt=False)
def _attach(net, work, node, tail):
    """Put a dead but whole ``node`` behind its first live neighbour; returns the new end of the order."""
    if work.island[node] >= 0 or not work.functional[node]:
        return tail
    for k in range(net.adjacent_ptr[node], net.adjacent_ptr[node + 1]):
        other, link = net.adjacent_node[k], net.adjacent_link[k]
        if work.island[other] < 0 or not work.functional[link] or not net.usable[link] or net.role[link] == PUMP:
            continue
        work.island[node] = work.island[other]
        work.parent[node] = other
        work.parent_link[node] = link
        work.order[tail] = node
        return tail + 1
    return tail


@njit(cache=True, nogil=True, _nrt=False)
def joins_dead(net, work, tie):
    """(live end, dead end) where ``tie`` could bring supply to a dead section, else (-1, -1)."""
    start, end = net.start[tie], net.end[tie]
    functional, island = work.functional, work.island
    if not (functional[tie] and functional[start] and functional[end]) or (island[start] >= 0) == (island[end] >= 0):
        return -1, -1
    return (start, end) if island[start] >= 0 else (end, start)


@njit(cache=True, nogil=True, _nrt=False)
def _over_ties(net, work, sector, tail):
    """Extend islands over engaged ties; one that is not needed any more opens again."""
    first, last = net.tie_ptr[sector], net.tie_ptr[sector + 1]
    moved = True
    while moved:
        moved = False
        for k in range(first, last):
            tie = net.tie_list[k]
            if not work.engaged[tie]:
                continue
            live, dead = joins_dead(net, work, tie)
            if live >= 0:
                tail = grow(net, work, dead, work.island[live], tail)
                work.parent[dead] = live
                work.parent_link[dead] = tie
                moved = True
    for k in range(first, last):
        tie = net.tie_list[k]
        if work.engaged[tie] and work.parent_link[net.start[tie]] != tie and work.parent_link[net.end[tie]] != tie:
            work.engaged[tie] = False
    return tail


@njit(cache=True, nogil=True, _nrt=False)
def solve_reach(net, work, sector, t):
    """Supply by connection: every node gets what the sources of its island can give, one cut off what it holds.

    Returns the hour at which the first node runs out of what it holds (infinite: none does).
    """
    nodes, island, planned, unlimited = net.node_list, work.island, work.island_planned, net.unlimited[sector]
    if unlimited:
        _grow_islands(net, work, sector)
    else:
        islands, _ = sourced_islands(net, work, sector)
        for label in range(islands):
            capacity, demand = work.island_capacity[label], work.island_demand[label]
            planned[label] = 1.0 if math.isinf(capacity) or demand <= capacity else capacity / demand
    hold, next_out = net.hold[sector], math.inf
    for k in range(net.node_ptr[sector], net.node_ptr[sector + 1]):
        node = nodes[k]
        share = 0.0 if island[node] < 0 else 1.0 if unlimited else planned[island[node]]
        if hold > 0.0:
            share = _held(work, node, share, t, hold)
            next_out = min(next_out, work.hold_until[node])
        give(net, work, node, share)
    return next_out


@njit(cache=True, nogil=True, _nrt=False)
def _held(work, node, share, t, hold):
    """The share that ``node`` has while it still holds something: never less than before until ``hold`` hours are over."""
    until = work.hold_until
    if share >= work.supplied[node] or not work.functional[node]:
        until[node] = math.inf
        return share
    if math.isinf(until[node]):
        until[node] = t + hold
    if t < until[node] - 1e-9:
        return work.supplied[node]
    until[node] = math.inf
    return share

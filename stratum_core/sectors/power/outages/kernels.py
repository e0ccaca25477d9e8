"""Kernels of outage screening. Buses stand in the order of the factorisation, branches are those that carry power.

L D L^T by columns: ``ptr``, ``row``, ``value`` are the strictly lower part of L, ``inverse`` is 1 / D. ``lanes`` right-hand sides
lie side by side in a row of ``angle``, so that one pass over L serves all of them.
"""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def solve_lanes(ptr, row, value, inverse, angle, touched):
    """Solve L D L^T x = angle in place; ``touched`` marks rows that are not all zero and is all False afterwards."""
    buses, lanes = angle.shape
    for j in range(buses):
        if not touched[j]:
            continue
        for p in range(ptr[j], ptr[j + 1]):
            i, v = row[p], value[p]
            touched[i] = True
            for lane in range(lanes):
                angle[i, lane] -= v * angle[j, lane]
    for j in range(buses - 1, -1, -1):
        if touched[j]:
            touched[j] = False
            for lane in range(lanes):
                angle[j, lane] *= inverse[j]
        for p in range(ptr[j], ptr[j + 1]):
            i, v = row[p], value[p]
            for lane in range(lanes):
                angle[j, lane] -= v * angle[i, lane]


@njit(cache=True, nogil=True)
def unit_transfers(ptr, row, value, inverse, start, end, chosen, angle, touched):
    """Angles (rad) for 1 MW sent from the one end to the other of each branch of ``chosen``, one branch a lane."""
    angle[:] = 0.0
    for lane in range(len(chosen)):
        k = chosen[lane]
        angle[start[k], lane] += 1.0
        angle[end[k], lane] -= 1.0
        touched[start[k]] = True
        touched[end[k]] = True
    solve_lanes(ptr, row, value, inverse, angle, touched)


@njit(cache=True, nogil=True)
def sweep(ptr, row, value, inverse, free, start, end, susceptance, flow, per_rating, outages, lanes_of, angle, worst, by, over):
    """Worst loading after each of ``outages``, the branch that carries it (-1: none is rated), and branches above their rating.

    free: False where a bus holds the angle 0. per_rating: 1 / rating, 0 where there is none. lanes_of: -1 for all branches.
    """
    lanes = angle.shape[1]
    touched, share = angle[:, 0] > 1e300, worst[:lanes].copy()
    peak, peak_by, count = share.copy(), by[:lanes].copy(), over[:lanes].copy()
    for first in range(0, len(outages), lanes):
        chosen = outages[first : first + lanes]
        unit_transfers(ptr, row, value, inverse, start, end, chosen, angle, touched)
        _hold(angle, free)
        _shares(chosen, start, end, susceptance, flow, angle, share)
        for lane in range(len(chosen)):
            lanes_of[chosen[lane]] = lane
        peak[:] = 0.0
        peak_by[:] = -1
        count[:] = 0
        for branch in range(len(start)):
            a, b = start[branch], end[branch]
            scale, before, own = susceptance[branch] * per_rating[branch], flow[branch] * per_rating[branch], lanes_of[branch]
            if scale == 0.0:
                continue
            for lane in range(lanes):
                loading = abs(before + scale * (angle[a, lane] - angle[b, lane]) * share[lane])
                loading = 0.0 if lane == own else loading
                more = loading > peak[lane]
                peak[lane] = loading if more else peak[lane]
                peak_by[lane] = branch if more else peak_by[lane]
                count[lane] += 1 if loading > 1.0 else 0
        for lane in range(len(chosen)):
            lanes_of[chosen[lane]] = -1
            worst[first + lane], by[first + lane], over[first + lane] = peak[lane], peak_by[lane], count[lane]


@njit(cache=True, nogil=True)
def _hold(angle, free):
    for bus in range(len(free)):
        if not free[bus]:
            angle[bus] = 0.0


@njit(cache=True, nogil=True)
def _shares(chosen, start, end, susceptance, flow, angle, share):
    """Flow that each outage sends over the others: F_k / (1 - h_k)."""
    share[:] = 0.0
    for lane in range(len(chosen)):
        k = chosen[lane]
        own = susceptance[k] * (angle[start[k], lane] - angle[end[k], lane])
        share[lane] = flow[k] / (1.0 - own)


@njit(cache=True, nogil=True)
def outage_factors(ptr, row, value, inverse, free, start, end, susceptance, outages, angle, factors):
    """(branches, outages) line outage distribution factors; -1 on an outage's own branch."""
    lanes = angle.shape[1]
    touched = angle[:, 0] > 1e300
    for first in range(0, len(outages), lanes):
        chosen = outages[first : first + lanes]
        unit_transfers(ptr, row, value, inverse, start, end, chosen, angle, touched)
        _hold(angle, free)
        for lane in range(len(chosen)):
            k, column = chosen[lane], first + lane
            rest = 1.0 - susceptance[k] * (angle[start[k], lane] - angle[end[k], lane])
            for branch in range(len(start)):
                factors[branch, column] = susceptance[branch] * (angle[start[branch], lane] - angle[end[branch], lane]) / rest
            factors[k, column] = -1.0


@njit(cache=True, nogil=True)
def pair_sent(flow, coupling, i, j, least):
    """Flows that outages i and j send over the rest, and whether they leave the grid whole.

    x_i = F_i + L_ij x_j, x_j = F_j + L_ji x_i; with a determinant below ``least`` they split the grid.
    """
    determinant = 1.0 - coupling[i, j] * coupling[j, i]
    if determinant < least:
        return 0.0, 0.0, False
    return (flow[i] + coupling[i, j] * flow[j]) / determinant, (flow[j] + coupling[j, i] * flow[i]) / determinant, True


@njit(cache=True, nogil=True)
def pair_block(loading, block, by_outage, flow, coupling, first, worst, least):
    """Worst loading after outages of pairs (i, first + lane), i below it, into (outages, lanes); NaN where a pair splits.

    loading: (branches,) before, as share of rating. block: (branches, lanes) factors over the rating of the outages from
    ``first`` on; by_outage: (outages, branches) of all. flow: (outages,) before; coupling: (outages, outages) factors.
    """
    width = block.shape[1]
    one, other, peak = worst[0, :width].copy(), worst[0, :width].copy(), worst[0, :width].copy()
    for i in range(min(first + width, len(flow)) - 1):
        for lane in range(width):
            peak[lane] = 0.0
            one[lane], other[lane] = 0.0, 0.0
            if first + lane > i:
                one[lane], other[lane], _ = pair_sent(flow, coupling, i, first + lane, least)
        for branch in range(len(loading)):
            before, factor = loading[branch], by_outage[i, branch]
            for lane in range(width):
                after = abs(before + factor * one[lane] + block[branch, lane] * other[lane])
                peak[lane] = after if after > peak[lane] else peak[lane]
        for lane in range(width):
            if first + lane > i:
                whole = pair_sent(flow, coupling, i, first + lane, least)[2]
                worst[i, lane] = peak[lane] if whole else float("nan")


@njit(cache=True, nogil=True)
def behind_bridges(ptr, other, branch, roots, amount, bridge, behind):
    """Bridges, and what lies behind each as seen from the roots: sums of ``amount`` (kinds, buses) into ``behind``.

    Depth first with low points (Tarjan, Information Processing Letters 2(6), 1974); parallel branches are no bridges.
    """
    buses, kinds = len(ptr) - 1, amount.shape[0]
    found, low = ptr[:-1] * 0 - 1, ptr[:-1] * 0
    above, at, stack = ptr[:-1] * 0 - 1, ptr[:-1].copy(), ptr[:-1] * 0
    total = amount.copy()
    clock = 0
    for root in roots:
        if found[root] >= 0:
            continue
        depth, stack[0] = 0, root
        found[root] = low[root] = clock
        clock += 1
        while depth >= 0:
            bus = stack[depth]
            if at[bus] < ptr[bus + 1]:
                k = at[bus]
                at[bus] += 1
                if branch[k] == above[bus]:
                    continue
                if found[other[k]] >= 0:
                    low[bus] = min(low[bus], found[other[k]])
                    continue
                bus = other[k]
                found[bus] = low[bus] = clock
                clock += 1
                above[bus] = branch[k]
                depth += 1
                stack[depth] = bus
                continue
            depth -= 1
            if depth < 0:
                break
            up = stack[depth]
            low[up] = min(low[up], low[bus])
            if low[bus] > found[up]:
                bridge[above[bus]] = True
                for kind in range(kinds):
                    behind[kind, above[bus]] = total[kind, bus]
            for kind in range(kinds):
                total[kind, up] += total[kind, bus]
    return buses

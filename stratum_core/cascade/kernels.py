"""The event queue of one replicate, and the loop over a chunk of replicates.

Between events nothing changes; an event changes components, changed components change
their network and whoever depends on them, until all is consistent (a fixed point);
then the clock moves on. Events are rounded up to the step.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.cascade.changes import (
    DAMAGE,
    FUEL_COMES,
    FUEL_DUE,
    NOTICE_OVER,
    RECLOSED,
    REPAIRABLE,
    REPAIRED,
    RESERVE_USED,
    STORAGE_CHANGED,
    STRAINED,
    TANKER_FREE,
    TIE_DUE,
)
from stratum_core.cascade.changes.kernels import (
    count_hours,
    drawn_reserve,
    fail_group,
    lift_notice,
    log_event,
    refunction,
    schedule,
    set_pending,
    transitions,
)
from stratum_core.cascade.crews.kernels import begin_repair, dispatch_crews, finish_repair, ready_at, take_on
from stratum_core.cascade.fuel.kernels import dispatch_tankers, fill_up, take_order
from stratum_core.cascade.switching.kernels import close_tie, hold_ties, plan_ties
from stratum_core.cascade.tallies.kernels import write_down
from stratum_core.random_numbers import REPAIR, STORED
from stratum_core.random_numbers.kernels import lognormal, normal
from stratum_core.sectors.kernels import solve_reach
from stratum_core.sectors.network import (
    BY_HAZARD,
    ELECTRIC,
    OVERLOAD,
    REACH,
    STORAGE,
)
from stratum_core.sectors.power.kernels import branch_flow, rating_now, solve_power
from stratum_core.sectors.water.kernels import advance_storage, solve_storage

_MAX_ROUNDS = 200


@njit(cache=True, nogil=True, _nrt=False)
def _handle(net, power, needs, people, work, state, timing, crews, batch, strain, slot, seed, replicate, now):
    """Carry out one event."""
    kind, ref = state.event_kind[slot], state.event_ref[slot]
    t = now * timing.step
    if kind == DAMAGE:
        component = batch.component[ref]
        state.hit[component] = True
        if not state.damaged[component]:
            state.damaged[component] = True
            set_pending(state, component, BY_HAZARD + batch.origin[ref], -1, batch.value[ref], batch.threshold[ref])
            refunction(net, work, state, component)
        if timing.repairs:
            duration = timing.repair_mean[component]
            if not math.isnan(batch.work[ref]):
                duration = batch.work[ref] * timing.repair_factor
            elif timing.spread:
                duration = lognormal(normal(seed, replicate, component, REPAIR), duration, timing.repair_sd[component])
            clear = max(t, batch.clear[ref]) + (timing.parts if batch.state[ref] >= 3 else 0.0)
            begin_repair(state, timing, crews, component, clear, duration, t, now)
        elif batch.clear[ref] < math.inf:
            ready_at(state, timing, component, max(batch.clear[ref], t + timing.step), now)
    elif kind == STORAGE_CHANGED:
        state.dirty[ref] = True
    elif kind == REPAIRABLE:
        take_on(state, ref)
    elif kind == REPAIRED and finish_repair(state, ref, t):
        refunction(net, work, state, ref)
    elif kind == RECLOSED:
        state.tripped[ref] = False
        refunction(net, work, state, ref)
    elif kind == TIE_DUE:
        close_tie(net, work, state, ref)
    elif kind == NOTICE_OVER:
        lift_notice(people, state, ref, t)
    elif kind == STRAINED:
        _strain(net, work, state, strain, ref)
    elif kind == FUEL_DUE:
        take_order(needs, state, ref, t)
    elif kind == FUEL_COMES:
        fill_up(net, needs, work, state, timing, ref, t, now)
    elif kind == TANKER_FREE:
        state.free_tanker[ref] = True
    elif kind == RESERVE_USED and state.due[ref] == now and not state.satisfied[ref]:
        state.reserve[ref] = 0.0
        state.reserve_at[ref] = t
        fail_group(net, needs, work, state, ref)


@njit(cache=True, nogil=True, _nrt=False)
def _strain(net, work, state, strain, row):
    """New weather on the power grid."""
    work.rating_scale[0] = strain.lines[row]
    work.rating_scale[1] = strain.transformers[row]
    for sector in range(len(net.physics)):
        if net.physics[sector] == ELECTRIC:
            work.demand_scale[sector] = strain.demand[row]
            state.dirty[sector] = True


@njit(cache=True, nogil=True, _nrt=False)
def _root(cause, first_down, component):
    """The start of the chain of first causes above ``component``."""
    at = component
    for _ in range(256):
        up = cause[at]
        if up < 0 or first_down[up] < 0.0 or first_down[up] > first_down[at]:
            break
        at = up
    return at


@njit(cache=True, nogil=True, _nrt=False)
def _watch_storage(state, timing, sector, hours, now):
    """Wake up when a tank runs empty or full; an earlier waking that still waits is enough."""
    waiting = state.storage_due[sector]
    if waiting <= now or math.ceil(hours / timing.step - 1e-9) < waiting:
        state.storage_due[sector] = schedule(state, timing, hours, STORAGE_CHANGED, sector, 0.0, 0.0, now)


@njit(cache=True, nogil=True, _nrt=False)
def _solve(net, power, work, state, timing, sector, t, now):
    """Solve one sector; overloaded branches trip. Returns True when something tripped."""
    physics = net.physics[sector]
    if physics == REACH:
        out_at = solve_reach(net, work, sector, t)
        if out_at < math.inf:
            schedule(state, timing, out_at, STORAGE_CHANGED, sector, 0.0, 0.0, now + 1)
    elif physics == STORAGE:
        advance_storage(net, work, sector, (t - state.storage_at[sector]) * 3600.0)
        state.storage_at[sector] = t
        seconds = solve_storage(net, work, sector)
        if seconds < math.inf:
            _watch_storage(state, timing, sector, max(t + seconds / 3600.0, t + timing.step), now)
    elif physics == ELECTRIC:
        return _solve_electric(net, power, work, state, timing, sector, t, now)
    return False


@njit(cache=True, nogil=True, _nrt=False)
def _solve_electric(net, power, work, state, timing, sector, t, now):
    trips, shed, weak = solve_power(net, power, work, sector, state.overloaded)
    while hold_ties(net, work, state, trips, weak):
        trips, shed, weak = solve_power(net, power, work, sector, state.overloaded)
    state.weak[0] = weak
    plan_ties(net, work, state, timing, sector, t, now)
    log_event(state, t, -1, OVERLOAD, trips, shed, 0.0)
    before = state.last_cut[sector]
    for i in range(trips):
        link = state.overloaded[i]
        state.tripped[link] = True
        flow = abs(branch_flow(net, power, work, link))
        set_pending(state, link, OVERLOAD, before, flow / rating_now(power, work, link), power.trip)
        schedule(state, timing, t + timing.reclose, RECLOSED, link, 0.0, 0.0, now + 1)
    if trips > 0:
        work.grown[sector] = False  # the notes of these trips are taken before the grid is solved again
    # only after all flows were read: tripping changes nothing that they depend on
    for i in range(trips):
        refunction(net, work, state, state.overloaded[i])
    return trips > 0


@njit(cache=True, nogil=True, _nrt=False)
def _settle(net, power, needs, base, people, work, state, sums, timing, t, now):
    """Solve dirty sectors until none is; False if that takes too many rounds."""
    for _ in range(_MAX_ROUNDS):
        calm = True
        for sector in range(len(net.physics)):
            if state.dirty[sector]:
                state.dirty[sector] = False
                _solve(net, power, work, state, timing, sector, t, now)
            elif work.noted_count[sector] == 0:
                continue
            if sector == net.roads:
                state.drive_known[:] = False
                state.crews_due[0] = True
            calm = False
            transitions(net, power, needs, base, people, work, state, sums, timing, sector, t, now)
        if calm:
            return True
    return False


@njit(cache=True, nogil=True)
def _reset(net, needs, base, work, state, seed, replicate):
    work.noted[:] = False
    work.noted_count[:] = 0
    work.engaged[:] = False
    work.grown[:] = False
    work.voltage2[:] = 1.0
    work.hold_until[:] = math.inf
    for sector in range(len(net.surge)):
        work.demand_scale[sector] = net.surge[sector]
    work.rating_scale[:] = 1.0
    work.kept[:] = 1.0
    work.carried[:] = net.planned
    work.restored[:] = False
    work.functional[:] = base.functional
    work.supplied[:] = base.supplied
    work.volume[:] = base.volume
    for k in range(len(net.store_list)):
        tank = net.store_list[k]
        if net.level_sd[tank] > 0.0:
            level = net.level[tank] + net.level_sd[tank] * normal(seed, replicate, tank, STORED)
            work.volume[tank] = min(max(level, 0.0), 1.0) * net.capacity[tank]
    work.rate[:] = 0.0
    state.up[:] = base.up
    state.damaged[:] = False
    state.hit[:] = False
    state.ready[:] = 0.0
    state.boil_until[:] = -1.0
    state.work_left[:] = 0.0
    state.tripped[:] = False
    state.lost_inputs[:] = 0
    state.hours_down[:] = 0.0
    state.first_down[:] = -1.0
    state.rule[:] = 0
    state.cause[:] = -1
    state.dirty[:] = False
    state.log_count[0] = 0
    for group in range(len(needs.dependent)):
        state.alive[group] = base.alive[group]
        state.satisfied[group] = base.alive[group] >= needs.needed[group]
        state.failed[group] = False
        state.due[group] = -1
        size = drawn_reserve(needs, seed, replicate, group)
        state.buffer_size[group] = size
        state.reserve[group] = size
        state.reserve_at[group] = 0.0
    state.storage_due[:] = -1
    state.storage_at[:] = 0.0
    state.last_cut[:] = -1
    state.last_cut_at[:] = -1.0
    state.clock[0] = 0.0
    state.lost_share[:] = base.lost_share
    state.without[:] = base.without
    state.waiting_count[0] = 0
    state.at_work[:] = -1
    state.free_crew[:] = True
    state.crews_due[0] = False
    state.drive_known[:] = False
    state.tie_due[:] = -1
    state.barred[:] = False
    state.trial_count[0] = 0
    state.weak[0] = 0
    state.order_count[0] = 0
    state.ordered[:] = False
    state.free_tanker[:] = True
    state.deliveries[0] = 0
    state.seen_open[0] = False
    state.bucket[:] = -1
    for slot in range(len(state.event_next)):
        state.event_next[slot] = slot + 1
    state.event_next[len(state.event_next) - 1] = -1
    state.free[0] = 0
    state.free[1] = 0


@njit(cache=True, nogil=True)
def _close(net, people, watched, state, sums, timing, row):
    """Close open outages at the horizon and add the replicate to the sums."""
    end = timing.steps * timing.step
    first_down, up, hours_down, since = state.first_down, state.up, state.hours_down, state.down_since
    for component in range(len(up)):
        if state.hit[component]:
            sums.damages[component] += 1
        if first_down[component] < 0.0:
            continue
        if not up[component]:
            hours_down[component] += end - since[component]
            count_hours(sums.down_at, component, since[component], end + 1e-6, timing.hours)
        sums.failures[component] += 1
        sums.hours_down[component] += hours_down[component]
        sums.time_to_failure[component] += first_down[component]
        sums.size[row] += 1
        sums.down[row, component >> 3] |= np.uint8(1 << (component & 7))
        if state.rule[component] < BY_HAZARD:
            sums.indirect[row] += 1
    cause = state.cause
    for supplier in people.suppliers:
        if first_down[supplier] >= 0.0:
            sums.root_hours[_root(cause, first_down, supplier)] += people.total[supplier] * hours_down[supplier]
    for k in range(len(watched)):
        at = watched[k]
        for depth in range(sums.chain.shape[2]):
            if at < 0 or state.first_down[at] < 0.0:
                break
            sums.chain[row, k, depth] = at
            sums.chain_rule[row, k, depth] = state.rule[at]
            at = state.cause[at]


@njit(cache=True, nogil=True, _nrt=False)
def _release(state, slot):
    """Give the slot of an event back; returns the slot after it in its list."""
    after = state.event_next[slot]
    state.event_next[slot] = state.free[0]
    state.free[0] = slot
    return after


@njit(cache=True, nogil=True, _nrt=False)
def _take_events(net, power, needs, people, work, state, timing, crews, batch, strain, seed, replicate, now):
    """Carry out the events of this step; those of reserves are handed back as a list, for after the rest has settled."""
    late = -1
    while state.bucket[now] >= 0:
        slot = state.bucket[now]
        state.bucket[now] = state.event_next[slot]
        if state.event_kind[slot] == RESERVE_USED:
            state.event_next[slot] = late
            late = slot
        else:
            _handle(net, power, needs, people, work, state, timing, crews, batch, strain, slot, seed, replicate, now)
            _release(state, slot)
    return late


@njit(cache=True, nogil=True)
def replicate_once(
    net, power, needs, base, people, watched, timing, crews, fuel, tallies, work, state, sums, batch, strain, row, seed, replicate
):
    """Run one replicate and add it to row ``row`` of the sums.

    Returns 0, 1 when the event pool ran over, 2 when a moment did not settle.
    """
    _reset(net, needs, base, work, state, seed, replicate)
    for k in range(batch.offset[row], batch.offset[row + 1]):
        schedule(state, timing, batch.time[k], DAMAGE, k, 0.0, 0.0, 0)
    for k in range(strain.offset[row], strain.offset[row + 1]):
        schedule(state, timing, strain.time[k], STRAINED, k, 0.0, 0.0, 0)
    for sector in range(len(net.physics)):
        state.dirty[sector] = net.physics[sector] == STORAGE
    before, hour, looked = 0, 0, 0
    for now in range(timing.steps + 1):
        if state.bucket[now] < 0 and now > 0:
            continue
        t = now * timing.step
        span = (now - before) * timing.step
        hour, looked = write_down(net, work, state, crews, tallies, sums, row, hour, looked, t, span)
        before = now
        state.clock[0] = t
        late = _take_events(net, power, needs, people, work, state, timing, crews, batch, strain, seed, replicate, now)
        if not _settle(net, power, needs, base, people, work, state, sums, timing, t, now):
            return 2
        # a reserve that ends at the hour at which supply returns has lasted
        if late >= 0:
            while late >= 0:
                _handle(net, power, needs, people, work, state, timing, crews, batch, strain, late, seed, replicate, now)
                late = _release(state, late)
            if not _settle(net, power, needs, base, people, work, state, sums, timing, t, now):
                return 2
        dispatch_crews(net, work, state, timing, crews, t, now)
        dispatch_tankers(net, needs, work, state, timing, crews, fuel, t, now)
    span = (timing.steps - before) * timing.step
    write_down(net, work, state, crews, tallies, sums, row, hour, looked, timing.hours + 0.5, span)
    sums.deliveries[row] = state.deliveries[0]
    _close(net, people, watched, state, sums, timing, row)
    return state.free[1]


@njit(cache=True, nogil=True)
def replicate_chunk(
    net, power, needs, base, people, watched, timing, crews, fuel, tallies, work, state, sums, batch, strain, seed, numbers, stop
):
    """Run the replicates ``numbers``; ``stop[0]`` set by another thread ends it early.

    Returns 0, or the code of the first replicate that failed, or -1 when stopped.
    """
    for row in range(len(numbers)):
        if stop[0]:
            return -1
        code = replicate_once(
            net, power, needs, base, people, watched, timing, crews, fuel, tallies, work, state, sums, batch, strain, row, seed,
            numbers[row],
        )
        if code != 0:
            return code
    return 0

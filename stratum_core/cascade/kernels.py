"""The event queue of one replicate, and the loop over a chunk of replicates.

Between events nothing changes; an event changes components, changed components change
their network and whoever depends on them, until all is consistent (a fixed point);
then the clock moves on. Events are rounded up to the step.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.random_numbers import BUFFER, REPAIR
from stratum_core.random_numbers.kernels import lognormal, normal, triangular, uniform
from stratum_core.sectors.kernels import solve_reach
from stratum_core.sectors.network import (
    CUT_OFF,
    DRY,
    ELECTRIC,
    HAZARD,
    INPUT,
    NODE_LOST,
    OUTAGE,
    OVERLOAD,
    REACH,
    SHORTAGE,
    SINK,
    STORAGE,
    STORE,
    UNDERVOLTAGE,
)
from stratum_core.sectors.power.kernels import branch_flow, solve_power
from stratum_core.sectors.water.kernels import advance_storage, solve_storage

DAMAGE, REPAIRED, RESERVE_USED, RECLOSED, STORAGE_CHANGED = range(5)
_MAX_ROUNDS = 200


@njit(cache=True, nogil=True)
def _schedule(state, timing, hours, kind, ref, value, threshold, now):
    """Put an event into the bucket of its step, never before the step after ``now`` unless due now."""
    if hours > timing.steps * timing.step + 1e-9:
        return -1
    step = max(math.ceil(hours / timing.step - 1e-9), now)
    slot = state.free[0]
    if slot < 0:
        state.free[1] = 1
        return -1
    state.free[0] = state.event_next[slot]
    state.event_kind[slot] = kind
    state.event_ref[slot] = ref
    state.event_value[slot] = value
    state.event_threshold[slot] = threshold
    state.event_next[slot] = state.bucket[step]
    state.bucket[step] = slot
    return step


@njit(cache=True, nogil=True)
def _log(state, t, component, rule, cause, value, threshold):
    n = state.log_count[0]
    if n < len(state.log_time):
        state.log_time[n] = t
        state.log_component[n] = component
        state.log_rule[n] = rule
        state.log_cause[n] = cause
        state.log_value[n] = value
        state.log_threshold[n] = threshold
        state.log_count[0] = n + 1


@njit(cache=True, nogil=True)
def _set_pending(state, component, rule, cause, value, threshold):
    state.pending_rule[component] = rule
    state.pending_cause[component] = cause
    state.pending_value[component] = value
    state.pending_threshold[component] = threshold


@njit(cache=True, nogil=True)
def _refunction(net, work, state, component):
    """Recompute whether ``component`` functions; a change makes its sector dirty. Returns True on a change."""
    functional = not (state.damaged[component] or state.tripped[component]) and state.lost_inputs[component] == 0
    if functional == work.functional[component]:
        return False
    work.functional[component] = functional
    # a customer that goes changes no topology, and less load breaks nothing: its network is not solved again
    if net.role[component] == SINK:
        state.touched[net.sector[component]] = True
    else:
        state.dirty[net.sector[component]] = True
    return True


@njit(cache=True, nogil=True)
def _inform_dependents(net, needs, work, state, timing, component, up, t, now):
    """Tell every group that ``component`` serves that it went up or down."""
    for k in range(needs.use_ptr[component], needs.use_ptr[component + 1]):
        group = needs.use_list[k]
        state.alive[group] += 1 if up else -1
        enough = state.alive[group] >= needs.needed[group]
        if enough == state.satisfied[group]:
            continue
        state.satisfied[group] = enough
        if enough:
            _regain(net, needs, work, state, group, t)
        else:
            _lose(net, needs, work, state, timing, group, component, t, now)


@njit(cache=True, nogil=True)
def _lose(net, needs, work, state, timing, group, supplier, t, now):
    size = state.buffer_size[group]
    state.cuts[group] = supplier
    reserve = state.reserve[group]
    if reserve < size:
        gained = (t - state.reserve_at[group]) * needs.refill[group] if t > state.reserve_at[group] else 0.0
        reserve = min(size, reserve + gained)
    state.reserve[group] = reserve
    state.reserve_at[group] = t
    if reserve <= 0.0:
        _fail_group(net, needs, work, state, group)
    else:
        state.due[group] = _schedule(state, timing, t + reserve, RESERVE_USED, group, 0.0, 0.0, now)


@njit(cache=True, nogil=True)
def _regain(net, needs, work, state, group, t):
    state.due[group] = -1
    used = t - state.reserve_at[group]
    state.reserve[group] = max(state.reserve[group] - used, 0.0)
    state.reserve_at[group] = t
    if state.failed[group]:
        state.failed[group] = False
        dependent = needs.dependent[group]
        state.lost_inputs[dependent] -= 1
        _refunction(net, work, state, dependent)


@njit(cache=True, nogil=True)
def _fail_group(net, needs, work, state, group):
    state.failed[group] = True
    state.due[group] = -1
    dependent = needs.dependent[group]
    if state.lost_inputs[dependent] == 0 and not state.damaged[dependent]:
        _set_pending(state, dependent, INPUT, state.cuts[group], 0.0, state.buffer_size[group])
    state.lost_inputs[dependent] += 1
    _refunction(net, work, state, dependent)


@njit(cache=True, nogil=True)
def _handle(net, needs, work, state, timing, batch, slot, seed, replicate, now):
    """Carry out one event."""
    kind, ref = state.event_kind[slot], state.event_ref[slot]
    t = now * timing.step
    if kind == DAMAGE:
        component = batch.component[ref]
        if state.damaged[component]:
            return
        state.damaged[component] = True
        _set_pending(state, component, batch.rule[ref], -1, batch.value[ref], batch.threshold[ref])
        _refunction(net, work, state, component)
        if timing.repairs:
            duration = timing.repair_mean[component]
            if timing.spread:
                duration = lognormal(normal(seed, replicate, component, REPAIR), duration, timing.repair_sd[component])
            ready = max(t, batch.clear[ref]) + duration
            _schedule(state, timing, max(ready, t + timing.step), REPAIRED, component, 0.0, 0.0, now)
        elif batch.clear[ref] < math.inf:
            _schedule(state, timing, max(batch.clear[ref], t + timing.step), REPAIRED, component, 0.0, 0.0, now)
    elif kind == STORAGE_CHANGED:
        state.dirty[ref] = True
    elif kind == REPAIRED:
        state.damaged[ref] = False
        _refunction(net, work, state, ref)
    elif kind == RECLOSED:
        state.tripped[ref] = False
        _refunction(net, work, state, ref)
    elif kind == RESERVE_USED and state.due[ref] == now and not state.satisfied[ref]:
        state.reserve[ref] = 0.0
        state.reserve_at[ref] = t
        _fail_group(net, needs, work, state, ref)


@njit(cache=True, nogil=True)
def _count_hours(down_at, component, since, t, last_hour):
    """Mark the whole hours of an outage from ``since`` to ``t``."""
    for hour in range(math.ceil(since - 1e-9), min(math.ceil(t - 1e-9), last_hour + 1)):
        down_at[component, hour] += 1


@njit(cache=True, nogil=True)
def _missing_above(functional, parent, parent_link, node):
    """Walk from ``node`` towards its base source; the first component on the way that does not function, or -1."""
    at, found = node, -1
    while at >= 0:
        if not functional[at]:
            found = at
            break
        link = parent_link[at]
        if link >= 0 and not functional[link]:
            found = link
            break
        at = parent[at]
    return found


@njit(cache=True, nogil=True)
def _failed_source(net, work, sector):
    for k in range(net.source_ptr[sector], net.source_ptr[sector + 1]):
        if not work.functional[net.source_list[k]]:
            return net.source_list[k]
    return -1


@njit(cache=True, nogil=True)
def _zone_causes(net, work, state, sector, zone_tank, zone_feed):
    """For each zone: a tank in it or -1, and the pump into it that stopped first (else a failed source) or -1."""
    zone_tank[:] = -1
    zone_feed[:] = _failed_source(net, work, sector)
    when = np.full(len(zone_feed), math.inf)
    for k in range(net.store_ptr[sector], net.store_ptr[sector + 1]):
        zone = work.island[net.store_list[k]]
        if zone >= 0:
            zone_tank[zone] = net.store_list[k]
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        zone = work.island[net.end[pump]]
        if zone >= 0 and not state.up[pump] and state.down_since[pump] < when[zone]:
            zone_feed[zone], when[zone] = pump, state.down_since[pump]


@njit(cache=True, nogil=True)
def _changed(functional, supplied, attach, up, normal, least, members, first, last, out):
    """Collect the listed components whose ``up`` no longer fits function and supply; a sink takes its node's supply."""
    count = 0
    for k in range(first, last):
        component = members[k]
        if attach[component] >= 0:
            supplied[component] = supplied[attach[component]]
        if up[component] != (functional[component] and supplied[component] >= least and normal[component]):
            out[count] = component
            count += 1
    return count


@njit(cache=True, nogil=True)
def _turn(net, power, base, work, state, sums, timing, sector, count, t):
    """The collected components go up or down, each with its reason.

    Arrays are taken out of their tuples first: a call with whole tuples costs microseconds, and this loop is the hot one.
    """
    functional, supplied, attach, island, voltage2 = work.functional, work.supplied, net.attach, work.island, work.voltage2
    up, since, hours_down, first_down = state.up, state.down_since, state.hours_down, state.first_down
    rules, causes, values, thresholds = state.rule, state.cause, state.value, state.threshold
    pending_rule, pending_cause = state.pending_rule, state.pending_cause
    pending_value, pending_threshold = state.pending_value, state.pending_threshold
    parent, parent_link, floor, role = base.parent, base.parent_link, power.floor, net.role
    tree_link, down_at, changed, logging = work.parent_link, sums.down_at, state.stack, len(state.log_time) > 0
    least, physics, assets = net.minimum_supply[sector], net.physics[sector], len(work.parent)
    zone_tank, zone_feed = state.zone_tank, state.zone_feed
    source = _failed_source(net, work, sector)
    if physics == STORAGE:
        _zone_causes(net, work, state, sector, zone_tank, zone_feed)
    for i in range(count):
        c = changed[i]
        if not up[c]:
            up[c] = True
            hours_down[c] += t - since[c]
            _count_hours(down_at, c, since[c], t, timing.hours)
            continue
        rule, cause, value, threshold = CUT_OFF, -1, supplied[c], least
        if not functional[c]:
            rule, cause, value, threshold = pending_rule[c], pending_cause[c], pending_value[c], pending_threshold[c]
        elif attach[c] >= 0:
            rule, cause = NODE_LOST, attach[c]
        elif physics == STORAGE and role[c] == STORE:
            rule, cause, value, threshold = DRY, zone_feed[island[c]], work.volume[c], 0.0
        elif physics == STORAGE and zone_tank[island[c]] >= 0:
            rule, cause = DRY, zone_tank[island[c]]
        elif physics == ELECTRIC and island[c] >= 0 and voltage2[c] < floor[c] * floor[c]:
            rule, cause, value, threshold = UNDERVOLTAGE, tree_link[c], math.sqrt(voltage2[c]), floor[c]
        elif c < assets:
            cause = _missing_above(functional, parent, parent_link, c)
            if cause < 0:
                rule, cause = SHORTAGE, source
        up[c] = False
        since[c] = t
        if first_down[c] < 0.0:
            first_down[c], rules[c], causes[c], values[c], thresholds[c] = t, rule, cause, value, threshold
        if logging:
            _log(state, t, c, rule, cause, value, threshold)


@njit(cache=True, nogil=True)
def _transitions(net, power, needs, base, work, state, sums, timing, sector, members, ptr, t, now):
    """Bring ``up`` of a sector's listed components in line with function and supply; tell their dependents."""
    count = _changed(
        work.functional,
        work.supplied,
        net.attach,
        state.up,
        base.up,
        net.minimum_supply[sector],
        members,
        ptr[sector],
        ptr[sector + 1],
        state.stack,
    )
    if count == 0:
        return
    _turn(net, power, base, work, state, sums, timing, sector, count, t)
    for i in range(count):
        component = state.stack[i]
        if needs.use_ptr[component + 1] > needs.use_ptr[component]:
            _inform_dependents(net, needs, work, state, timing, component, state.up[component], t, now)


@njit(cache=True, nogil=True)
def _root(cause, first_down, component):
    """The start of the chain of first causes above ``component``."""
    at = component
    for _ in range(256):
        up = cause[at]
        if up < 0 or first_down[up] < 0.0 or first_down[up] > first_down[at]:
            break
        at = up
    return at


@njit(cache=True, nogil=True)
def _watch_storage(state, timing, sector, hours, now):
    """Wake up when a tank runs empty or full; an earlier waking that still waits is enough."""
    waiting = state.storage_due[sector]
    if waiting <= now or math.ceil(hours / timing.step - 1e-9) < waiting:
        state.storage_due[sector] = _schedule(state, timing, hours, STORAGE_CHANGED, sector, 0.0, 0.0, now)


@njit(cache=True, nogil=True)
def _solve(net, power, work, state, timing, sector, t, now):
    """Solve one sector; overloaded branches trip. Returns True when something tripped."""
    physics = net.physics[sector]
    if physics == REACH:
        solve_reach(net, work, sector)
    elif physics == STORAGE:
        advance_storage(net, work, sector, (t - state.storage_at[sector]) * 3600.0)
        state.storage_at[sector] = t
        seconds = solve_storage(net, work, sector)
        if seconds < math.inf:
            _watch_storage(state, timing, sector, max(t + seconds / 3600.0, t + timing.step), now)
    elif physics == ELECTRIC:
        trips, shed = solve_power(net, power, work, sector, state.overloaded)
        _log(state, t, -1, OVERLOAD, trips, shed, 0.0)
        for i in range(trips):
            link = state.overloaded[i]
            state.tripped[link] = True
            flow = abs(branch_flow(net, power, work, link))
            _set_pending(state, link, OVERLOAD, -1, flow / power.rating[link], power.trip)
            _schedule(state, timing, t + timing.reclose, RECLOSED, link, 0.0, 0.0, now + 1)
        # only after all flows were read: tripping changes nothing that they depend on
        for i in range(trips):
            _refunction(net, work, state, state.overloaded[i])
        return trips > 0
    return False


@njit(cache=True, nogil=True)
def _settle(net, power, needs, base, work, state, sums, timing, t, now):
    """Solve dirty sectors until none is; False if that takes too many rounds."""
    sectors = len(net.physics)
    for _ in range(_MAX_ROUNDS):
        calm = True
        for sector in range(sectors):
            if not (state.dirty[sector] or state.touched[sector]):
                continue
            calm = False
            state.touched[sector] = False
            if not state.dirty[sector]:
                _transitions(net, power, needs, base, work, state, sums, timing, sector, net.sink_list, net.sink_ptr, t, now)
                continue
            state.dirty[sector] = False
            _solve(net, power, work, state, timing, sector, t, now)
            for members, ptr in (
                (net.link_list, net.link_ptr),
                (net.node_list, net.node_ptr),
                (net.source_list, net.source_ptr),
                (net.sink_list, net.sink_ptr),
            ):
                _transitions(net, power, needs, base, work, state, sums, timing, sector, members, ptr, t, now)
        if calm:
            return True
    return False


@njit(cache=True, nogil=True)
def _reset(net, needs, base, work, state, seed, replicate):
    work.functional[:] = base.functional
    work.supplied[:] = base.supplied
    work.volume[:] = base.volume
    work.rate[:] = 0.0
    state.up[:] = base.up
    state.damaged[:] = False
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
        size = triangular(
            uniform(seed, replicate, group, BUFFER), needs.buffer_low[group], needs.buffer[group], needs.buffer_high[group]
        )
        state.buffer_size[group] = size
        state.reserve[group] = size
        state.reserve_at[group] = 0.0
    state.storage_due[:] = -1
    state.storage_at[:] = 0.0
    state.touched[:] = False
    state.bucket[:] = -1
    for slot in range(len(state.event_next)):
        state.event_next[slot] = slot + 1
    state.event_next[len(state.event_next) - 1] = -1
    state.free[0] = 0
    state.free[1] = 0


@njit(cache=True, nogil=True)
def _people_out(people, work, state, out):
    out[:] = 0.0
    for row in range(len(people.supplier)):
        supplier = people.supplier[row]
        share = 1.0 if not state.up[supplier] else 1.0 - work.supplied[supplier]
        out[people.service[row]] += people.people[row] * share


@njit(cache=True, nogil=True)
def _close(net, people, watched, state, sums, timing, row):
    """Close open outages at the horizon and add the replicate to the sums."""
    end = timing.steps * timing.step
    first_down, up, hours_down, since = state.first_down, state.up, state.hours_down, state.down_since
    for component in range(len(up)):
        if first_down[component] < 0.0:
            continue
        if not up[component]:
            hours_down[component] += end - since[component]
            _count_hours(sums.down_at, component, since[component], end + 1e-6, timing.hours)
        sums.failures[component] += 1
        sums.hours_down[component] += hours_down[component]
        sums.time_to_failure[component] += first_down[component]
        sums.size[row] += 1
        if state.rule[component] != HAZARD and state.rule[component] != OUTAGE:
            sums.indirect[row] += 1
    cause = state.cause
    for k in range(len(people.supplier)):
        supplier = people.supplier[k]
        if first_down[supplier] >= 0.0:
            sums.root_hours[_root(cause, first_down, supplier)] += people.people[k] * hours_down[supplier]
    for k in range(len(watched)):
        at = watched[k]
        for depth in range(sums.chain.shape[2]):
            if at < 0 or state.first_down[at] < 0.0:
                break
            sums.chain[row, k, depth] = at
            sums.chain_rule[row, k, depth] = state.rule[at]
            at = state.cause[at]


@njit(cache=True, nogil=True)
def replicate_once(net, power, needs, base, people, watched, timing, work, state, sums, batch, row, seed, replicate):
    """Run one replicate and add it to row ``row`` of the sums.

    Returns 0, 1 when the event pool ran over, 2 when a moment did not settle.
    """
    _reset(net, needs, base, work, state, seed, replicate)
    for k in range(batch.offset[row], batch.offset[row + 1]):
        sums.damages[batch.component[k]] += 1
        _schedule(state, timing, batch.time[k], DAMAGE, k, 0.0, 0.0, 0)
    for sector in range(len(net.physics)):
        state.dirty[sector] = net.physics[sector] == STORAGE
    out = np.zeros(people.services)
    before, hour = 0, 0
    for now in range(timing.steps + 1):
        slot = state.bucket[now]
        if slot < 0 and now > 0:
            continue
        t = now * timing.step
        hour = _write_series(sums, row, out, hour, t, (now - before) * timing.step)
        before = now
        while state.bucket[now] >= 0:
            slot = state.bucket[now]
            state.bucket[now] = state.event_next[slot]
            _handle(net, needs, work, state, timing, batch, slot, seed, replicate, now)
            state.event_next[slot] = state.free[0]
            state.free[0] = slot
        if not _settle(net, power, needs, base, work, state, sums, timing, t, now):
            return 2
        _people_out(people, work, state, out)
    _write_series(sums, row, out, hour, timing.hours + 0.5, (timing.steps - before) * timing.step)
    _close(net, people, watched, state, sums, timing, row)
    return state.free[1]


@njit(cache=True, nogil=True)
def _write_series(sums, row, out, hour, t, span):
    """Write the people without service at every whole hour before ``t``; add people-hours of the span."""
    for service in range(len(out)):
        sums.people_hours[row, service] += out[service] * span
    while hour < sums.series.shape[2] and hour < t - 1e-9:
        for service in range(len(out)):
            sums.series[row, service, hour] = out[service]
        hour += 1
    return hour


@njit(cache=True, nogil=True)
def replicate_chunk(net, power, needs, base, people, watched, timing, work, state, sums, batch, seed, first, count, stop):
    """Run replicates ``first`` to ``first + count``; ``stop[0]`` set by another thread ends it early.

    Returns 0, or the code of the first replicate that failed, or -1 when stopped.
    """
    for row in range(count):
        if stop[0]:
            return -1
        code = replicate_once(net, power, needs, base, people, watched, timing, work, state, sums, batch, row, seed, first + row)
        if code != 0:
            return code
    return 0

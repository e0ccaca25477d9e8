"""What follows from a change within one moment: function, supply, causes, dependents, reserves.

Kernels of the event queue allocate nothing and are compiled without reference counts (``_nrt=False``): counting the
references of some 150 arrays at each call had cost more than the work itself.
"""

from __future__ import annotations

import math

from numba import njit

from stratum_core.cascade.changes import FUEL_DUE, NOTICE_OVER, RESERVE_USED
from stratum_core.random_numbers import BUFFER, STRENGTH, STRENGTH_RANGE
from stratum_core.random_numbers.kernels import triangular, uniform
from stratum_core.sectors.kernels import note
from stratum_core.sectors.network import CUT_OFF, DRY, ELECTRIC, INPUT, NODE_LOST, SHORTAGE, SINK, STORAGE, STORE, UNDERVOLTAGE

#: longer than any horizon
_UNFELT_H = 1e6


@njit(cache=True, nogil=True, _nrt=False)
def schedule(state, timing, hours, kind, ref, value, threshold, now):
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


@njit(cache=True, nogil=True, _nrt=False)
def log_event(state, t, component, rule, cause, value, threshold):
    n = state.log_count[0]
    if n < len(state.log_time):
        state.log_time[n] = t
        state.log_component[n] = component
        state.log_rule[n] = rule
        state.log_cause[n] = cause
        state.log_value[n] = value
        state.log_threshold[n] = threshold
        state.log_count[0] = n + 1


@njit(cache=True, nogil=True, _nrt=False)
def set_pending(state, component, rule, cause, value, threshold):
    state.pending_rule[component] = rule
    state.pending_cause[component] = cause
    state.pending_value[component] = value
    state.pending_threshold[component] = threshold


@njit(cache=True, nogil=True, _nrt=False)
def refunction(net, work, state, component):
    """Recompute whether ``component`` functions; a change makes its sector dirty. Returns True on a change."""
    functional = not (state.damaged[component] or state.tripped[component]) and state.lost_inputs[component] == 0
    if functional == work.functional[component]:
        return False
    work.functional[component] = functional
    note(net, work, component)
    if not functional:
        state.stopped_at[component] = state.clock[0]
    # a customer that goes changes no topology, and less load breaks nothing: its network is not solved again
    if net.role[component] != SINK:
        sector = net.sector[component]
        state.dirty[sector] = True
        if functional:
            work.restored[sector] = True
        else:
            state.last_cut[sector] = component
            state.last_cut_at[sector] = state.clock[0]
    return True


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
def _lose(net, needs, work, state, timing, group, supplier, t, now):
    size = state.buffer_size[group]
    state.cuts[group] = supplier
    reserve = state.reserve[group]
    if reserve < size:
        gained = (t - state.reserve_at[group]) * needs.refill[group] if t > state.reserve_at[group] else 0.0
        reserve = min(size, reserve + gained)
    state.reserve[group] = reserve
    state.reserve_at[group] = t
    if needs.order_at[group] >= 0.0:
        schedule(state, timing, t + max(reserve - needs.order_at[group] * size, 0.0), FUEL_DUE, group, 0.0, 0.0, now + 1)
    if reserve <= 0.0:
        fail_group(net, needs, work, state, group)
    else:
        state.due[group] = schedule(state, timing, t + reserve, RESERVE_USED, group, 0.0, 0.0, now)


@njit(cache=True, nogil=True, _nrt=False)
def _regain(net, needs, work, state, group, t):
    state.due[group] = -1
    used = t - state.reserve_at[group]
    state.reserve[group] = max(state.reserve[group] - used, 0.0)
    state.reserve_at[group] = t
    if state.failed[group]:
        state.failed[group] = False
        dependent = needs.dependent[group]
        state.lost_inputs[dependent] -= 1
        refunction(net, work, state, dependent)


@njit(cache=True, nogil=True, _nrt=False)
def fail_group(net, needs, work, state, group):
    state.failed[group] = True
    state.due[group] = -1
    dependent = needs.dependent[group]
    if state.lost_inputs[dependent] == 0 and not state.damaged[dependent]:
        set_pending(state, dependent, INPUT, state.cuts[group], 0.0, state.buffer_size[group])
    state.lost_inputs[dependent] += 1
    refunction(net, work, state, dependent)


@njit(cache=True, nogil=True, _nrt=False)
def drawn_reserve(needs, seed, replicate, group):
    """Hours that the dependent lasts without the need in one replicate; beyond every horizon where it does not feel the loss."""
    if needs.strength_low[group] < 1.0:
        strength = triangular(uniform(seed, replicate, group, STRENGTH_RANGE), needs.strength_low[group], needs.strength[group],
                              needs.strength_high[group])
        if uniform(seed, replicate, group, STRENGTH) >= strength:
            return _UNFELT_H
    low, mode, high = needs.buffer_low[group], needs.buffer[group], needs.buffer_high[group]
    return triangular(uniform(seed, replicate, group, BUFFER), low, mode, high)


@njit(cache=True, nogil=True, _nrt=False)
def count_hours(down_at, component, since, t, last_hour):
    """Mark the whole hours of an outage from ``since`` to ``t``."""
    for hour in range(math.ceil(since - 1e-9), min(math.ceil(t - 1e-9), last_hour + 1)):
        down_at[component, hour] += 1


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
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
    when = state.zone_when
    when[:] = math.inf
    for k in range(net.store_ptr[sector], net.store_ptr[sector + 1]):
        zone = work.island[net.store_list[k]]
        if zone >= 0:
            zone_tank[zone] = net.store_list[k]
    for k in range(net.pump_ptr[sector], net.pump_ptr[sector + 1]):
        pump = net.pump_list[k]
        zone = work.island[net.end[pump]]
        if zone >= 0 and not state.up[pump] and state.down_since[pump] < when[zone]:
            zone_feed[zone], when[zone] = pump, state.down_since[pump]


@njit(cache=True, nogil=True, _nrt=False)
def _changed(net, base, work, state, sector):
    """Collect the noted components whose ``up`` no longer fits function and supply; what hangs on a node takes its supply."""
    supplied, noted_list, noted, functional, up, normal = (
        work.supplied, work.noted_list, work.noted, work.functional, state.up, base.up
    )
    first, least, assets, out = net.part_ptr[sector], net.minimum_supply[sector], len(net.hang_ptr) - 1, state.stack
    i, count = 0, 0
    while i < work.noted_count[sector]:
        node = noted_list[first + i]
        if node < assets:
            for k in range(net.hang_ptr[node], net.hang_ptr[node + 1]):
                hanging = net.hang_list[k]
                if supplied[hanging] != supplied[node]:
                    supplied[hanging] = supplied[node]
                    note(net, work, hanging)
        i += 1
    for i in range(work.noted_count[sector]):
        c = noted_list[first + i]
        noted[c] = False
        if up[c] != (functional[c] and supplied[c] >= least and normal[c]):
            out[count] = c
            count += 1
    return count


@njit(cache=True, nogil=True, _nrt=False)
def _recount(net, people, work, state, sector):
    """Bring the people without each service in line with the noted components, and forget these."""
    first, lost, without = net.part_ptr[sector], state.lost_share, state.without
    for i in range(work.noted_count[sector]):
        c = work.noted_list[first + i]
        share = 1.0 - work.supplied[c] if state.up[c] else 1.0
        if share != lost[c]:
            for row in range(people.ptr[c], people.ptr[c + 1]):
                without[people.service[row]] += people.people[row] * (share - lost[c])
            lost[c] = share
    work.noted_count[sector] = 0


@njit(cache=True, nogil=True, _nrt=False)
def _turn(net, power, base, work, state, sums, timing, sector, count, t):
    """The collected components go up or down, each with its reason."""
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
    cut, cut_at = state.last_cut[sector], state.last_cut_at[sector]
    tanks = physics == STORAGE and sector != net.packed
    if tanks:
        _zone_causes(net, work, state, sector, zone_tank, zone_feed)
    for i in range(count):
        c = changed[i]
        if not up[c]:
            up[c] = True
            hours_down[c] += t - since[c]
            count_hours(down_at, c, since[c], t, timing.hours)
            continue
        rule, cause, value, threshold = CUT_OFF, -1, supplied[c], least
        if not functional[c]:
            rule, cause, value, threshold = pending_rule[c], pending_cause[c], pending_value[c], pending_threshold[c]
        elif attach[c] >= 0:
            rule, cause = NODE_LOST, attach[c]
        elif tanks and role[c] == STORE:
            rule, cause, value, threshold = DRY, zone_feed[island[c]], work.volume[c], 0.0
        elif tanks and zone_tank[island[c]] >= 0:
            rule, cause = DRY, zone_tank[island[c]]
        elif physics == ELECTRIC and island[c] >= 0 and voltage2[c] < floor[c] * floor[c]:
            rule, cause, value, threshold = UNDERVOLTAGE, tree_link[c], math.sqrt(voltage2[c]), floor[c]
        elif c < assets:
            cause = _missing_above(functional, parent, parent_link, c)
            if cause >= 0 and cut_at == t and (state.stopped_at[cause] < t or state.tripped[cut]):
                cause = cut  # the usual way was gone before, and supply came another way until this one went too
            if cause < 0:
                rule, cause = SHORTAGE, source
        up[c] = False
        since[c] = t
        if first_down[c] < 0.0:
            first_down[c], rules[c], causes[c], values[c], thresholds[c] = t, rule, cause, value, threshold
        if logging:
            log_event(state, t, c, rule, cause, value, threshold)


@njit(cache=True, nogil=True, _nrt=False)
def _notices(people, state, timing, count, t, now):
    """Water that came back must be boiled for a while; where it goes again nobody boils it."""
    without, boil = state.without, people.boil
    for i in range(count):
        c = state.stack[i]
        if people.tapped[c] == 0.0:
            continue
        if state.boil_until[c] >= 0.0:
            without[boil] -= people.tapped[c]
            state.boil_until[c] = -1.0
        if state.up[c]:
            without[boil] += people.tapped[c]
            state.boil_until[c] = t + people.boil_h
            schedule(state, timing, t + people.boil_h, NOTICE_OVER, c, 0.0, 0.0, now + 1)


@njit(cache=True, nogil=True, _nrt=False)
def lift_notice(people, state, component, t):
    """The water of ``component`` is found clean, if it was not lost again since."""
    if 0.0 <= state.boil_until[component] <= t + 1e-9:
        state.without[people.boil] -= people.tapped[component]
        state.boil_until[component] = -1.0


@njit(cache=True, nogil=True, _nrt=False)
def transitions(net, power, needs, base, people, work, state, sums, timing, sector, t, now):
    """Bring ``up`` of a sector's noted components in line with function and supply; tell their dependents."""
    count = _changed(net, base, work, state, sector)
    if count > 0:
        _turn(net, power, base, work, state, sums, timing, sector, count, t)
        if people.boil >= 0 and net.physics[sector] == STORAGE:
            _notices(people, state, timing, count, t, now)
    _recount(net, people, work, state, sector)
    for i in range(count):
        component = state.stack[i]
        if needs.use_ptr[component + 1] > needs.use_ptr[component]:
            _inform_dependents(net, needs, work, state, timing, component, state.up[component], t, now)

"""Arrays that one thread reuses for replicate after replicate, and the sums it hands back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints

WATCH_DEPTH = 12  # steps of a causal chain that are kept per replicate


class State(NamedTuple):
    """What is so in one replicate at one moment, and since when; times are hours.

    first_*: the first time each component went down, the rule, the component that caused it,
    value and threshold. pending_*: why a component stopped functioning, before its network is solved.
    """

    up: Bools
    damaged: Bools
    tripped: Bools
    lost_inputs: Ints
    alive: Ints
    satisfied: Bools
    failed: Bools
    reserve: Floats
    reserve_at: Floats
    buffer_size: Floats
    due: Ints
    down_since: Floats
    hours_down: Floats
    first_down: Floats
    rule: npt.NDArray[np.int8]
    cause: Ints
    value: Floats
    threshold: Floats
    pending_rule: npt.NDArray[np.int8]
    pending_cause: Ints
    pending_value: Floats
    pending_threshold: Floats
    dirty: Bools
    touched: Bools
    shaken: Bools
    storage_due: Ints
    storage_at: Floats
    overloaded: Ints
    stack: Ints
    bucket: Ints
    event_next: Ints
    event_kind: npt.NDArray[np.int8]
    event_ref: Ints
    event_value: Floats
    event_threshold: Floats
    free: Ints
    cuts: Ints
    clock: Floats
    last_cut: Ints
    last_cut_at: Floats
    zone_tank: Ints
    zone_feed: Ints
    zone_when: Floats
    log_time: Floats
    log_component: Ints
    log_rule: npt.NDArray[np.int8]
    log_cause: Ints
    log_value: Floats
    log_threshold: Floats
    log_count: Ints


class Base(NamedTuple):
    """The undamaged city, from which every replicate starts."""

    functional: Bools
    supplied: Floats
    up: Bools
    alive: Ints
    volume: Floats
    parent: Ints
    parent_link: Ints


class Timing(NamedTuple):
    """The clock of a run: hours per step, steps, whole hours, repair and reclosing times (h)."""

    step: float
    steps: int
    hours: int
    repair_mean: Floats
    repair_sd: Floats
    repair_factor: float
    repairs: bool
    spread: bool
    reclose: float


class People(NamedTuple):
    """Who is supplied by whom: rows of (supplier, service code, people), by the supplier's sector (``ptr``)."""

    ptr: Ints
    supplier: Ints
    service: Ints
    people: Floats
    services: int


class Sums(NamedTuple):
    """Sums over the replicates of one chunk, and per-replicate columns (row = replicate in the chunk)."""

    failures: Ints
    damages: Ints
    hours_down: Floats
    time_to_failure: Floats
    down_at: npt.NDArray[np.int32]
    root_hours: Floats
    size: Ints
    indirect: Ints
    series: Floats
    people_hours: Floats
    chain: npt.NDArray[np.int32]
    chain_rule: npt.NDArray[np.int8]


def new_state(components: int, groups: int, sectors: int, steps: int, events: int, log: int) -> State:
    """Fresh arrays for one thread; ``events`` bounds the events that wait at one time."""

    def floats(n: int) -> Floats:
        return np.zeros(n)

    def ints(n: int) -> Ints:
        return np.zeros(n, dtype=np.int64)

    def flags(n: int) -> Bools:
        return np.zeros(n, dtype=np.bool_)

    def codes(n: int) -> npt.NDArray[np.int8]:
        return np.zeros(n, dtype=np.int8)

    c, g = components, groups
    return State(
        up=flags(c),
        damaged=flags(c),
        tripped=flags(c),
        lost_inputs=ints(c),
        alive=ints(g),
        satisfied=flags(g),
        failed=flags(g),
        reserve=floats(g),
        reserve_at=floats(g),
        buffer_size=floats(g),
        due=ints(g),
        down_since=floats(c),
        hours_down=floats(c),
        first_down=floats(c),
        rule=codes(c),
        cause=ints(c),
        value=floats(c),
        threshold=floats(c),
        pending_rule=codes(c),
        pending_cause=ints(c),
        pending_value=floats(c),
        pending_threshold=floats(c),
        dirty=flags(sectors),
        touched=flags(sectors),
        shaken=flags(sectors),
        storage_due=ints(sectors),
        storage_at=floats(sectors),
        overloaded=ints(c),
        stack=ints(c + 1),
        bucket=ints(steps + 1),
        event_next=ints(events),
        event_kind=codes(events),
        event_ref=ints(events),
        event_value=floats(events),
        event_threshold=floats(events),
        free=ints(2),
        cuts=ints(g),
        clock=floats(1),
        last_cut=ints(sectors),
        last_cut_at=floats(sectors),
        zone_tank=ints(c),
        zone_feed=ints(c),
        zone_when=floats(c),
        log_time=floats(log),
        log_component=ints(log),
        log_rule=codes(log),
        log_cause=ints(log),
        log_value=floats(log),
        log_threshold=floats(log),
        log_count=ints(1),
    )


def new_sums(components: int, replicates: int, hours: int, services: int, watched: int) -> Sums:
    """Zeroed sums for one chunk."""
    return Sums(
        failures=np.zeros(components, dtype=np.int64),
        damages=np.zeros(components, dtype=np.int64),
        hours_down=np.zeros(components),
        time_to_failure=np.zeros(components),
        down_at=np.zeros((components, hours + 1), dtype=np.int32),
        root_hours=np.zeros(components),
        size=np.zeros(replicates, dtype=np.int64),
        indirect=np.zeros(replicates, dtype=np.int64),
        series=np.zeros((replicates, services, hours + 1)),
        people_hours=np.zeros((replicates, services)),
        chain=np.full((replicates, watched, WATCH_DEPTH), -1, dtype=np.int32),
        chain_rule=np.zeros((replicates, watched, WATCH_DEPTH), dtype=np.int8),
    )

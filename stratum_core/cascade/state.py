"""Arrays that one thread reuses for replicate after replicate, and the sums it hands back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.cascade.tallies import Tallies
from stratum_core.model.fields import Bools, Floats, Ints

WATCH_DEPTH = 24  # steps of a causal chain that are kept per replicate


class State(NamedTuple):
    """What is so in one replicate at one moment, and since when; times are hours.

    first_*: the first time each component went down, the rule, the component that caused it,
    value and threshold. pending_*: why a component stopped functioning, before its network is solved.
    lost_share: share of the people on a component who are without it now; without: their sums by service.
    hit: damaged by a hazard at any time; ready: hour before which a repair does not end, whatever was scheduled.
    boil_until: hour until which water from a component must be boiled, -1: not now.
    waiting: damaged components without a crew; at_work: the crew on a component or -1; drive: hours from each
    depot to each road node. trial: ties that were closed, the latest last.
    orders: groups that wait for fuel; ordered: whether one waits or is on its way; reach: hours from the nearest of some
    sites; sewage: flow that arrives at each station, m3/h; seen_open: whether all roads were at the last look, seen_up: which
    sites of help were.
    """

    up: Bools
    damaged: Bools
    hit: Bools
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
    stopped_at: Floats
    lost_share: Floats
    without: Floats
    waiting: Ints
    waiting_count: Ints
    at_work: Ints
    work_left: Floats
    ready: Floats
    boil_until: Floats
    free_crew: Bools
    crews_due: Bools
    drive: Floats
    drive_known: Bools
    heap_node: Ints
    heap_key: Floats
    tie_due: Ints
    barred: Bools
    trial: Ints
    trial_count: Ints
    weak: Ints
    orders: Ints
    order_count: Ints
    ordered: Bools
    free_tanker: Bools
    deliveries: Ints
    reach: Floats
    sewage: Floats
    seen_open: Bools
    seen_up: Bools
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
    lost_share: Floats
    without: Floats
    parent: Ints
    parent_link: Ints


class Timing(NamedTuple):
    """The clock of a run: hours per step, steps, whole hours; repair, reclosing and switching times (h)."""

    step: float
    steps: int
    hours: int
    repair_mean: Floats
    repair_sd: Floats
    repair_factor: float
    repairs: bool
    spread: bool
    parts: float
    reclose: float
    switching: float


class Crews(NamedTuple):
    """Who repairs. skill: sector of each crew; depot: its depot.

    skilled: sector whose crew a component needs, -1 if its repair waits for nobody; rank: the greater, the earlier.
    start: road node of each depot; hours: of every road link; near: road node of each component; direct: (depots,
    components) hours where there are no roads to follow.
    """

    skill: Ints
    depot: Ints
    skilled: Ints
    rank: Floats
    start: Ints
    hours: Floats
    near: Ints
    direct: Floats
    one_way: Bools
    by_road: bool


class People(NamedTuple):
    """Who is supplied by whom: rows of (service code, people), those of supplier c from ptr[c] to ptr[c + 1].

    boil: code of the service of water that must be boiled, -1 without; boil_h: how long; tapped: people with water
    from each component. suppliers: components that have rows; total: people on each component, summed over services.
    """

    ptr: Ints
    service: Ints
    people: Floats
    services: int
    suppliers: Ints
    total: Floats
    boil: int
    boil_h: float
    tapped: Floats


class Sums(NamedTuple):
    """Sums over the replicates of one chunk, and per-replicate columns (row = replicate in the chunk).

    down: a bit for each component that went down, as np.unpackbits reads them in little order.
    beds: that work, by whole hour; reach: (replicates, kinds of help, looks, 2) people out of reach, median hours;
    spilled: m3 by station; deliveries: of fuel.
    """

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
    down: npt.NDArray[np.uint8]
    beds: Floats
    reach: Floats
    spilled: Floats
    deliveries: Ints


class Size(NamedTuple):
    """How much room one thread needs; ``events`` bounds the events that wait at one time."""

    components: int
    assets: int
    groups: int
    sectors: int
    steps: int
    services: int
    ties: int
    crews: int
    depots: int
    roads: int
    tankers: int
    stations: int
    help: int
    events: int
    log: int


def new_state(size: Size) -> State:
    """Fresh arrays for one thread."""

    def floats(n: int) -> Floats:
        return np.zeros(n)

    def ints(n: int) -> Ints:
        return np.zeros(n, dtype=np.int64)

    def flags(n: int) -> Bools:
        return np.zeros(n, dtype=np.bool_)

    def codes(n: int) -> npt.NDArray[np.int8]:
        return np.zeros(n, dtype=np.int8)

    c, g, sectors, events, log = size.components, size.groups, size.sectors, size.events, size.log
    return State(
        up=flags(c),
        damaged=flags(c),
        hit=flags(c),
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
        stopped_at=floats(c),
        lost_share=floats(c),
        without=floats(size.services),
        waiting=ints(c),
        waiting_count=ints(1),
        at_work=ints(c),
        work_left=floats(c),
        ready=floats(c),
        boil_until=floats(c),
        free_crew=flags(size.crews),
        crews_due=flags(1),
        drive=np.zeros((size.depots, size.assets)),
        drive_known=flags(size.depots),
        heap_node=ints(2 * size.roads + 2),
        heap_key=floats(2 * size.roads + 2),
        tie_due=ints(size.ties),
        barred=flags(size.ties),
        trial=ints(size.ties),
        trial_count=ints(1),
        weak=ints(1),
        orders=ints(g),
        order_count=ints(1),
        ordered=flags(g),
        free_tanker=flags(size.tankers),
        deliveries=ints(1),
        reach=floats(size.assets),
        sewage=floats(size.stations),
        seen_open=flags(1),
        seen_up=flags(size.help),
        storage_due=ints(sectors),
        storage_at=floats(sectors),
        overloaded=ints(c),
        stack=ints(c + 1),
        bucket=ints(size.steps + 1),
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


def new_sums(components: int, replicates: int, hours: int, services: int, watched: int, tallies: Tallies) -> Sums:
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
        down=np.zeros((replicates, -(-components // 8)), dtype=np.uint8),
        beds=np.zeros((replicates, hours + 1)),
        reach=np.zeros((replicates, len(tallies.limit), tallies.looks, 2)),
        spilled=np.zeros((replicates, len(tallies.station))),
        deliveries=np.zeros(replicates, dtype=np.int64),
    )

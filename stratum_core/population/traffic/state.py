"""The arrays that the kernels of movement read and write; times are seconds since the start.

A *queue* is what an agent in a vehicle stands in: queues 0 to links-1 are the links, queue links+n is the origin at node n,
where vehicles wait until the first link of their way has room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints

Small = npt.NDArray[np.int32]

#: instead of a next link: no way leads on from here; the way ends here
NO_WAY, ARRIVED = -1, -2
#: ``wants`` of a queue whose head waits for no room, ``aim`` of a walker whom nothing leads on
NOTHING = -3
#: before any time; finite, so that adding an infinite gap gives infinity
LONG_AGO = -1e18

# places of ``State.counts``
HEAP, NEAR, LATER, DAY, HALTED, LOGGED = range(6)


class Roads(NamedTuple):
    """What the roads are now. The first three are per queue, the rest per link.

    head: node at which the queue ends. exit_gap: least time between two vehicles that leave (1 / capacity of its end).
    share: time that a vehicle costs its queue where queues merge (1 / capacity): fair shares are as their inverse.
    entry_gap: least time between two that enter. free_time: length / free speed. release: seconds after which the room
    that a leaving vehicle made has travelled to the upstream end. storage: vehicles that find room.
    walk_gap: least time between two walkers that enter (inf: no walkway); walk_area: m2; length: m.
    """

    head: Small
    exit_gap: Floats
    share: Floats
    entry_gap: Floats
    free_time: Floats
    release: Floats
    storage: Ints
    open: Bools
    walk_gap: Floats
    walk_area: Floats
    walk_open: Bools
    length: Floats


class Routes(NamedTuple):
    """next_link: (tables, nodes) the link to take, NO_WAY or ARRIVED; path_links: links of fixed paths, one after the other."""

    next_link: Small
    path_links: Small


#: Everybody, one record of 64 bytes each, so that an event touches one line of the cache.
#: place: queue in which the agent is, or ARRIVED. aim: walkway that a walker waits to enter, -1 none, NOTHING: halted.
#: table: row of ``next_link``, or -1: follows path_links[path:path_end]. speed: m/s on an empty walkway, 0: in a vehicle.
#: since: when it entered its place; departed, arrived: seconds, nan while not. due: its next event of its own; behind: the
#: next in the same list.
AGENT = np.dtype([
    ("due", "f8"), ("since", "f8"), ("departed", "f8"), ("arrived", "f8"), ("speed", "f8"), ("behind", "i4"), ("place", "i4"),
    ("aim", "i4"), ("table", "i4"), ("path", "i4"), ("path_end", "i4"),
])


class State(NamedTuple):
    """Queues and pending events.

    ring: first slot and number of slots of each link. A slot holds a vehicle and the time from which it may leave and, when
    it has left, the time at which it did. entered, left: vehicles so far. last_exit per queue, last_entry per link.
    first, last: ends of the list at each origin. waiting: first queue that waits for room on a link, next_waiting the
    others. wants: link that the head of a queue waits for, NO_WAY or NOTHING.
    turn: fair time at which a queue has had its share; tag: that of its head, -1 unset; clock: fair time of each node.
    delay: vehicle-seconds lost in each queue, spent: on it, trip: time on the link of
    the last that left. walkers: on each walkway; walk_next: when the next may enter; walk_count: entered so far.
    """

    ring_begin: Ints
    ring_room: Ints
    slot_time: Floats
    slot_agent: Small
    entered: Ints
    left: Ints
    last_exit: Floats
    last_entry: Floats
    first: Small
    last: Small
    waiting: Small
    next_waiting: Small
    wants: Small
    turn: Floats
    tag: Floats
    clock: Floats
    delay: Floats
    spent: Floats
    trip: Floats
    walkers: Ints
    walk_next: Floats
    walk_count: Ints
    heap_time: Floats
    heap_tag: Floats
    heap_queue: Small
    near_time: Floats
    near_agent: Small
    bucket: Small
    counts: Ints
    log_time: Floats
    log_agent: Small
    log_link: Small

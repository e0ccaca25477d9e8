"""The compiled form of a city that kernels run on: integers and floats only, one index for all components.

A component is an asset or a link; its index is its place in ``City.component_ids``.
Adjacency is stored in CSR form over assets. Nothing here changes during a run.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints

# physics classes: how a network decides who is supplied
ALONE, REACH, STORAGE, ELECTRIC = range(4)

# roles of components
FACILITY, SOURCE, NODE, STORE, SINK, LINK, PUMP = range(7)
ROLES = {"facility": FACILITY, "source": SOURCE, "node": NODE, "storage": STORE, "sink": SINK, "link": LINK, "pump": PUMP}

# rules: why a component went down
(INPUT, CUT_OFF, NODE_LOST, SHORTAGE, UNDERVOLTAGE, OVERLOAD, DRY, SWITCHED) = range(1, 9)
BY_HAZARD = 64  # BY_HAZARD + i: the scenario's i-th hazard


class Network(NamedTuple):
    """Topology, roles and amounts of all components; ``attach`` is the node a sink or source hangs on, or -1.

    *_ptr and *_list pairs list components by sector; hang_* what hangs on each asset; tie_* normally open links.
    part_ptr: where each sector's share of a list of all components begins; unlimited: sectors whose every source gives
    whatever is asked; hold: hours that each sector's nodes are still supplied once cut off; surge: factor on its demand;
    roads: code of that sector; packed: code of gas where its pipes are its storage, else -1. demand and capacity are in the
    unit of the component's sector (power: per unit of 1 MVA), capacity infinite where unlimited.
    """

    sector: npt.NDArray[np.int8]
    role: npt.NDArray[np.int8]
    attach: Ints
    usable: Bools
    start: Ints
    end: Ints
    adjacent_ptr: Ints
    adjacent_node: Ints
    adjacent_link: Ints
    node_ptr: Ints
    node_list: Ints
    sink_ptr: Ints
    sink_list: Ints
    source_ptr: Ints
    source_list: Ints
    link_ptr: Ints
    link_list: Ints
    pump_ptr: Ints
    pump_list: Ints
    store_ptr: Ints
    store_list: Ints
    tie_ptr: Ints
    tie_list: Ints
    hang_ptr: Ints
    hang_list: Ints
    part_ptr: Ints
    demand: Floats
    capacity: Floats
    planned: Floats
    level: Floats
    level_sd: Floats
    physics: npt.NDArray[np.int8]
    minimum_supply: Floats
    unlimited: Bools
    hold: Floats
    surge: Floats
    roads: int
    packed: int


class PowerNetwork(NamedTuple):
    """Power's own numbers, per unit of 1 MVA and of each node's nominal voltage.

    high: nodes solved by DC; radial: every node below 36 kV is solved by DistFlow.
    r, x, rating by component index (links only; infinite: quarantined or unknown); ratio: off-nominal turns ratio
    at the start; transformer: which of them are one.
    bus: asset -> DC bus or -1; branch: DC branch -> component; b: DC susceptance.
    floor: voltage below which a node counts as without power (0: quarantined).
    """

    high: Bools
    r: Floats
    x: Floats
    ratio: Floats
    rating: Floats
    transformer: Bools
    tangent: float
    bus: Ints
    branch: Ints
    branch_of: Ints
    b: Floats
    shift: Floats
    dc: Any
    floor: Floats
    trip: float
    trips: bool


class Needs(NamedTuple):
    """Dependency groups: the dependent is without input once fewer than ``needed`` suppliers are up and the buffer is used.

    member_*: suppliers of each group; use_*: groups of each supplier. order_at: share of a group's reserve at which fuel is
    ordered, -1 where nobody refills it. strength_*: chance that the dependent stops without it, and its range.
    """

    dependent: Ints
    needed: Ints
    buffer_low: Floats
    buffer: Floats
    buffer_high: Floats
    refill: Floats
    strength_low: Floats
    strength: Floats
    strength_high: Floats
    order_at: Floats
    member_ptr: Ints
    member_list: Ints
    use_ptr: Ints
    use_list: Ints


class Supply(NamedTuple):
    """Work arrays of the network kernels for one replicate: who is supplied, by which island, along which tree.

    noted_*: components by sector whose function or supply changed and that nobody looked at yet. engaged: ties
    that are closed now. hold_until: hour at which a node that was cut off loses what it holds. grown: sectors
    whose islands stand as of the last solve; cut and loose serve to mend them. demand_scale by sector;
    rating_scale of lines and of transformers. full: demand of each node; kept: share of it that was not shed so far;
    carried: output of each source as the last solve left it; restored: sectors in which something came back since.
    """

    functional: Bools
    supplied: Floats
    noted: Bools
    noted_list: Ints
    noted_count: Ints
    engaged: Bools
    demand_scale: Floats
    rating_scale: Floats
    full: Floats
    kept: Floats
    carried: Floats
    restored: Bools
    island: Ints
    parent: Ints
    parent_link: Ints
    order: Ints
    order_end: Ints
    islands: Ints
    grown: Bools
    cut: Bools
    loose: Ints
    hold_until: Floats
    load: Floats
    island_capacity: Floats
    island_planned: Floats
    island_demand: Floats
    volume: Floats
    rate: Floats
    zones: Floats
    active: Floats
    reactive: Floats
    voltage2: Floats
    flow_p: Floats
    flow_q: Floats
    branch_r: Floats
    branch_x: Floats
    gain_in: Floats
    gain_out: Floats
    tree_parent: Ints
    susceptance: Floats
    injection: Floats
    pinned: Bools
    envelope: Floats
    diagonal: Floats
    angle: Floats
    output: Floats


def work_arrays(network: Network, power: PowerNetwork) -> Supply:
    """Fresh work arrays for one thread."""
    count, buses, branches = len(network.sector), len(power.dc.place), len(power.branch)
    assets = len(network.adjacent_ptr) - 1

    def floats(n: int) -> Floats:
        return np.zeros(n)

    def ints(n: int) -> Ints:
        return np.zeros(n, dtype=np.int64)

    return Supply(
        functional=np.ones(count, dtype=np.bool_),
        supplied=floats(count),
        noted=np.zeros(count, dtype=np.bool_),
        noted_list=ints(count),
        noted_count=ints(len(network.physics)),
        engaged=np.zeros(count, dtype=np.bool_),
        demand_scale=np.ones(len(network.physics)),
        rating_scale=np.ones(2),
        full=floats(assets),
        kept=np.ones(assets),
        carried=network.planned.copy(),
        restored=np.zeros(len(network.physics), dtype=np.bool_),
        island=ints(assets),
        parent=ints(assets),
        parent_link=ints(assets),
        order=ints(assets),
        order_end=ints(len(network.physics)),
        islands=ints(len(network.physics)),
        grown=np.zeros(len(network.physics), dtype=np.bool_),
        cut=np.zeros(assets, dtype=np.bool_),
        loose=ints(assets),
        hold_until=np.full(assets, np.inf),
        load=floats(assets),
        island_capacity=floats(assets),
        island_planned=floats(assets),
        island_demand=floats(assets),
        volume=floats(assets),
        rate=floats(assets),
        zones=np.zeros((11, assets)),
        active=floats(assets),
        reactive=floats(assets),
        voltage2=np.ones(assets),
        flow_p=floats(assets),
        flow_q=floats(assets),
        branch_r=floats(assets),
        branch_x=floats(assets),
        gain_in=np.ones(assets),
        gain_out=np.ones(assets),
        tree_parent=ints(assets),
        susceptance=floats(branches),
        injection=floats(buses),
        pinned=np.zeros(buses, dtype=np.bool_),
        envelope=floats(int(power.dc.offset[-1]) if buses else 0),
        diagonal=floats(buses),
        angle=floats(buses),
        output=floats(count),
    )

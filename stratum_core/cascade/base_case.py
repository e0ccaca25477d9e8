"""The undamaged city: who is supplied, which ratings it already exceeds, and the tree along which supply comes.

What the base case already breaks is quarantined and reported, never let loose at t = 0.
"""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.state import Base, People
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.sectors import ELECTRIC, REACH, STORAGE, sectors_in_order
from stratum_core.sectors.kernels import solve_reach
from stratum_core.sectors.network import SOURCE, STORE, Needs, Network, PowerNetwork, Supply, work_arrays
from stratum_core.sectors.power.kernels import branch_flow, solve_power
from stratum_core.sectors.water.kernels import solve_storage


def base_case(
    city: City,
    network: Network,
    power: PowerNetwork,
    needs: Needs,
    people: People,
) -> tuple[PowerNetwork, Base, Floats, tuple[str, ...]]:
    """Solve the undamaged city.

    Returns the power network with quarantined ratings and voltage floors, the base state,
    the loading of each component (share of rating; NaN without one) and warnings.
    """
    calm = power._replace(trips=False, floor=np.zeros_like(power.floor))
    work = work_arrays(network, calm)
    work.functional[:] = True
    work.functional[: len(city.assets)] = city.assets.in_service
    work.supplied[:] = 1.0
    work.volume[:] = np.where(network.role[: len(city.assets)] == STORE, network.capacity[: len(city.assets)], 0.0)
    work.volume[:] *= network.level[: len(city.assets)]
    loading = np.full(len(network.sector), np.nan)
    warnings: list[str] = []
    for code, sector in enumerate(sectors_in_order()):
        physics = int(network.physics[code])
        _solve(network, calm, work, code, physics)
        if physics == ELECTRIC:
            loading = _loading(network, calm, work, code)
            power, found = _quarantined(city, network, power, work, loading, code)
            warnings += found
        warnings += _unsupplied(network, work, code, sector.name, physics)
        if physics == STORAGE:
            warnings += _drained(network, work, code, sector.name)
    return power, _base(network, needs, people, work), loading, tuple(warnings)


def _drained(network: Network, work: Supply, code: int, name: str) -> list[str]:
    """A warning for stores that the undamaged city itself empties."""
    nodes = network.node_list[network.node_ptr[code] : network.node_ptr[code + 1]]
    falling = nodes[(network.role[nodes] == STORE) & (work.rate[nodes] < -1e-9)]
    if not len(falling):
        return []
    hours = float((work.volume[falling] / -work.rate[falling]).min()) / 3600.0
    return [f"In {name}, {len(falling)} stores fall even in the undamaged city, the first empty after {hours:.1f} h: sources and "
            "pumps give less than is drawn. Check capacities and demands; what follows counts as an effect of the scenario."]


def _solve(network: Network, power: PowerNetwork, work: Supply, code: int, physics: int) -> None:
    if physics == ELECTRIC:
        solve_power(network, power, work, code, np.zeros(1, dtype=np.int64))
    elif physics == STORAGE:
        solve_storage(network, work, code)
    elif physics == REACH:
        solve_reach(network._replace(hold=np.zeros_like(network.hold)), work, code, 0.0)


def _members(network: Network, name: str, code: int) -> Ints:
    ptr, members = getattr(network, f"{name}_ptr"), getattr(network, f"{name}_list")
    chosen: Ints = members[ptr[code] : ptr[code + 1]]
    return chosen


def _loading(network: Network, power: PowerNetwork, work: Supply, code: int) -> Floats:
    loading = np.full(len(network.sector), np.nan)
    for link in _members(network, "link", code):
        if np.isfinite(power.rating[link]) and network.usable[link]:
            loading[link] = abs(branch_flow(network, power, work, link)) / power.rating[link]
    return loading


def _quarantined(
    city: City,
    network: Network,
    power: PowerNetwork,
    work: Supply,
    loading: Floats,
    code: int,
) -> tuple[PowerNetwork, list[str]]:
    """Ratings above which, and voltage floors below which, the base case already lies, taken out."""
    over = np.flatnonzero(np.nan_to_num(loading) > 1.0)
    alike = _with_the_same_rating(network, power, loading, code)
    rating, floor = power.rating.copy(), power.floor.copy()
    rating[over] = np.inf
    rating[alike] = np.inf
    nodes = _members(network, "node", code)
    weak = nodes[(work.island[nodes] >= 0) & ~power.high[nodes] & (work.voltage2[nodes] < floor[nodes] ** 2)]
    floor[weak] = 0.0
    warnings = []
    if len(over):
        worst = over[np.argmax(loading[over])]
        warnings.append(
            f"{len(over)} power links exceed their rating in the undamaged base case, {city.component_names[worst]} is loaded "
            f"to {loading[worst]:.0%}; their ratings are set aside and never trip. Check the ratings."
        )
    if len(alike):
        warnings.append(
            f"{len(alike)} more power links carry a rating that most links which share it exceed; it is set aside with theirs. "
            "Check that rating."
        )
    if len(weak):
        warnings.append(
            f"{len(weak)} nodes lie below the least voltage in the undamaged base case; they are never counted as "
            "without power for that reason. Check loads and cables."
        )
    return power._replace(rating=rating, floor=floor), warnings


def _with_the_same_rating(network: Network, power: PowerNetwork, loading: Floats, code: int) -> Ints:
    """Links within a rating that more than half of the links with the same one exceed: the value itself is wrong."""
    links = _members(network, "link", code)
    rated = links[np.isfinite(loading[links])]
    _, group = np.unique(np.round(power.rating[rated], 6), return_inverse=True)
    members, over = np.bincount(group), np.bincount(group, weights=loading[rated] > 1.0)
    doubtful: Ints = rated[(over > 0.5 * members)[group] & (loading[rated] <= 1.0)] if len(rated) else rated
    return doubtful


def _unsupplied(network: Network, work: Supply, code: int, name: str, physics: int) -> list[str]:
    nodes = _members(network, "node", code)
    if physics not in (REACH, STORAGE, ELECTRIC) or not len(nodes):
        return []
    without = int((work.supplied[nodes] < network.minimum_supply[code]).sum())
    if without == 0:
        return []
    if without == len(nodes) and not len(_members(network, "source", code)):
        return [f"{name} has no source in this project, so its {without} nodes are left out of the cascade. Add a source."]
    return [
        f"{without} of {len(nodes)} {name} nodes have no supply in the undamaged base case; they are left out. Check the network."
    ]


def _base(network: Network, needs: Needs, people: People, work: Supply) -> Base:
    supplied = work.supplied.copy()
    hanging = np.flatnonzero(network.attach >= 0)
    supplied[hanging] = supplied[network.attach[hanging]]
    up = work.functional & (supplied >= network.minimum_supply[network.sector])
    alive = np.array(
        [int(up[needs.member_list[a:b]].sum()) for a, b in zip(needs.member_ptr[:-1], needs.member_ptr[1:], strict=True)],
        dtype=np.int64,
    )
    parent, parent_link = _tree(network, work.functional)
    lost = np.where(up, 1.0 - supplied, 1.0)
    rows = np.repeat(np.arange(len(lost)), np.diff(people.ptr))
    without = np.zeros(people.services)
    np.add.at(without, people.service, people.people * lost[rows])
    return Base(work.functional.copy(), supplied, up, alive, work.volume.copy(), lost, without, parent, parent_link)


def _tree(network: Network, functional: Bools) -> tuple[Ints, Ints]:
    """Breadth-first tree from all sources over usable links, pumps included."""
    assets = len(network.adjacent_ptr) - 1
    parent, link_above = np.full(assets, -1, dtype=np.int64), np.full(assets, -1, dtype=np.int64)
    seen = np.zeros(assets, dtype=bool)
    queue: list[int] = []
    for source in np.flatnonzero(network.role[:assets] == SOURCE):
        node = int(network.attach[source]) if network.attach[source] >= 0 else int(source)
        if functional[source] and not seen[node]:
            seen[node] = True
            queue.append(node)
    for node in queue:
        for k in range(network.adjacent_ptr[node], network.adjacent_ptr[node + 1]):
            other, link = int(network.adjacent_node[k]), int(network.adjacent_link[k])
            if not seen[other] and network.usable[link] and functional[other] and functional[link]:
                seen[other] = True
                parent[other], link_above[other] = node, link
                queue.append(other)
    return parent, link_above

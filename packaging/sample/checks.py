"""What must hold before the sample is written; each check returns a line of figures or raises ValueError."""

from __future__ import annotations

from collections import deque

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.model import City

LOWEST_VOLTAGE = 0.90
POWER_FACTOR = 0.95


def check_references(city: City) -> str:
    """Every id that a row names exists, and no id is used twice."""
    known, blocks = set(city.component_ids), set(city.blocks.id)
    if len(known) != len(city.component_ids):
        raise ValueError("a component id is used twice")
    named = [*city.links.start, *city.links.end, *city.dependencies.dependent, *city.dependencies.supplier,
             *city.services.supplier, *(n for n in city.assets.node if n)]
    missing = sorted({n for n in named if n not in known} | {b for b in city.services.block if b not in blocks})
    if missing:
        raise ValueError(f"{len(missing)} ids are named but missing, such as {missing[:5]}")
    return f"references: {len(named)} resolve"


def check_radial(city: City) -> str:
    """Closed power links below 110 kV form one tree at each grid connection, and every load hangs on one."""
    mask, at = (city.links.sector == "power") & city.links.closed, {a: i for i, a in enumerate(city.assets.id)}
    ends = np.array([[at[a], at[b]] for a, b in zip(city.links.start[mask], city.links.end[mask], strict=True)])
    size = len(city.assets)
    _, part = connected_components(coo_matrix((np.ones(len(ends)), ends.T), shape=(size, size)), directed=False)
    nodes = np.flatnonzero(np.isin(city.assets.kind, ["bus", "substation"]))
    fed = [part[at[n]] for n in city.assets.node[city.assets.kind == "external_grid"]]
    loose = [n for n in nodes if part[n] not in fed]
    if loose or len(set(fed)) != len(fed) or len(ends) != len(nodes) - len(fed):
        raise ValueError(f"power is not radial: {len(ends)} closed links, {len(nodes)} nodes, {len(loose)} loose")
    return f"power: {len(nodes)} nodes, {len(ends)} closed links, {len(fed)} trees"


def check_voltage(city: City) -> str:
    """Lowest voltage and highest loading of the base case by linear DistFlow (Baran and Wu 1989, without losses)."""
    before, order = _feeders(city)
    at = {a: i for i, a in enumerate(city.assets.id)}
    power = np.zeros(len(city.assets))
    for i in np.flatnonzero(city.assets.kind == "load"):
        power[at[city.assets.node[i]]] += city.assets.demand[i]
    for node in reversed(order):
        if node in before:
            power[before[node][0]] += power[node]
    volts, reactive, loading = np.ones(len(power)), np.tan(np.arccos(POWER_FACTOR)), {}
    for node in order:
        if node in before:
            parent, link = before[node]
            row = city.links.row(link)
            drop = power[node] * (row["resistance"] + reactive * row["reactance"]) / row["voltage"] ** 2
            volts[node] = np.sqrt(volts[parent] ** 2 - 2 * drop) / row["ratio"]
            loading[row["id"]] = power[node] / POWER_FACTOR / row["capacity"]
    lowest, worst = volts[order].min(), max(loading, key=lambda i: loading[i])
    if lowest < LOWEST_VOLTAGE or loading[worst] > 1:
        raise ValueError(f"base case: lowest voltage {lowest:.3f}, {worst} loaded to {loading[worst]:.2f}")
    return f"power: lowest voltage {lowest:.3f} pu, highest loading {loading[worst]:.2f} ({worst})"


def _feeders(city: City) -> tuple[dict[int, tuple[int, int]], list[int]]:
    """For each power node the node and link before it, and the order outward from the grid connections."""
    at = {a: i for i, a in enumerate(city.assets.id)}
    around: dict[int, list[tuple[int, int]]] = {}
    for link in np.flatnonzero((city.links.sector == "power") & city.links.closed).tolist():
        a, b = at[city.links.start[link]], at[city.links.end[link]]
        around.setdefault(a, []).append((b, link))
        around.setdefault(b, []).append((a, link))
    roots = [at[n] for n in city.assets.node[city.assets.kind == "external_grid"]]
    before: dict[int, tuple[int, int]] = {}
    order, queue, seen = [], deque(roots), set(roots)
    while queue:
        node = queue.popleft()
        order.append(node)
        for other, link in around.get(node, []):
            if other not in seen:
                seen.add(other)
                before[other] = (node, link)
                queue.append(other)
    return before, order

"""DC power flow of a whole grid as it stands in its file: stated dispatch, one reference bus per island takes the rest.

P = B' theta + phase shifts, branch flow b (theta_from - theta_to - shift), b = 1 / (x ratio) (Stott, Jardim &
Alsac, IEEE Trans. Power Systems 24(3), 2009, eq. 3-8), by the kernel that the cascade uses. Losses, voltages,
reactive power and shunts are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.sectors.power.compiled import BASE_W, LEAST_X
from stratum_core.sectors.power.dc import DcStructure, structure
from stratum_core.sectors.power.kernels import dc_angles


@dataclass(frozen=True)
class Grid:
    """A grid for DC flow. susceptance per unit of 1 MVA, shift in rad, injections in MW by bus.

    usable: branches in service; anchor: how well a bus serves as reference (grid connections first, then output).
    rating: of branches, in MW; infinite where none is known.
    """

    buses: Strings
    branches: Strings
    dc: DcStructure
    susceptance: Floats
    shift: Floats
    generation: Floats
    demand: Floats
    anchor: Floats
    usable: Bools
    rating: Floats


@dataclass(frozen=True)
class DcFlow:
    """angles (deg, NaN on a black bus) by bus, flows (MW, from start to end) by branch.

    reference: one bus per island with generation; output: what generation there gives, in MW.
    """

    angle: Floats
    flow: Floats
    reference: Ints
    output: Floats


def grid(city: City) -> Grid:
    """The power sector of ``city`` for DC flow; raises InputError where there is none."""
    nodes = np.flatnonzero((city.assets.sector == "power") & (city.assets.node == ""))
    rows = np.flatnonzero(city.links.sector == "power")
    if not len(nodes):
        raise InputError("there is no power grid here", repair="import one, or give a case with buses")
    bus = {name: i for i, name in enumerate(city.assets.id[nodes])}
    start, end = (np.array([bus[name] for name in column[rows]], dtype=np.int64) for column in (city.links.start, city.links.end))
    assets, links = city.assets, city.links
    volts = np.where(links.voltage[rows] > 0, links.voltage[rows], assets.voltage[nodes][start])
    x = np.nan_to_num(links.reactance[rows]) / (volts**2 / BASE_W) * np.where(links.ratio[rows] > 0, links.ratio[rows], 1.0)
    generation, demand, anchor = _injections(city, bus, len(nodes))
    in_service = assets.in_service[nodes]
    return Grid(
        buses=assets.id[nodes],
        branches=links.id[rows],
        dc=structure(len(nodes), start, end),
        susceptance=1.0 / np.where(np.abs(x) < LEAST_X, LEAST_X, x),
        shift=np.deg2rad(np.nan_to_num(links.shift[rows])),
        generation=generation,
        demand=demand,
        anchor=anchor,
        usable=links.in_service[rows] & links.closed[rows] & in_service[start] & in_service[end],
        rating=np.where(links.capacity[rows] > 0, links.capacity[rows] / BASE_W, np.inf),
    )


def _injections(city: City, bus: dict[str, int], buses: int) -> tuple[Floats, Floats, Floats]:
    assets = city.assets
    generation, demand, anchor = np.zeros(buses), np.zeros(buses), np.full(buses, -np.inf)
    for row in np.flatnonzero((assets.sector == "power") & assets.in_service):
        at = bus.get(assets.node[row] or assets.id[row])
        if at is None:
            continue
        demand[at] += np.nan_to_num(assets.demand[row]) / BASE_W
        if assets.kind[row] in ("generator", "external_grid"):
            output = np.nan_to_num(assets.capacity[row]) * np.nan_to_num(assets.level[row]) / BASE_W
            generation[at] += output
            anchor[at] = max(anchor[at], np.inf if assets.kind[row] == "external_grid" else output)
    return generation, demand, anchor


def dc_flow(problem: Grid, out: Bools | None = None) -> DcFlow:
    """Flows with the branches ``out`` taken away. Demand in an island without generation is not served."""
    dc, usable = problem.dc, problem.usable if out is None else problem.usable & ~out
    buses = len(problem.buses)
    reference, black = references(problem, usable)
    susceptance = np.where(usable & ~black[dc.branch_from], problem.susceptance, 0.0)
    injection = np.where(black, 0.0, problem.generation - problem.demand)
    turned = susceptance * problem.shift
    injection += np.bincount(dc.branch_from, turned, buses) - np.bincount(dc.branch_to, turned, buses)
    pinned = black.copy()
    pinned[reference] = True
    angle = solve(dc, susceptance, injection, pinned)
    flow = susceptance * (angle[dc.branch_from] - angle[dc.branch_to] - problem.shift)
    leaving = np.bincount(dc.branch_from, flow, buses) - np.bincount(dc.branch_to, flow, buses)
    return DcFlow(np.where(black, np.nan, np.rad2deg(angle)), flow, reference, (leaving + problem.demand)[reference])


def solve(dc: DcStructure, susceptance: Floats, injection: Floats, pinned: Bools) -> Floats:
    """Angles (rad) by the cascade's own kernel."""
    angle, diagonal = np.zeros(len(injection)), np.zeros(len(injection))
    dc_angles(dc, susceptance, injection, pinned, np.zeros(int(dc.offset[-1])), diagonal, angle)
    return angle


def references(problem: Grid, usable: Bools) -> tuple[Ints, Bools]:
    """The reference bus of each island that has generation, and which buses are black."""
    size = len(problem.buses)
    start, end = problem.dc.branch_from[usable], problem.dc.branch_to[usable]
    count, island = connected_components(coo_matrix((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False)
    able = np.flatnonzero(problem.anchor > -np.inf)
    able = able[np.argsort(-problem.anchor[able], kind="stable")]
    sourced, first = np.unique(island[able], return_index=True)
    black = np.ones(count, dtype=np.bool_)
    black[sourced] = False
    return able[first], black[island]

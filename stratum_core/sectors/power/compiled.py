"""Power's arrays: per-unit impedances, ratings, which nodes are radial, and the DC structure of the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.spec import CascadeSpec
from stratum_core.sectors import SECTORS, sectors_in_order
from stratum_core.sectors.network import Network, PowerNetwork
from stratum_core.sectors.power.dc import structure

BASE_W = 1e6
HIGH_V = 36e3
#: least reactance of a branch in per unit of 1 MVA: a closed switch must not make the matrix singular
LEAST_X = 1e-6


def power_network(city: City, network: Network, spec: CascadeSpec) -> tuple[PowerNetwork, tuple[str, ...]]:
    """Power's own arrays and warnings about what had to be modelled otherwise."""
    assets, count = len(city.assets), len(network.sector)
    code = sectors_in_order().index(SECTORS.get("power"))
    links = np.flatnonzero(network.sector[assets:] == code) + assets
    high = np.concatenate([city.assets.voltage >= HIGH_V, np.zeros(0, dtype=bool)])
    meshed = _meshed_low(network, high, links)
    r, x, b, rating = (np.zeros(count) for _ in range(4))
    rows = links - assets
    base = _impedance_base(city, network, links)
    r[links], x[links] = (np.nan_to_num(column[rows]) / base for column in (city.links.resistance, city.links.reactance))
    ratio = np.where(city.links.ratio[rows] > 0, city.links.ratio[rows], 1.0)
    b[links] = 1.0 / np.where(np.abs(x[links] * ratio) < LEAST_X, LEAST_X, x[links] * ratio)
    turns = np.ones(count)
    turns[links] = ratio
    rating[:] = np.inf
    given = city.links.capacity[rows]
    rating[links] = np.where(given > 0, given / BASE_W * spec.power.rating_factor, np.inf)
    transformer = np.concatenate([np.zeros(assets, dtype=np.bool_), city.links.kind == "transformer"])
    solved_by_dc = high | meshed
    shift = np.zeros(count)
    shift[links] = np.deg2rad(np.nan_to_num(city.links.shift[rows]))
    power = _with_dc(network, links, solved_by_dc, r, x, turns, b, shift, rating, transformer, spec)
    return power, _warnings(city, meshed, given, links)


def _impedance_base(city: City, network: Network, links: Ints) -> Floats:
    own = city.links.voltage[links - len(city.assets)]
    voltage = np.where(own > 0, own, city.assets.voltage[network.start[links]])
    return np.where(voltage > 0, voltage, 1e3) ** 2 / BASE_W


def _with_dc(
    network: Network,
    links: Ints,
    by_dc: Bools,
    r: Floats,
    x: Floats,
    turns: Floats,
    b: Floats,
    shift: Floats,
    rating: Floats,
    transformer: Bools,
    spec: CascadeSpec,
) -> PowerNetwork:
    bus = np.full(len(by_dc), -1, dtype=np.int64)
    members = np.flatnonzero(by_dc)
    bus[members] = np.arange(len(members))
    branch = links[by_dc[network.start[links]] & by_dc[network.end[links]]]
    branch_of = np.full(len(network.sector), -1, dtype=np.int64)
    branch_of[branch] = np.arange(len(branch))
    return PowerNetwork(
        high=by_dc,
        r=r,
        x=x,
        ratio=turns,
        rating=rating,
        transformer=transformer,
        tangent=float(np.tan(np.arccos(spec.power.power_factor))),
        bus=bus,
        branch=branch,
        branch_of=branch_of,
        b=b[branch],
        shift=shift[branch],
        dc=structure(len(members), bus[network.start[branch]], bus[network.end[branch]]),
        floor=np.full(len(by_dc), spec.power.minimum_voltage),
        trip=spec.power.trip_overload,
        trips=spec.power.trips,
    )


def _meshed_low(network: Network, high: Bools, links: Ints) -> Bools:
    """Assets of lower grids that contain a closed loop, or that two high-voltage feeds close into one."""
    start, end = network.start[links], network.end[links]
    closed = network.usable[links]
    low = closed & ~(high[start] & high[end])
    inner = low & ~high[start] & ~high[end]
    size = len(high)
    _, part = connected_components(_graph(start[inner], end[inner], size), directed=False)
    nodes = np.bincount(part, minlength=part.max() + 1 if size else 0)
    edges = np.bincount(part[np.where(high[start[low]], end[low], start[low])], minlength=len(nodes))
    # a lower grid is a tree hanging on one feed: as many edges (feed included) as nodes
    looped = edges > nodes
    return looped[part] & ~high if size else high


def _graph(start: Ints, end: Ints, size: int) -> coo_matrix:
    return coo_matrix((np.ones(len(start)), (start, end)), shape=(size, size))


def _warnings(city: City, meshed: Bools, given: npt.NDArray[np.float64], links: Ints) -> tuple[str, ...]:
    found = []
    if meshed.any():
        found.append(
            f"{int(meshed.sum())} nodes below 36 kV lie in meshed grids; they are solved by DC flow, without voltages. Open the "
            "normally open points to have voltages."
        )
    unrated = int((~(given > 0)).sum())
    if unrated and len(links):
        found.append(f"{unrated} of {len(links)} power links have no rating and never trip. Give ratings to model overloads.")
    return tuple(found)

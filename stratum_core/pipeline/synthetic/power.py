"""Power of a synthetic metro: a meshed 110 kV grid, one substation a district, radial 20 kV feeders, one load a block.

A feeder leaves the substation for each half row of its district; ends of
neighbouring feeders meet at normally open ties. Ratings are at least twice the
base flow (DC, every source in proportion to its capacity).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve
from scipy.spatial import cKDTree

from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.model.tables import Assets, Links
from stratum_core.pipeline.synthetic.chunks import Chunks, ids
from stratum_core.pipeline.synthetic.lattice import BLOCK_M, Lattice, lengths, middles

HIGH_V, MEDIUM_V = 110e3, 20e3
HIGH_X, MEDIUM_R, MEDIUM_X = 0.4e-3, 0.161e-3, 0.117e-3  # ohm per metre: 110 kV overhead line; NA2XS2Y 1x185
MEDIUM_RATING = round(math.sqrt(3) * MEDIUM_V * 362)
SHORT_CIRCUIT, COPPER = 0.12, 0.004  # per unit of the transformer's rating
RESERVE, MARGIN = 1.3, 2.0
LEAST_RATING = 100e6
POWER_FACTOR = 0.95


def add_power(assets: Chunks[Assets], links: Chunks[Links], plan: Lattice, demand: Floats) -> tuple[Strings, Strings]:
    """All power rows for block loads of ``demand`` (W); returns the ids of each block's bus and load."""
    district = plan.districts(plan.power_side())
    xy = plan.xy[middles(plan, district)] + [40.0, 40.0]
    station = _add_high(assets, links, xy, np.bincount(district, demand).astype(np.float64))
    buses = assets.add(ids("power/bus", range(plan.count)), sector="power", kind="bus", x=plan.xy[:, 0], y=plan.xy[:, 1], z=0.0,
                       voltage=MEDIUM_V)
    loads = assets.add(ids("power/load", range(plan.count)), sector="power", kind="load", x=plan.xy[:, 0], y=plan.xy[:, 1],
                       z=0.0, node=buses, unit="W", demand=demand, voltage=MEDIUM_V)
    _add_feeders(links, plan, district, station, buses, xy)
    return buses, loads


def _add_high(assets: Chunks[Assets], links: Chunks[Links], xy: Floats, demand: Floats) -> Strings:
    """110 kV buses, transformers, sources and lines; returns the ids of the 20 kV busbars."""
    count = len(xy)
    high = assets.add(ids("power/high", range(count)), sector="power", kind="bus", x=xy[:, 0], y=xy[:, 1], z=0.0, voltage=HIGH_V)
    low = assets.add(ids("power/station", range(count)), name=ids("Station", range(1, count + 1)), sector="power",
                     kind="substation", x=xy[:, 0], y=xy[:, 1], z=0.0, voltage=MEDIUM_V)
    rating = np.maximum(25e6, np.ceil(MARGIN * demand / POWER_FACTOR / 5e6) * 5e6)
    base = HIGH_V**2 / rating
    links.add(ids("power/transformer", range(count)), sector="power", kind="transformer", start=high, end=low, length=0.0,
              unit="W", capacity=rating, voltage=HIGH_V, resistance=COPPER * base, reactance=SHORT_CIRCUIT * base)
    output = _add_sources(assets, xy, high, float(demand.sum()))
    pairs = _mesh(xy)
    distance = lengths(xy, pairs)
    flow = _dc_flow(pairs, HIGH_X * distance, output - demand)
    links.add(ids("power/line", range(len(pairs))), sector="power", kind="line", start=high[pairs[:, 0]], end=high[pairs[:, 1]],
              length=distance, unit="W", voltage=HIGH_V, resistance=0.1 * HIGH_X * distance, reactance=HIGH_X * distance,
              capacity=np.maximum(LEAST_RATING, np.ceil(MARGIN * np.abs(flow) / POWER_FACTOR / 10e6) * 10e6))
    return low


def _add_sources(assets: Chunks[Assets], xy: Floats, high: Strings, demand: float) -> Floats:
    """Grid connections at the corners and generators between them; returns the base output (W) at each bus."""
    corner = [int(np.argmin(xy @ np.array(way))) for way in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
    inner = np.linspace(0, len(xy) - 1, max(len(xy) // 12, 1)).astype(np.int64)
    capacity, share = np.zeros(len(xy)), {"external_grid": 0.6, "generator": 0.4}
    for kind, at in (("external_grid", np.unique(corner)), ("generator", np.unique(inner))):
        each = math.ceil(share[kind] * RESERVE * demand / len(at) / 1e6) * 1e6
        assets.add(ids(f"power/{kind}", range(len(at))), sector="power", kind=kind, x=xy[at, 0] + 60, y=xy[at, 1] + 60, z=0.0,
                   node=high[at], unit="W", capacity=each, voltage=HIGH_V)
        capacity[at] += each
    output: Floats = capacity * (demand / capacity.sum())
    return output


def _mesh(xy: Floats) -> Ints:
    """Pairs of each station and its three nearest, and a ring through all; each pair once."""
    if len(xy) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    near = cKDTree(xy).query(xy, k=min(4, len(xy)))[1][:, 1:]
    pairs = np.column_stack([np.repeat(np.arange(len(xy)), near.shape[1]), near.ravel()])
    around = np.argsort(np.arctan2(*(xy - xy.mean(axis=0)).T), kind="stable")
    along = np.arange(len(xy) - 1)
    pairs = np.vstack([pairs, np.column_stack([along, along + 1]), [[around[0], around[-1]]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]], dtype=np.int64)


def _dc_flow(pairs: Ints, reactance: Floats, injection: Floats) -> Floats:
    """Branch flows (W) of B theta = P, the first bus as reference; reactance in ohm at one voltage."""
    size, weight = len(injection), 1 / reactance
    if size < 2:
        return np.zeros(len(pairs))
    half = coo_matrix((weight, (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    both = (half + half.T).tocsr()
    laplacian = coo_matrix((np.asarray(both.sum(axis=1)).ravel(), (range(size), range(size)))).tocsr() - both
    angle = np.concatenate([[0.0], np.atleast_1d(spsolve(laplacian[1:, 1:].tocsc(), injection[1:]))])
    return np.asarray(weight * (angle[pairs[:, 0]] - angle[pairs[:, 1]]))


def _add_feeders(links: Chunks[Links], plan: Lattice, district: Ints, station: Strings, buses: Strings, xy: Floats) -> None:
    """A cable to each block from the block before it on its half row, the first from the substation; open ties between ends."""
    column, i = plan.column, np.arange(plan.count)
    middle = np.round((xy[:, 0] - 40.0) / BLOCK_M).astype(np.int64)[district]
    step = np.where(column > middle, -1, 1)
    before = i + step
    inside = (before >= 0) & (before < plan.count)
    safe = np.where(inside, before, i)
    first = (column == middle) | ~inside | (plan.row[safe] != plan.row) | (district[safe] != district) | \
        (np.where(column > middle, column - 1, column + 1) == middle)
    start = np.where(first, station[district], buses[safe])
    distance = np.where(first, np.hypot(*(plan.xy - xy[district]).T), lengths(plan.xy, np.column_stack([i, safe])))
    distance = np.round(np.maximum(distance, 10.0), 1)
    common = {"sector": "power", "kind": "cable", "unit": "W", "capacity": float(MEDIUM_RATING), "voltage": MEDIUM_V}
    links.add(ids("power/cable", i), start=start, end=buses, length=distance, resistance=MEDIUM_R * distance,
              reactance=MEDIUM_X * distance, **common)
    edge = (column == plan.width - 1) | (district[np.minimum(i + 1, plan.count - 1)] != district)
    low = i[edge & (plan.row % 2 == 0) & (i + plan.width < plan.count)]
    ends = np.column_stack([low, low + plan.width])
    ties = lengths(plan.xy, ends)
    links.add(ids("power/tie", range(len(low))), start=buses[ends[:, 0]], end=buses[ends[:, 1]], length=ties, closed=False,
              resistance=MEDIUM_R * ties, reactance=MEDIUM_X * ties, **common)

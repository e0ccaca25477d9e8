"""Hours that crews drive to jobs over the roads of the city, and from when a road leads there."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from stratum_core.cascade.compiled import Compiled
from stratum_core.model.fields import Floats, Ints

#: moments, while roads are mended, among which the first is looked for at which a road leads there; more are thinned out
MOMENTS = 256


def ways(compiled: Compiled, components: Ints, mended: Floats) -> tuple[Floats, Floats]:
    """(depots, components) hours to drive, and the hour from which a road leads there; infinite where none does while the run
    is followed.
    """
    crews = compiled.crews
    direct = crews.direct[:, components]
    if not crews.by_road:
        return direct, np.zeros(direct.shape)
    near, reached = crews.near[components], np.full((len(crews.start), len(components)), np.inf)
    drive = np.full(reached.shape, np.inf)
    moments, at = _moments(compiled, mended), np.maximum(near, 0)
    open_spans = [(0, len(moments), np.ones(reached.shape, dtype=np.bool_))]
    while open_spans:  # halving: what is reached at one moment is reached ever after
        low, high, asked = open_spans.pop()
        middle = (low + high) // 2
        found = _drives(compiled, mended <= moments[middle])[:, at]
        now, never = asked & np.isfinite(found), asked & np.isinf(found)
        reached[now], drive[now] = moments[middle], found[now]
        if low < middle and now.any():
            open_spans.append((low, middle, now))
        if middle + 1 < high and never.any():
            open_spans.append((middle + 1, high, never))
    off_road = near < 0
    reached[:, off_road], drive[:, off_road] = 0.0, direct[:, off_road]
    return drive, reached


def _moments(compiled: Compiled, mended: Floats) -> Floats:
    hours: Floats = np.unique(np.append(0.0, mended[compiled.network.sector == compiled.network.roads]))
    hours = hours[hours <= compiled.timing.steps * compiled.timing.step]
    return hours if len(hours) <= MOMENTS else np.unique(np.quantile(hours, np.linspace(0, 1, MOMENTS), method="higher"))


def _drives(compiled: Compiled, works: np.ndarray) -> Floats:
    """(depots, assets) hours over the links and nodes that work."""
    net, crews = compiled.network, compiled.crews
    assets = len(compiled.city.assets)
    links = net.link_list[net.link_ptr[net.roads] : net.link_ptr[net.roads + 1]]
    start, end = net.start[links], net.end[links]
    usable = works[links] & net.usable[links] & works[start] & works[end]
    back = usable & ~crews.one_way[links]
    tails = np.concatenate([start[usable], end[back]])
    heads = np.concatenate([end[usable], start[back]])
    hours = np.maximum(np.concatenate([crews.hours[links[usable]], crews.hours[links[back]]]), 1e-9)
    order = np.lexsort((hours, heads, tails))  # of parallel roads the fastest
    pairs = np.column_stack([tails, heads])[order]
    first = np.concatenate([[True], (np.diff(pairs, axis=0) != 0).any(axis=1)]) if len(pairs) else np.zeros(0, dtype=bool)
    graph = csr_array((hours[order][first], (pairs[first, 0], pairs[first, 1])), shape=(assets, assets))
    found: Floats = dijkstra(graph, indices=crews.start)
    found[~works[crews.start]] = np.inf
    return found

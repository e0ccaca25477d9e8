"""Where people live on the road network, and how far help is from them in the undamaged city."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from stratum_core.cascade.crews.compiled import nearest, road_lines, road_nodes
from stratum_core.cascade.state import Base, Crews
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.sectors.network import Network

#: metres beyond which a site stands off the roads and help does not drive from it (assumed)
FARTHEST_M = 500.0


def beside_roads(city: City, sites: Ints) -> Bools:
    """Which of ``sites`` (assets) stand within ``FARTHEST_M`` of a road."""
    import shapely

    roads = shapely.STRtree([shapely.LineString(line) for _, line in road_lines(city)])
    points = shapely.points(city.assets.x[sites], city.assets.y[sites])
    found = np.zeros(len(sites), dtype=np.bool_)
    found[roads.query(points, predicate="dwithin", distance=FARTHEST_M)[0]] = True
    return found


def living(city: City, network: Network) -> Floats:
    """People by road node: at the one that gives their block access, else at the nearest."""
    blocks, nodes = city.blocks, road_nodes(network)
    found = np.zeros(len(city.assets))
    if not len(nodes) or not len(blocks):
        return found
    places = np.column_stack([blocks.x, blocks.y])
    at = nearest(np.vstack([city.positions(), places]), nodes, np.arange(len(blocks)) + len(city.component_ids))
    home = at[len(city.component_ids) :]
    is_node, row = set(nodes.tolist()), {name: i for i, name in enumerate(blocks.id)}
    access = city.services.service == "access"
    for block, supplier in zip(city.services.block[access], city.services.supplier[access], strict=True):
        node = city.index.get(supplier, -1)
        if node in is_node:
            home[row[block]] = node
    np.add.at(found, home[home >= 0], np.nan_to_num(blocks.residents)[home >= 0])
    return found


def undamaged(network: Network, crews: Crews, base: Base, home: Floats, starts: Ints, limit: float) -> tuple[float, float]:
    """(people beyond ``limit`` hours, median drive in hours) from the road nodes ``starts``; ``home``: people by node."""
    works = base.functional
    links = network.link_list[network.link_ptr[network.roads] : network.link_ptr[network.roads + 1]]
    links = links[works[links] & network.usable[links] & works[network.start[links]] & works[network.end[links]]]
    back = links[~crews.one_way[links]]
    tail = np.concatenate([network.start[links], network.end[back]])
    head = np.concatenate([network.end[links], network.start[back]])
    time = np.maximum(crews.hours[np.concatenate([links, back])], 1e-12)
    order = np.lexsort((time, head, tail))  # of parallel streets the faster
    first = order[np.concatenate([[True], (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)])] if len(order) else order
    graph = coo_array((time[first], (tail[first], head[first])), shape=(len(home), len(home))).tocsr()
    drive = dijkstra(graph, indices=np.unique(starts), min_only=True) if len(starts) else np.full(len(home), np.inf)
    at = np.flatnonzero(home)
    at = at[np.argsort(drive[at], kind="stable")]
    half = at[np.searchsorted(np.cumsum(home[at]), 0.5 * home.sum())]
    return float(home[at[drive[at] > limit]].sum()), float(drive[half])

"""Directed links as they are drawn, so that a part of a link is a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.population.traffic import RoadNetwork
from stratum_core.population.traffic.kernels import WEIDMANN_BEST, WEIDMANN_GAMMA, WEIDMANN_JAM

#: times as long as alone takes who walks in the densest stream that still moves
SLOWEST = float(1.0 / (1.0 - np.exp(-WEIDMANN_GAMMA * (1.0 / WEIDMANN_BEST - 1.0 / WEIDMANN_JAM))))
#: keeps the end of one link apart from the begin of the next
_BELOW_ONE = 1.0 - 1e-9


@dataclass(frozen=True)
class Drawn:
    """Per link: id, component of the city, length (m), free seconds, room (vehicles in a jam). Corners of all links in a row:
    xy (corners, 2) metres, and key: the number of the link and the share of its length."""

    link_ids: Strings
    component: Ints
    length: Floats
    seconds: Floats
    room: Floats
    xy: Floats
    key: Floats

    @property
    def links(self) -> int:
        """How many directed links there are."""
        return len(self.link_ids)

    def along(self, link: Ints, part: Floats, side: Floats) -> Floats:
        """(n, 2) places at a part of each link, so many metres to the right of its middle."""
        wanted = link + np.minimum(part, 1.0) * _BELOW_ONE
        after = np.clip(np.searchsorted(self.key, wanted, side="right"), 1, len(self.key) - 1)
        a, b = self.xy[after - 1], self.xy[after]
        span = self.key[after] - self.key[after - 1]
        share = np.clip((wanted - self.key[after - 1]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
        way = b - a
        away = side / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
        return np.column_stack([a[:, 0] + way[:, 0] * share + way[:, 1] * away, a[:, 1] + way[:, 1] * share - way[:, 0] * away])


def drawn_roads(city: City, network: RoadNetwork) -> Drawn:
    """The links of a network as the city draws them; straight where it does not."""
    row = network.component - len(city.assets)
    backward = np.array([str(city.links.start[r]) != str(network.node_ids[t]) for r, t in zip(row, network.tail, strict=True)])
    corners, keys = [], []
    for link, (at, turned) in enumerate(zip(row.tolist(), backward.tolist(), strict=True)):
        path = city.links.path[at]
        ends = network.xy[[network.tail[link], network.head[link]]]
        line = ends if path is None or len(path) < 2 else np.asarray(path, dtype=float)[:: -1 if turned else 1]
        reach = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        corners.append(line)
        keys.append(link + (reach / reach[-1] if reach[-1] > 0 else np.linspace(0, 1, len(line))) * _BELOW_ONE)
    return Drawn(network.link_ids, network.component, network.length, network.free_time,
                 np.maximum(network.jam_density * network.length, 1.0), np.vstack(corners), np.concatenate(keys))

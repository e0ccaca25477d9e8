"""Roads as directed links in arrays, from a city or from figures. Nothing here knows who uses them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.population.traffic.diagram import capacity as triangular_capacity
from stratum_core.population.traffic.diagram import wave_speed
from stratum_core.population.traffic.parameters import value


@dataclass(frozen=True)
class RoadNetwork:
    """Directed links between nodes; read-only arrays, one entry a link unless said otherwise.

    tail, head: nodes; length: m; speed: free speed, m/s; capacity: veh/s; jam_density: veh/m over all lanes; lanes: 1.
    walk_width: m of walkway in this direction, 0: none. usable: false: out of service from the start.
    component: index in ``City.component_ids`` of the road, -1: none. link_ids, node_ids: names. xy: (nodes, 2) metres.
    through: per node, false: a zone, where ways begin and end but do not pass. warnings: what was assumed.
    """

    tail: Ints
    head: Ints
    length: Floats
    speed: Floats
    capacity: Floats
    jam_density: Floats
    lanes: Floats
    walk_width: Floats
    usable: Bools
    component: Ints
    link_ids: Strings
    node_ids: Strings
    xy: Floats
    through: Bools
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Raises InputError where a figure cannot be: the diagram needs speed and room for its capacity."""
        for name, bad in (("length", ~(self.length >= 0)), ("speed", ~(self.speed > 0)), ("capacity", ~(self.capacity > 0)),
                          ("jam density", ~(self.jam_density * self.speed > self.capacity)),
                          ("walkway", ~(self.walk_width >= 0))):
            if bad.any():
                first = int(np.argmax(bad))
                raise InputError(f"the {name} of road '{self.link_ids[first]}' cannot be", where="road network",
                                 repair="give a length from 0, a speed and a capacity above 0, and lanes for such a capacity")
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    @property
    def links(self) -> int:
        """How many directed links there are."""
        return len(self.tail)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.node_ids)

    @cached_property
    def wave_speed(self) -> Floats:
        """Speed of the backward wave, m/s."""
        return wave_speed(self.speed, self.jam_density, self.capacity)

    @cached_property
    def free_time(self) -> Floats:
        """Seconds on the empty link."""
        return self.length / self.speed

    @cached_property
    def leaving(self) -> tuple[Ints, Ints]:
        """CSR by tail: begin (nodes + 1) and links."""
        return _grouped(self.tail, self.nodes)

    @cached_property
    def entering(self) -> tuple[Ints, Ints]:
        """CSR by head: begin (nodes + 1) and links."""
        return _grouped(self.head, self.nodes)

    @cached_property
    def reverse(self) -> Ints:
        """The link of the other direction, -1: none. Of parallel ones the first belongs to the first."""
        found = np.full(self.links, -1, dtype=np.int64)
        waiting: dict[tuple[int, int], list[int]] = {}
        for link, (tail, head) in enumerate(zip(self.tail.tolist(), self.head.tolist(), strict=True)):
            opposite = waiting.get((head, tail))
            if opposite:
                found[link] = opposite.pop(0)
                found[found[link]] = link
            else:
                waiting.setdefault((tail, head), []).append(link)
        return found

    @cached_property
    def joined(self) -> Bools:
        """(nodes,) those of the largest part in which usable roads lead from everywhere to everywhere."""
        return largest_part(self.tail[self.usable], self.head[self.usable], self.nodes)

    @cached_property
    def node_index(self) -> dict[str, int]:
        """Node by id."""
        return {name: i for i, name in enumerate(self.node_ids.tolist())}

    def with_warnings(self, *more: str) -> RoadNetwork:
        """The same network that says more about itself."""
        return replace(self, warnings=(*self.warnings, *more))


def network_from(
    tail: npt.ArrayLike, head: npt.ArrayLike, length: npt.ArrayLike, *, nodes: int | None = None,
    speed: npt.ArrayLike | None = None, capacity: npt.ArrayLike | None = None, lanes: npt.ArrayLike | None = None,
    jam_density: npt.ArrayLike | None = None, walk_width: npt.ArrayLike = 0.0, xy: npt.ArrayLike | None = None,
) -> RoadNetwork:
    """A network of figures (m, m/s, veh/s, veh/m over all lanes); what is not given comes from the table of assumptions."""
    a, b = np.array(tail, dtype=np.int64), np.array(head, dtype=np.int64)
    count = int(max(a.max(initial=-1), b.max(initial=-1))) + 1 if nodes is None else nodes

    def filled(given: npt.ArrayLike) -> Floats:
        return np.array(np.broadcast_to(np.asarray(given, dtype=float), a.shape))

    u = filled(value("free_speed") if speed is None else speed)
    n = filled(value("lanes") if lanes is None else lanes)
    kj = n / value("jam_spacing") if jam_density is None else filled(jam_density)
    q = n * triangular_capacity(u, kj / n, value("reaction_time")) if capacity is None else filled(capacity)
    return RoadNetwork(
        tail=a, head=b, length=filled(length), speed=u, capacity=q, jam_density=kj, lanes=n, walk_width=filled(walk_width),
        usable=np.ones(len(a), dtype=bool), component=np.full(len(a), -1, dtype=np.int64),
        link_ids=np.array([f"link/{i}" for i in range(len(a))], dtype=object),
        node_ids=np.array([f"node/{i}" for i in range(count)], dtype=object),
        xy=np.zeros((count, 2)) if xy is None else np.array(xy, dtype=float), through=np.ones(count, dtype=bool),
    )


def largest_part(tail: Ints, head: Ints, nodes: int) -> Bools:
    """(nodes,) the largest strongly connected part (Tarjan 1972, by SciPy)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes)), connection="strong")
    found: Bools = part == np.bincount(part).argmax()
    return found


def _grouped(by: Ints, groups: int) -> tuple[Ints, Ints]:
    begin = np.concatenate([[0], np.cumsum(np.bincount(by, minlength=groups))]).astype(np.int64)
    return begin, np.argsort(by, kind="stable").astype(np.int64)

"""Where the boxes of the graph stand: columns by steps up and downstream, lanes by sector. No Qt here.

A link between two assets is a line, not a box, unless it was asked about; many alike are one box with their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from stratum_core.graph.typed import FEEDS, GIVES, HANGS_ON, NETWORK, SELLS, WORKS_FOR, TypedGraph
from stratum_core.model.tables import SECTORS

WIDTH, HEIGHT, ACROSS, DOWN = 132, 24, 172, 31
MARGIN, LANE_GAP, LANE_HEAD = 12, 12, 18
#: more neighbours of one kind than this are one box
MANY = 5
#: so many of an opened box are shown
OPENED = 30
PEOPLE, INDUSTRY = "people", "industry"


@dataclass(frozen=True)
class Neighbour:
    """A node beside another. side: 1 downstream, -1 upstream; spare: another way, which supply does not take now."""

    node: int
    side: int
    relation: str
    edge: int
    link: int = -1
    spare: bool = False


@dataclass(frozen=True)
class Box:
    """One node, or ``many`` alike. lane: sector, people or industry."""

    node: int
    lane: str
    step: int
    x: float = 0.0
    y: float = 0.0
    many: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wire:
    """From box to box (by their nodes), the way a failure goes. link: the component that it stands for, or -1."""

    start: int
    end: int
    relation: str
    edge: int
    link: int
    spare: bool


@dataclass(frozen=True)
class Picture:
    """All boxes and wires; lanes: (name, y, height)."""

    boxes: tuple[Box, ...] = ()
    wires: tuple[Wire, ...] = ()
    lanes: tuple[tuple[str, float, float], ...] = ()
    width: float = 0.0
    height: float = 0.0


@dataclass
class Shown:
    """What is to be shown: the node in the middle, nodes whose neighbours are, opened boxes, kinds that are hidden."""

    focus: int
    expanded: set[int] = field(default_factory=set)
    opened: set[tuple[int, int, str, str]] = field(default_factory=set)
    hidden: frozenset[str] = frozenset()


def picture_of(graph: TypedGraph, shown: Shown) -> Picture:
    """The boxes and wires around the focus."""
    steps, bundles, wires = _collected(graph, shown)
    lanes: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for node, step in steps.items():
        lanes[_lane(graph, node)][step].append(node)
    first = min(steps.values())
    y, boxes, drawn = float(MARGIN), [], []
    for lane in (*SECTORS, PEOPLE, INDUSTRY):
        if lane not in lanes:
            continue
        columns = lanes[lane]
        rows = max(len(nodes) for nodes in columns.values())
        height = LANE_HEAD + rows * DOWN
        for step, nodes in columns.items():
            for row, node in enumerate(nodes):
                boxes.append(Box(node, lane, step, MARGIN + (step - first) * ACROSS, y + LANE_HEAD + row * DOWN,
                                 bundles.get(node, ())))
        drawn.append((lane, y, float(height)))
        y += height + LANE_GAP
    width = 2 * MARGIN + (max(steps.values()) - first) * ACROSS + WIDTH
    return Picture(tuple(boxes), tuple(wires), tuple(drawn), width, y)


def neighbours(graph: TypedGraph, node: int) -> Iterator[Neighbour]:
    """All that stand beside a node."""
    digraph, assets = graph.digraph, len(graph.city.assets)
    for side, lists, far in ((1, digraph.out, digraph.end), (-1, digraph.into, digraph.start)):
        first = lists.begin[node]
        for edge in lists.edge[first : first + lists.length[node]].tolist():
            relation = graph.relations[graph.relation[edge]]
            if relation != NETWORK:
                yield Neighbour(int(far[edge]), side, relation, edge)
            elif side == 1:
                yield from _beside(graph, node, int(far[edge]), edge, assets)


def _beside(graph: TypedGraph, node: int, other: int, edge: int, assets: int) -> Iterator[Neighbour]:
    """The far end of a link, or the ends of a link that is itself asked about."""
    arrays = graph.graph.arrays
    if node >= assets:
        fed = arrays.parent_link[other] == node
        yield Neighbour(other, 1 if fed else -1, NETWORK, edge)
        return
    far = int(arrays.end[other]) if arrays.start[other] == node else int(arrays.start[other])
    if far < 0 or far == node:
        return
    down = arrays.parent[far] == node and arrays.parent_link[far] == other
    up = arrays.parent[node] == far and arrays.parent_link[node] == other
    yield Neighbour(far, 1 if down else -1, NETWORK, edge, other, not (up or down))


def _collected(graph: TypedGraph, shown: Shown) -> tuple[dict[int, int], dict[int, tuple[int, ...]], list[Wire]]:
    """Step of each node that is shown, members of boxes that stand for many (keyed by their first), and wires."""
    steps, bundles, wires = {shown.focus: 0}, {}, {}
    kinds = graph.columns["kind"]
    queue = [shown.focus]
    for node in queue:
        groups: dict[tuple[int, int, str, str], list[Neighbour]] = defaultdict(list)
        for one in neighbours(graph, node):
            if one.node != node and (kinds[one.node] not in shown.hidden or one.node == shown.focus):
                groups[node, one.side, one.relation, str(kinds[one.node])].append(one)
        for key, ones in groups.items():
            fresh = [one for one in ones if one.node not in steps]
            plain = ones if len(fresh) <= MANY else [one for one in ones if one.node in steps]
            rest = [] if len(fresh) <= MANY else fresh
            if key in shown.opened:
                plain, rest = plain + rest[:OPENED], rest[OPENED:]
            for one in (*plain, *rest[:1]):
                if one.node not in steps:
                    steps[one.node] = steps[node] + one.side
                    if one.node in shown.expanded:
                        queue.append(one.node)
                ends = (node, one.node) if one.side > 0 else (one.node, node)
                wires.setdefault((*ends, one.relation, one.link), Wire(*ends, one.relation, one.edge, one.link, one.spare))
            if len(rest) > 1:
                bundles[rest[0].node] = tuple(one.node for one in rest)
    return steps, bundles, list(wires.values())


def opening(graph: TypedGraph, box: Box, wires: tuple[Wire, ...]) -> tuple[int, int, str, str]:
    """The key that opens a box of many."""
    wire = next(w for w in wires if box.node in (w.start, w.end))
    side = 1 if wire.end == box.node else -1
    return (wire.start if side > 0 else wire.end, side, wire.relation, str(graph.columns["kind"][box.node]))


def _lane(graph: TypedGraph, node: int) -> str:
    if graph.columns["type"][node] == "industry":
        return INDUSTRY
    sector = str(graph.columns["sector"][node])
    return sector if node < graph.components and sector in SECTORS else PEOPLE


#: relations in words for a person
RELATION_WORDS = {NETWORK: "network", HANGS_ON: "hangs on it", FEEDS: "feeds it", GIVES: "gives the service",
                  SELLS: "sells to it", WORKS_FOR: "works for it"}

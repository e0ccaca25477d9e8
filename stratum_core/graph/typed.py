"""Everything as nodes and typed edges: components, population blocks, services and industries, in four layers.

An edge goes the way a failure does. Rows of dependencies are edges with strength, confidence, author and date; networks,
what hangs on a node and who serves whom are edges of the source that gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stratum_core.errors import unknown
from stratum_core.graph.attributes import Columns, layer_of_service, node_columns
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.digraph import Digraph, Search
from stratum_core.model.changes import Change
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings

LAYERS = ("physical", "digital", "economic", "social")
#: relations of edges that are no dependencies; a service to people is called by its name
NETWORK, HANGS_ON, FEEDS, GIVES, SELLS, WORKS_FOR = "network", "hangs on", "feeds", "gives", "sells", "works for"


@dataclass(frozen=True)
class Node:
    """A node of an answer, and how many hops it is away. type: asset, link, block, service or industry."""

    asset: str
    name: str
    sector: str
    kind: str
    hop: int
    type: str = "asset"
    layer: str = "physical"


@dataclass(frozen=True)
class Edge:
    """From a node to one that it can affect. relation: a service, or one of network, hangs on, feeds, gives, sells, works for.

    id and what follows are of a dependency, else empty. low, high: range of the strength.
    """

    start: str
    end: str
    relation: str
    layer: str = "physical"
    id: str = ""
    strength: float = 1.0
    strength_low: float | None = None
    strength_high: float | None = None
    confidence: float | None = None
    provenance: str = ""
    source: str = ""
    author: str = ""
    date: str = ""
    group: str = ""
    buffer_h: float | None = None


class TypedGraph:
    """The graph of a city with its types, which follows its changes; of one thread, as its ``Search`` is.

    Nodes: components in the city's order, then blocks, services, industries. relation: a code into ``relations`` by edge number.
    """

    def __init__(self, city: City | KnowledgeGraph) -> None:
        """Raises InputError for an unknown kind or a reference to nothing."""
        self.graph = knowledge_graph(city)
        self.relations: list[str] = []
        inner, outer, (economic, needs) = component_edges(self.graph), _social_edges(self.graph), industry_edges(self.graph)
        start, end, relation = (np.concatenate(columns) for columns in zip(inner, outer, economic, strict=True))
        known = np.flatnonzero(~np.isnan(needs)) + len(start) - len(needs)
        self._need_of_industry = dict(zip(known.tolist(), needs[~np.isnan(needs)].tolist(), strict=True))
        self._codes: dict[str, int] = {}
        self.relation = np.array([self._code(word) for word in relation], dtype=np.int16)
        self.digraph = Digraph(self.size, start, end)
        self.search = Search(self.digraph)
        self.edge_of_dependency = {str(id): edge for edge, id in enumerate(self.city.dependencies.id)}
        self._dependency_of_edge = {edge: id for id, edge in self.edge_of_dependency.items()}

    @property
    def city(self) -> City:
        """The city as it is now."""
        return self.graph.city

    @property
    def components(self) -> int:
        """How many nodes are components."""
        return len(self.graph.arrays.start)

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return self.components + len(self.city.blocks) + len(self.graph.services) + len(self.city.industries)

    def apply(self, change: Change) -> None:
        """Follow a change within milliseconds; one that alters a network (``KnowledgeGraph.rebuilt_by``) asks for a new graph."""
        if change.table != "dependencies":
            self.graph = self.graph.changed(change.applied(self.city), change)
            self.__dict__.pop("columns", None)
            return
        if change.before is not None:
            edge = self.edge_of_dependency.pop(change.id)
            del self._dependency_of_edge[edge]
            self.digraph.remove(edge)
        self.graph = self.graph.changed(change.applied(self.city), change)
        if change.after is not None:
            index = self.city.index
            edge = self.digraph.add(index[change.after["supplier"]], index[change.after["dependent"]])
            if edge >= len(self.relation):
                self.relation = np.concatenate([self.relation, np.zeros(max(16, edge // 2), np.int16)])
            self.relation[edge] = self._code(change.after["service"])
            self.edge_of_dependency[change.id], self._dependency_of_edge[edge] = edge, change.id

    def find(self, name: str) -> int:
        """The node of a component, block or service ('service/water'). Raises InputError for an unknown or ambiguous name."""
        if name in self._others:
            return self._others[name]
        return self.city.index[self.city.resolve(name, where="asset")]

    def node(self, at: int, hop: int = 0) -> Node:
        """A node by its number."""
        row = {name: column[at] for name, column in self.columns.items()}
        return Node(row["id"], row["name"] or row["id"], row["sector"], row["kind"], hop, row["type"], row["layer"])

    def edge(self, number: int) -> Edge:
        """An edge by its number."""
        ids, relation = self.columns["id"], self.relations[self.relation[number]]
        ends = (str(ids[self.digraph.start[number]]), str(ids[self.digraph.end[number]]), relation)
        dependency = self._dependency_of_edge.get(number)
        if dependency is None:
            start, end = self.digraph.start[number], self.digraph.end[number]
            layer = str(self.columns["layer"][start if end < self.components else end])
            return Edge(*ends, layer, strength=self._need_of_industry.get(number, 1.0))
        rows = self.city.dependencies
        at = int(np.flatnonzero(rows.id == dependency)[0])
        return Edge(*ends, layer_of_service(relation), dependency, **_said(rows.row(at)))

    @cached_property
    def _others(self) -> dict[str, int]:
        ids = [*self.city.blocks.id, *(f"service/{name}" for name in self.graph.services), *self.city.industries.id]
        return {str(id): self.components + i for i, id in enumerate(ids)}

    @cached_property
    def columns(self) -> Columns:
        """What is known of every node, by attribute."""
        return node_columns(self.city, self.graph.services)

    def strengths(self) -> Floats:
        """(edge numbers,) strength of each edge: 1 but where a dependency or the need of an industry says less."""
        strength = np.ones(len(self.digraph.weight))
        strength[list(self._need_of_industry)] = list(self._need_of_industry.values())
        strength[[self.edge_of_dependency[str(id)] for id in self.city.dependencies.id]] = np.nan_to_num(
            self.city.dependencies.strength, nan=1.0)
        return strength

    def _code(self, word: str) -> int:
        if word not in self._codes:
            self._codes[word] = len(self.relations)
            self.relations.append(word)
        return self._codes[word]


def typed_graph(city: City | KnowledgeGraph | TypedGraph) -> TypedGraph:
    """The typed graph of a city; one that is typed already is handed back."""
    return city if isinstance(city, TypedGraph) else TypedGraph(city)


def chosen_layers(graph: TypedGraph, layers: tuple[str, ...]) -> Bools:
    """Which nodes are of these layers. Raises InputError for an unknown layer."""
    for layer in layers:
        if layer not in LAYERS:
            raise unknown("layer", layer, LAYERS)
    mask: Bools = np.isin(graph.columns["layer"].astype(str), layers)
    return mask


def _said(row: dict[str, Any]) -> dict[str, Any]:
    def known(name: str) -> float | None:
        return None if row[name] != row[name] else float(row[name])

    return {
        "strength": float(row["strength"]), "strength_low": known("strength_low"), "strength_high": known("strength_high"),
        "confidence": known("confidence"), "provenance": row["provenance"], "source": row["source"], "author": row["author"],
        "date": row["date"], "group": row["group"], "buffer_h": known("buffer"),
    }


def component_edges(graph: KnowledgeGraph) -> tuple[Ints, Ints, Strings]:
    """(start, end, relation) among components: dependencies first, in their order; networks both ways, asset to link to asset."""
    arrays, city = graph.arrays, graph.city
    links, held = np.flatnonzero(arrays.start >= 0), np.flatnonzero(arrays.attach >= 0)
    feeds = held[arrays.source_node[held] >= 0]
    pairs: list[tuple[Ints, Ints, Any]] = [
        (graph.supplier_of_row, arrays.group_dependent[graph.group_of_row], city.dependencies.service),
        (arrays.attach[held], held, HANGS_ON), (feeds, arrays.attach[feeds], FEEDS)]
    for ends in (arrays.start[links], arrays.end[links]):
        pairs += [(ends, links, NETWORK), (links, ends, NETWORK)]
    return _joined(pairs)


def _social_edges(graph: KnowledgeGraph) -> tuple[Ints, Ints, Strings]:
    """(start, end, relation) from components to the blocks that they serve, and to the services that they give."""
    arrays, components = graph.arrays, len(graph.arrays.start)
    supplier = np.repeat(np.arange(components), np.diff(arrays.serve_ptr))
    block, service = arrays.slot_block[arrays.serve_slot], arrays.slot_service[arrays.serve_slot]
    words: Any = np.array(graph.services, object)[service] if len(service) else GIVES
    given = np.unique(np.column_stack([supplier, service]), axis=0)
    return _joined([(supplier, components + block, words),
                    (given[:, 0], components + len(graph.city.blocks) + given[:, 1], GIVES)])


def industry_edges(graph: KnowledgeGraph) -> tuple[tuple[Ints, Ints, Strings], Floats]:
    """To industries from services, workplaces and other industries; of each the share of output that is lost, NaN: not said."""
    city, blocks = graph.city, len(graph.arrays.start)
    services = blocks + len(city.blocks)
    first = services + len(graph.services)
    place = {str(id): first + at for at, id in enumerate(city.industries.id)}
    pairs: list[tuple[Ints, Ints, Any]] = []
    shares = []
    for at, service in enumerate(graph.services):
        share = city.industries.columns().get(f"needs_{service}", np.empty(0))
        needy = np.flatnonzero(share > 0)
        pairs.append((np.full(len(needy), services + at), first + needy, service))
        shares.append(share[needy])
    homes = np.flatnonzero([str(id) in place for id in city.blocks.industry])
    pairs.append((blocks + homes, np.array([place[str(id)] for id in city.blocks.industry[homes]], dtype=np.int64), WORKS_FOR))
    known = np.array([str(a) in place and str(b) in place and a != b
                      for a, b in zip(city.trade.seller, city.trade.buyer, strict=True)], dtype=bool)
    seller, buyer = (np.array([place[str(id)] for id in column[known]], dtype=np.int64)
                     for column in (city.trade.seller, city.trade.buyer))
    pairs.append((seller, buyer, SELLS))
    without = np.full(len(homes) + int(known.sum()), np.nan)
    return _joined(pairs), np.concatenate([*shares, without])


def _joined(pairs: list[tuple[Ints, Ints, Any]]) -> tuple[Ints, Ints, Strings]:
    words = [np.full(len(a), word, object) if isinstance(word, str) else word for a, _, word in pairs]
    return np.concatenate([a for a, _, _ in pairs]), np.concatenate([b for _, b, _ in pairs]), np.concatenate(words)

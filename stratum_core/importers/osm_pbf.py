"""OpenStreetMap extracts (.osm.pbf, .osm): roads for cars cut at their crossings, traffic signals, facilities.

Service roads, tracks and private roads are left out. A road that goes on where the file ends is a road into town.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.geodesic import metres_of_steps
from stratum_core.importers.osm_map import Map, Place, Point, Way, read_map
from stratum_core.importers.osm_tags import direction, facility, lanes, number, road_name, speed
from stratum_core.importers.road_classes import lead_out, road, tell_assumed
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.kinds import kinds
from stratum_core.number_format import counted

LICENCE = "ODbL 1.0, © OpenStreetMap contributors"

Piece = list[tuple[int, Point]]


def read(file: SourceFile, request: Request) -> Draft:
    """Crossings, roads, signals and facilities of ``file``."""
    draft = request.draft(file, file.path.name.split(".")[0])
    found = read_map(file)
    draft.crs, draft.drawn = "EPSG:4326", True
    draft.title, draft.licence, draft.date = f"OpenStreetMap, {file.name}", LICENCE, found.date
    if not found.ways and not found.places:
        raise InputError("it holds no roads for cars and no facilities", where=file.name, repair="take a larger extract")
    _Roads(draft, found).enter_all()
    for place in found.places:
        _facility(draft, place)
    lead_out(draft)
    tell_assumed(draft)
    if found.left_out:
        named = ", ".join(f"{count} of class {name}" for name, count in found.left_out.most_common())
        draft.note(f"roads that are too small or closed to cars were left out: {named}")
    return draft


class _Roads:
    """The roads of one map being cut at their crossings."""

    def __init__(self, draft: Draft, found: Map) -> None:
        self.draft, self.found = draft, found
        self.pieces = {way.id: list(_known(way)) for way in found.ways}
        seen = Counter(node for pieces in self.pieces.values() for piece in pieces for node, _ in piece)
        ends = (piece[end][0] for pieces in self.pieces.values() for piece in pieces for end in (0, -1))
        self.crossings = {node for node, count in seen.items() if count > 1} | set(ends)
        self.beyond = {node for way in found.ways for node in _last_known(way)}

    def enter_all(self) -> None:
        """Enter every road with the crossings at its ends and the signals on it."""
        for way in self.found.ways:
            parts = (part for piece in self.pieces[way.id] for part in _cut(piece, self.crossings))
            for count, part in enumerate(parts, start=1):
                self._road(way, count, part)
        built = [row["name"] for row in self.draft.rows["links"]]
        for word in ("bridge", "tunnel"):
            count = sum(f"({word})" in name for name in built)
            if count:
                self.draft.note(f"marked as {word} in their name: {counted(count, 'road')}")
        astray = len(self.found.signals) - sum(row["kind"] == "signal" for row in self.draft.rows["assets"])
        if astray:
            self.draft.note(f"{counted(astray, 'traffic signal')} on no road for cars left out")

    def _road(self, way: Way, count: int, part: Piece) -> None:
        identifier = self.draft.component_id("way", f"{way.id}-{count}")
        path = np.array([point for _, point in part])
        steps = metres_of_steps(path)
        ends = [self._crossing(part[0]), self._crossing(part[-1])]
        one_way = direction(way.tags)
        self._signals(part, ends, np.concatenate([[0.0], np.cumsum(steps)]), one_way)
        if one_way < 0:
            ends, path = ends[::-1], path[::-1]
        self.draft.add("links", identifier, f"{self.draft.file.name}, way {way.id}", name=road_name(way.tags), start=ends[0],
                       end=ends[1], path=path, one_way=one_way != 0,
                       **road(float(steps.sum()), way.tags["highway"], lanes(way.tags), speed(way.tags)))

    def _crossing(self, end: tuple[int, Point]) -> str:
        """The id of a crossing, entered when it is first met."""
        node, (x, y) = end
        if node not in self.draft.nodes:
            self.draft.nodes[node] = self.draft.component_id("node", node)
            self.draft.add("assets", self.draft.nodes[node], f"{self.draft.file.name}, node {node}", sector="roads",
                           kind="road_entry" if node in self.beyond else "crossing", x=x, y=y)
        return self.draft.nodes[node]

    def _signals(self, part: Piece, ends: list[str], metres: np.ndarray, one_way: int) -> None:
        """Hang signals on the crossing that they stand on, else ahead of those who meet them, else on the nearer one."""
        for at, (node, _) in enumerate(part):
            if node not in self.found.signals:
                continue
            tags, (x, y) = self.found.signals[node]
            facing = {"forward": 1, "backward": -1}.get(tags.get("traffic_signals:direction", ""), one_way)
            ahead = facing > 0 if facing else metres[at] > metres[-1] / 2
            crossing = ends[int(at == len(part) - 1 or (at > 0 and bool(ahead)))]
            identifier = self.draft.component_id("signal", node)
            if identifier not in self.draft.nodes:
                self.draft.nodes[identifier] = identifier
                self.draft.add("assets", identifier, f"{self.draft.file.name}, node {node}", sector="roads", kind="signal",
                               node=crossing, x=x, y=y)


def _known(way: Way) -> Iterator[Piece]:
    """The stretches of a way whose nodes the file has."""
    piece: Piece = []
    for node, point in [*way.nodes, (0, None)]:
        if point is not None:
            if not piece or piece[-1][0] != node:
                piece.append((node, point))
        else:
            if len(piece) > 1:
                yield piece
            piece = []


def _last_known(way: Way) -> Iterator[int]:
    """The nodes of a way beside one that the file lacks."""
    for (node, point), (other, beside) in pairwise(way.nodes):
        if (point is None) != (beside is None):
            yield other if point is None else node


def _cut(piece: Piece, crossings: set[int]) -> Iterator[Piece]:
    """The parts between crossings; a loop from a crossing to itself is cut in two."""
    at = [place for place, (node, _) in enumerate(piece) if node in crossings]
    loops = [(a + b) // 2 for a, b in pairwise(at) if piece[a][0] == piece[b][0]]
    for a, b in pairwise(sorted({*at, *loops})):
        yield piece[a : b + 1]


def _facility(draft: Draft, place: Place) -> None:
    """A facility; one that stands on a crossing has its kind in its id, as the crossing has the plain one."""
    kind, special = facility(place.tags) or ("", "")
    beds = number(place.tags.get("beds", ""))
    on_crossing = place.name.startswith("node/") and int(place.name[5:]) in draft.nodes
    identifier = f"{draft.stem}/{kind}/{place.name}" if on_crossing else f"{draft.stem}/{place.name}"
    draft.add("assets", identifier, f"{draft.file.name}, {place.name}", name=place.tags.get("name", ""),
              sector=kinds()[kind].sector, kind=kind, special=special, x=place.point[0], y=place.point[1], capacity=beds,
              unit="beds" if beds > 0 else "")


IMPORTERS.register("osm_pbf")(Format((".pbf", ".osm"), lambda file, request: True, read))

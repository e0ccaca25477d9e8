"""What of an OpenStreetMap file counts: roads for cars, traffic signals, facilities. Read by osmium in one pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from stratum_core.errors import InputError
from stratum_core.importers.osm_tags import FACILITY_KEYS, facility, for_cars
from stratum_core.importers.road_classes import road_classes
from stratum_core.importers.source_file import SourceFile

_SMALL = ("service", "track")
Point = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """A road as it is drawn. nodes: their numbers and (longitude, latitude), None where the file lacks the node."""

    id: int
    tags: dict[str, str]
    nodes: list[tuple[int, Point | None]]


@dataclass(frozen=True)
class Place:
    """A facility. name: 'node', 'way' or 'relation' and its number; point: of the node, or inside the area."""

    name: str
    tags: dict[str, str]
    point: Point


@dataclass
class Map:
    """The things of one file. signals: tags by number of the node; left_out: roads by class that were not taken."""

    ways: list[Way] = field(default_factory=list)
    signals: dict[int, tuple[dict[str, str], Point]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    date: str = ""


def read_map(file: SourceFile) -> Map:
    """All of a .pbf or .osm file that counts. Raises InputError for a file that osmium cannot read."""
    import osmium

    found = Map()
    wanted = osmium.filter.KeyFilter("highway", *FACILITY_KEYS)
    areas = osmium.filter.KeyFilter(*FACILITY_KEYS)
    try:
        things = osmium.FileProcessor(str(file.path)).with_locations().with_areas(areas).with_filter(wanted)
        found.date = things.header.get("osmosis_replication_timestamp")[:10]
        for thing in things:
            _enter(found, thing)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise InputError(f"osmium cannot read it: {error}", where=file.name, repair="get the extract again") from error
    return found


def _enter(found: Map, thing: Any) -> None:
    tags = {tag.k: tag.v for tag in thing.tags}
    if thing.is_way() and "highway" in tags:
        if for_cars(tags):
            found.ways.append(Way(thing.id, tags, [(node.ref, _point(node.location)) for node in thing.nodes]))
        elif tags["highway"] in (*road_classes(), *_SMALL):
            found.left_out[tags["highway"]] += 1
    elif thing.is_node() and tags.get("highway") == "traffic_signals":
        found.signals[thing.id] = tags, (thing.lon, thing.lat)
    elif facility(tags) and (thing.is_node() or thing.is_area()):
        found.places.append(_place(thing, tags))


def _point(location: Any) -> Point | None:
    return (location.lon, location.lat) if location.valid() else None


def _place(thing: Any, tags: dict[str, str]) -> Place:
    import shapely

    if thing.is_node():
        return Place(f"node/{thing.id}", tags, (thing.lon, thing.lat))
    outline = [(node.lon, node.lat) for node in next(iter(thing.outer_rings()))]
    inside = shapely.Polygon(outline).representative_point()
    return Place(f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}", tags, (inside.x, inside.y))

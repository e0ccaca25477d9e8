"""AequilibraE projects (``project_database.sqlite``, or the zip of a project): roads for cars, crossings, zones with people.

A zone becomes a population block at its centroid. Centroids and their connectors stand for zones in an assignment, not for
crossings and roads, and are left out; so are links that cars may not use.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.geodesic import metres_of_steps
from stratum_core.importers.road_classes import lead_out, road, road_classes, tell_assumed
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.zipped import names
from stratum_core.number_format import counted

_TABLES = {"links", "nodes", "zones"}
_DATABASE = "project_database.sqlite"
_CAR = "c"
_CONNECTOR = "centroid_connector"
_LINKS = ("link_id", "a_node", "b_node", "direction", "modes", "link_type", "name", "speed_ab", "speed_ba", "capacity_ab",
          "capacity_ba", "lanes_ab", "lanes_ba")


def claims(file: SourceFile, request: Request) -> bool:
    """True for a database with links, nodes and zones, alone or in a zip."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    path = _path(file)
    try:
        return bool(path) and {str(name) for name, _ in pyogrio.list_layers(path)} >= _TABLES
    except DataSourceError:
        return False


def read(file: SourceFile, request: Request) -> Draft:
    """Roads, crossings and blocks of ``file``."""
    draft = request.draft(file)
    draft.crs, draft.drawn = "EPSG:4326", True
    links, paths = _layer(file, "links", _LINKS)
    nodes, points = _layer(file, "nodes", ("node_id",))
    zones, areas = _layer(file, "zones", ("zone_id", "name", "population"))
    draft.nodes = {int(node): draft.component_id("node", int(node)) for node in nodes["node_id"]}
    _roads(draft, links, paths)
    used = {row[end] for row in draft.rows["links"] for end in ("start", "end")}
    for node, point in zip(nodes["node_id"], points, strict=True):
        if draft.nodes[int(node)] in used:
            draft.add("assets", draft.nodes[int(node)], f"{file.name}, node {node}", sector="roads", kind="crossing", x=point.x,
                      y=point.y)
    _blocks(draft, zones, areas, _people(file))
    lead_out(draft)
    tell_assumed(draft)
    return draft


def _path(file: SourceFile) -> str:
    """Where GDAL finds the database; empty where a zip holds none."""
    if file.suffix != ".zip":
        return str(file.path)
    return next((f"/vsizip/{file.path.resolve()}/{name}" for name in names(file) if name.endswith(_DATABASE)), "")


def _layer(file: SourceFile, name: str, columns: tuple[str, ...]) -> tuple[dict[str, Any], Any]:
    """Columns and shapes of a table. Raises InputError where one is missing."""
    import pyogrio.raw
    import shapely

    meta, _, geometries, found = pyogrio.raw.read(_path(file), layer=name, columns=list(columns), force_2d=True)
    missing = set(columns) - set(meta["fields"])
    if missing:
        raise InputError(f"table {name} has no column {sorted(missing)[0]}", where=file.name,
                         repair="save the project again with AequilibraE")
    return dict(zip(meta["fields"], found, strict=True)), shapely.from_wkb(geometries)


def _roads(draft: Draft, links: dict[str, Any], paths: Any) -> None:
    left_out: Counter[str] = Counter()
    for row, path in enumerate(paths):
        link = {name: column[row] for name, column in links.items()}
        reason = _no_road(link)
        left_out[reason] += 1
        if not reason:
            _road(draft, link, np.array(path.coords))
    for reason in filter(None, left_out):
        draft.note(f"left out: {counted(left_out[reason], reason)}")


def _no_road(link: dict[str, Any]) -> str:
    """What a link is that is no road for cars; empty for a road."""
    if link["link_type"] == _CONNECTOR:
        return "zone connector"
    if _CAR not in str(link["modes"]) or link["link_type"] not in road_classes():
        return "link closed to cars"
    return "closed loop" if link["a_node"] == link["b_node"] else ""


def _road(draft: Draft, link: dict[str, Any], path: Any) -> None:
    """One road for both directions where they are alike, else a road for each, ``-ab`` and ``-ba``."""
    where, length = f"{draft.file.name}, link {link['link_id']}", float(metres_of_steps(path).sum())
    ends = [draft.end(int(link[node]), where, node) for node in ("a_node", "b_node")]
    there, back = (road(length, link["link_type"], float(link[f"lanes_{way}"]), float(link[f"speed_{way}"]) / 3.6,
                        float(link[f"capacity_{way}"])) for way in ("ab", "ba"))
    alike = bool(link["direction"] == 0) and there == back
    ab, ba = (there, ends, path), (back, ends[::-1], path[::-1])
    ways = {1: {"": ab}, -1: {"": ba}, 0: {"": ab} if alike else {"-ab": ab, "-ba": ba}}[int(link["direction"])]
    for suffix, (columns, (start, end), drawn) in ways.items():
        draft.add("links", draft.component_id("link", f"{link['link_id']}{suffix}"), where, name=link["name"] or "", start=start,
                  end=end, path=drawn, one_way=not alike, **columns)


def _people(file: SourceFile) -> dict[int, float]:
    """People by zone, where they are known; asked for as real numbers, as GDAL cuts them to the whole ones that are declared."""
    import pyogrio.raw

    columns = pyogrio.raw.read(_path(file), sql="SELECT zone_id, CAST(population AS REAL) AS people FROM zones")[3]
    return {int(zone): float(people) for zone, people in zip(*columns, strict=True) if people == people}


def _blocks(draft: Draft, zones: dict[str, Any], areas: Any, people: dict[int, float]) -> None:
    """A block at the centroid of each zone that says how many people live there."""
    for zone, name, area in zip(zones["zone_id"], zones["name"], areas, strict=True):
        if int(zone) in people:
            draft.add("blocks", draft.component_id("zone", zone), f"{draft.file.name}, zone {zone}", name=name or f"Zone {zone}",
                      x=area.centroid.x, y=area.centroid.y, residents=people[int(zone)])
    if len(people) < len(areas):
        draft.note(f"{counted(len(areas) - len(people), 'zone')} without population left out")


IMPORTERS.register("aequilibrae_sqlite")(Format((".sqlite", ".zip"), claims, read))

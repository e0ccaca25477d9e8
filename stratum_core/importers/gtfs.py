"""GTFS feeds (.zip): bus routes with their stops, the trips of a weekday and the buses that they take.

One row for each route and direction, drawn along the stops of its most usual trip. Trains, trams and ferries, shapes,
fares, exceptions of single days and trips by frequency are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.source_file import SourceFile
from stratum_core.importers.zipped import names, unpacked

_NEEDED = ("routes.txt", "stops.txt", "trips.txt", "stop_times.txt")
_DAY = "wednesday"
#: people in a bus; 40 to 100
_SEATS = 70.0

Cells = dict[str, str]
Feed = dict[str, bytes]


@dataclass
class _Trip:
    """Its stops in their order and the seconds after midnight at which it begins and ends."""

    stops: list[tuple[int, str]] = field(default_factory=list)
    begin: float = np.inf
    end: float = -np.inf


def claims(file: SourceFile, request: Request) -> bool:
    """True for a zip with the four files that every feed has."""
    return set(_NEEDED) <= set(names(file))


def read(file: SourceFile, request: Request) -> Draft:
    """The bus routes of ``file``."""
    draft = request.draft(file)
    draft.crs, draft.drawn = "EPSG:4326", True
    by_way: dict[tuple[str, str], list[_Trip]] = defaultdict(list)
    feed = unpacked(file, (*_NEEDED, "calendar.txt", "frequencies.txt"))
    routes, places = _buses(draft, feed), _places(draft, feed)
    ways = _ways(draft, feed, routes)
    for name, trip in _trips(draft, feed, ways).items():
        by_way[ways[name]].append(trip)
    if "frequencies.txt" in feed:
        draft.note("trips by frequency are not read: they count once")
    for (route, heading), found in sorted(by_way.items()):
        _route(draft, routes[route], heading, found, places)
    if not by_way and not draft.bad:
        raise InputError(f"no bus runs on a {_DAY.capitalize()}", where=file.name, repair="take a feed of a usual week")
    return draft


def _rows(draft: Draft, feed: Feed, name: str, needed: Sequence[str]) -> Iterator[tuple[str, Cells]]:
    """Place and cells of each row of a table. Raises InputError where a column is missing."""
    table = csv.DictReader(io.StringIO(feed[name].decode("utf-8-sig", errors="replace"), newline=""), skipinitialspace=True)
    missing = [column for column in needed if column not in (table.fieldnames or ())]
    if missing:
        raise InputError(f"{name} has no column {missing[0]}", where=draft.file.name, repair="export the feed again")
    for number, cells in enumerate(table, start=2):
        yield f"{draft.file.name}, {name}, row {number}", {k: (v or "").strip() for k, v in cells.items() if k}


def _buses(draft: Draft, feed: Feed) -> dict[str, Cells]:
    """Routes of buses and trolleybuses by their id."""
    routes = {cells["route_id"]: cells for _, cells in _rows(draft, feed, "routes.txt", ("route_id", "route_type"))}
    buses = {route: cells for route, cells in routes.items() if re.fullmatch(r"3|11|7\d\d", cells["route_type"])}
    if len(buses) < len(routes):
        draft.note(f"{len(routes) - len(buses)} of {len(routes)} routes are not of buses and were left out")
    return buses


def _ways(draft: Draft, feed: Feed, buses: Collection[str]) -> dict[str, tuple[str, str]]:
    """Route and direction of each trip of a bus that runs on a usual weekday."""
    running = _running(draft, feed)
    return {cells["trip_id"]: (cells["route_id"], cells.get("direction_id") or "0")
            for _, cells in _rows(draft, feed, "trips.txt", ("trip_id", "route_id", "service_id"))
            if cells["route_id"] in buses and (running is None or cells["service_id"] in running)}


def _places(draft: Draft, feed: Feed) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each stop that says them."""
    return {cells["stop_id"]: (draft.number(cells["stop_lon"], where, "stop_lon"),
                               draft.number(cells["stop_lat"], where, "stop_lat"))
            for where, cells in _rows(draft, feed, "stops.txt", ("stop_id", "stop_lon", "stop_lat")) if cells["stop_lon"]}


def _running(draft: Draft, feed: Feed) -> set[str] | None:
    """Services of a usual weekday; None where the feed does not say by weekdays."""
    if "calendar.txt" not in feed:
        draft.note("the feed has no calendar by weekdays: all its trips count")
        return None
    return {cells["service_id"] for _, cells in _rows(draft, feed, "calendar.txt", ("service_id", _DAY)) if cells[_DAY] == "1"}


def _trips(draft: Draft, feed: Feed, wanted: dict[str, tuple[str, str]]) -> dict[str, _Trip]:
    trips: dict[str, _Trip] = defaultdict(_Trip)
    for where, cells in _rows(draft, feed, "stop_times.txt", ("trip_id", "stop_id", "stop_sequence", "departure_time")):
        if cells["trip_id"] not in wanted:
            continue
        trip = trips[cells["trip_id"]]
        order = draft.number(cells["stop_sequence"], where, "stop_sequence")
        trip.stops.append((int(order) if order == order else 0, cells["stop_id"]))
        clock = cells["departure_time"].split(":")
        if len(clock) == 3:
            hours, minutes, seconds = (draft.number(part, where, "departure_time") for part in clock)
            trip.begin, trip.end = (pick(known, hours * 3600 + minutes * 60 + seconds)
                                    for pick, known in ((min, trip.begin), (max, trip.end)))
    return trips


def _route(draft: Draft, route: Cells, heading: str, trips: list[_Trip], places: dict[str, tuple[float, float]]) -> None:
    """One row for a route and direction."""
    name = route["route_id"]
    where = f"{draft.file.name}, route '{name}'"
    usual = Counter(tuple(stop for _, stop in sorted(trip.stops)) for trip in trips).most_common(1)[0][0]
    unknown = [stop for stop in usual if stop not in places]
    if unknown or len(usual) < 2:
        draft.refuse(where, f"stop '{unknown[0]}' has no place" if unknown else "its trips have one stop", "mend the feed")
        return
    begin, end = (np.array([time for trip in trips if np.isfinite(time := getattr(trip, which))]) for which in ("begin", "end"))
    by_hour = np.bincount((begin // 3600).astype(int) % 24, minlength=24)
    draft.add("bus_routes", draft.component_id("route", f"{name}-{heading}"), where, path=np.array([places[s] for s in usual]),
              name=" ".join(filter(None, [route.get("route_short_name", ""), route.get("route_long_name", "")])),
              trips=float(len(trips)), by_hour=",".join(map(str, by_hour)), buses=float(_at_once(begin, end)), seats=_SEATS,
              assumed_fields="seats")


def _at_once(begin: np.ndarray, end: np.ndarray) -> int:
    """The most trips under way at one time."""
    return int(max((np.sum((begin <= at) & (at < end)) for at in begin), default=0))


IMPORTERS.register("gtfs")(Format((".zip",), claims, read))

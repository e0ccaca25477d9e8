"""The vehicles that a scenario asks for, and where they start."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Ints
from stratum_core.population.evacuation.fleet import FLEET, Unit, fleet_kind
from stratum_core.population.evacuation.world import World

#: instead of the id of a route: all of them
ALL = "all"
_MOST = 2_000


def units_of(world: World) -> list[Unit]:
    """All vehicles of the fleet, then those of the lines; kinds start at their bases in turn. Raises InputError."""
    found: list[Unit] = []
    for kind, number in _counted(world.spec.fleet):
        bases = _bases(world, kind)
        for at in range(number):
            _add(found, kind, int(bases[at % len(bases)]), fleet_kind(kind).seats)
    for row, buses in _lines(world):
        stops = _stops(world, row)
        known = world.city.bus_routes.seats[row]
        seats = round(float(known)) if known > 0 else fleet_kind("line").seats
        for bus in range(buses if len(stops) > 1 else 0):
            _add(found, "line", stops[bus * len(stops) // buses], seats, stops)
    return found


def _add(units: list[Unit], kind: str, base: int, seats: int, stops: tuple[int, ...] = ()) -> None:
    begin = units[-1].slots.stop if units else 0
    units.append(Unit(kind, base, range(begin, begin + fleet_kind(kind).vehicles), seats, stops))


def _counted(fleet: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """(kind, number) of each entry such as ``bus:3``."""
    for entry in fleet:
        kind, _, number = entry.partition(":")
        FLEET.get(kind.strip(), where="evacuation.fleet")
        if not number.strip().isdigit() or kind.strip() == "line":
            raise InputError(f"'{entry}' is no kind and number", where="evacuation.fleet",
                             repair="write bus:3; buses of a line stand under evacuation.lines")
        yield kind.strip(), _bounded(int(number), "evacuation.fleet")


def _bounded(vehicles: int, where: str) -> int:
    """The number. Raises InputError for too many."""
    if vehicles > _MOST:
        raise InputError(f"{vehicles} vehicles are too many", where=where, repair=f"give at most {_MOST:,}")
    return vehicles


def _bases(world: World, kind: str) -> Ints:
    kinds, assets, wanted = world.city.assets.kind.astype(str), world.city.assets, fleet_kind(kind).base
    at = np.flatnonzero(np.isin(kinds, wanted) & np.isfinite(assets.x))
    if not len(at):
        raise InputError(f"the city has no place from which vehicles of kind {kind} could start", where="evacuation.fleet",
                         repair=f"add an asset of kind {' or '.join(wanted)}")
    return world.nearest(np.column_stack([assets.x[at], assets.y[at]]))


def _lines(world: World) -> Iterator[tuple[int, int]]:
    """(row of the bus routes, buses) of each entry such as ``12:4``; ``all``, or no number: as many as are usually under way."""
    routes = world.city.bus_routes
    ids = [str(id) for id in routes.id]
    if world.spec.lines and not ids:
        raise InputError("the city has no bus routes", where="evacuation.lines", repair="import them first (GTFS)")
    for entry in world.spec.lines:
        head, _, number = entry.strip().rpartition(":")
        counted = bool(head) and number.isdigit() and entry.strip() not in ids
        name = head.strip() if counted else entry.strip()
        if name != ALL and name not in ids:
            raise InputError(f"'{name}' is no bus route of this city", where="evacuation.lines",
                             repair=f"name one of {', '.join(ids[:3])}, ... or all" if ids else "import bus routes (GTFS) first")
        rows = range(len(ids)) if name == ALL else [ids.index(name)]
        _bounded(int(number) * len(rows) if counted else 0, "evacuation.lines")
        for row in rows:
            usual = routes.buses[row]
            yield row, int(number) if counted else max(round(float(usual)) if np.isfinite(usual) else 1, 1)


def _stops(world: World, row: int) -> tuple[int, ...]:
    """Crossings nearest to the stops of a route, each once in a row."""
    nodes = world.nearest(np.asarray(world.city.bus_routes.path[row], dtype=float)).tolist()
    found = [node for at, node in enumerate(nodes) if at == 0 or node != nodes[at - 1]]
    return tuple(dict.fromkeys(found))

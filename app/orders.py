"""Zones, closed roads, contraflow, routes and ways out that a person draws: settings of the chosen scenario's evacuation, one
step each, which can be taken back. Owned by the session's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stratum_core.errors import InputError
from stratum_core.number_format import counted
from stratum_core.pipeline.scenario import Scenario
from stratum_core.pipeline.scenario_settings import setting_text

Point = tuple[float, float]
#: a setting of the session: key, text
Put = Callable[[str, str], None]
#: a row of ``evacuation.zones``
Zone = Mapping[str, Any]
_BACK = "/back"


@dataclass(frozen=True)
class Drawn:
    """One thing that was drawn: kind is zones, closures, contraflow, routes or exits; at: its place in that list."""

    kind: str
    at: int
    name: str
    told: str


class Orders:
    """Writes lists of ``[evacuation]``; ``scenario`` gives the chosen one, ``put`` changes a setting of it."""

    def __init__(self, scenario: Callable[[], Scenario | None], put: Put) -> None:
        self._scenario, self._put = scenario, put
        self._before: list[tuple[str, str, str]] = []  # scenario, key, text

    def drawn(self) -> list[Drawn]:
        """All that the chosen scenario has, in the order in which it counts."""
        scenario = self._scenario()
        if scenario is None:
            return []
        spec = scenario.evacuation
        zones = [Drawn("zones", at, str(zone.get("name", f"Zone {at + 1}")), _order(zone, spec.order_h))
                 for at, zone in enumerate(spec.zones)]
        closed = [Drawn("closures", at, str(one["road"]), f"closed{_hours(one)}") for at, one in enumerate(spec.closures)]
        turned = [Drawn("contraflow", at, road, "all lanes this way") for at, road in enumerate(spec.contraflow)]
        routes = [Drawn("routes", at, road, "evacuation route") for at, road in enumerate(spec.routes)]
        return [*zones, *closed, *turned, *routes, *(Drawn("exits", at, node, "way out") for at, node in enumerate(spec.exits))]

    def add_zone(
        self, name: str, ring: tuple[Point, ...], order_h: float, *, stay: bool = False, exits: tuple[str, ...] = ()
    ) -> None:
        """A zone that is told to go at an hour, by ways out of its own or by all, or to stay. Raises InputError for an outline
        that is none."""
        order: dict[str, Any] = {"stay": True} if stay else {"order_h": order_h}
        ways = {"exits": list(exits)} if exits else {}
        self._set("zones", [*self._list("zones"), _outline(name, ring) | order | ways])

    def change_zone(self, was: Zone, name: str, ring: tuple[Point, ...], order_h: float, *, stay: bool = False) -> None:
        """The same of a zone that is there: its place, its ways out, and an hour that is less than 0.005 off stay."""
        zones, scenario = self._list("zones"), self._scenario()
        told = float(was.get("order_h", scenario.evacuation.order_h if scenario is not None else 0.0))
        order = {"stay": True} if stay else {"order_h": order_h} if abs(order_h - told) >= 0.005 else {}
        kept = {key: value for key, value in was.items() if key != "stay"}
        zones[zones.index(was)] = kept | _outline(name, ring) | order
        self._set("zones", zones)

    def close_roads(self, roads: list[str], from_h: float, to_h: float | None) -> None:
        """Close roads between two hours, to the end where to_h is None; a single one that is closed is opened again."""
        closed = self._list("closures")
        known = {str(one["road"]) for one in closed}
        if len(roads) == 1 and roads[0] in known:
            self._set("closures", [one for one in closed if one["road"] != roads[0]])
            return
        hours = {"from_h": from_h} | ({"to_h": to_h} if to_h is not None else {})
        fresh = [{"road": road, **hours} for road in dict.fromkeys(roads) if road not in known]
        if fresh:
            self._set("closures", [*closed, *fresh])

    def turn(self, road: str, one_way: bool) -> None:
        """All lanes of a road along its line, then against it, then as they were. Raises InputError for a one-way road."""
        if one_way:
            raise InputError("a one-way road has no lanes to turn", repair="choose a road with two directions")
        turned = [one for one in self._list("contraflow") if one not in (road, road + _BACK)]
        now = set(self._list("contraflow"))
        after = [] if road + _BACK in now else [road + _BACK] if road in now else [road]
        self._set("contraflow", [*turned, *after])

    def mark_routes(self, roads: list[str]) -> None:
        """Mark roads as evacuation routes; a single one that is marked is so no longer."""
        marked = self._list("routes")
        if len(roads) == 1:
            self._set("routes", _toggled(marked, roads[0]))
        elif fresh := [road for road in dict.fromkeys(roads) if road not in marked]:
            self._set("routes", [*marked, *fresh])

    def toggle_exit(self, node: str, zone: int = -1) -> None:
        """A crossing by which all leave town, or one zone does (its place in the list); or no longer.

        With the first one for all, those found by themselves count no more.
        """
        if zone < 0:
            self._set("exits", _toggled(self._list("exits"), node))
            return
        zones = self._list("zones")
        zones[zone] = {**zones[zone], "exits": _toggled(list(zones[zone].get("exits", ())), node)}
        self._set("zones", zones)

    def remove(self, one: Drawn) -> None:
        """Take one thing away."""
        kept = self._list(one.kind)
        del kept[one.at]
        self._set(one.kind, kept)

    def undo(self) -> bool:
        """Take the last step back; False where there is none of this scenario."""
        scenario = self._scenario()
        while self._before and scenario is not None:
            file, key, text = self._before.pop()
            if file == str(scenario.file):
                self._put(key, text)
                return True
        return False

    def _list(self, kind: str) -> list[Any]:
        scenario = self._scenario()
        return list(getattr(scenario.evacuation, kind)) if scenario is not None else []

    def _set(self, kind: str, values: list[Any]) -> None:
        scenario = self._scenario()
        if scenario is None:
            raise InputError("no scenario is chosen", repair="choose one first")
        key, before = f"evacuation.{kind}", setting_text(getattr(scenario.evacuation, kind))
        self._put(key, setting_text(tuple(values)))
        self._before.append((str(scenario.file), key, before))


def _outline(name: str, ring: tuple[Point, ...]) -> dict[str, Any]:
    import shapely

    if len(ring) < 3:
        raise InputError("the zone has fewer than three corners", repair="click three places or more on the city")
    if not shapely.Polygon(ring).is_valid:
        raise InputError("the outline of the zone crosses itself", repair="move a corner, or take the last ones back")
    return {"name": name.strip() or "Zone", "polygon": [[round(x, 1), round(y, 1)] for x, y in ring]}


def _toggled(names: list[str], name: str) -> list[str]:
    return [one for one in names if one != name] if name in names else [*names, name]


def _order(zone: Zone, otherwise: float) -> str:
    ways = len(zone.get("exits", ()))
    by = f", by {counted(ways, 'way')} out" if ways else ""
    return "stay at home" if zone.get("stay") else f"go at T+{float(zone.get('order_h', otherwise)):g}\u202fh{by}"


def _hours(closure: Mapping[str, Any]) -> str:
    begin, end = float(closure.get("from_h", 0.0)), closure.get("to_h")
    return (f" from T+{begin:g}\u202fh" if begin else "") + (f" to T+{float(end):g}\u202fh" if end is not None else "")

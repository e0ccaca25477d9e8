"""Coordinate systems: read from a file or asked for, never guessed; every row ends in the project's own.

Uses PROJ. Web Mercator (EPSG:3857) is projected but its metres are not true, so it
is never a project's system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.importers.draft import NAN, Draft, Row
from stratum_core.importers.layout import lay_out
from stratum_core.model import City

_FALSE_METRES = ("EPSG:3857", "EPSG:3785", "EPSG:900913", "EPSG:3395")
Points = npt.NDArray[np.float64]


def place(drafts: Sequence[Draft], asked: str | None, city: City | None) -> str:
    """Move all rows into one coordinate system and return its name ("EPSG:n" or "none").

    Raises InputError where a drawn file says no system and none was asked for.
    """
    asked = _checked(asked)
    planes = {draft: _plane(draft, asked) for draft in drafts if draft.drawn}
    target = _target(planes, city)
    for draft in drafts:
        plane = planes.get(draft, "")
        if plane == target or not any(draft.rows[table] for table in ("assets", "links", "blocks", "sensors", "bus_routes")):
            continue
        if plane not in ("", "none"):
            _reproject(draft, plane, target)
            if plane in _FALSE_METRES:
                draft.note(f"metres of {plane} are not true; positions were moved to {target}")
        elif target != "none":
            _unplace(draft)
        else:
            lay_out(draft)
    return target


def _checked(asked: str | None) -> str | None:
    if asked is None or asked.lower() == "none":
        return asked and "none"
    if not re.fullmatch(r"(?i)epsg:\d{1,7}", asked):
        raise InputError(f"'{asked}' is no coordinate system", where="--crs", repair="give it as EPSG:n, or none")
    system = _system(asked.upper())
    if not (system.is_projected or system.is_geographic) or system.is_geocentric or len(system.axis_info) > 2:
        raise InputError(f"'{asked}' is {system.type_name}, not one of a map", where="--crs",
                         repair="give a projected system, or longitude and latitude such as EPSG:4326")
    return asked.upper()


def _plane(draft: Draft, asked: str | None) -> str:
    if draft.crs and not (draft.crs_is_implied and asked == "none"):
        return draft.crs
    if asked is None:
        raise InputError("the file has coordinates but does not say in which system", where=draft.file.name,
                         repair="give it with --crs EPSG:n, or --crs none for a schematic")
    return asked


def _target(planes: dict[Draft, str], city: City | None) -> str:
    placed = [(draft, plane) for draft, plane in planes.items() if plane != "none"]
    if city is not None and len(city.component_ids):
        if city.crs == "none" and placed:
            raise InputError(f"the project is a schematic and this file has coordinates in {placed[0][1]}",
                             where=placed[0][0].file.name, repair="import it into a project of its own")
        return city.crs
    if not placed:
        return "none"
    draft, plane = placed[0]
    return plane if _has_true_metres(plane) else _utm(draft, plane)


def _system(name: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise InputError(f"'{name}' is no known coordinate system", where="--crs",
                         repair="look its number up at epsg.io") from error


def _has_true_metres(name: str) -> bool:
    system = _system(name)
    return system.is_projected and name not in _FALSE_METRES and all(a.unit_name == "metre" for a in system.axis_info[:2])


def _utm(draft: Draft, plane: str) -> str:
    """The UTM zone (WGS 84) of the middle of the data."""
    degrees = _moved(_points(draft), plane, "EPSG:4326")
    degrees = degrees[np.isfinite(degrees).all(1)]
    if not len(degrees):
        raise InputError(f"no coordinate of the file lies in {plane}", where=draft.file.name,
                         repair="give the right system with --crs EPSG:n")
    east, north = np.median(degrees, axis=0)
    zone = min(60, max(1, int((east + 180) // 6) + 1))
    return f"EPSG:{(32600 if north >= 0 else 32700) + zone}"


def _moved(points: Points, source: str, target: str) -> Points:
    from pyproj import Transformer

    x, y = points[:, 0].copy(), points[:, 1].copy()
    if _system(source).is_geographic:
        outside = (np.abs(x) > 360) | (np.abs(y) > 90)
        x[outside] = y[outside] = np.inf
    return np.column_stack(Transformer.from_crs(_system(source), _system(target), always_xy=True).transform(x, y))


def _placed_rows(draft: Draft) -> Iterator[Row]:
    yield from (row for table in ("assets", "blocks", "sensors") for row in draft.rows[table] if np.isfinite(row.get("x", NAN)))


def _drawn_rows(draft: Draft) -> list[Row]:
    return [row for table in ("links", "bus_routes") for row in draft.rows[table] if row.get("path") is not None]


def _points(draft: Draft) -> Points:
    points = [(row["x"], row["y"]) for row in _placed_rows(draft)]
    paths = [row["path"] for row in _drawn_rows(draft)]
    return np.vstack([np.array(points, dtype=np.float64).reshape(-1, 2), *paths])


def _reproject(draft: Draft, source: str, target: str) -> None:
    moved = _moved(_points(draft), source, target)
    rows = list(_placed_rows(draft))
    for row, (x, y) in zip(rows, moved, strict=False):
        if not np.isfinite([x, y]).all():
            draft.refuse(row["where"], f"its position {row['x']:g}, {row['y']:g} is outside {source}", "mend it or --crs")
        row["x"], row["y"] = float(x), float(y)
    begin = len(rows)
    for row in _drawn_rows(draft):
        size = len(row["path"])
        row["path"] = moved[begin:begin + size]
        begin += size
        if not np.isfinite(row["path"]).all():
            draft.refuse(row["where"], f"a vertex is outside {source}", "mend it or --crs")


def _unplace(draft: Draft) -> None:
    for row in draft.rows["assets"] + draft.rows["blocks"] + draft.rows["sensors"]:
        row["x"] = row["y"] = NAN
    for row in _drawn_rows(draft):
        row["path"] = None
    draft.note(f"{draft.file.name} is schematic and the project is not: its components have no position on the map, "
               "so no hazard and no road reaches them; to place them give coordinates and --crs EPSG:n")

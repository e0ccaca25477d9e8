"""What shaking can damage in a city: the fragility class of each component and dwelling block, and buried pipes.

The class of a component is that of its kind (column fragility of ``resources/tables/kinds.csv``), of the scenario's variant
(anchored or unanchored equipment, building code, pipe material) and of its voltage; ``classes`` of the scenario overrides
it by kind or id. A transformer that ends at a substation, and a pump that ends at a pump house, is part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.hazards.fragility import Curves, class_of, classes
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.kinds import kinds
from stratum_core.resource_files import table

#: links that are part of the asset at one of their ends
_PART_OF = {"transformer": "substation", "pump": "pump_station"}
#: a power plant from this capacity (W) on is medium or large in Hazus
_LARGE_PLANT_W = 200e6


@dataclass(frozen=True)
class PipeClass:
    """Repairs per km = rate * PGV^exponent (cm/s); break_share of them are breaks."""

    name: str
    rate: float
    exponent: float
    break_share: float
    source: str
    mark: str


@dataclass(frozen=True)
class Exposed:
    """What can be damaged, by row: pipes first, then facilities, then dwelling blocks.

    row: component index, or components + block index; points: (n, 2) in m; pipes, facilities: how many of each.
    pipe: class of each pipe; length_km: of each pipe; curves: class of each facility and block; value: replacement value, 0
    where unknown.
    """

    row: Ints
    points: Floats
    pipes: int
    facilities: int
    pipe: tuple[PipeClass, ...]
    length_km: Floats
    curves: tuple[Curves, ...]
    value: Floats
    unplaced: int


@cache
def pipe_classes() -> dict[str, PipeClass]:
    """All classes of ``resources/tables/pipe_repair.csv`` by name."""
    return {row["class"]: PipeClass(row["class"], float(row["rate"]), float(row["exponent"]), float(row["break_share"]),
                                    row["source"], row["mark"]) for row in table("pipe_repair")}


def exposed(city: City, variants: Sequence[str], pipes: str, overrides: Mapping[str, Any]) -> Exposed:
    """Everything that shaking can damage and that has a position. Raises InputError for an unknown class, kind or id."""
    names = _class_names(city, variants, pipes, overrides)
    points = np.vstack([city.positions(), np.column_stack([city.blocks.x, city.blocks.y])])
    placed = np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])
    buried = np.array([i for i, name in names.items() if name in pipe_classes() and placed[i]], dtype=np.int64)
    standing = np.array([i for i, name in names.items() if name not in pipe_classes() and placed[i]], dtype=np.int64)
    block = np.flatnonzero(np.nan_to_num(city.blocks.value) > 0) + len(city.component_ids)
    block = block[placed[block]]
    dwelling = class_of("dwelling", variants, np.nan)
    worth = np.nan_to_num(np.concatenate([city.assets.value, city.links.value, city.blocks.value]))
    row = np.concatenate([buried, standing, block]).astype(np.int64)
    return Exposed(
        row=row, points=points[row], pipes=len(buried), facilities=len(standing),
        pipe=tuple(pipe_classes()[names[i]] for i in buried), length_km=_lengths(city, buried) / 1000.0,
        curves=tuple([classes()[names[i]] for i in standing] + [dwelling] * len(block)),
        value=worth[row], unplaced=sum(1 for i in names if not placed[i]))


def _class_names(city: City, variants: Sequence[str], pipes: str, overrides: Mapping[str, Any]) -> dict[int, str]:
    """Class by component index, in order; components that shaking does not damage are left out."""
    by_kind, by_index = _overrides(city, overrides)
    kind = np.concatenate([city.assets.kind, city.links.kind])
    voltage, part = voltages(city), _parts(city)
    capacity = np.concatenate([city.assets.capacity, np.full(len(city.links), np.nan)])
    known = kinds()
    found: dict[int, str] = {}
    for i, name in enumerate(kind):
        family = known[name].fragility if name in known else ""
        if i in by_index or name in by_kind:
            chosen = by_index.get(i, by_kind.get(name, ""))
        elif not family or part[i]:
            continue
        elif family == "pipe" or family in pipe_classes():
            chosen = f"pipe_{pipes}" if family == "pipe" else family
        else:
            large = family == "generation" and np.nan_to_num(capacity[i]) >= _LARGE_PLANT_W
            chosen = class_of("generation_large" if large else family, variants, voltage[i]).name
        if chosen:
            found[i] = chosen
    return found


def _overrides(city: City, overrides: Mapping[str, Any]) -> tuple[dict[str, str], dict[int, str]]:
    where = "hazard.classes"
    if not isinstance(overrides, Mapping):
        raise InputError("classes is no table", where=where, repair='write classes = { hospital = "hospital_high" }')
    by_kind: dict[str, str] = {}
    by_index: dict[int, str] = {}
    for name, value in overrides.items():
        if not isinstance(value, str) or (value and value not in classes() and value not in pipe_classes()):
            raise unknown("fragility class", str(value), [*classes(), *pipe_classes()], where=f"{where}.{name}")
        if name in kinds():
            by_kind[name] = value
        else:
            by_index[city.index[city.resolve(name, where=where)]] = value
    links = set(range(len(city.assets), len(city.component_ids)))
    misplaced = [i for i, value in by_index.items() if value in pipe_classes() and i not in links]
    if misplaced or any(value in pipe_classes() and kinds()[name].role not in ("link",) for name, value in by_kind.items()):
        raise InputError("a class of pipes is given to something that has no length", where=where, repair="give it to links only")
    return by_kind, by_index


def _ends(city: City) -> tuple[Ints, Ints]:
    """Asset at each end of each link, -1 where there is none."""
    at = {name: i for i, name in enumerate(city.assets.id)}
    start = np.array([at.get(name, -1) for name in city.links.start], dtype=np.int64)
    return start, np.array([at.get(name, -1) for name in city.links.end], dtype=np.int64)


def voltages(city: City) -> Floats:
    """Greatest voltage (V) of each component; of a link with its ends; NaN where unknown."""
    assets = np.nan_to_num(city.assets.voltage)
    padded = np.append(assets, 0.0)
    start, end = _ends(city)
    links = np.maximum(np.nan_to_num(city.links.voltage), np.maximum(padded[start], padded[end]))
    found = np.concatenate([assets, links])
    return np.where(found > 0, found, np.nan)


def _parts(city: City) -> Bools:
    """True for a component that is counted with the asset it belongs to."""
    part = np.zeros(len(city.component_ids), dtype=np.bool_)
    kind = np.append(city.assets.kind, "")
    start, end = _ends(city)
    for link, whole in _PART_OF.items():
        part[len(city.assets):] |= (city.links.kind == link) & ((kind[start] == whole) | (kind[end] == whole))
    return part


def _lengths(city: City, buried: Ints) -> Floats:
    """Length in m of pipes; where none is given, between the ends."""
    rows = buried - len(city.assets)
    start, end = _ends(city)
    x, y = np.append(city.assets.x, np.nan), np.append(city.assets.y, np.nan)
    straight = np.hypot(x[start] - x[end], y[start] - y[end])
    found: Floats = np.nan_to_num(np.where(city.links.length > 0, city.links.length, straight)[rows])
    return found

"""A city: its tables, its coordinate system and its money, frozen.

A city knows nothing of files or of screens; engines read it and never change it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Strings, Table
from stratum_core.model.tables import (
    Assets,
    Blocks,
    BusRoutes,
    Dependencies,
    Industries,
    Links,
    Sensors,
    Services,
    Sourced,
    Sources,
    Trade,
    Trips,
)

TABLES: dict[str, type[Table]] = {
    "sources": Sources,
    "assets": Assets,
    "links": Links,
    "dependencies": Dependencies,
    "blocks": Blocks,
    "services": Services,
    "sensors": Sensors,
    "industries": Industries,
    "trips": Trips,
    "trade": Trade,
    "bus_routes": BusRoutes,
}
#: tables whose rows say where they come from
SOURCED = tuple(name for name, cls in TABLES.items() if issubclass(cls, Sourced))


@dataclass(frozen=True)
class City:
    """All tables of one project.

    crs: "EPSG:n" of a projected system in metres, or "none" for a schematic.
    currency and price_year say what every ``value`` is in; empty: no prices known.
    """

    name: str
    crs: str = "none"
    currency: str = ""
    price_year: int = 0
    sources: Sources = field(default_factory=Sources)
    assets: Assets = field(default_factory=Assets)
    links: Links = field(default_factory=Links)
    dependencies: Dependencies = field(default_factory=Dependencies)
    blocks: Blocks = field(default_factory=Blocks)
    services: Services = field(default_factory=Services)
    sensors: Sensors = field(default_factory=Sensors)
    industries: Industries = field(default_factory=Industries)
    trips: Trips = field(default_factory=Trips)
    trade: Trade = field(default_factory=Trade)
    bus_routes: BusRoutes = field(default_factory=BusRoutes)

    @cached_property
    def component_ids(self) -> Strings:
        """Ids of assets, then of links: the order of every per-component array."""
        return np.concatenate([self.assets.id, self.links.id])

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each component in ``component_ids``."""
        return {name: i for i, name in enumerate(self.component_ids)}

    @cached_property
    def component_names(self) -> Strings:
        """Names for people, in the order of ``component_ids``; the id where there is none."""
        names = np.concatenate([self.assets.name, self.links.name])
        return np.where(names == "", self.component_ids, names)

    @cached_property
    def by_source_name(self) -> dict[str, list[str]]:
        """Component ids by the name that their source gave them."""
        found: dict[str, list[str]] = {}
        for name, component in zip(np.concatenate([self.assets.name, self.links.name]), self.component_ids, strict=True):
            if name:
                found.setdefault(name, []).append(component)
        return found

    def resolve(self, name: str, *, where: str = "") -> str:
        """The component id that ``name`` means: an id, or a source name that is unique here.

        Raises InputError for an unknown or ambiguous name; it lists the candidates.
        """
        if name in self.index:
            return name
        candidates = self.by_source_name.get(name, [])
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise InputError(f"'{name}' is ambiguous", where=where, repair=f"use one of the ids {', '.join(candidates)}")
        tails = [i for i in self.index if i.rsplit("/", 1)[-1] == name]
        if len(tails) == 1:
            return tails[0]
        if tails:
            raise InputError(f"'{name}' is ambiguous", where=where, repair=f"use one of the ids {', '.join(tails[:8])}")
        raise unknown("asset", name, [*self.index, *self.by_source_name], where=where)

    def positions(self) -> npt.NDArray[np.float64]:
        """(components, 2) positions in metres; a link stands at the middle of its path or ends."""
        assets = np.column_stack([self.assets.x, self.assets.y])
        at = {name: i for i, name in enumerate(self.assets.id)}
        middle = np.full((len(self.links), 2), np.nan)
        for i, (path, start, end) in enumerate(zip(self.links.path, self.links.start, self.links.end, strict=True)):
            if path is not None and len(path) > 1:
                middle[i] = _middle(path)
            elif start in at and end in at:
                middle[i] = (assets[at[start]] + assets[at[end]]) / 2
        return np.vstack([assets, middle])

    def tables(self) -> dict[str, Table]:
        """The tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    def with_table(self, name: str, rows: Table) -> City:
        """This city with another table; look-ups of components are kept where they cannot have changed."""
        new = replace(self, **{name: rows})  # type: ignore[arg-type]
        old = getattr(self, name)
        if name not in ("assets", "links") or (len(old) == len(rows) and _same_names(old, rows)):
            kept = ("component_ids", "index", "component_names", "by_source_name")
            new.__dict__.update({key: self.__dict__[key] for key in kept if key in self.__dict__})
        return new

    def adding(self, other: City) -> City:
        """This city with the rows of ``other`` appended; ids must not repeat.

        Raises InputError naming repeated ids.
        """
        merged: dict[str, Any] = {}
        for name, mine in self.tables().items():
            theirs = getattr(other, name)
            repeated = sorted(set(mine.id) & set(theirs.id)) if name != "sources" else []  # type: ignore[attr-defined]
            if repeated:
                raise InputError(
                    f"{len(repeated)} ids of {name} are already in the project, such as '{repeated[0]}'",
                    repair="give this import another name with --as",
                )
            if name == "sources":
                theirs = theirs.take(~np.isin(theirs.id, mine.id))  # type: ignore[attr-defined]
            merged[name] = mine.append(theirs)
        return replace(self, **merged, currency=self.currency or other.currency, price_year=self.price_year or other.price_year)


def _same_names(old: Table, new: Table) -> bool:
    before, after = old.columns(), new.columns()
    return all(np.array_equal(before[name], after[name]) for name in ("id", "name"))


def _middle(path: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The point half-way along a path."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    half = along[-1] / 2
    return np.array([np.interp(half, along, path[:, 0]), np.interp(half, along, path[:, 1])])

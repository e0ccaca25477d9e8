"""What is read off each replicate, and the objectives that are made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.state import Sums
from stratum_core.economics.tail import tail
from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Floats

#: share of people without, over all services, at which service counts as restored; share of the people who are worst served
RESTORED, WORST = 0.1, 0.1
LEVEL = 0.95


@dataclass(frozen=True)
class Unequal:
    """hours: (blocks, components) that turns hours down into hours without a service, all services together."""

    hours: csr_matrix
    residents: Floats

    @classmethod
    def of(cls, compiled: Compiled) -> Unequal:
        """Of a city with blocks and services; where several serve a block in one service, their mean counts."""
        city = compiled.city
        block = {name: at for at, name in enumerate(city.blocks.id)}
        rows = np.array([block[name] for name in city.services.block], dtype=np.int64)
        suppliers = np.array([city.index[name] for name in city.services.supplier], dtype=np.int64)
        pairs = np.array([f"{b}\x00{s}" for b, s in zip(city.services.block, city.services.service, strict=True)], dtype=str)
        _, which, count = np.unique(pairs, return_inverse=True, return_counts=True)
        share = 1.0 / count[which]
        matrix = csr_matrix((share, (rows, suppliers)), shape=(len(city.blocks), len(compiled.kinds)))
        return cls(matrix, np.nan_to_num(city.blocks.residents))

    def without(self, hours_down: Floats) -> Floats:
        """(blocks,) hours; components beyond those that the city had come from an option."""
        found: Floats = self.hours @ hours_down[: self.hours.shape[1]]
        return found

    def worst(self, hours_down: Floats) -> float:
        """Hours without a service of each of the tenth of the people who are longest without, in the mean."""
        hours = self.without(hours_down)
        order = np.argsort(-hours, kind="stable")
        people = self.residents[order]
        wanted = WORST * people.sum()
        if not wanted > 0:
            return 0.0
        taken = np.clip(wanted - (np.cumsum(people) - people), 0.0, people)
        return float((hours[order] * taken).sum() / wanted)


class Measures:
    """Columns by replicate: people-hours of each service and of all, damage, hours to restore, size, the worst served."""

    def __init__(self, compiled: Compiled, unequal: Unequal | None) -> None:
        self.unequal = unequal
        self._served = float(np.nansum(compiled.city.blocks.residents)) * len(compiled.services)
        self.names = (*(f"people_hours.{s}" for s in compiled.services), "people_hours", "damage", "restored_90_h", "down",
                      *(("worst_served_h",) if unequal is not None else ()))

    def of(self, sums: Sums, money: Floats) -> Floats:
        """(replicates, names); with the worst served, of one replicate at a time."""
        columns = [*sums.people_hours.T, sums.people_hours.sum(axis=1), np.nan_to_num(money), self._restored(sums),
                   sums.size.astype(float)]
        if self.unequal is not None:
            columns.append(np.array([self.unequal.worst(sums.hours_down)]))
        return np.column_stack(columns)

    def _restored(self, sums: Sums) -> Floats:
        """Whole hours until nine tenths of all people are for good served, over all services; the horizon where they are not."""
        above = sums.series.sum(axis=1) > RESTORED * self._served
        last = above.shape[1] - 1 - above[:, ::-1].argmax(axis=1)
        found: Floats = np.where(above.any(axis=1), np.minimum(last + 1.0, above.shape[1] - 1.0), 0.0)
        return found


@dataclass(frozen=True)
class Objective:
    """What is to be small. column: of the measures; statistic: mean or cvar (mean of the worst 5 % of runs)."""

    name: str
    unit: str
    meaning: str
    column: str
    statistic: str = "mean"

    def of(self, values: Floats) -> Floats:
        """(n,) of samples (n, replicates)."""
        if self.statistic == "mean":
            return np.asarray(values.mean(axis=-1))
        return np.array([tail(row, LEVEL).cvar for row in values])


OBJECTIVES = (
    Objective("people_hours", "people h", "people-hours without a service", "people_hours"),
    Objective("people_hours_cvar", "people h", "people-hours without a service in the worst 5 % of runs", "people_hours", "cvar"),
    Objective("damage", "money", "direct damage", "damage"),
    Objective("damage_cvar", "money", "direct damage in the worst 5 % of runs", "damage", "cvar"),
    Objective("restored_90_h", "h", "time until nine tenths of all are served again, over all services", "restored_90_h"),
    Objective("worst_served_h", "h", "time without a service of the tenth of the people who are worst served", "worst_served_h"),
    Objective("stranded", "people", "people told to leave who do not arrive", "stranded"),
    Objective("clearance_h", "h", "time until all who leave have arrived", "clearance_h"),
)
#: of an evacuation, not of a cascade
LEAVING = ("stranded", "clearance_h")


def objectives(names: tuple[str, ...], services: tuple[str, ...]) -> tuple[Objective, ...]:
    """Those called ``names``; people_hours.SERVICE is one service alone. Raises InputError for what is not modelled."""
    known = {one.name: one for one in OBJECTIVES}
    known |= {f"people_hours.{s}": Objective(f"people_hours.{s}", "people h", f"people-hours without {s}",
                                             f"people_hours.{s}") for s in services}
    found = []
    for name in names:
        if name == "casualties":
            raise InputError("casualties are not modelled", where="--objectives",
                             repair="choose people_hours, stranded or another; no sourced model of casualties is in Stratum")
        if name not in known:
            raise unknown("objective", name, known, where="--objectives")
        found.append(known[name])
    if len(set(names)) != len(names) or not names:
        raise InputError("objectives are missing or repeated", where="--objectives", repair="name each once")
    return tuple(found)

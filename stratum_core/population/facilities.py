"""People in hospitals, clinics and care homes: parties that others have to fetch, made up from beds. Generated, as households.

They are counted beside the residents of the blocks. Children at school belong to their families (``BehaviourSpec.in_school``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.hazards.draws import triangular, uniforms
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.households import Households
from stratum_core.random_numbers import FACILITY
from stratum_core.resource_files import table

HOSPITAL = "hospital"


@dataclass(frozen=True)
class FacilityKind:
    """A row of ``resources/tables/facilities.csv``; ready: low, usual and high minutes."""

    word: str
    label: str
    day: float
    night: float
    helped: float
    party: int
    ready: tuple[float, float, float]
    refuge: str


@cache
def facility_kinds() -> tuple[FacilityKind, ...]:
    """All kinds in the order of the table."""
    return tuple(
        FacilityKind(row["word"], row["label"], float(row["day"]), float(row["night"]), float(row["helped"]), int(row["party"]),
                     (float(row["ready_low"]), float(row["ready"]), float(row["ready_high"])), row["refuge"])
        for row in table("facilities"))


def facility_rows(city: City) -> tuple[Ints, Ints]:
    """(n,) rows of the city's assets that are such places with beds and a position, and the kind of each."""
    assets = city.assets
    words = [set(map(str.strip, text.split(","))) for text in assets.special.astype(str)]
    beds = (assets.unit == "beds") & (np.nan_to_num(assets.capacity) > 0) & np.isfinite(assets.x) & np.isfinite(assets.y)
    found = [(row, kind) for row in np.flatnonzero(beds).tolist() for kind, of in enumerate(facility_kinds())
             if of.word in words[row]]
    rows = dict(reversed(found))  # the first word counts
    return np.array(sorted(rows), dtype=np.int64), np.array([rows[row] for row in sorted(rows)], dtype=np.int64)


def takes_patients(kinds: Ints) -> Bools:
    """(n,) whether patients of other hospitals can be brought there."""
    return np.array([facility_kinds()[kind].word == HOSPITAL for kind in kinds.tolist()], dtype=bool)


def free_beds(city: City, rows: Ints) -> Floats:
    """(n,) beds of hospitals that nobody usually lies in."""
    occupied = next(kind.night for kind in facility_kinds() if kind.word == HOSPITAL)
    return np.asarray(np.floor(np.nan_to_num(city.assets.capacity[rows]) * (1.0 - occupied)))


def parties_of(city: City, rows: Ints, kinds: Ints, nodes: Ints, by_day: Bools) -> Households:
    """The parties of all places; ``facility`` is the row in ``rows``; nodes: the crossing of each; by_day: who is told by day."""
    place: list[int] = []
    size: list[int] = []
    helped: list[int] = []
    for at, (row, kind) in enumerate(zip(rows.tolist(), kinds.tolist(), strict=True)):
        of = facility_kinds()[kind]
        people = round(float(city.assets.capacity[row]) * (of.day if by_day[at] else of.night))
        lying = round(people * of.helped)
        walking = _parted(people - lying, of.party)
        place += [at] * (lying + len(walking))
        size += [1] * lying + walking
        helped += [1] * lying + [0] * len(walking)
    at_place, none = np.array(place, dtype=np.int64), np.zeros(len(place), dtype=np.int64)
    blocks = np.column_stack([city.blocks.x, city.blocks.y])
    known = np.flatnonzero(np.isfinite(blocks).all(axis=1))
    spots = np.column_stack([city.assets.x, city.assets.y])[rows[at_place]]
    block = known[cKDTree(blocks[known]).query(spots)[1]] if len(spots) else none
    return Households(block=block, node=nodes[at_place], people=np.array(size, dtype=np.int64), children=none, elderly=none,
                      helped=np.array(helped, dtype=np.int64), cars=none, other_language=none.astype(bool), facility=at_place)


def joined(homes: Households, parties: Households) -> Households:
    """Both, homes first."""
    return Households(**{f.name: np.concatenate([getattr(homes, f.name), getattr(parties, f.name)]) for f in fields(homes)})


def ready_minutes(kinds: Ints, seed: int, replicate: int, spread: bool) -> Floats:
    """(places,) minutes from the order until the people of each place can be taken in."""
    luck = uniforms(seed, replicate, 1, np.arange(len(kinds)), FACILITY)[0]
    ranges = [facility_kinds()[kind].ready for kind in kinds.tolist()]
    return np.array([float(triangular(luck[at:at + 1], *of)[0]) if spread else of[1] for at, of in enumerate(ranges)])


def _parted(people: int, party: int) -> list[int]:
    whole, rest = divmod(people, party)
    return [party] * whole + [rest] * (rest > 0)

"""Who is fetched together: a household, or a part of one that is larger than an ambulance.

Where ambulances drive, a household with people who need help that is larger than an ambulance goes in parts: those who need help
ride as many as there are seats to each, an odd one with companions; the others leave together, once all of those have left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.households import Households


@dataclass(frozen=True)
class Parties:
    """One entry a party, first one of every household, in the order of households: its household, the crossing at which it waits,
    people in it, helped: those of them who need help; with_helped: of its household somebody does; split: rows of those that are
    a part of one."""

    household: Ints
    node: Ints
    people: Ints
    helped: Ints
    with_helped: Bools
    split: Ints

    def __len__(self) -> int:
        return len(self.household)

    def part(self, homes: Households, *, helped: bool = False) -> Floats:
        """(parties,) share of its household; helped: of those who need help, 0 where nobody does."""
        of, whole = (self.helped, homes.helped) if helped else (self.people, homes.people)
        return of / np.maximum(whole[self.household], 1)

    def held_back(self, taken: Bools) -> Ints:
        """Rows of those who wait until all of their household who need help have left."""
        home, helped = self.household[self.split], self.helped[self.split]
        here = np.bincount(home, np.where(taken[self.split], 0, helped))
        found: Ints = self.split[(helped == 0) & (here[home] > 0)]
        return found


def parties_of(homes: Households, seats: int) -> Parties:
    """All parties; seats: of an ambulance, 0: none drives."""
    large = (homes.helped > 0) & (homes.people > seats) & (seats > 0)
    size = np.where(large, seats, homes.people)
    fetched = np.minimum(-(-homes.helped // np.maximum(size, 1)) * size, homes.people)
    parts = np.where(large, -(-fetched // np.maximum(size, 1)) + (homes.people > fetched), 1)
    who, more = np.arange(len(homes)), parts - 1
    household = np.concatenate([who, np.repeat(who, more)])
    place = np.concatenate([np.zeros_like(who), 1 + np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more)])
    before = place * size[household]
    rest = large[household] & (before >= fetched[household])
    left = homes.people[household] - before
    return Parties(household, homes.node[household], np.where(rest, left, np.minimum(size[household], left)),
                   np.clip(homes.helped[household] - before, 0, size[household]), homes.helped[household] > 0,
                   np.flatnonzero(large[household]))

"""Households made up from population blocks: sizes, ages, cars, language, who needs help. Generated; nobody real is in them.

Sums over a block are the block's: people, children and people of 75 and older, and cars where they are known; numbers that
are not whole are kept in the running sum over blocks. Children and old people beyond the residents are left out, as are cars
where nobody lives. Who has what is drawn, from the seed alone, so that all replicates have the same people.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.errors import InputError
from stratum_core.hazards.draws import uniforms
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.tables import Blocks
from stratum_core.number_format import counted, whole
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.traffic import RoadNetwork
from stratum_core.random_numbers import CARS, LANGUAGE, MADE_UP, NEEDY

#: blocks with more residents are spread over the crossings that are nearest to them
_SPREAD_ABOVE = 50


@dataclass(frozen=True)
class Households:
    """One entry a household. block: row in the city's blocks; node: of the road network; people of all ages, children under
    15, elderly of 75 and older, helped: those who cannot leave unaided; cars; other_language: hears official channels late;
    facility: row of the place whose patients or residents they are, -1: at home."""

    block: Ints
    node: Ints
    people: Ints
    children: Ints
    elderly: Ints
    helped: Ints
    cars: Ints
    other_language: Bools
    facility: Ints

    def __len__(self) -> int:
        return len(self.block)

    def take(self, rows: Ints) -> Households:
        """Some of them, in that order; one may come twice."""
        return Households(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def make_up(city: City, network: RoadNetwork, spec: BehaviourSpec, seed: int) -> Households:
    """Households of all blocks with residents. Raises InputError where nobody lives in the city."""
    blocks = city.blocks
    residents = np.nan_to_num(blocks.residents)
    if residents.sum() < 0.5:
        raise InputError("nobody lives in this city", where=city.name, repair="import population blocks with residents")
    people = _whole(residents, np.ceil(residents).astype(np.int64))
    count = np.where(people > 0, np.maximum(np.round(np.nan_to_num(blocks.households)), 0), 0).astype(np.int64)
    guess = np.ceil(people / spec.household_size).astype(np.int64)
    count = np.minimum(np.where((count == 0) & (people > 0), guess, count), people)
    block = np.repeat(np.arange(len(blocks)), count)
    size = _dealt(people, block, _places(block))
    children, elderly = _ages(blocks, people, block, size, seed)
    helped = _drawn_share(elderly, spec.helped_elderly, seed, NEEDY) + _drawn_share(size - elderly, spec.helped_others, seed,
                                                                                   NEEDY + 100)
    who = np.arange(len(block))
    language = uniforms(seed, 0, 1, who, LANGUAGE)[0] < spec.other_language
    return Households(block, _nodes(city, network, block, people), size, children, elderly, helped,
                      _cars(blocks, block, spec, seed), language, np.full(len(block), -1))


def ages_known(blocks: Blocks) -> dict[str, Bools]:
    """(blocks,) by group of ages: whether its people were counted there; all zero: nobody counted them."""
    ages = {"children": blocks.children, "75 and older": blocks.elderly}
    return {name: np.isfinite(of) & bool(np.nansum(of) > 0) for name, of in ages.items()}


def age_warnings(blocks: Blocks) -> list[str]:
    """Whose ages nobody knows, and what that does."""
    residents, found = np.nan_to_num(blocks.residents), []
    for name, known in ages_known(blocks).items():
        people = float(residents[~known].sum())
        if not known.any():
            found.append(f"Who is in the group '{name}' was counted nowhere: it is left out, and all count as of other ages.")
        elif people >= 0.5:
            found.append(f"Who is in the group '{name}' was not counted in blocks with {whole(people)} people: none of them is "
                         "in it.")
    return found


def sampled(households: Households, agents: int, seed: int) -> tuple[Households, float]:
    """So many of them that about ``agents`` people are left, or repeated until there are, and the share that they are.

    The roads are to carry the same share where it is below 1, as is usual for samples. Each is taken by its own number.
    """
    total = int(households.people.sum())
    if agents <= 0 or agents == total:
        return households, 1.0
    times, share = divmod(agents / total, 1.0)
    who = np.arange(len(households))
    rows = np.concatenate([np.tile(who, int(times)), who[uniforms(seed, 1, 1, who, MADE_UP)[0] < share]])
    if not len(rows):
        raise InputError(f"{agents} people are fewer than one household", where="--agents",
                         repair="ask for more, or leave it out")
    chosen = households.take(rows.astype(np.int64))
    return chosen, float(chosen.people.sum()) / total


def _whole(values: Floats, room: Ints) -> Ints:
    """Whole numbers up to ``room`` with the same running sum, rounded; what has no room waits for the next that has."""
    edges, limit = (np.concatenate([[0], np.cumsum(of)]) for of in (values, room))
    return np.diff(limit + np.minimum.accumulate(np.floor(edges + 0.5).astype(np.int64) - limit))


def _places(block: Ints) -> Ints:
    """The place of each entry within its block, from 0; ``block`` ascends."""
    return np.arange(len(block)) - np.searchsorted(block, block)


def _drawn_places(block: Ints, seed: int, stream: int) -> Ints:
    """The same in an order that is drawn."""
    places = _places(block)
    places[np.lexsort((uniforms(seed, 0, 1, np.arange(len(block)), stream)[0], block))] = places.copy()
    return places


def _dealt(total: Ints, block: Ints, place: Ints) -> Ints:
    """``total`` of each block over its entries, as equal as whole numbers are; the first by ``place`` have one more."""
    count = np.bincount(block, minlength=len(total))[block]
    dealt: Ints = total[block] // count + (place < total[block] % count)
    return dealt


def _ages(blocks: Blocks, people: Ints, block: Ints, size: Ints, seed: int) -> tuple[Ints, Ints]:
    """Children and people of 75 and older of each household: as many of its block's people, at random, nobody both."""
    residents = np.nan_to_num(blocks.residents)
    children = np.minimum(np.nan_to_num(blocks.children), residents)
    young = _whole(children, people)
    grown = young + _whole(np.minimum(np.nan_to_num(blocks.elderly), residents - children), people - young)
    home = np.repeat(np.arange(len(block)), size)
    place = _drawn_places(block[home], seed, MADE_UP)
    below = [np.bincount(home[place < limit[block[home]]], minlength=len(block)) for limit in (young, grown)]
    return below[0], below[1] - below[0]


def _drawn_share(people: Ints, share: float, seed: int, stream: int) -> Ints:
    """How many of so many people each household has, everyone with the chance ``share``."""
    home = np.repeat(np.arange(len(people)), people)
    return np.bincount(home[uniforms(seed, 0, 1, np.arange(len(home)), stream)[0] < share], minlength=len(people))


def _cars(blocks: Blocks, block: Ints, spec: BehaviourSpec, seed: int) -> Ints:
    """Cars of each household: those of its block dealt at random, or one by the share that owns one."""
    vehicles = np.nan_to_num(blocks.vehicles)
    known = np.isfinite(blocks.vehicles) & bool(vehicles.sum() > 0)  # all zero: nobody counted them
    owned = np.where(np.nan_to_num(blocks.residents) > 0, vehicles, 0.0)
    room = np.where(known & (np.bincount(block, minlength=len(owned)) > 0), int(owned.sum()) + 1, 0)
    dealt = _dealt(_whole(owned, room), block, _drawn_places(block, seed, CARS))
    luck = uniforms(seed, 0, 1, np.arange(len(block)), CARS)[0]
    return np.where(known[block], dealt, (luck < spec.car_ownership).astype(np.int64))


def _nodes(city: City, network: RoadNetwork, block: Ints, people: Ints) -> Ints:
    """The crossing of each household: the nearest to its block; in large blocks in turn all that are nearest to none other."""
    places = np.column_stack([city.blocks.x, city.blocks.y])
    nodes = np.flatnonzero(network.joined & network.through & np.isfinite(network.xy).all(axis=1))
    if not len(nodes):
        raise InputError("no crossing of its roads has a place", where=city.name, repair="import roads with coordinates")
    lost = city.blocks.id[(people > 0) & ~np.isfinite(places).all(axis=1)]
    if len(lost):
        columns = "x, y and --crs none" if city.crs == "none" else "lon and lat, or x, y and --crs EPSG:n (none: unplaced)"
        raise InputError(f"there is no place for {counted(len(lost), 'block')} with residents, such as '{lost[0]}'",
                         where=city.name, repair=f"import the city anew, its blocks with {columns}")
    placed = np.where(np.isfinite(places), places, 0.0)
    nearest = nodes[cKDTree(network.xy[nodes]).query(placed)[1]]
    large = np.flatnonzero(people > _SPREAD_ABOVE)
    if not len(large):
        return np.asarray(nearest[block])
    owner = cKDTree(placed).query(network.xy[nodes])[1]
    found = nearest[block].copy()
    for at in large:
        mine, homes = nodes[owner == at], np.flatnonzero(block == at)
        if len(mine):
            found[homes] = mine[np.arange(len(homes)) % len(mine)]
    return np.asarray(found)

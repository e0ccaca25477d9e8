"""Quantities against each other: water against people, ratings against voltage, equipment against the ground."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.model import City
from stratum_core.model.fields import Bools
from stratum_core.validate.issues import Issue, issue, named

#: litres of water per person and day; all uses of a town, losses included (assumed bounds)
_LITRES = (50.0, 500.0)
#: mean electrical load per person in W: low, typical, high (assumed; all uses of a town)
_WATTS = (300.0, 1000.0, 2000.0)
#: usual current of one line by voltage: up to V, from A, to A (assumed bounds)
_CURRENTS = ((1e3, 20.0, 1500.0), (60e3, 50.0, 3000.0), (np.inf, 200.0, 8000.0))
_SECONDS_PER_DAY = 86400.0


def water_per_person(city: City) -> Iterator[Issue]:
    """Water demand that no town of this size has.

    People are the residents of the blocks, else those who depend on assets. Where none
    are known they are estimated from the electrical load at 1 kW each, and the demand is
    named only if it is implausible for anything from 0.3 to 2 kW.
    """
    litres = _total(city, "water", "m3/s") * 1e3 * _SECONDS_PER_DAY
    known = float(np.nansum(city.blocks.residents)) or float(np.nansum(city.assets.people))
    watts = _total(city, "power", "W")
    if litres <= 0 or (known <= 0 and watts <= 0):
        return
    counts = (known, known, known) if known > 0 else tuple(watts / each for each in _WATTS)
    most, typical, least = (litres / count for count in counts)
    if min(most, least) > _LITRES[1] or max(most, least) < _LITRES[0]:
        whom = f"{known:,.0f} people" if known > 0 else f"{watts / 1e6:,.0f} MW of electrical load, at 1 kW a person,"
        yield issue("warning", "water_per_person", "assets", "demand", (),
                    f"the water demand of {litres / _SECONDS_PER_DAY:,.3g} L/s against {whom} is about "
                    f"{typical:,.0f} L per person and day; usual are {_LITRES[0]:g} to {_LITRES[1]:g}",
                    "check the unit of the demands in the source")


def _total(city: City, sector: str, unit: str) -> float:
    assets = city.assets
    drawing: Bools = (assets.sector == sector) & (assets.unit == unit) & assets.in_service & (assets.demand > 0)
    return float(assets.demand[drawing].sum())


def implausible_ratings(city: City) -> Iterator[Issue]:
    """Lines and cables whose rated current is unusual for their voltage."""
    links = city.links
    line: Bools = np.isin(links.kind.astype(str), ("line", "cable")) & (links.voltage > 0) & np.isfinite(links.capacity)
    volts = np.where(line, links.voltage, 1.0)
    amperes = np.where(line, links.capacity, 0.0) / (np.sqrt(3) * volts)
    level = np.searchsorted([limit for limit, _, _ in _CURRENTS[:-1]], volts)
    low, high = (np.array([row[i] for row in _CURRENTS])[level] for i in (1, 2))
    ids = links.id[line & ((amperes < low) | (amperes > high))]
    if len(ids):
        yield issue("warning", "implausible_rating", "links", "capacity", ids,
                    f"{len(ids)} lines have a rating that is unusual for their voltage, {named(ids)}",
                    "check the rating in the source; a rating of the wrong unit trips lines that stand")


def equipment_below_ground(city: City) -> Iterator[Issue]:
    """Equipment in basements, which floods first."""
    ids = city.assets.id[city.assets.equipment_height < 0]
    if len(ids):
        yield issue("warning", "below_ground", "assets", "equipment_height", ids,
                    f"{len(ids)} assets have equipment below ground, {named(ids)}", "confirm it with the operator")


def people_that_do_not_add_up(city: City) -> Iterator[Issue]:
    """Blocks of which not all counts can be kept when households are made up from them."""
    blocks = city.blocks
    people, young, old, homes, cars = (np.nan_to_num(of) for of in (blocks.residents, blocks.children, blocks.elderly,
                                                                    blocks.households, blocks.vehicles))
    for field, wrong, what, done in (
        ("elderly", young + old > people + 0.5, "more children and people of 75 and older than residents",
         "leaves out those who are too many"),
        ("households", (homes > people + 0.5) & np.isfinite(blocks.residents), "more households than residents",
         "makes one of each resident"),
        ("vehicles", (cars > 0) & (people == 0), "vehicles where nobody lives", "leaves them out"),
    ):
        ids = blocks.id[wrong]
        if len(ids):
            yield issue("warning", "people_do_not_add_up", "blocks", field, ids,
                        f"{len(ids)} blocks have {what}, {named(ids)}; an evacuation {done}", "correct the counts in the source")

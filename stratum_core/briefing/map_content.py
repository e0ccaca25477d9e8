"""What the map shows of a city, in metres: streets, trunk lines, homes with their chance, sites, the chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.briefing import people, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.briefing.headline import main_chain
from stratum_core.model.fields import Bools, Floats
from stratum_core.model.kinds import kinds

_MOST_LINES = 20_000  # more are not told apart on paper
_MOST_HOMES = 12_000
_MOST_SITES = 120  # the likeliest to fail; more squares would hide the homes
_TRUNK_VOLTS = 1000.0
_SITE_ROLES = frozenset({"source", "storage", "facility", "pump"})
_SITE_KINDS = frozenset({"substation", "mast", "pump_station", "lift_station", "bus"})


@dataclass(frozen=True)
class Site:
    """A station, plant or facility."""

    id: str
    name: str
    x: float
    y: float
    generated: bool
    chance: float
    facility: bool


@dataclass(frozen=True)
class ChainSite:
    """A step of the chain: its number in the story, and where it happens (m, or points once on paper)."""

    number: int
    id: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Content:
    """Everything drawn, back to front. homes: (n, 2); chance: (n,); angle: (n,) radians of the nearest street."""

    streets: tuple[Floats, ...]
    trunk: tuple[Floats, ...]
    homes: Floats
    chance: Floats
    angle: Floats
    sites: tuple[Site, ...]
    chain: tuple[ChainSite, ...]


def content_of(facts: BriefingFacts) -> Content:
    """The map's content; every part may be empty."""
    homes, chance = _homes(facts)
    streets = _lines(facts, facts.city.links.sector == "roads")
    return Content(streets, _lines(facts, _trunk(facts)), homes, chance, _angles(homes, streets), _sites(facts), _chain(facts))


def _trunk(facts: BriefingFacts) -> Bools:
    """Lines above 1 kV; without any, whatever is not a street."""
    links = facts.city.links
    high: Bools = (links.sector == "power") & (np.nan_to_num(links.voltage) > _TRUNK_VOLTS) & (links.kind != "transformer")
    other: Bools = links.sector != "roads"
    return high if high.any() else other


def _lines(facts: BriefingFacts, mask: Bools) -> tuple[Floats, ...]:
    rows = np.flatnonzero(mask)
    if len(rows) > _MOST_LINES:
        return ()
    city = facts.city
    at = {name: i for i, name in enumerate(city.assets.id)}
    found = []
    for i in rows:
        path = city.links.path[i]
        if path is None or len(path) < 2:
            ends = [at[e] for e in (city.links.start[i], city.links.end[i]) if e in at]
            path = np.column_stack([city.assets.x[ends], city.assets.y[ends]])
        if len(path) > 1 and np.isfinite(path).all():
            found.append(np.asarray(path, dtype=float))
    return tuple(found)


def _homes(facts: BriefingFacts) -> tuple[Floats, Floats]:
    """Blocks with their chance of losing the lead service; in a city of very many blocks, the mean of each cell."""
    blocks, service = facts.city.blocks, people.lead_service(facts)
    points = np.column_stack([blocks.x, blocks.y]).reshape(-1, 2)
    chance = people.chance_by_block(facts, service) if service else np.full(len(points), np.nan)
    placed = np.isfinite(points).all(axis=1)
    points, chance = points[placed], chance[placed]
    if len(points) <= _MOST_HOMES:
        return points, chance
    cell = float(np.ptp(points, axis=0).max()) / 100
    keys, where = np.unique(np.floor(points / cell), axis=0, return_inverse=True)
    known = np.isfinite(chance)
    total = np.bincount(where[known], chance[known], minlength=len(keys))
    number = np.bincount(where[known], minlength=len(keys))
    with np.errstate(invalid="ignore"):
        return (keys + 0.5) * cell, total / number


def _angles(homes: Floats, streets: tuple[Floats, ...]) -> Floats:
    """The direction of the street segment whose middle is nearest, for each home."""
    if not streets or not len(homes):
        return np.zeros(len(homes))
    starts = np.vstack([path[:-1] for path in streets])
    ends = np.vstack([path[1:] for path in streets])
    _, nearest = cKDTree((starts + ends) / 2).query(homes)
    step = (ends - starts)[nearest]
    angles: Floats = np.arctan2(step[:, 1], step[:, 0])
    return angles


def _sites(facts: BriefingFacts) -> tuple[Site, ...]:
    assets, known = facts.city.assets, kinds()
    few_buses = int((assets.kind == "bus").sum()) <= 300
    found = []
    for i in range(len(assets)):
        kind = assets.kind[i]
        role = known[kind].role if kind in known else ""
        site = role in _SITE_ROLES or (kind in _SITE_KINDS and (kind != "bus" or few_buses))
        if site and np.isfinite([assets.x[i], assets.y[i]]).all():
            found.append(Site(
                str(assets.id[i]), wording.plain_name(facts.city, str(assets.id[i])), float(assets.x[i]), float(assets.y[i]),
                assets.provenance[i] == "generated", float(facts.result.failure_probability[i]), role == "facility"))
    found.sort(key=lambda site: (-site.chance, not site.facility, site.id))
    return tuple(found[:_MOST_SITES])


def _chain(facts: BriefingFacts) -> tuple[ChainSite, ...]:
    chain = main_chain(facts)
    if chain is None:
        return ()
    where = facts.city.positions()
    found = []
    for number, step in enumerate(chain.steps, start=1):
        x, y = where[facts.city.index[step.asset]]
        if np.isfinite([x, y]).all():
            found.append(ChainSite(number, step.asset, wording.plain_name(facts.city, step.asset), float(x), float(y)))
    return tuple(found)

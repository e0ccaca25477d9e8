"""Where people can go: shelters with beds, roads out of town, friends in town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.number_format import counted
from stratum_core.population.evacuation.spec import EvacuationSpec
from stratum_core.population.facilities import free_beds
from stratum_core.population.traffic import RoadNetwork

OUT, FRIENDS = "out of town", "friends"
#: crossings at which friends live, drawn evenly over the homes outside the zone
_FRIENDS = 8
#: sectors of the compass in which the outermost crossing counts as a way out where nobody says
_SECTORS = 8


@dataclass(frozen=True)
class Destinations:
    """Rows of the route tables. names: of each; groups: nodes of each; beds: inf but for shelters.

    First come the shelters in the order of ``assets`` (rows of the city's assets), then the ways out, then friends, then the ways
    out of single zones (``of_zones``: of each zone of the spec its row, that of all where it names none), then hospitals outside
    the zone in the order of ``hospital_assets``.
    """

    names: tuple[str, ...]
    groups: tuple[Ints, ...]
    beds: Floats
    assets: Ints
    hospital_assets: Ints
    of_zones: Ints
    warnings: tuple[str, ...] = ()

    @property
    def shelters(self) -> int:
        """How many shelters there are."""
        return len(self.assets)

    @property
    def out(self) -> int:
        """The row of the ways out."""
        return self.shelters

    @property
    def friends(self) -> Ints:
        """The rows of friends."""
        return self.out + 1 + np.arange(len(self.names) - self.out - len(self.ways_out) - len(self.hospital_assets))

    @property
    def ways_out(self) -> Ints:
        """The rows of all ways out."""
        return np.unique(np.append(self.of_zones, self.out))

    @property
    def hospitals(self) -> Ints:
        """The rows of hospitals that may take patients in."""
        return np.arange(len(self.names) - len(self.hospital_assets), len(self.names))


def destinations_of(city: City, network: RoadNetwork, spec: EvacuationSpec, safe_homes: Ints, safe: Bools, hospitals: Ints
                    ) -> Destinations:
    """All of a city. safe_homes: road nodes of the households outside the zone; safe: (assets,) outside it; hospitals: rows.

    Raises InputError for unknown exits.
    """
    exits, warnings = _exits(city, network, spec)
    zone_exits = [_nodes(network, zone.get("exits", ()), "evacuation.zones") for zone in spec.zones]
    special = city.assets.special.astype(str)
    chosen = np.flatnonzero(np.array(["shelter" in words for words in special], dtype=bool) & np.isfinite(city.assets.x))
    chosen = chosen if spec.shelters_open else chosen[:0]
    if not safe[chosen].all():
        warnings.append(f"{counted(int((~safe[chosen]).sum()), 'shelter')} in the zone stay shut: "
                        + ", ".join(city.assets.id[chosen[~safe[chosen]]]))
        chosen = chosen[safe[chosen]]
    near, at_hospitals = (nearest_crossings(network, np.column_stack([city.assets.x, city.assets.y])[rows])
                          for rows in (chosen, hospitals))
    beds = np.where(city.assets.unit[chosen] == "beds", city.assets.capacity[chosen], np.nan)
    unknown_beds = int(np.isnan(beds).sum())
    if unknown_beds:
        warnings.append(f"{unknown_beds} of {len(chosen)} shelters do not say their beds: {spec.shelter_beds} each are assumed.")
    names, of_hospitals = ([str(name) or str(id) for name, id in zip(city.assets.name[rows], city.assets.id[rows], strict=True)]
                           for rows in (chosen, hospitals))
    friends = np.unique(safe_homes[np.linspace(0, len(safe_homes) - 1, _FRIENDS).astype(int)]) if len(safe_homes) else safe_homes
    own = [nodes for nodes in zone_exits if len(nodes)]
    groups = (*(np.array([node]) for node in near), exits, *(np.array([node]) for node in friends), *own,
              *(np.array([node]) for node in at_hospitals))
    room = np.concatenate([np.where(np.isnan(beds), spec.shelter_beds, beds), np.full(1 + len(friends) + len(own), np.inf),
                           free_beds(city, hospitals)])
    named = np.array([len(nodes) > 0 for nodes in zone_exits], dtype=bool)
    of_zones = np.where(named, len(near) + len(friends) + np.cumsum(named), len(near))
    all_names = (*names, OUT, *[FRIENDS] * len(friends), *[OUT] * len(own), *of_hospitals)
    return Destinations(all_names, groups, room, chosen, hospitals, of_zones, tuple(warnings))


def _nodes(network: RoadNetwork, names: Sequence[str], where: str) -> Ints:
    """The crossings with these ids. Raises InputError for an unknown one."""
    unknown = [name for name in names if name not in network.node_index]
    if unknown:
        raise InputError(f"'{unknown[0]}' is no road node", where=where, repair="name the ids of crossings")
    return np.array([network.node_index[name] for name in names], dtype=np.int64)


def _exits(city: City, network: RoadNetwork, spec: EvacuationSpec) -> tuple[Ints, list[str]]:
    if spec.exits:
        return _nodes(network, spec.exits, "evacuation.exits"), []
    ways_in = set(city.assets.id[city.assets.kind == "road_entry"].tolist())
    found = [node for node, name in enumerate(network.node_ids.tolist()) if name in ways_in]
    if found:
        return np.array(found), []
    joined = np.flatnonzero(network.joined & np.isfinite(network.xy).all(axis=1))  # vehicles that help come back
    offset = network.xy[joined] - np.nanmean(network.xy[joined], axis=0)
    sector = np.floor((np.arctan2(offset[:, 1], offset[:, 0]) / (2 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    far = np.nan_to_num(np.hypot(*offset.T))
    outermost = [int(joined[rows[np.argmax(far[rows])]]) for rows in (np.flatnonzero(sector == s) for s in range(_SECTORS))
                 if len(rows)]
    return np.unique(outermost), [f"No road is marked as leading out of town: the outermost crossings in {len(outermost)} "
                                  "directions are taken. Name them under evacuation.exits."]


def nearest_crossings(network: RoadNetwork, places: Floats) -> Ints:
    """The crossing nearest to each place, (n, 2) metres."""
    if not len(places):
        return np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(network.joined & np.isfinite(network.xy).all(axis=1) & network.through)
    return np.asarray(rows[cKDTree(network.xy[rows]).query(places)[1]])

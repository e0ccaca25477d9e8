"""Who is still at home and cannot reach a hospital, a warming point or water in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stratum_core.model.fields import Floats, Ints
from stratum_core.population.evacuation.world import World
from stratum_core.population.traffic.routing import shortest_path_trees
from stratum_core.population.traffic.walking import FREE_SPEED_MS

if TYPE_CHECKING:
    from stratum_core.population.evacuation.model import EvacuationModel

#: minutes within which each is to be reached, and whether on foot; 30 min to a hospital is a usual planning figure, assumed
SERVICES = {"hospital": (30.0, False), "warming point": (30.0, True), "water point": (30.0, True)}


def services_of(world: World) -> dict[str, Ints]:
    """Rows of the city's assets by the service that they give; services that nothing gives are left out."""
    special = [set(map(str.strip, text.split(","))) for text in world.city.assets.special.astype(str)]
    placed = np.isfinite(world.city.assets.x)
    found = {name: np.array([row for row, words in enumerate(special) if name in words and placed[row]], dtype=np.int64)
             for name in SERVICES}
    return {name: rows for name, rows in found.items() if len(rows)}


def cut_off(model: EvacuationModel, services: dict[str, Ints]) -> Floats:
    """(services,) people at home now who cannot reach each, by present travel times on open roads."""
    world, homes = model.world, model.world.households
    assets, people = world.city.assets, np.bincount(homes.node, model.at_home, minlength=world.network.nodes)
    down = model.disruption.assets.which[model.disruption.assets.at(model.minutes / 60.0)]
    found = np.full(len(services), float(people.sum()))
    for at, (name, rows) in enumerate(services.items()):
        working = rows[~np.isin(rows, down)]
        limit, on_foot = SERVICES[name]
        if len(working):
            seconds = world.network.length / FREE_SPEED_MS if on_foot else model.movement.travel_times()
            usable = model.conditions.walk_open if on_foot else model.conditions.open
            nodes = world.nearest(np.column_stack([assets.x, assets.y])[working])
            far = shortest_path_trees(world.network, [nodes], seconds, usable).seconds[0] > limit * 60.0
            found[at] = people[far].sum()
    return found

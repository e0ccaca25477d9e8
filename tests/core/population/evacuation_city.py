"""A village on one road: homes in the west, a way out in the east, a school that is a shelter between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stratum_core.model import Assets, Blocks, City, Links
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.spec import EvacuationSpec

#: everybody hears at once, goes at once, by car, out of town
PLAIN = BehaviourSpec(
    spread=False, compliance=1.0, shadow=0.0, preparation=0.001, milling=0.001, siren_rate=1e4, siren_cover=1.0,
    other_language=0.0, helped_elderly=0.0, helped_others=0.0, car_ownership=0.0, vehicles_used=0.0, to_shelter=0.0,
    to_friends=0.0, informed=0.0, patience=1e5)


def village(homes: int = 100, *, people: float = 2.0, cars: float = 1.0, beds: float = 1000.0) -> City:
    """Crossings at 0, 1 and 2 km; homes stand at the first; each road has 900 vehicles an hour at 36 km/h."""
    crossing = ["west", "middle", "east"]
    return City(
        "village", "EPSG:25832",
        assets=Assets(id=[*crossing, "school"], sector=["roads"] * 3 + ["community"],
                      kind=["crossing", "crossing", "road_entry", "school"], x=[0, 1000, 2000, 1000], y=[0, 0, 0, 20],
                      special=["", "", "", "school, shelter"], capacity=[np.nan] * 3 + [beds], unit=["", "", "", "beds"]),
        links=Links(id=["first", "second"], sector=["roads"] * 2, kind=["road"] * 2, start=["west", "middle"],
                    end=["middle", "east"], length=[1000, 1000], free_flow_time=[100, 100], capacity=[900, 900],
                    unit=["veh/h"] * 2, lanes=[1, 1]),
        blocks=Blocks(id=[f"home/{n}" for n in range(homes)], x=[0.0] * homes, y=[10.0] * homes, residents=[people] * homes,
                      households=[1.0] * homes, vehicles=[cars] * homes))


def asked(behaviour: BehaviourSpec = PLAIN, **keys: Any) -> EvacuationSpec:
    """Everybody is told at the start, one replicate."""
    return replace(EvacuationSpec(zone="all", replicates=1, horizon_h=4.0, start_hour=2.0, behaviour=behaviour), **keys)

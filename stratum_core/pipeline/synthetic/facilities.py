"""Hospitals, clinics, schools and others of a synthetic metro, and who needs what across sectors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stratum_core.model.fields import Ints, Strings
from stratum_core.model.tables import Assets, Dependencies
from stratum_core.pipeline.synthetic.chunks import Chunks, ids
from stratum_core.pipeline.synthetic.lattice import Lattice, spread

Hours = tuple[float, float, float]

#: kind: sector, one in so many blocks, beds, special, hours of own power and of own water (low, mode, high)
FACILITIES: dict[str, tuple[str, int, float, str, Hours, Hours]] = {
    "hospital": ("health", 900, 500.0, "hospital", (18, 24, 48), (6, 12, 24)),
    "clinic": ("health", 120, 30.0, "clinic", (6, 8, 10), (1, 1.5, 3)),
    "care_home": ("community", 100, 80.0, "care home", (2, 4, 6), (6, 12, 24)),
    "school": ("community", 60, 300.0, "school, shelter", (0, 0, 0), (1, 2, 4)),
    "fire_station": ("community", 150, np.nan, "", (6, 8, 10), (0, 0, 0)),
}
#: own power of network plant: kind, hours
PLANT_HOURS: dict[str, Hours] = {
    "well": (0, 0, 0), "pump": (0, 0, 0), "lift": (0, 0, 0), "works": (18, 24, 48), "exchange": (6, 8, 12),
    "cabinet": (1, 2, 3), "mast": (3, 4, 6), "plant": (0, 0, 0),
}


def add_facilities(assets: Chunks[Assets], needs: Chunks[Dependencies], plan: Lattice, buses: Strings, junctions: Strings,
                   crossings: Strings) -> dict[str, tuple[Strings, Ints]]:
    """Facilities with their needs of power, water and access; returns ids and blocks by kind."""
    made: dict[str, tuple[Strings, Ints]] = {}
    for kind, (sector, every, beds, special, power, water) in FACILITIES.items():
        at = spread(plan, every)
        sized = np.isfinite(beds)
        made[kind] = assets.add(ids(f"{sector}/{kind}", range(len(at))), sector=sector, kind=kind, special=special, z=0.0,
                                x=plan.xy[at, 0] + 25, y=plan.xy[at, 1] + 25, capacity=beds, unit="beds" if sized else ""), at
        names = made[kind][0]
        add_needs(needs, names, "power", buses[at], power)
        add_needs(needs, names, "access", crossings[at], (0, 0, 0))
        if kind != "fire_station":
            add_needs(needs, names, "water", junctions[at], water)
    return made


def add_plant_needs(needs: Chunks[Dependencies], plants: Iterable[tuple[Strings, Ints]], buses: Strings) -> None:
    """Power for network plant, each from the bus of its block, with the reserve of its kind."""
    for names, at in plants:
        kinds = np.array([name.split("/")[1] for name in names])
        for kind in dict.fromkeys(kinds.tolist()):
            chosen = kinds == kind
            add_needs(needs, names[chosen], "power", buses[at[chosen]], PLANT_HOURS[kind])


def add_needs(needs: Chunks[Dependencies], dependent: Strings, service: str, supplier: Strings, hours: Hours) -> None:
    """One dependency for each pair, with its buffer (low, mode, high) in hours."""
    low, mode, high = hours
    group = np.array([f"{name}/{service}" for name in dependent], dtype=object)
    needs.add(np.array([f"need/{name}" for name in group], dtype=object), dependent=dependent, supplier=supplier,
              service=service, group=group, buffer=mode, buffer_low=low, buffer_high=high)

"""The generated sewers: a tree on the streets that falls to the works, with three lift stations.

Every sewer runs from the far side to the works, so what fails downstream
stops what lies above it. Depths below ground are not modelled.
"""

from __future__ import annotations

import numpy as np
from sample.corridors import Corridors
from sample.draft import GENERATED, Draft

WORKS = (416480.0, 5368520.0)
LIFTS = {"Lift station South": (417500.0, 5366950.0), "Lift station East": (418230.0, 5367450.0),
         "Lift station West": (416990.0, 5367520.0)}
WELL_H, LITRES_PER_PERSON_DAY = 1.0, 125.0  # a wet well takes the mean flow of so many hours
DIAMETERS_M = ((200, 0.25), (800, 0.3), (2000, 0.4), (10**9, 0.5))


def add_sewers(draft: Draft, streets: Corridors, people: np.ndarray) -> None:
    """Manholes, lift stations, sewers and the works; ``people`` live at each street node."""
    root = int(streets.nearest(np.array([WORKS]))[0])
    distance, before = streets.tree(root)
    lifts = {int(streets.nearest(np.array([place]))[0]): name for name, place in LIFTS.items()}
    above = people.copy()
    for node in np.argsort(-distance, kind="stable").tolist():
        if before[node] >= 0:
            above[before[node]] += above[node]
    ids = []
    for i, xy in enumerate(streets.nodes):
        lift = i in lifts
        ids.append(draft.asset(f"sewer/{'lift' if lift else 'manhole'}/{i}", "lift_station" if lift else "manhole", xy,
                               name=lifts.get(i, ""), equipment_height=0.4 if lift else 0.0,
                               **(_well(float(above[i])) if lift else {}), **GENERATED))
    edge = streets.edge_of()
    for node in np.argsort(-distance, kind="stable").tolist():
        if before[node] < 0:
            continue
        i = edge[int(before[node]), node]
        path = streets.paths[i] if streets.edges[i][0] == node else streets.paths[i][::-1]
        draft.link(f"sewer/sewer/{i}", "sewer", ids[node], ids[int(before[node])], path=path, unit="m3/s",
                   diameter=next(d for limit, d in DIAMETERS_M if above[node] <= limit), **GENERATED)
    works = draft.asset("sewer/works/0", "sewage_works", WORKS, name="Sewage works", equipment_height=1.5, **GENERATED)
    draft.link("sewer/sewer/outfall", "sewer", ids[root], works, diameter=0.5, unit="m3/s", **GENERATED)


def _well(people: float) -> dict[str, object]:
    """Volume of the wet well for so many people above it."""
    return {"capacity": max(round(people * LITRES_PER_PERSON_DAY / 24_000 * WELL_H, 1), 1.0), "unit": "m3"}

"""Who lives in each household, and what the house is worth. All generated.

Household sizes follow the order of German shares (Microcensus); floor area and
price per square metre are assumed, of the order of the JRC's maximum damages
(Huizinga et al. 2017, EUR 28552 EN) for residential buildings.
"""

from __future__ import annotations

import numpy as np
from sample.draft import GENERATED, Draft

SIZES = np.array([1, 2, 3, 4, 5, 6])
SHARES = np.array([0.28, 0.33, 0.16, 0.15, 0.06, 0.02])
CHILDREN_SHARE, ELDERLY_SHARE = 0.14, 0.11
FLOOR_M2 = (80.0, 14.0)  # per house, and per person
EUR_PER_M2 = 900.0


def add_homes(draft: Draft, rng: np.random.Generator) -> None:
    """One block for each household, at its load: ``home/<n>``."""
    loads = [i for i in draft.ids("load") if i.startswith("lv/")]
    people = rng.choice(SIZES, size=len(loads), p=SHARES)
    spare = np.maximum(people - 1, 0)
    children = rng.binomial(spare, CHILDREN_SHARE * people.sum() / spare.sum())
    elderly = rng.binomial(people - children, ELDERLY_SHARE * people.sum() / (people - children).sum())
    vehicles = rng.poisson(0.5 + 0.35 * (people - children))
    area = (FLOOR_M2[0] + FLOOR_M2[1] * people) * rng.uniform(0.8, 1.3, len(loads))
    for i, load in enumerate(loads):
        x, y = draft.at[load]
        draft.rows["blocks"].append({
            "id": f"home/{load.rsplit('/', 1)[-1]}", "x": x, "y": y, "residents": people[i], "children": children[i],
            "elderly": elderly[i], "households": 1.0, "vehicles": vehicles[i], "value": round(area[i] * EUR_PER_M2, -3),
            "use": "residential", "assumed_fields": "value", **GENERATED})


def home_points(draft: Draft) -> np.ndarray:
    """(homes, 2) positions in metres."""
    return np.array([[row["x"], row["y"]] for row in draft.rows["blocks"]])


def residents(draft: Draft) -> np.ndarray:
    """People of each home."""
    return np.array([row["residents"] for row in draft.rows["blocks"]], dtype=float)


def add_services(draft: Draft, crossing: np.ndarray) -> None:
    """Which component serves which home; ``crossing`` is the street node of each home."""
    homes = home_points(draft)
    nearest = {service: _nearest(draft, kind, homes) for service, kind in (("gas", "gas_connection"), ("telecom", "cabinet"))}
    for i, row in enumerate(draft.rows["blocks"]):
        node = int(crossing[i])
        suppliers = {
            "power": f"lv/load/{row['id'].rsplit('/', 1)[-1]}", "water": f"water/junction/{node}",
            "wastewater": draft_manhole(draft, node), "gas": nearest["gas"][i], "telecom": nearest["telecom"][i],
            "health": "health/clinic", "access": f"road/crossing/{node}", "shelter": "community/school"}
        for service, supplier in suppliers.items():
            draft.rows["services"].append({"id": f"{row['id']}/{service}", "block": row["id"], "service": service,
                                           "supplier": supplier, **GENERATED})


def draft_manhole(draft: Draft, node: int) -> str:
    """The sewer node at a street node: a manhole, or the lift station that stands in its place."""
    manhole = f"sewer/manhole/{node}"
    return manhole if manhole in draft.at else f"sewer/lift/{node}"


def _nearest(draft: Draft, kind: str, homes: np.ndarray) -> list[str]:
    ids = draft.ids(kind)
    return [draft.nearest(ids, home) for home in homes]

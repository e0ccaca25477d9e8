"""The generated telecom: one exchange, four masts, twelve street cabinets, fibre along the streets."""

from __future__ import annotations

import numpy as np
from sample.corridors import Corridors
from sample.draft import GENERATED, Draft
from scipy.cluster.vq import kmeans2

EXCHANGE = (417620.0, 5367640.0)
MASTS = {"Mast": (417960.0, 5368130.0), "Mast West": (416905.0, 5367850.0), "Mast South": (417600.0, 5366880.0),
         "Mast East": (418520.0, 5367470.0)}
CABINETS = 12


def add_telecom(draft: Draft, streets: Corridors, homes: np.ndarray) -> None:
    """Exchange, masts, cabinets at the middle of their homes, and the fibre to each."""
    hub = draft.asset("telecom/exchange/0", "exchange", EXCHANGE, name="Exchange", equipment_height=0.3, **GENERATED)
    root = int(streets.nearest(np.array([EXCHANGE]))[0])
    _, before = streets.tree(root)
    middles, _ = kmeans2(homes, CABINETS, iter=20, minit="++", seed=20261)
    middles = middles[np.lexsort((middles[:, 1], middles[:, 0]))]
    for number, node in enumerate(streets.nearest(middles).tolist(), start=1):
        id = draft.asset(f"telecom/cabinet/{number}", "cabinet", streets.nodes[node] + [4.0, 4.0],
                         name=f"Cabinet {number:02d}", equipment_height=0.3, **GENERATED)
        _fibre(draft, hub, id, streets.route(before, node))
    for number, (name, place) in enumerate(MASTS.items(), start=1):
        id = draft.asset(f"telecom/mast/{number}", "mast", place, name=name, equipment_height=0.5, **GENERATED)
        _fibre(draft, hub, id, streets.route(before, int(streets.nearest(np.array([place]))[0])))


def _fibre(draft: Draft, start: str, end: str, route: np.ndarray) -> None:
    path = np.vstack([draft.at[start], route, draft.at[end]])
    draft.link(f"telecom/fibre/{end.split('/', 1)[1].replace('/', '-')}", "fibre", start, end, path=path, **GENERATED)

"""Quarters of a town: by direction from the middle of where people live."""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Bools, Floats
from stratum_core.model.tables import Blocks


def quarters(blocks: Blocks, x: Floats, y: Floats) -> dict[str, Bools]:
    """Which places lie north, east, south and west of the middle of the residents; each in one, those without a place north."""
    people = np.nan_to_num(blocks.residents) + 1e-9
    east, north = (np.nan_to_num(there - np.average(np.nan_to_num(home), weights=people))
                   for there, home in ((x, blocks.x), (y, blocks.y)))
    found = {"north": north >= np.abs(east), "east": east > np.abs(north), "west": east < -np.abs(north)}
    south = ~np.any(list(found.values()), axis=0)
    return {"north": found["north"], "east": found["east"], "south": south, "west": found["west"]}

"""The exercise flood: a stated level of the Schutter over the derived terrain. Assumed from end to end.

Water stands level and reaches only what is joined to the western edge; no
current, wave or sewer backflow.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sample.terrain import Terrain, write_raster
from scipy.ndimage import label

LEVELS = {0: 147.0, 2: 148.3, 4: 148.85, 6: 149.05, 9: 149.1, 12: 149.07, 18: 148.9, 24: 148.65, 36: 148.2, 48: 147.8,
          72: 147.1}  # hours: metres above sea level

FLOOD_TOML = """\
schema = "stratum.scenario/1"
name = "River flood, exercise"
description = "The Schutter rises to {peak:.2f} m within {hour} hours and falls over three days. Level and shape are assumed."
start = "2026-03-14T06:00+01:00"   # of the exercise; assumed

[hazard]
kind = "flood_depth"
level_sd_m = 0.10          # one draw a replicate, added to every depth; assumed
provenance = "assumed"
frames = [
{frames}
]

[run]
replicates = 1000
seed = 42
horizon_h = 72
"""

OUTAGE_TOML = """\
schema = "stratum.scenario/1"
name = "Station {name} out, exercise"
description = "{station} loses its transformer station at once; nothing else is touched."

[hazard]
kind = "outage"
assets = ["{id}"]
at_h = 0

[run]
replicates = 200
seed = 42
horizon_h = 72
"""


def depth(terrain: Terrain, level: float) -> np.ndarray:
    """Water depth (m) in each cell at a level, joined to the western edge, to the centimetre."""
    wet, _ = label(terrain.heights < level)
    joined = np.setdiff1d(np.unique(wet[:, 0]), [0])
    return np.where(np.isin(wet, joined), level - terrain.heights, 0.0).round(2)


def write_flood(folder: Path, terrain: Terrain) -> None:
    """The frames and flood.toml in ``folder``."""
    for hour, level in LEVELS.items():
        write_raster(folder / "flood" / f"h{hour:02d}.tif", terrain, depth(terrain, level), "m")
    frames = "\n".join(f'  {{ at_h = {hour}, raster = "flood/h{hour:02d}.tif" }},' for hour in LEVELS)
    peak = max(LEVELS, key=lambda hour: LEVELS[hour])
    text = FLOOD_TOML.format(peak=LEVELS[peak], hour=peak, frames=frames)
    (folder / "flood.toml").write_text(text, encoding="utf-8")


def write_outage(folder: Path, id: str, name: str) -> None:
    """outage.toml in ``folder``: one station out."""
    text = OUTAGE_TOML.format(id=id, station=name, name=name.rsplit(" ", 1)[-1])
    (folder / "outage.toml").write_text(text, encoding="utf-8")

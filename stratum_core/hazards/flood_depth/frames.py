"""Depth rasters over time, read at points; any CRS, any nodata."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.hazards.rasters import sampled
from stratum_core.model.fields import Floats

#: deeper than any flood on record at an asset; more means that the raster holds something else
DEEPEST_M = 40.0


def depths_at(path: Path, points: Floats, crs: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(depth in m at each point, True where the point lies outside the raster).

    points: (n, 2) in ``crs`` ("EPSG:n", or "none": the raster's own plane). No data and
    negative values are dry. Raises InputError for an unreadable raster or one that holds no depths.
    """
    found = sampled(path, points, crs)
    if found.greatest > DEEPEST_M:
        raise InputError(
            f"the raster holds values up to {found.greatest:g}, more than {DEEPEST_M:g} m of water",
            where=str(path),
            repair="give a raster of water depth in metres, not of duration, level or centimetres",
        )
    return np.maximum(np.nan_to_num(found.value), 0.0), found.outside

"""Positions of a city in another coordinate system."""

from __future__ import annotations

from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

LONLAT = "EPSG:4326"


def transformed(points: Floats, crs: str, target: Any, *, where: str = "") -> Floats:
    """``points`` ((n, 2), in ``crs``) in ``target``, x or longitude first; infinite where they have no image.

    Raises InputError for a city without coordinate system or a system that PROJ does not know.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    if crs == "none":
        raise InputError("the project is schematic: it has no coordinate system, so nothing can be laid over it", where=where,
                         repair="import it with --crs")
    if not len(points):
        return points
    try:
        wanted, given = CRS.from_user_input(target), CRS.from_user_input(crs)
        if wanted == given:
            return points
        x, y = Transformer.from_crs(given, wanted, always_xy=True).transform(points[:, 0], points[:, 1])
    except (CRSError, ProjError) as error:
        raise InputError(f"its coordinate system cannot be used: {error}", where=where,
                         repair="give it one with an EPSG number") from error
    return np.column_stack([x, y])

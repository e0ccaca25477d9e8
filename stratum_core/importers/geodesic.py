"""Metres along paths of longitude and latitude, on the ellipsoid WGS 84."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from stratum_core.model.fields import Floats


@cache
def _earth() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def metres_of_steps(path: Floats) -> Floats:
    """(n - 1,) metres from each vertex to the next of an (n, 2) path of longitude and latitude."""
    return np.asarray(_earth().line_lengths(path[:, 0], path[:, 1]), dtype=np.float64)

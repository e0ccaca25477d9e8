"""Money lost to water: JRC depth-damage curves (Huizinga et al. 2017, EUR 28552), linear between their points.

Valid from 0 to 6 m above ground; deeper water counts as 6 m. Duration, velocity and
contamination are left out.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from stratum_core.errors import unknown
from stratum_core.model.fields import Floats
from stratum_core.resource_files import table


@cache
def curves(region: str = "Europe") -> tuple[tuple[str, ...], Floats, Floats]:
    """(damage classes, depths (m), shares (classes, depths)) of a region."""
    rows = [row for row in table("depth_damage") if row["region"] == region]
    if not rows:
        raise unknown("region", region, {row["region"] for row in table("depth_damage")})
    depths = [name for name in rows[0] if name not in ("damage_class", "region")]
    shares = np.array([[float(row[d]) for d in depths] for row in rows])
    return tuple(row["damage_class"] for row in rows), np.array([float(d) for d in depths]), shares


def damage_share(damage_class: str, depth: npt.ArrayLike, region: str = "Europe") -> Floats:
    """Share of the maximum damage at ``depth`` (m); raises InputError for an unknown class."""
    classes, depths, shares = curves(region)
    if damage_class not in classes:
        raise unknown("damage class", damage_class, classes)
    share: Floats = np.interp(np.asarray(depth, dtype=float), depths, shares[classes.index(damage_class)])
    return share

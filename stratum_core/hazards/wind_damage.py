"""Money lost to wind: the share of a property's value, by Emanuel 2011 (Weather, Climate, and Society 3:261).

v = max(V - V_thresh, 0) / (V_half - V_thresh), share = v^3 / (1 + v^3), V the gust in m/s; V_thresh = 25.7 m/s (50 kn) and
V_half = 74.7 m/s. Derived for hurricanes in the United States, for portfolios of houses, not for one house; half of the
value is lost at V_half, which differs between building stocks (53 to 75 m/s are in use) and is not calibrated for Europe.
Rain, surge, debris and duration are left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

THRESHOLD_MS = 25.7
HALF_MS = 74.7


def wind_damage_share(gust: npt.ArrayLike, threshold: float = THRESHOLD_MS, half: float = HALF_MS) -> Floats:
    """Share of the value lost at ``gust`` (m/s). Raises InputError unless threshold is below half."""
    if not 0 <= threshold < half:
        raise InputError("the gust without damage is not below the gust of half damage", where="wind",
                         repair=f"give for example {THRESHOLD_MS} and {HALF_MS} m/s")
    v = np.maximum(np.asarray(gust, dtype=float) - threshold, 0.0) / (half - threshold)
    found: Floats = v**3 / (1.0 + v**3)
    return found

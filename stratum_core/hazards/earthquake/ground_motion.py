"""Shaking of an earthquake of given magnitude and place: Akkar, Sandikkaya & Bommer 2014 (ASB14), point source.

Empirical ground-motion models for point- and extended-source crustal earthquake scenarios in Europe and the Middle East,
Bulletin of Earthquake Engineering 12:359-387, equations 1 to 3, tables 3 and 4 (5 % damping, average horizontal):
ln Y = a1 + a2 (M - 6.75) + a3 (8.5 - M)^2 + (a4 + a5 (M - 6.75)) ln sqrt(R^2 + a6^2) + a8 Fn + a9 Fr + ln S
(a7 for a2 above M 6.75), ln S the non-linear site term of Vs30 and of the peak acceleration on rock. R is the hypocentral
distance, or the epicentral one where the depth is not known; each has its own coefficients and deviations.
Valid for M 4 to 7.6, R up to 200 km, Vs30 150 to 1200 m/s, depth to 30 km, active shallow crust; less sure in stable
regions. Left out: the length of the rupture (near the fault of a large earthquake a point source is wrong), directivity,
basins, subduction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

SOURCE = "Akkar, Sandikkaya & Bommer 2014, Bulletin of Earthquake Engineering 12:359"
FAULTING = ("strike_slip", "normal", "reverse")
_A2, _A5, _A6, _A7, _C1 = 0.0029, 0.2529, 7.5, -0.5096, 6.75
_V_REF, _V_CON, _C, _N = 750.0, 1000.0, 2.5, 3.2
# a8, a9, b1, b2 by measure: the same for both distances
_STYLE_SITE = {
    "PGA": (-0.1091, 0.0937, -0.41997, -0.28846),
    "PGV": (-0.0616, 0.0630, -0.72057, -0.19688),
    "SA03": (0.0, 0.0469, -0.82609, -0.45730),
    "SA10": (0.0, 0.0, -1.01331, -0.28702),
    "SA30": (0.0, -0.0683, -0.85793, -0.13336),
}
# a1, a3, a4, deviation within an event, between events
_HYPOCENTRAL = {
    "PGA": (3.26685, -0.04846, -1.47905, 0.6475, 0.3472),
    "PGV": (6.72743, -0.11474, -1.17694, 0.6280, 0.3312),
    "SA03": (3.57698, -0.07490, -1.38832, 0.6934, 0.3896),
    "SA10": (1.43982, -0.15427, -0.97812, 0.7022, 0.3826),
    "SA30": (-0.22534, -0.22564, -0.83314, 0.7154, 0.4019),
}
_EPICENTRAL = {
    "PGA": (2.52977, -0.05496, -1.31001, 0.6375, 0.3581),
    "PGV": (6.13498, -0.12091, -1.04013, 0.6143, 0.3485),
    "SA03": (2.87449, -0.08126, -1.22665, 0.6897, 0.3894),
    "SA10": (0.94162, -0.16069, -0.86109, 0.6922, 0.3965),
    "SA30": (-0.64241, -0.23038, -0.73634, 0.7051, 0.4115),
}
MEASURES = tuple(_STYLE_SITE)
FARTHEST_KM = 200.0


@dataclass(frozen=True)
class Earthquake:
    """magnitude: moment magnitude; depth_km: of the hypocentre, 0 where unknown; vs30: m/s; faulting: one of FAULTING."""

    magnitude: float
    depth_km: float = 10.0
    vs30: float = 400.0
    faulting: str = "strike_slip"

    def median(self, measure: str, epicentral_km: Floats) -> Floats:
        """Median of ``measure`` at epicentral distances (km): g, or cm/s for PGV. Raises InputError outside the model."""
        self._within_range()
        on_rock = np.exp(self._rock("PGA", epicentral_km))
        found: Floats = np.exp(self._rock(measure, epicentral_km) + self._site(measure, on_rock))
        return found

    def deviations(self, measure: str) -> tuple[float, float]:
        """Standard deviations of the logarithm (within an event, between events)."""
        within, between = self._table[measure][3:]
        return within, between

    @property
    def _table(self) -> dict[str, tuple[float, float, float, float, float]]:
        return _HYPOCENTRAL if self.depth_km > 0 else _EPICENTRAL

    def _rock(self, measure: str, epicentral_km: Floats) -> Floats:
        a1, a3, a4 = self._table[measure][:3]
        a8, a9 = _STYLE_SITE[measure][:2]
        size = self.magnitude - _C1
        distance = np.sqrt(np.asarray(epicentral_km) ** 2 + self.depth_km**2 + _A6**2)
        style = {"normal": a8, "reverse": a9}.get(self.faulting, 0.0)
        rising = (_A2 if size <= 0 else _A7) * size
        found: Floats = a1 + rising + a3 * (8.5 - self.magnitude) ** 2 + (a4 + _A5 * size) * np.log(distance) + style
        return found

    def _site(self, measure: str, on_rock: Floats) -> Floats:
        b1, b2 = _STYLE_SITE[measure][2:]
        relative = min(self.vs30, _V_CON) / _V_REF
        if relative >= 1.0:
            return np.full_like(on_rock, b1 * math.log(relative))
        bent = (on_rock + _C * relative**_N) / ((on_rock + _C) * relative**_N)
        found: Floats = b1 * math.log(relative) + b2 * np.log(bent)
        return found

    def _within_range(self) -> None:
        if not 4.0 <= self.magnitude <= 8.0:
            raise InputError(f"magnitude {self.magnitude:g} is outside 4 to 8, for which the ground-motion model holds",
                             where="hazard.magnitude", repair="give a magnitude in that range, or a ShakeMap")
        if self.faulting not in FAULTING:
            raise InputError(f"faulting '{self.faulting}' is not known", where="hazard.faulting",
                             repair=f"write one of {', '.join(FAULTING)}")

"""Walking speed and flow by density.

Weidmann 1993, Transporttechnik der Fussgaenger, Schriftenreihe des IVT 90, ETH Zuerich: v = v0 (1 - exp(-1.913 (1/D - 1/5.4))).
Level ground, walkers in one direction; stairs and crossing streams are not in it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats
from stratum_core.population.traffic import kernels

FREE_SPEED_MS = 1.34
JAM_DENSITY = kernels.WEIDMANN_JAM
#: persons per second and metre of width, at ``BEST_DENSITY`` persons per m2: the greatest of density times speed
CAPACITY = 1.2249
BEST_DENSITY = kernels.WEIDMANN_BEST


def walking_speed(density: npt.ArrayLike, free_speed: float = FREE_SPEED_MS) -> Floats:
    """Metres per second at densities in persons per m2."""
    d = np.atleast_1d(np.asarray(density, dtype=float))
    return free_speed * np.array([kernels.weidmann(each) for each in d])


def walking_flow(density: npt.ArrayLike, free_speed: float = FREE_SPEED_MS) -> Floats:
    """Persons per second and metre of width."""
    d = np.atleast_1d(np.asarray(density, dtype=float))
    return d * walking_speed(d, free_speed)

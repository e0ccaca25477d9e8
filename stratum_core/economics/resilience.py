"""The resilience triangle: how much of a service is lost, times how long (Bruneau et al. 2003, Earthquake Spectra 19:733)."""

from __future__ import annotations

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats


def triangle(times: Floats, quality: Floats) -> float:
    """Integral of 1 - quality over time, linear between the times: share times the unit of time.

    Raises InputError for times that do not rise or a quality outside 0 to 1.
    """
    t, q = np.asarray(times, dtype=float), np.asarray(quality, dtype=float)
    if len(t) != len(q) or len(t) < 2 or (np.diff(t) < 0).any() or not ((q >= 0) & (q <= 1)).all():
        raise InputError("quality is no share over rising times", where="resilience", repair="give shares from 0 to 1")
    return float(np.trapezoid(1.0 - q, t))


def linear_loss(drop: float, recovery: float) -> float:
    """Of a drop that heals evenly within ``recovery``."""
    return drop * recovery / 2.0


def exponential_loss(drop: float, tau: float) -> float:
    """Of a drop that heals as exp(-t / tau), without an end."""
    return drop * tau

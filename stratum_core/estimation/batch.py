"""Level and slope of very many sensors at once: one call brings all sensors of a city to the present.

The model of each sensor is a local trend with F = [1 d; 0 1] and process covariance diag(d q, d q_slope) over a step d, which
differs
from ``models.local_trend`` only within steps longer than one. A slope variance of 0 and a known slope of 0 make it a local level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation import kernels
from stratum_core.model.fields import Floats


@dataclass(frozen=True)
class Batch:
    """State of all sensors: rows level, slope, P00, P01, P11;
    nis, readings: sums of squared standardised innovations, and counts.
    """

    state: Floats
    nis: Floats
    readings: Floats
    time: float = float("nan")

    @property
    def mean(self) -> Floats:
        """(2, sensors) level and slope."""
        return self.state[:2]

    @property
    def variance(self) -> Floats:
        """(sensors,) of the level."""
        found: Floats = self.state[2]
        return found


def start(level: Floats, variance: Floats, slope_variance: Floats) -> Batch:
    """Before any reading: levels with their variances, slopes of 0 with theirs."""
    none = np.zeros_like(level)
    return Batch(np.stack([level, none, variance, none, slope_variance]), none.copy(), none.copy())


def filter_batch(before: Batch, times: Floats, values: Floats, q: Floats, q_slope: Floats, r: Floats) -> Batch:
    """The sensors after ``values`` (t, sensors), NaN where missing, at ``times`` in steps; variances by sensor, r above 0."""
    sensors = before.state.shape[1]
    if values.shape != (len(times), sensors) or any(len(v) != sensors for v in (q, q_slope, r)):
        raise InputError(f"values of {values.shape} for {len(times)} times and {sensors} sensors", where="values",
                         repair="give one row a time and one column a sensor")
    steps = np.diff(times, prepend=times[0] if np.isnan(before.time) else before.time)
    if (steps < 0).any() or (r <= 0).any():
        raise InputError("time goes back, or a reading is without error", where="times", repair="give later times and r above 0")
    state, nis, readings = before.state.copy(), before.nis.copy(), before.readings.copy()
    kernels.filter_pairs(steps, np.ascontiguousarray(values), q, q_slope, r, state, nis, readings)
    return Batch(state, nis, readings, float(times[-1]))

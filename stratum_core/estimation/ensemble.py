"""Ensemble Kalman filter for many coupled states: perturbed readings (Burgers, van Leeuwen & Evensen 1998).

The covariance is that of a few dozen runs of the model, so it is too small and holds chance correlations over distance. Both are
met by rules that are stated with the result: inflation (the spread before each analysis is multiplied) and localisation (the
gain is tapered by distance, Gaspari & Cohn 1999, eq. 4.10). With neither, and many members, it is the Kalman filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Floats

Move = Callable[[Floats, float, np.random.Generator], Floats]


@dataclass(frozen=True)
class EnsembleSpec:
    """members; inflation: factor of the spread before each analysis;
    taper: (n, m) in [0, 1] between states and readings, None: none.
    """

    members: int = 50
    inflation: float = 1.0
    taper: Floats | None = None


@dataclass(frozen=True)
class Ensemble:
    """mean (t, n), spread (t, n): standard deviation; last: (members, n) after the last reading, to sample a run from."""

    mean: Floats
    spread: Floats
    last: Floats


def gaspari_cohn(distance: Floats, half: float) -> Floats:
    """Taper by distance: 1 at 0, 0 from twice ``half`` on (Gaspari & Cohn 1999, eq. 4.10)."""
    z = np.abs(distance) / half
    near = 1 - 5 / 3 * z**2 + 5 / 8 * z**3 + 0.5 * z**4 - 0.25 * z**5
    far = 4 - 5 * z + 5 / 3 * z**2 + 5 / 8 * z**3 - 0.5 * z**4 + z**5 / 12 - 2 / (3 * np.maximum(z, 1e-12))
    return np.where(z <= 1, near, np.where(z < 2, far, 0.0))


def ensemble_filter(
    start: Floats, move: Move, observation: Floats, noise: Floats, times: Floats, values: Floats, spec: EnsembleSpec, seed: int
) -> Ensemble:
    """From members ``start`` (k, n) over readings ``values`` (t, m), NaN where missing, H (m,
    n) and independent errors ``noise`` (m,).
    """
    random, members = np.random.default_rng(seed), start.copy()
    mean, spread = np.empty((len(values), start.shape[1])), np.empty((len(values), start.shape[1]))
    for t, reading in enumerate(values):
        if t:
            members = move(members, float(times[t] - times[t - 1]), random)
        on = np.isfinite(reading)
        if on.any():
            taper = None if spec.taper is None else spec.taper[:, on]
            members = analysis(members, observation[on], noise[on], reading[on], spec.inflation, taper, random)
        mean[t], spread[t] = members.mean(axis=0), members.std(axis=0, ddof=1)
    return Ensemble(mean, spread, members)


def analysis(
    members: Floats, observation: Floats, noise: Floats, reading: Floats, inflation: float, taper: Floats | None,
    random: np.random.Generator,
) -> Floats:
    """The members after one set of readings; perturbations are centred, so that the mean gets none of them."""
    count = len(members)
    members = members.mean(axis=0) + inflation * (members - members.mean(axis=0))
    seen = members @ observation.T
    apart, of_seen = members - members.mean(axis=0), seen - seen.mean(axis=0)
    cross, own = apart.T @ of_seen / (count - 1), of_seen.T @ of_seen / (count - 1)
    if taper is not None:
        cross, own = cross * taper, own * _between(observation, taper)
    gain = np.linalg.solve(own + np.diag(noise), cross.T).T
    perturbed = random.standard_normal((count, len(reading))) * np.sqrt(noise)
    found: Floats = members + (reading + perturbed - perturbed.mean(axis=0) - seen) @ gain.T
    return found


def _between(observation: Floats, taper: Floats) -> Floats:
    """The taper between readings: that of the states which each of them reads, weighted."""
    weight = np.abs(observation) / np.maximum(np.abs(observation).sum(axis=1, keepdims=True), 1e-300)
    both = weight @ taper
    return np.asarray(0.5 * (both + both.T))

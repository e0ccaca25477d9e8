"""The model of a series through another kind of filter, beside the exact one: particles or an ensemble.

On a linear Gaussian model both come to the Kalman filter as their number grows, so the distance from it is their error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.estimation import Filtered
from stratum_core.estimation.ensemble import EnsembleSpec, ensemble_filter
from stratum_core.estimation.models import StateSpace
from stratum_core.estimation.particle import linear_gaussian, particle_filter
from stratum_core.model.fields import Floats

KINDS = ("particle", "ensemble")
_LEAST, _MOST = 2, 1_000_000


@dataclass(frozen=True)
class Beside:
    """filter: its kind with so many members. filtered, variance: of what is measured, from reading ``begins`` on (null before:
    the readings that determine the start). apart: root mean square distance of its means from the exact ones in standard
    deviations of these.
    """

    filter: str
    members: int
    begins: int
    filtered: Floats
    variance: Floats
    apart: float


def beside(text: str, model: StateSpace, exact: Filtered, times: Floats, values: Floats, seed: int) -> Beside:
    """``text`` names kind and members, as in particle:10000. Raises InputError."""
    kind, _, number = text.partition(":")
    if kind not in KINDS:
        raise unknown("filter", kind, KINDS, where="--beside")
    if not number.isdigit() or not _LEAST <= int(number) <= _MOST:
        raise InputError(f"'{text}' names no number of members", where="--beside",
                         repair=f"write {kind}:1000, from {_LEAST} to {_MOST:,}")
    members, known = int(number), np.flatnonzero(np.isfinite(exact.covariance).all(axis=(1, 2)))
    if not len(known):
        raise InputError("the readings do not determine the start of the model", where="--beside", repair="give more readings")
    begins = int(known[0])
    started = replace(model, mean=exact.mean[begins], covariance=exact.covariance[begins], diffuse=np.zeros_like(model.diffuse))
    read = values[begins:].copy().reshape(-1, 1)
    read[0] = np.nan  # it is in the start already
    mean, measured = _run(kind, started, times[begins:], read, members, seed)
    h = model.observation[0]
    filtered, variance = np.full(len(values), np.nan), np.full(len(values), np.nan)
    filtered[begins:], variance[begins:] = mean, measured
    own = np.einsum("i,tij,j->t", h, exact.covariance, h)[begins:]
    apart = np.sqrt(np.mean((mean - (exact.mean @ h)[begins:]) ** 2 / np.maximum(own, 1e-300)))
    return Beside(kind, members, begins, filtered, variance, float(apart))


def _run(kind: str, model: StateSpace, times: Floats, values: Floats, members: int, seed: int) -> tuple[Floats, Floats]:
    """(t,) mean and variance of what is measured."""
    dynamics, h = linear_gaussian(model), model.observation[0]
    if kind == "particle":
        found = particle_filter(dynamics, times, values, particles=members, seed=seed)
        return found.mean @ h, np.einsum("i,tij,j->t", h, found.covariance, h)

    def with_measured(state: Floats) -> Floats:
        return np.column_stack([state, state @ h])

    def move(state: Floats, steps: float, random: np.random.Generator) -> Floats:
        return with_measured(dynamics.move(state[:, :-1], steps, random))

    start = with_measured(dynamics.start(members, np.random.default_rng(seed)))
    reads_it = np.append(np.zeros(len(h)), 1.0).reshape(1, -1)
    ensemble = ensemble_filter(start, move, reads_it, model.noise.diagonal(), times, values, EnsembleSpec(members), seed)
    return ensemble.mean[:, -1], ensemble.spread[:, -1] ** 2

"""Case kind: the particle filter on a linear Gaussian model beside the exact filter, and systematic resampling alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.estimation.particle import against_kalman, resample
from stratum_core.estimation.trials import simulate
from stratum_core.model.results import jsonable
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.kinds.kalman import given_model, readings


@KINDS.register("particle")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Resampling of ``weights``, or a series ``z`` (or one drawn from the model) through both filters."""
    found: dict[str, Any] = {}
    if "weights" in inputs:
        weights = np.asarray(inputs["weights"], dtype=np.float64)
        found["chosen"] = resample(weights, int(inputs.get("count", len(weights))), float(inputs.get("offset", 0.5)))
    if "Q" not in inputs:
        return dict(jsonable(found))
    model, seed, particles = given_model(inputs), int(inputs.get("seed", 42)), int(inputs.get("particles", 1000))
    if "z" in inputs:
        times, values = readings(inputs)
    else:
        values = simulate(model, int(inputs.get("steps", 100)), np.random.default_rng(seed))[1]
        times = np.arange(len(values), dtype=np.float64)
    both = against_kalman(model, times, values, particles=particles, seed=seed, runs=int(inputs.get("runs", 1)),
                          resample_below=float(inputs.get("resample_below", 1.0)))
    got = both.particles
    return dict(jsonable(found | {
        "filtered": got.mean[:, 0] if got.mean.shape[1] == 1 else got.mean,
        "variance": got.covariance[:, 0, 0] if got.mean.shape[1] == 1 else got.covariance,
        "log_likelihood": got.log_likelihood, "effective": got.effective, "squared_error_over_p": both.squared,
        "squared_error_over_p_times_n": both.squared * particles,
        "kalman_filtered": both.mean[:, 0] if both.mean.shape[1] == 1 else both.mean,
        "kalman_variance": both.variance[:, 0] if both.mean.shape[1] == 1 else both.variance,
    }))

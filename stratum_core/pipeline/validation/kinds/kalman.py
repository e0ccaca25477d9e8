"""Case kind: a series, a steady state or simulated runs through the Kalman filter, smoother, monitor and forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation.consistency import gate, mean_bounds, monitor, nees
from stratum_core.estimation.forecasts import forecast, time_to_threshold
from stratum_core.estimation.likelihood import fit
from stratum_core.estimation.models import StateSpace, matrices, structure
from stratum_core.estimation.series import Filtered, filter_series, smooth, steady_state
from stratum_core.estimation.trials import trial
from stratum_core.model.fields import Floats
from stratum_core.model.results import jsonable
from stratum_core.pipeline.validation.cases import KINDS


@KINDS.register("kalman")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What is asked for: a series ``z``, ``steady_state``, ``simulate``, ``bounds``, ``gate``; outputs of each that is there."""
    found: dict[str, Any] = {}
    if "z" in inputs:
        found |= _series(inputs)
    if inputs.get("steady_state"):
        steady = steady_state(given_model(inputs))
        found |= {"gain": _plain(steady.gain), "predicted_variance": _plain(steady.predicted),
                  "steady_variance": _plain(steady.filtered), "steady_smoothed_variance": _plain(steady.smoothed)}
    if "simulate" in inputs:
        found |= _trial(inputs)
    if "bounds" in inputs:
        asked = inputs["bounds"]
        found["bounds"] = list(mean_bounds(int(asked["dimension"]), int(asked["runs"]), float(asked.get("share", 0.95))))
    if "gate" in inputs:
        found["gate"] = gate(int(inputs["gate"].get("dimension", 1)), float(inputs["gate"]["share"]))
    return dict(jsonable(found))


def given_model(inputs: Mapping[str, Any]) -> StateSpace:
    """The model of F, Q, H, R, x0, P0, each a matrix or a number; F and H are one where left out, P0 diffuse."""
    for name in ("Q", "R"):
        if name not in inputs:
            raise InputError(f"the model lacks {name}", where="inputs", repair="give Q and R, or a model by name")
    f = np.atleast_2d(_array(inputs.get("F", 1.0), "F"))
    start = inputs.get("P0")
    model = matrices(f, _array(inputs["Q"], "Q"), _array(inputs.get("H", np.eye(1, len(f))), "H"), _array(inputs["R"], "R"),
                     _array(inputs.get("x0", np.zeros(len(f))), "x0"), None if start is None else _array(start, "P0"))
    if not inputs.get("predict_first"):
        return model
    f, q = model.step(1.0)
    return replace(model, mean=f @ model.mean, covariance=f @ model.covariance @ f.T + q)


def _array(value: Any, name: str) -> Floats:
    """Numbers as an array, null as NaN; raises InputError where they form none."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{name} is no matrix of numbers", where=f"inputs.{name}", repair="give rows of one length") from error


def readings(inputs: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """times and values of ``z``, null where missing."""
    z = _array([row if isinstance(row, list) else [row] for row in inputs["z"]], "z")
    return _array(inputs.get("times", np.arange(len(z))), "times"), z


def _series(inputs: Mapping[str, Any]) -> dict[str, Any]:
    times, z = readings(inputs)
    parameters: dict[str, float] = {}
    if "model" in inputs:
        given = {name: float(value) for name, value in inputs.get("parameters", {}).items()}
        fitted = fit(structure(inputs["model"], given), times, z, given)
        model, parameters = fitted.model, fitted.parameters
    else:
        model = given_model(inputs)
    filtered = filter_series(model, times, z)
    smoothed, verdict = smooth(filtered), monitor(filtered)
    found = {
        "filtered": _plain(filtered.mean), "variance": _plain(filtered.covariance), "smoothed": _plain(smoothed.mean),
        "smoothed_variance": _plain(smoothed.covariance), "innovations": _plain(filtered.innovations),
        "innovation_variance": _plain(filtered.innovation_covariance), "log_likelihood": filtered.log_likelihood,
        "left_out": filtered.left_out, "parameters": parameters, "consistent": verdict.consistent, "nis": verdict.nis,
        "coverage95": verdict.coverage95, "verdict": verdict.text,
    }
    return found | _error(inputs, filtered) | _coming(inputs, filtered)


def _error(inputs: Mapping[str, Any], filtered: Filtered) -> dict[str, Any]:
    if "truth" not in inputs:
        return {}
    truth = _array(inputs["truth"], "truth")
    if truth.size != filtered.mean.size:
        raise InputError(f"truth has {truth.size} numbers for {filtered.mean.size} states", where="inputs.truth",
                         repair="give every state at every time")
    truth = truth.reshape(filtered.mean.shape)
    return {"nees": float(np.mean(nees(filtered.mean - truth, filtered.covariance)))}


def _coming(inputs: Mapping[str, Any], filtered: Filtered) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "ahead" in inputs:
        coming = forecast(filtered, np.asarray(inputs["ahead"], dtype=np.float64))
        found |= {"forecast": coming.mean, "forecast_variance": coming.variance, "forecast_reading_variance":
        coming.reading_variance}
    if "threshold" in inputs:
        asked = inputs["threshold"]
        found["passage"] = time_to_threshold(filtered, float(asked["value"]), below=bool(asked.get("below", True)),
                                             horizon=float(asked["horizon"]), seed=int(asked.get("seed", 42)))
    return found


def _trial(inputs: Mapping[str, Any]) -> dict[str, Any]:
    asked = inputs["simulate"]
    truth = given_model({**inputs, **asked.get("truth", {})})
    found = trial(truth, given_model(inputs), runs=int(asked["runs"]), steps=int(asked["steps"]), seed=int(asked.get("seed", 42)),
                  missing=float(asked.get("missing", 0.0)))
    return {"nees_mean": float(np.nanmean(found.nees)), "nis_mean": float(np.nanmean(found.nis)),
            "nees_interval": found.nees_interval, "nis_interval": found.nis_interval, "nees_inside": found.nees_inside,
            "nis_inside": found.nis_inside, "coverage95": found.coverage95, "coverage95_missing": found.coverage95_missing,
            "flagged_share": found.flagged}


def _plain(values: Floats) -> Any:
    """Entries as numbers where the state is one, else as lists."""
    return values.reshape(-1) if values.ndim > 1 and values.shape[1:] in ((1,), (1, 1)) else values

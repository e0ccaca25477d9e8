"""Case kind: expected functionality over time after damage, by the plain normal and by the one truncated at 0."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards.draws import uniforms
from stratum_core.hazards.fragility import exceedance, four, state_probabilities
from stratum_core.hazards.restoration import drawn_days, expected_functionality, functional_share, restoration
from stratum_core.model.fields import Floats
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.kinds.fragility import given_curves
from stratum_core.random_numbers import RESTORATION


@KINDS.register("restoration_curve")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Functionality at each day; with replicates also the share of drawn times that have passed."""
    states, (mean, sd), days = _states(inputs), _times(inputs), inputs["days"]
    plain, ours = (expected_functionality(states, functional_share(days, mean, sd, truncated=cut)) for cut in (False, True))
    outputs: dict[str, Any] = {"plain": plain.tolist(), "truncated": ours.tolist(), "states": states.tolist()}
    if "replicates" in inputs:
        outputs["drawn"] = _drawn(states, mean, sd, np.asarray(days, dtype=float), inputs).tolist()
    return outputs


def _states(inputs: Mapping[str, Any]) -> Floats:
    if "states" in inputs:
        states = np.zeros(5)
        states[: len(inputs["states"])] = inputs["states"]
        if abs(states.sum() - 1.0) > 1e-6:
            raise InputError(f"the states sum to {states.sum():g}", where="inputs.states",
                             repair="give probabilities that sum to 1")
        return states
    if "intensity" not in inputs or not ("class" in inputs or ("medians" in inputs and "betas" in inputs)):
        raise InputError("nothing says how damaged it is", where="inputs",
                         repair="give states, or intensity and a class, or intensity, medians and betas")
    median, beta, _ = given_curves(inputs)
    found: Floats = state_probabilities(exceedance([inputs["intensity"]], median, beta))[0]
    return found


def _times(inputs: Mapping[str, Any]) -> tuple[Floats, Floats]:
    if "restoration" in inputs:
        known = restoration(inputs["restoration"], where="inputs.restoration")
        return np.array(known.mean), np.array(known.sd)
    if len(inputs["mean_days"]) != len(inputs["sd_days"]):
        raise InputError("means and deviations differ in number", where="inputs.sd_days", repair="give one for each mean")
    return np.array(four(inputs["mean_days"], np.nan)), np.array(four(inputs["sd_days"], np.nan))


def _drawn(states: Floats, mean: Floats, sd: Floats, days: Floats, inputs: Mapping[str, Any]) -> Floats:
    u = uniforms(int(inputs.get("seed", 42)), 0, int(inputs["replicates"]), np.arange(4), RESTORATION)
    times = drawn_days(u, np.nan_to_num(mean), np.nan_to_num(sd))
    passed = np.array([(times <= t).mean(axis=0) for t in days])
    found: Floats = states[0] + passed @ states[1:]
    return found
